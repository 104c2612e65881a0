/** One message: who wrote it and when, around what it says. */

import { actionBar, messageMenu, userMenu } from "./actions.js";
import { EPHEMERAL, messageBody } from "./body.js";
import { avatar, button, h } from "../dom.js";
import { icon } from "../icons.js";
import { menuPlace } from "../menu.js";
import { secondsOf, writeFull, writeTime, writeWhen } from "../moments.js";
import { memberName, nameColour, pictureColour, userName } from "../names.js";

const COMMAND = 20,
  MENU = 23;

/**
 * @param {import("../app.js").App} app
 * @param {any} message
 * @param {boolean} follows whether it comes after one of the same author, and goes without a head
 */
export function messageRow(app, message, follows) {
  const { store } = app;
  const only = message.only_you || (message.flags & EPHEMERAL) !== 0;
  const mentioned =
    message.author.id !== store.me.id && (message.mentions ?? []).some((user) => user.id === store.me.id);
  const row = h("li", {
    class: `message ${follows ? "follows" : "leads"} ${only ? "ephemeral" : ""} ${mentioned ? "mentioned" : ""}`,
    tabIndex: -1,
    id: `message-${message.id}`,
    data: { message: message.id, focus: "row" },
    "aria-label": `${memberName(store, message.author)}, ${when(store, message)}`,
  });
  row.append(
    ...[
      above(app, message),
      !follows && head(app, message),
      follows &&
        h(
          "time",
          { class: "gutter-time", "aria-hidden": "true" },
          writeTime(secondsOf(message.timestamp), store.me.locale),
        ),
      messageBody(app, message),
      actionBar(app, message, row),
    ]
      .flat()
      .filter(Boolean),
  );
  row.addEventListener("contextmenu", (event) => {
    if (getSelection()?.toString() || event.target.closest("a, textarea")) return;
    event.preventDefault();
    messageMenu(app, message, row, menuPlace(event, row));
  });
  return row;
}

const when = (store, message) => writeWhen(secondsOf(message.timestamp), store.me.locale, store.now());

/** What stands above the author: the message that is answered, or the command that was used. */
function above(app, message) {
  const { store } = app;
  if (message.type === COMMAND || message.type === MENU) {
    const told = message.interaction_metadata ?? message.interaction ?? {};
    const asked = store.interactions.get(told.id)?.asked?.name ?? told.name ?? message.interaction?.name;
    const user = told.user ?? store.users.get(told.user_id);
    return h(
      "div",
      { class: "above" },
      user && who(app, user),
      " used ",
      h("span", { class: "mention" }, asked ? (message.type === COMMAND ? `/${asked}` : asked) : "a command"),
    );
  }
  if (!message.message_reference) return null;
  const answered = message.referenced_message ?? store.findMessage(message.message_reference.message_id);
  if (!answered)
    return h("div", { class: "above" }, icon("reply"), h("em", null, "The message it answers is not there any more."));
  const show = () => document.getElementById(`message-${answered.id}`)?.scrollIntoView({ block: "center" });
  return h(
    "div",
    { class: "above" },
    who(app, answered.author),
    button({ class: "quoted", onclick: show, tabIndex: -1 }, answered.content || "Press to see what it answers"),
  );
}

function who(app, user) {
  const { store } = app;
  const name = memberName(store, user);
  return [
    avatar(userName(user), pictureColour(store, user), "tiny"),
    h("span", { class: "above-name", vars: nameVars(store, user) }, name),
  ];
}

function nameVars(store, user) {
  const colour = nameColour(store.guild, user.id);
  return colour ? { "--name": colour } : {};
}

function head(app, message) {
  const { store } = app;
  const { author } = message;
  const seconds = secondsOf(message.timestamp);
  const name = button(
    {
      class: "author",
      tabIndex: -1,
      vars: nameVars(store, author),
      onclick: () => userMenu(app, author, { anchor: name }),
    },
    memberName(store, author),
  );
  const bot = author.bot || message.webhook_id;
  return [
    avatar(userName(author), pictureColour(store, author), "large"),
    h(
      "div",
      { class: "message-head" },
      name,
      bot && h("span", { class: "tag" }, "APP"),
      h("time", { datetime: message.timestamp, title: writeFull(seconds, store.me.locale) }, when(store, message)),
    ),
  ];
}
