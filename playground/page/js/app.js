/** What the page does: who acts, where they are, what they ask of the server. Views call this; it draws nothing. */

import { Api, Refusal } from "./api.js";
import { CommandBook } from "./commands.js";
import { takeEvent } from "./events.js";
import { CATEGORY, FORUM } from "./names.js";
import { PAGE, Store } from "./store.js";
import { Stream } from "./stream.js";

const WORLD_WAIT = 150;

export class App {
  store = new Store();
  api = new Api();
  commands = new CommandBook(this);
  stream = new Stream(
    (event) => takeEvent(this, event),
    (open, again) => this.#linked(open, again),
  );
  #worldTimer = 0;

  /**
   * @param {{announce: (message: any) => void, openModal: (modal: any) => void, complain: (sentence: string) => void}} shown
   *   what draws what comes unasked
   */
  constructor(shown) {
    this.announce = shown.announce;
    this.openModal = shown.openModal;
    this.complain = shown.complain;
  }

  /** From the address: #/person/place/channel. */
  async start() {
    const [, as, place, channel] = location.hash.split("/");
    await this.actAs(as || null, place, channel);
    const log = await this.attempt(() => this.api.get("log"));
    this.store.log = log ?? [];
    this.store.tell("log");
  }

  /** Another person acts from now on. */
  async actAs(id, place = this.store.place, channel = this.store.channel) {
    const { store, api } = this;
    api.as = id;
    let world;
    try {
      world = await api.get("world");
    } catch (error) {
      if (!(error instanceof Refusal) || id === null || error.status === 0) {
        this.complain(error.message);
        setTimeout(() => this.actAs(id, place, channel), 2000);
        return;
      }
      api.as = null; // whoever it was is not there any more
      world = await api.get("world");
    }
    for (const table of [store.messages, store.typing, store.interactions, store.unread]) table.clear();
    this.commands.forget();
    store.takeWorld(world);
    api.as = store.me.id;
    await this.stream.listen(store.me.id);
    this.open(place ?? "", channel);
  }

  /** Shows a channel; the first that can be read where there is no such one. */
  open(place, channel) {
    const { store } = this;
    store.place = place === "@me" || store.guilds.has(place) ? place : ([...store.guilds.keys()][0] ?? "@me");
    const list = store.guild ? [...store.guild.channels.values()] : store.direct;
    const readable = list.filter((one) => one.type !== CATEGORY);
    const found =
      readable.find((one) => one.id === channel) ?? readable.find((one) => one.type !== FORUM) ?? readable[0];
    store.channel = found?.id ?? null;
    store.replyTo = null;
    store.editing = null;
    store.unread.delete(store.channel);
    history.replaceState(null, "", `#/${store.me.id}/${store.place}/${store.channel ?? ""}`);
    store.tell("place", "unread", "messages", "typing", "reply");
    if (store.channel && found.type !== FORUM && !store.messages.has(store.channel)) this.loadOlder();
  }

  /** Fetches the messages before those that are there. */
  async loadOlder() {
    const { store } = this;
    const channel = store.channel;
    const known = store.messages.get(channel) ?? { list: [], whole: false };
    if (known.whole || known.loading) return;
    store.messages.set(channel, known);
    known.loading = true;
    store.tell("messages");
    const before = known.list[0]?.id ?? null;
    const older = await this.attempt(() => this.api.get("messages", { channel, before, limit: PAGE }));
    known.loading = false;
    known.loaded = true;
    if (older) {
      const have = new Set(known.list.map((message) => message.id));
      known.list = [...older.filter((message) => !have.has(message.id)), ...known.list];
      known.whole = older.length < PAGE;
    }
    store.tell("messages");
  }

  /** The world once more, after whatever changed it has settled. */
  refreshWorld() {
    clearTimeout(this.#worldTimer);
    this.#worldTimer = setTimeout(async () => {
      const { as } = this.api;
      const world = await this.attempt(() => this.api.get("world"));
      if (!world || as !== this.api.as) return;
      this.store.takeWorld(world);
      if (!this.store.here && this.store.channel) this.open(this.store.place, null);
      else this.store.tell("place");
    }, WORLD_WAIT);
  }

  /** Does it, and says so where it is refused. Gives null then. */
  async attempt(deed) {
    try {
      return await deed();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.complain(error.message);
      return null;
    }
  }

  /** Posts a deed in the channel that is shown. */
  do(path, body = {}) {
    return this.attempt(() => this.api.post(path, { channel: this.store.channel, ...body }));
  }

  /** Asks a bot, and remembers what was asked until it answers. Raises `Refusal`. */
  async ask(path, body, asked) {
    const channel = this.store.channel;
    const answer = await this.api.post(path, { channel, ...body });
    const known = this.store.interactions.get(answer.interaction) ?? { state: "sent" };
    const entry = { interaction: answer.interaction, channel, asked, at: this.store.now(), ...known };
    this.store.interactions.set(answer.interaction, { ...entry, message: asked.message ?? known.message ?? null });
    this.store.tell("interactions", "messages");
    if (asked.name) this.store.tell("said");
    return answer;
  }

  /** As `ask`, saying so where it is refused. */
  askOr(path, body, asked) {
    return this.attempt(() => this.ask(path, body, asked));
  }

  async openDirect(user) {
    const channel = await this.attempt(() => this.api.post("direct", { with: user }));
    if (!channel) return;
    const world = await this.attempt(() => this.api.get("world"));
    if (world) this.store.takeWorld(world);
    this.open("@me", channel.id);
  }

  #linked(open, again) {
    this.store.linked = open;
    this.store.tell("link");
    if (!open || !again) return;
    this.commands.forget();
    this.refreshWorld();
    this.#catchUp();
  }

  /** The latest messages once more, for what was missed; those of other channels are fetched when they are opened. */
  async #catchUp() {
    const { store } = this;
    const { channel } = store;
    for (const other of store.messages.keys()) if (other !== channel) store.messages.delete(other);
    if (!channel || !store.messages.has(channel)) return;
    const list = await this.attempt(() => this.api.get("messages", { channel, limit: PAGE }));
    if (!list || !store.messages.has(channel)) return;
    store.messages.set(channel, { list, whole: list.length < PAGE, loaded: true });
    store.tell("messages");
  }
}
