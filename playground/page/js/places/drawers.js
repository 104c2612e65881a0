/** What stands beside the chat: shown and hidden; over it where there is no room for both. */

import { button } from "../dom.js";
import { icon } from "../icons.js";

const NARROW = matchMedia("(max-width: 900px)");
const KEY = "playground-side";

/** On a wide window channels are always there, and one of members and requests may be. */
export class Drawers {
  #root;
  #openers = new Map();
  #before = null;

  /** @param {HTMLElement} root carries `data-open`, which the style sheet reads */
  constructor(root) {
    this.#root = root;
    root.dataset.open = NARROW.matches ? "" : (localStorage.getItem(KEY) ?? "members");
    NARROW.addEventListener("change", () => this.show(NARROW.matches ? "" : "members"));
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !NARROW.matches || !root.dataset.open || event.defaultPrevented) return;
      this.show("");
      this.#before?.focus();
    });
  }

  get open() {
    return this.#root.dataset.open;
  }

  show(name) {
    this.#root.dataset.open = name;
    if (!NARROW.matches) localStorage.setItem(KEY, name);
    for (const [which, node] of this.#openers) node.setAttribute("aria-expanded", String(which === name));
  }

  /** On a phone, after something was chosen. */
  leave() {
    if (NARROW.matches) this.show("");
  }

  /** @param {string} name @param {string} drawing @param {string} label */
  opener(name, drawing, label) {
    const toggle = () => {
      this.#before = node;
      this.show(this.open === name ? "" : name);
      if (this.open === name && NARROW.matches)
        this.#root.querySelector(`[data-drawer="${name}"] :is([tabindex="0"], input, select)`)?.focus();
    };
    const node = button(
      {
        class: `icon-button opener-${name}`,
        "aria-label": label,
        title: label,
        "aria-expanded": String(this.open === name),
        onclick: toggle,
      },
      icon(drawing),
    );
    this.#openers.set(name, node);
    return node;
  }
}
