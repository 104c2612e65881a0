/** Who is writing here at the moment. */

import { fill, h } from "./dom.js";
import { memberName } from "./names.js";

/** @param {import("./app.js").App} app */
export function typingLine(app) {
  const { store } = app;
  const node = h("div", { class: "typing", "aria-live": "off" });
  const draw = () => {
    const now = Date.now() / 1000;
    const writing = [...(store.typing.get(store.channel) ?? [])].filter(([, until]) => until > now);
    const names = writing.map(([id]) => memberName(store, store.users.get(id) ?? { id }));
    if (names.length === 0) return fill(node);
    const who = names.length > 3 ? "Several people are" : `${names.join(", ")} ${names.length > 1 ? "are" : "is"}`;
    return fill(node, h("span", { class: "dots", "aria-hidden": "true" }), ` ${who} typing…`);
  };
  store.on("typing place", draw);
  return node;
}
