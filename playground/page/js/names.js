/** What people and places are called, in which colour, and what the acting person may do. */

const PERMISSIONS = {
  administrator: 3n,
  addReactions: 6n,
  sendMessages: 11n,
  manageMessages: 13n,
  attachFiles: 15n,
  useCommands: 31n,
  sendInThreads: 38n,
};

export const DIRECT = 1,
  CATEGORY = 4,
  FORUM = 15;
const THREADS = new Set([10, 11, 12]);

export const isThread = (channel) => THREADS.has(channel?.type);

/** @param {any} channel with `permissions` of the acting person @param {keyof typeof PERMISSIONS} permission */
export function may(channel, permission) {
  if (channel?.permissions === undefined || channel.permissions === null) return true;
  const had = BigInt(channel.permissions);
  return ((had >> PERMISSIONS[permission]) & 1n) === 1n || ((had >> PERMISSIONS.administrator) & 1n) === 1n;
}

export const maySend = (channel) => may(channel, isThread(channel) ? "sendInThreads" : "sendMessages");

/** @param {any} user */
export const userName = (user) => user?.global_name || user?.username || "Somebody";

/** In the server that is shown: the nick first. */
export function memberName(store, user, guild = store.guild) {
  return guild?.members.get(user?.id)?.nick || userName(store.users.get(user?.id) ?? user);
}

/** A member's roles in a server, the highest first, without @everyone. */
export function rolesOf(guild, userId) {
  const held = guild?.members.get(userId)?.roles ?? [];
  return held
    .map((id) => guild.roles.get(id))
    .filter(Boolean)
    .sort((a, b) => b.position - a.position);
}

/** @param {number | null | undefined} number @returns {string | null} */
export const hexColour = (number) => (number ? `#${number.toString(16).padStart(6, "0")}` : null);

/** The colour of somebody's name: that of the highest role that has one. */
export function nameColour(guild, userId) {
  return hexColour(rolesOf(guild, userId).find((role) => role.color)?.color);
}

export const pictureColour = (store, user) => store.users.get(user?.id)?.colour || user?.colour || "#5865f2";

/** The other one in direct messages. */
export function directPartner(store, channel) {
  const [other] = channel.recipients;
  return store.users.get(other?.id) ?? other ?? null;
}

export function channelName(store, channel) {
  if (!channel) return "";
  return channel.type === DIRECT ? userName(directPartner(store, channel)) : channel.name;
}

/** @param {any} channel @returns {string} the name of its drawing */
export function channelIcon(channel) {
  if (channel.type === DIRECT) return "at";
  if (channel.type === FORUM) return "forum";
  return isThread(channel) ? "thread" : "hash";
}

/** Age-restricted itself, or by its parent. */
export function isRestricted(guild, channel) {
  return Boolean(channel?.nsfw || (isThread(channel) && guild?.channels.get(channel.parent_id)?.nsfw));
}

/** People, not bots. */
export const people = (store) => [...store.users.values()].filter((user) => !user.bot);

/** Who can be named in a channel: its server's members, or both people of direct messages. */
export function audience(store, channel = store.here) {
  const guild = store.guilds.get(channel?.guild_id);
  if (guild) return [...guild.members.values()].map((member) => store.users.get(member.user.id) ?? member.user);
  return channel ? [store.me, directPartner(store, channel)].filter(Boolean) : [];
}
