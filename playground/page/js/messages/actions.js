/** What can be done with a message, and with a person: as a bar over the message and as menus. */

import { MESSAGE_MENU, USER_MENU } from "../commands.js";
import { button, h } from "../dom.js";
import { icon } from "../icons.js";
import { openMenu } from "../menu.js";
import { may, maySend, userName } from "../names.js";
import { react } from "./reactions.js";

const isOwn = (store, message) => message.author.id === store.me.id;
const mayDelete = (store, message) =>
  !message.only_you && (isOwn(store, message) || (store.guild !== null && may(store.here, "manageMessages")));

/** @param {import("../app.js").App} app @param {any} message @param {HTMLElement} row where emoji are chosen beside */
function deeds(app, message, row) {
  const { store } = app;
  const anchor = () => row.querySelector(".message-head, .message-body") ?? row;
  return {
    react: !message.only_you &&
      may(store.here, "addReactions") && {
        label: "Add reaction",
        icon: "smile",
        act: () => react(app, message, anchor()),
      },
    reply: !message.only_you &&
      maySend(store.here) && { label: "Reply", icon: "reply", act: () => reply(app, message) },
    edit: isOwn(store, message) && { label: "Edit message", icon: "pencil", act: () => edit(app, message.id) },
    remove: mayDelete(store, message) && {
      label: "Delete message",
      icon: "bin",
      danger: true,
      act: () => app.do("delete", { message: message.id }),
    },
    dismiss: message.only_you && {
      label: "Dismiss message",
      icon: "close",
      act: () => app.do("dismiss", { message: message.id }),
    },
    copy: { label: "Copy text", icon: "copy", act: () => copy(message.content) },
    id: { label: "Copy message ID", icon: "copy", act: () => copy(message.id) },
  };
}

/** Answers a message with what is written next; null for none. */
export function reply(app, message) {
  app.store.editing = null;
  app.store.replyTo = message;
  app.store.tell("reply");
}

export function edit(app, id) {
  app.store.editing = id;
  app.store.tell("messages");
}

/** The bar that shows over a message under the pointer, and when the message has the focus. */
export function actionBar(app, message, row) {
  const known = deeds(app, message, row);
  const shown = [known.react, known.reply, known.edit, known.dismiss].filter(Boolean);
  const more = button(
    {
      class: "icon-button",
      "aria-label": "More",
      title: "More",
      tabIndex: -1,
      onclick: () => messageMenu(app, message, row, { anchor: more }),
    },
    icon("more"),
  );
  return h(
    "div",
    { class: "action-bar", role: "toolbar", "aria-label": "Message" },
    shown.map((deed) =>
      button(
        { class: "icon-button", "aria-label": deed.label, title: deed.label, tabIndex: -1, onclick: deed.act },
        icon(deed.icon),
      ),
    ),
    more,
  );
}

/** @param {{x?: number, y?: number, anchor?: HTMLElement}} where */
export async function messageMenu(app, message, row, where) {
  const known = deeds(app, message, row);
  const apps = message.only_you ? [] : await app.commands.inMenu(message.channel_id, MESSAGE_MENU);
  openMenu(
    [
      known.react,
      known.reply,
      known.edit,
      known.dismiss,
      appsItem(app, apps, message.id, message),
      message.content && known.copy,
      known.id,
      known.remove,
    ],
    { ...where, label: "Message" },
  );
}

/** The menu on a person: in the list of members, and on names and pictures. */
export async function userMenu(app, user, where) {
  const { store } = app;
  const apps = store.channel ? await app.commands.inMenu(store.channel, USER_MENU) : [];
  openMenu(
    [
      user.id !== store.me.id && { label: "Message", icon: "bubbles", act: () => app.openDirect(user.id) },
      user.id !== store.me.id &&
        !user.bot && { label: "Act as this person", icon: "user", act: () => app.actAs(user.id) },
      appsItem(app, apps, user.id, null),
      { label: "Copy user ID", icon: "copy", act: () => copy(user.id) },
    ],
    { ...where, label: userName(user) },
  );
}

function appsItem(app, commands, target, message) {
  if (commands.length === 0) return null;
  const items = commands.map((command) => ({
    label: command.shown_name ?? command.name,
    hint: app.commands.applicationName(command),
    icon: "spark",
    act: () =>
      app.askOr(
        "menu",
        { command: command.id, target },
        {
          name: command.shown_name ?? command.name,
          menu: true,
          application: command.application_id,
          target: message?.id,
        },
      ),
  }));
  return { label: "Apps", items };
}

function copy(text) {
  navigator.clipboard?.writeText(text).catch(() => {});
}
