/** What each event of the stream changes in the store. */

const TYPING_SECONDS = 10;
const SAME_WORLD = /^(MESSAGE_|TYPING_START$)/;

/**
 * @param {import("./app.js").App} app
 * @param {{name: string, data: any}} event
 */
export function takeEvent(app, { name, data }) {
  const handler = HANDLERS[name];
  if (handler) handler(app, data);
  else if (!SAME_WORLD.test(name)) app.refreshWorld();
}

const HANDLERS = {
  MESSAGE_CREATE(app, message) {
    const { store } = app;
    store.typing.get(message.channel_id)?.delete(message.author.id);
    if (message.channel_id !== store.channel && message.author.id !== store.me.id) store.unread.add(message.channel_id);
    settle(store, message);
    store.putMessage(message);
    store.tell("typing", "unread");
    if (message.channel_id === store.channel && message.author.id !== store.me.id) app.announce(message);
    if (!store.findChannel(message.channel_id)) app.refreshWorld();
  },

  MESSAGE_UPDATE({ store }, message) {
    const known = store.findMessage(message.id, message.channel_id);
    if (known) store.putMessage({ ...message, ...own(known, message) });
  },

  MESSAGE_DELETE({ store }, { id, channel_id: channel }) {
    store.dropMessage(channel, id);
  },

  MESSAGE_DELETE_BULK({ store }, { ids, channel_id: channel }) {
    for (const id of ids) store.dropMessage(channel, id);
  },

  MESSAGE_REACTION_ADD: (app, data) => count(app, data, 1),
  MESSAGE_REACTION_REMOVE: (app, data) => count(app, data, -1),

  MESSAGE_REACTION_REMOVE_ALL({ store }, data) {
    store.changeMessage(data.channel_id, data.message_id, () => ({ reactions: [] }));
  },

  MESSAGE_REACTION_REMOVE_EMOJI({ store }, data) {
    const keep = (message) => ({ reactions: (message.reactions ?? []).filter((one) => !same(one.emoji, data.emoji)) });
    store.changeMessage(data.channel_id, data.message_id, keep);
  },

  MESSAGE_POLL_VOTE_ADD: (app, data) => vote(app, data, 1),
  MESSAGE_POLL_VOTE_REMOVE: (app, data) => vote(app, data, -1),

  TYPING_START({ store }, data) {
    if (data.user_id === store.me.id) return;
    if (!store.typing.has(data.channel_id)) store.typing.set(data.channel_id, new Map());
    store.typing.get(data.channel_id).set(data.user_id, Date.now() / 1000 + TYPING_SECONDS);
    store.tell("typing");
    setTimeout(() => store.tell("typing"), TYPING_SECONDS * 1000 + 50);
  },

  INTERACTION({ store }, data) {
    const known = store.interactions.get(data.interaction) ?? {};
    store.interactions.set(data.interaction, { ...known, ...data });
    store.tell("interactions", "messages");
  },

  MODAL: (app, data) => app.openModal(data),

  COMMANDS(app) {
    app.commands.forget();
    app.refreshWorld();
  },

  BOT(app, { application, connected }) {
    app.store.bots = app.store.bots.map((bot) => (bot.id === application ? { ...bot, connected } : bot));
    app.store.tell("bots");
    app.commands.forget();
    app.refreshWorld();
  },

  REQUEST({ store }, entry) {
    store.log = [...store.log.slice(-499), entry];
    store.tell("log");
  },

  CLOCK: ({ store }, { now }) => store.takeClock(now),
};

/** A command's answer has come: it no longer waits. */
function settle(store, message) {
  const id = (message.interaction_metadata ?? message.interaction)?.id;
  const known = store.interactions.get(id);
  if (known && known.state === "sent") store.interactions.set(id, { ...known, state: "acknowledged" });
}

const same = (one, other) => (one.id ? one.id === other.id : one.name === other.name);

/** An update may be written for everybody: which reactions are one's own is known from before. */
function own(known, message) {
  if (!message.reactions) return {};
  const mine = (known.reactions ?? []).filter((one) => one.me);
  const mark = (one) => ({ ...one, me: one.me || mine.some((other) => same(other.emoji, one.emoji)) });
  return { reactions: message.reactions.map(mark) };
}

function count({ store }, data, by) {
  store.changeMessage(data.channel_id, data.message_id, (message) => {
    const reactions = (message.reactions ?? []).map((one) => ({ ...one }));
    let found = reactions.find((one) => same(one.emoji, data.emoji));
    if (!found) reactions.push((found = { emoji: data.emoji, count: 0, me: false }));
    found.count += by;
    if (data.user_id === store.me.id) found.me = by > 0;
    return { reactions: reactions.filter((one) => one.count > 0) };
  });
}

function vote({ store }, data, by) {
  store.changeMessage(data.channel_id, data.message_id, ({ poll }) => {
    const counts = (poll?.results?.answer_counts ?? []).map((one) => ({ ...one }));
    let found = counts.find((one) => one.id === data.answer_id);
    if (!found) counts.push((found = { id: data.answer_id, count: 0, me_voted: false }));
    found.count += by;
    if (data.user_id === store.me.id) found.me_voted = by > 0;
    return { poll: { ...poll, results: { is_finalized: false, ...poll?.results, answer_counts: counts } } };
  });
}
