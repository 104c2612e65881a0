/** Says which message is answered, over the line in which one writes. */

import { button, fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { reply } from "../messages/actions.js";
import { memberName } from "../names.js";

/** @param {import("../app.js").App} app @param {() => void} focus on what is written in */
export function replyBar(app, focus) {
  const { store } = app;
  const node = h("div", { class: "reply-bar", hidden: true });
  const draw = () => {
    node.hidden = store.replyTo === null;
    if (node.hidden) return;
    const cancel = button(
      { class: "icon-button", "aria-label": "Do not reply", onclick: () => reply(app, null) },
      icon("close"),
    );
    fill(node, h("span", null, "Replying to ", h("strong", null, memberName(store, store.replyTo.author))), cancel);
    focus();
  };
  store.on("reply", draw);
  return node;
}
