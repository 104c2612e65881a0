/** What a message says: its text, and all that hangs on it. */

import { edit } from "./actions.js";
import { embedBox } from "./embeds.js";
import { attachmentList } from "./files.js";
import { pollBox } from "./poll.js";
import { reactionRow } from "./reactions.js";
import { drawComponents } from "../components/draw.js";
import { button, h } from "../dom.js";
import { icon } from "../icons.js";
import { markdown } from "../markdown/draw.js";
import { secondsOf, writeFull } from "../moments.js";
import { memberName } from "../names.js";

export const EPHEMERAL = 1 << 6;
const SUPPRESS_EMBEDS = 1 << 2;
const LOADING = 1 << 7;
const V2 = 1 << 15;

/** What Discord itself says in somebody's name, by the message's type. */
const NOTES = {
  6: () => "pinned a message to this channel.",
  7: () => "has joined the server.",
  18: (message) => `started a thread: ${message.content}`,
  46: () => "A poll has closed.",
};

/** @param {import("../app.js").App} app @param {any} message */
export function messageBody(app, message) {
  const { store } = app;
  const loading = (message.flags & LOADING) !== 0;
  const node = h("div", { class: "message-body" });
  if (store.editing === message.id) node.append(editor(app, message));
  else if (loading) node.append(thinking(memberName(store, message.author)));
  else if (NOTES[message.type]) node.append(note(app, message));
  else if (message.content) node.append(content(app, message));
  else if (message.edited_timestamp && !(message.flags & V2)) node.append(editedMark(app, message));
  const embeds = (message.flags & SUPPRESS_EMBEDS) === 0 ? (message.embeds ?? []) : [];
  const used = message.flags & V2 ? [] : (message.attachments ?? []).filter((file) => !embeddedIn(embeds, file));
  node.append(
    ...[
      attachmentList(used),
      embeds.map((embed) => embedBox(app, embed)),
      message.poll && pollBox(app, message),
      message.components?.length > 0 && h("div", { class: "components" }, drawComponents(app, message)),
      reactionRow(app, message),
      failure(app, message),
      (message.only_you || (message.flags & EPHEMERAL) !== 0) && onlyYou(app, message),
    ]
      .flat(Infinity)
      .filter(Boolean),
  );
  return node;
}

function note(app, message) {
  return h("p", { class: "note" }, NOTES[message.type](message));
}

function content(app, message) {
  const drawn = markdown(app, message.content);
  if (message.edited_timestamp)
    (drawn.lastElementChild?.tagName === "P" ? drawn.lastElementChild : drawn).append(" ", editedMark(app, message));
  return drawn;
}

function editedMark({ store }, message) {
  return h(
    "span",
    { class: "edited", title: writeFull(secondsOf(message.edited_timestamp), store.me.locale) },
    "(edited)",
  );
}

/** A picture that an embed shows is not shown once more beside it. */
function embeddedIn(embeds, file) {
  const path = (url) => url.split("?")[0];
  return embeds.some((embed) =>
    [embed.image, embed.thumbnail].some((media) => media?.url && path(media.url) === path(file.url)),
  );
}

function thinking(name) {
  return h(
    "p",
    { class: "thinking", role: "status" },
    h("span", { class: "dots", "aria-hidden": "true" }),
    ` ${name} is thinking…`,
  );
}

function failure(app, message) {
  const failed = [...app.store.interactions.values()].some(
    (one) => one.message === message.id && one.state === "failed",
  );
  return failed && h("p", { class: "failure", role: "alert" }, "The application did not respond");
}

function onlyYou(app, message) {
  const dismiss = () => app.do("dismiss", { message: message.id });
  return h(
    "p",
    { class: "only-you" },
    icon("eye"),
    "Only you can see this · ",
    button({ class: "link-button", data: { focus: "dismiss" }, onclick: dismiss }, "Dismiss message"),
  );
}

function editor(app, message) {
  const close = () => edit(app, null);
  const area = h("textarea", {
    class: "edit-area",
    "aria-label": "Edit the message",
    data: { focus: "edit", grab: "" },
    rows: "2",
    value: message.content,
  });
  area.addEventListener("keydown", async (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (area.value.trim() && (await app.do("edit", { message: message.id, content: area.value.trim() }))) close();
    } else return;
    event.stopPropagation();
  });
  return h("div", { class: "editor" }, area, h("small", null, "Escape to cancel, Enter to save"));
}
