/** The servers at the edge, and direct messages above them. */

import { button, fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { rove, settleRoving } from "../popup.js";

/** @param {import("../app.js").App} app */
export function rail(app) {
  const { store } = app;
  const nav = h("nav", { class: "rail", "aria-label": "Servers" });
  rove(nav, ".rail-item");
  const draw = () => {
    const had = nav.contains(document.activeElement);
    const direct = item(
      "@me",
      "Direct messages",
      icon("bubbles"),
      store.direct.some((one) => store.unread.has(one.id)),
    );
    const guilds = [...store.guilds.values()].map((guild) =>
      item(guild.id, guild.name, initials(guild.name), isUnread(store, guild)),
    );
    fill(nav, direct, h("span", { class: "rail-line", role: "separator" }), guilds);
    settleRoving(nav, ".rail-item", "[aria-current]");
    if (had) nav.querySelector("[aria-current]")?.focus();
  };
  const item = (place, name, inner, unread = false) => {
    const current = store.place === place;
    return button(
      {
        class: `rail-item ${unread && !current ? "unread" : ""}`,
        "aria-current": current ? "page" : null,
        "aria-label": unread ? `${name}, unread` : name,
        title: name,
        onclick: () => app.open(place, null),
      },
      inner,
    );
  };
  store.on("world place unread", draw);
  return nav;
}

const isUnread = (store, guild) => [...guild.channels.keys()].some((id) => store.unread.has(id));

const initials = (name) =>
  name
    .split(/\s+/)
    .map((word) => [...word][0])
    .join("")
    .slice(0, 3);
