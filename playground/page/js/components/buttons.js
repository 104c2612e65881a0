/** Buttons of messages. */

import { button, h, webAddress } from "../dom.js";
import { icon } from "../icons.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "primary" };

/** @param {import("../app.js").App} app @param {any} message @param {any} component */
export function buttonOf(app, message, component) {
  const inner = [component.emoji && emojiOf(component.emoji), component.label && h("span", null, component.label)];
  const kind = `component-button ${STYLES[component.style] ?? "secondary"}`;
  const label = component.label ? null : (component.emoji?.name ?? "Button");
  if (component.style === 5) {
    const href = component.disabled ? null : webAddress(component.url);
    return h(
      "a",
      {
        class: kind,
        href,
        target: "_blank",
        rel: "noopener noreferrer",
        title: component.url,
        "aria-label": label,
        "aria-disabled": href ? null : "true",
      },
      inner,
      icon("link"),
    );
  }
  const waits = isWaiting(app, message, component.custom_id);
  const click = () => {
    if (node.getAttribute("aria-busy") === "true") return;
    forgetFailures(app, message);
    node.setAttribute("aria-busy", "true");
    app
      .askOr(
        "click",
        { message: message.id, custom_id: component.custom_id },
        { message: message.id, custom_id: component.custom_id },
      )
      .then((answer) => answer ?? node.setAttribute("aria-busy", "false"));
  };
  const node = button(
    {
      class: kind,
      disabled: Boolean(component.disabled),
      "aria-label": label,
      "aria-busy": String(waits),
      onclick: click,
      data: { focus: `component ${component.custom_id}`, customId: component.custom_id ?? "" },
    },
    inner,
    h("span", { class: "dots", "aria-hidden": "true" }),
  );
  return node;
}

export function emojiOf(emoji) {
  return h("span", { class: emoji.id ? "emoji-name" : "component-emoji" }, emoji.id ? `:${emoji.name}:` : emoji.name);
}

/** Whether a component was used and the bot has not answered yet. */
export function isWaiting(app, message, customId) {
  return [...app.store.interactions.values()].some(
    (one) => one.message === message.id && one.custom_id === customId && one.state === "sent",
  );
}

/** Whoever tries again need not read that it failed before. */
export function forgetFailures(app, message) {
  const { interactions } = app.store;
  for (const [id, one] of interactions)
    if (one.message === message.id && one.state === "failed") interactions.delete(id);
}
