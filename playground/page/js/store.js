/** What the page knows: the world as one person sees it, and messages. Views subscribe to topics; nothing here draws. */

/** How many messages are asked for at once. */
export const PAGE = 50;

/**
 * Topics: `world` (people, places, permissions), `place` (another channel is shown), `messages` (of the one shown),
 * `typing`, `unread`, `bots`, `log`, `clock`, `link` (the stream), `interactions`, `reply`, `commands`, `said` (by the acting
 * person, who wants to see it).
 */
export class Store {
  me = null;
  /** @type {Map<string, any>} */ users = new Map();
  /** @type {Map<string, any>} */ guilds = new Map();
  /** @type {any[]} */ direct = [];
  /** @type {any[]} */ bots = [];
  /** The id of a guild, or "@me". */
  place = "";
  /** @type {string | null} */ channel = null;
  /** By channel, the oldest first; `whole` once there are no older ones. @type {Map<string, {list: any[], whole: boolean}>} */
  messages = new Map();
  /** By channel: user id to the time at which it ends. @type {Map<string, Map<string, number>>} */ typing = new Map();
  unread = new Set();
  /** What was asked of bots, by the interaction's id. @type {Map<string, any>} */ interactions = new Map();
  /** The bot's requests. @type {any[]} */ log = [];
  /** What the playground's clock is ahead of this machine's, in seconds. */ ahead = 0;
  linked = false;
  /** The message that is answered, and the one that is changed. */
  replyTo = null;
  editing = null;
  /** Counts up when names, colours or rights may be others. */ epoch = 0;

  #listeners = new Map();
  #dirty = new Set();

  /** @param {string} topics separated by spaces @param {() => void} listener */
  on(topics, listener) {
    for (const topic of topics.split(" ")) {
      if (!this.#listeners.has(topic)) this.#listeners.set(topic, new Set());
      this.#listeners.get(topic).add(listener);
    }
  }

  /** @param {string} topic @param {() => void} listener */
  off(topic, listener) {
    this.#listeners.get(topic)?.delete(listener);
  }

  /** Tells the listeners of these topics, each once, when whatever happens now has happened. */
  tell(...topics) {
    if (this.#dirty.size === 0) queueMicrotask(() => this.#flush());
    for (const topic of topics) this.#dirty.add(topic);
  }

  #flush() {
    const called = new Set();
    for (const topic of this.#dirty) for (const listener of this.#listeners.get(topic) ?? []) called.add(listener);
    this.#dirty.clear();
    for (const listener of called) listener();
  }

  /** Takes in the answer of /control/world. */
  takeWorld(world) {
    this.users = byId(world.users);
    this.me = this.users.get(world.me);
    this.guilds = new Map();
    for (const guild of world.guilds) {
      const people = new Map(guild.members.map((member) => [member.user.id, member]));
      this.guilds.set(guild.id, {
        ...guild,
        channels: byId(guild.channels),
        roles: byId(guild.roles),
        members: people,
      });
    }
    this.direct = world.direct;
    this.bots = world.bots;
    this.takeClock(world.clock);
    this.epoch += 1;
    this.tell("world", "bots", "messages");
  }

  /** @param {number} now the playground's time, in Unix seconds */
  takeClock(now) {
    this.ahead = now - Date.now() / 1000;
    this.tell("clock");
  }

  /** The playground's time, in Unix seconds. */
  now() {
    return Date.now() / 1000 + this.ahead;
  }

  get guild() {
    return this.guilds.get(this.place) ?? null;
  }

  /** @param {string | null} id */
  findChannel(id) {
    for (const guild of this.guilds.values()) if (guild.channels.has(id)) return guild.channels.get(id);
    return this.direct.find((channel) => channel.id === id) ?? null;
  }

  get here() {
    return this.findChannel(this.channel);
  }

  findMessage(id, channel = this.channel) {
    return this.messages.get(channel)?.list.find((message) => message.id === id) ?? null;
  }

  /** Puts in a message that is new, or has changed. */
  putMessage(message) {
    const known = this.messages.get(message.channel_id);
    if (!known) return;
    const at = known.list.findIndex((one) => one.id === message.id);
    if (at >= 0) known.list[at] = { ...known.list[at], ...message };
    else known.list.splice(placeFor(known.list, message.id), 0, message);
    this.tell("messages");
  }

  dropMessage(channel, id) {
    const known = this.messages.get(channel);
    if (!known) return;
    known.list = known.list.filter((message) => message.id !== id);
    this.tell("messages");
  }

  /** Puts what `change` makes of a message in its place. */
  changeMessage(channel, id, change) {
    const message = this.findMessage(id, channel);
    if (message) this.putMessage({ ...message, ...change(message) });
  }
}

/** Ids are times: numbers too large for a double, which sort by length and then by their digits. */
export function isOlder(one, other) {
  return one.length === other.length ? one < other : one.length < other.length;
}

function placeFor(list, id) {
  let at = list.length;
  while (at > 0 && isOlder(id, list[at - 1].id)) at -= 1;
  return at;
}

const byId = (list) => new Map(list.map((one) => [one.id, one]));
