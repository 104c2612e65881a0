/** Reactions under a message: pressed to add one's own, or to take it away. */

import { button, h } from "../dom.js";
import { openEmojiPicker } from "../emoji_picker.js";
import { icon } from "../icons.js";
import { may } from "../names.js";

/** As the control surface names an emoji: the character, or name:id. */
const written = (emoji) => (emoji.id ? `${emoji.name}:${emoji.id}` : emoji.name);

/** @param {import("../app.js").App} app @param {any} message */
export function reactionRow(app, message) {
  if (!message.reactions?.length) return null;
  const add = button(
    {
      class: "reaction add",
      "aria-label": "Add a reaction",
      data: { focus: "react" },
      onclick: () => react(app, message, add),
    },
    icon("smile"),
  );
  return h(
    "div",
    { class: "reactions", role: "group", "aria-label": "Reactions" },
    message.reactions.map((one) => {
      const emoji = written(one.emoji);
      const toggle = () => app.do(one.me ? "unreact" : "react", { message: message.id, emoji });
      return button(
        {
          class: "reaction",
          "aria-pressed": String(Boolean(one.me)),
          data: { focus: `reaction ${emoji}` },
          onclick: toggle,
          "aria-label": `${one.emoji.name}, ${one.count}`,
        },
        h(
          "span",
          { class: one.emoji.id ? "emoji-name" : "reaction-emoji" },
          one.emoji.id ? `:${one.emoji.name}:` : one.emoji.name,
        ),
        h("span", { class: "reaction-count" }, one.count),
      );
    }),
    may(app.store.here, "addReactions") && add,
  );
}

/** Lets one choose an emoji for a message. */
export function react(app, message, anchor) {
  openEmojiPicker(anchor, (emoji) => app.do("react", { message: message.id, emoji }));
}
