/** The line over the messages: where one is, and what can be opened beside. */

import { button, fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { channelIcon, channelName, isRestricted, isThread } from "../names.js";

/** @param {import("../app.js").App} app @param {import("./drawers.js").Drawers} drawers */
export function header(app, drawers) {
  const { store } = app;
  const where = h("div", { class: "where" });
  const draw = () => {
    const { here, guild } = store;
    if (!here) return fill(where, h("h2", null, "Nothing is chosen"));
    const parent = isThread(here) && guild?.channels.get(here.parent_id);
    const up =
      parent &&
      button({ class: "link-button parent-name", onclick: () => app.open(store.place, parent.id) }, parent.name);
    document.title = `${channelName(store, here)} · Playground`;
    return fill(
      where,
      icon(channelIcon(here)),
      up && [up, h("span", { "aria-hidden": "true" }, "›")],
      h("h2", null, channelName(store, here)),
      isRestricted(guild, here) && h("span", { class: "age-mark" }, "18+"),
      here.topic && h("span", { class: "topic" }, here.topic),
    );
  };
  store.on("place world", draw);
  return h(
    "header",
    { class: "chat-head" },
    drawers.opener("channels", "menu", "Servers and channels"),
    where,
    drawers.opener("members", "people", "Members"),
    drawers.opener("requests", "requests", "Requests, clock and faults"),
  );
}
