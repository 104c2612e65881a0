/** The people of the server that is shown, under the roles that stand apart. */

import { avatar, button, fill, h } from "../dom.js";
import { userMenu } from "../messages/actions.js";
import { menuPlace } from "../menu.js";
import { audience, memberName, nameColour, pictureColour, rolesOf, userName } from "../names.js";
import { rove, settleRoving } from "../popup.js";

/** @param {import("../app.js").App} app */
export function memberList(app) {
  const { store } = app;
  const list = h("div", { class: "member-list" });
  rove(list, ".member");
  const draw = () => {
    fill(
      list,
      groupsOf(store).map(([name, users]) => [
        h("h2", { class: "list-title" }, `${name} — ${users.length}`),
        users.map((user) => member(app, user)),
      ]),
    );
    settleRoving(list, ".member");
  };
  store.on("world place bots", draw);
  return h("aside", { class: "members", "aria-label": "Members" }, list);
}

/** Roles that stand apart, the highest first, then everybody else. */
function groupsOf(store) {
  const groups = new Map();
  for (const user of audience(store)) {
    const apart = rolesOf(store.guild, user.id).find((role) => role.hoist);
    const name = apart?.name ?? (user.bot ? "Applications" : "Members");
    const place = apart?.position ?? (user.bot ? -1 : 0);
    if (!groups.has(name)) groups.set(name, { place, users: [] });
    groups.get(name).users.push(user);
  }
  const sorted = [...groups].sort(([, one], [, other]) => other.place - one.place);
  return sorted.map(([name, { users }]) => [
    name,
    users.sort((a, b) => memberName(store, a).localeCompare(memberName(store, b))),
  ]);
}

function member(app, user) {
  const { store } = app;
  const colour = nameColour(store.guild, user.id);
  const bot = store.bots.find((one) => one.user.id === user.id);
  const roles = rolesOf(store.guild, user.id).map((role) => role.name);
  const node = button(
    {
      class: `member ${bot && !bot.connected ? "away" : ""}`,
      onclick: () => userMenu(app, user, { anchor: node }),
      title: roles.join(", "),
      data: { user: user.id },
    },
    avatar(userName(user), pictureColour(store, user), "medium"),
    h(
      "span",
      { class: "member-text" },
      h(
        "span",
        { class: "member-name", vars: colour ? { "--name": colour } : {} },
        memberName(store, user),
        user.bot && h("span", { class: "tag" }, "APP"),
      ),
      h("small", null, bot ? (bot.connected ? "connected" : "not connected") : roles.join(", ")),
    ),
  );
  node.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    userMenu(app, user, menuPlace(event, node));
  });
  return node;
}
