/** The channels of the server that is shown, with categories, threads and posts; or direct messages. */

import { avatar, button, fill, h } from "../dom.js";
import { icon } from "../icons.js";
import {
  CATEGORY,
  channelIcon,
  channelName,
  directPartner,
  isRestricted,
  isThread,
  pictureColour,
  userName,
} from "../names.js";
import { rove, settleRoving } from "../popup.js";

const byPlace = (one, other) => (one.position ?? 0) - (other.position ?? 0);

/** @param {import("../app.js").App} app @param {() => void} onopen after a channel was chosen */
export function channelList(app, onopen) {
  const { store } = app;
  const title = h("h1", { class: "place-name" });
  const list = h("div", { class: "channel-list" });
  const closed = new Set();
  rove(list, ".channel-item, .category");

  const draw = () => {
    const had = list.contains(document.activeElement) && document.activeElement.dataset.id;
    const { guild } = store;
    title.textContent = guild ? guild.name : "Direct messages";
    fill(list, guild ? guildRows(guild) : directRows());
    settleRoving(list, ".channel-item, .category", "[aria-current]");
    if (had) list.querySelector(`[data-id="${CSS.escape(had)}"]`)?.focus();
  };

  const guildRows = (guild) => {
    const all = [...guild.channels.values()];
    const tops = all
      .filter((channel) => channel.type !== CATEGORY && !isThread(channel) && !channel.parent_id)
      .sort(byPlace);
    const groups = all.filter((channel) => channel.type === CATEGORY).sort(byPlace);
    const inside = (group) =>
      all.filter((channel) => channel.parent_id === group.id && !isThread(channel)).sort(byPlace);
    return [
      tops.map((channel) => withThreads(guild, all, channel)),
      groups.map((group) => {
        const open = !closed.has(group.id);
        return [category(group, open), open && inside(group).map((channel) => withThreads(guild, all, channel))];
      }),
    ];
  };

  const category = (group, open) =>
    button(
      {
        class: "category",
        "aria-expanded": String(open),
        data: { id: group.id },
        onclick: () => {
          closed[open ? "add" : "delete"](group.id);
          draw();
        },
      },
      icon(open ? "down" : "right"),
      group.name,
    );

  const withThreads = (guild, all, channel) => {
    const threads = all.filter(
      (one) => isThread(one) && one.parent_id === channel.id && !one.thread_metadata?.archived,
    );
    return [row(guild, channel), threads.map((thread) => row(guild, thread))];
  };

  const row = (guild, channel) => {
    const restricted = isRestricted(guild, channel) && !isThread(channel);
    return item(
      channel,
      [
        icon(channelIcon(channel)),
        h("span", { class: "channel-name" }, channel.name),
        restricted && h("span", { class: "age-mark", title: "Age-restricted" }, "18+"),
      ],
      restricted ? `${channel.name}, age-restricted` : channel.name,
    );
  };

  const directRows = () => {
    const rows = store.direct.map((channel) => {
      const other = directPartner(store, channel);
      return item(
        channel,
        [
          avatar(userName(other), pictureColour(store, other), "small"),
          h("span", { class: "channel-name" }, channelName(store, channel)),
          other?.bot && h("span", { class: "tag" }, "APP"),
        ],
        channelName(store, channel),
      );
    });
    const known = new Set(store.direct.map((channel) => directPartner(store, channel)?.id));
    const others = [...store.users.values()].filter((user) => user.id !== store.me.id && !known.has(user.id));
    return [
      rows,
      h("p", { class: "list-title" }, "Write to"),
      others.map((user) =>
        button(
          { class: "channel-item", data: { id: user.id }, onclick: () => app.openDirect(user.id).then(onopen) },
          avatar(userName(user), pictureColour(store, user), "small"),
          h("span", { class: "channel-name" }, userName(user)),
          user.bot && h("span", { class: "tag" }, "APP"),
        ),
      ),
    ];
  };

  const item = (channel, inner, label) => {
    const unread = store.unread.has(channel.id);
    return button(
      {
        class: `channel-item ${isThread(channel) ? "thread" : ""} ${unread ? "unread" : ""}`,
        "aria-current": store.channel === channel.id ? "page" : null,
        "aria-label": unread ? `${label}, unread` : label,
        data: { id: channel.id },
        onclick: () => {
          app.open(store.place, channel.id);
          onopen();
        },
      },
      inner,
    );
  };

  store.on("world place unread", draw);
  return h(
    "nav",
    { class: "channels", "aria-label": "Channels" },
    h("header", { class: "channels-head" }, title),
    list,
  );
}
