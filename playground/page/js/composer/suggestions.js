/** The list over the composer: commands, choices of an option. Moved in by keys while the focus stays in the input. */

import { choiceRow } from "../chooser.js";
import { fill, freshId, h } from "../dom.js";

/**
 * @typedef {import("../chooser.js").Choice & {group?: string}} Suggestion `group`: the heading it stands under
 */
export class Suggestions {
  node = h("div", { class: "suggestions", hidden: true });
  #items = [];
  #active = -1;
  #input = null;
  #id = freshId("suggestions");
  #rows = [];

  get open() {
    return !this.node.hidden;
  }

  /**
   * @param {HTMLInputElement | HTMLTextAreaElement} input that is typed in
   * @param {{title?: string, about?: string, items?: Suggestion[], note?: string, first?: boolean, onpick?: (item: any) => void}} what
   *   `note`: "Loading…" or what is wrong; `first`: whether the first is marked at once
   */
  show(input, { title, about, items = [], note, first = true, onpick = () => {} }) {
    this.#input = input;
    this.#items = items;
    this.onpick = onpick;
    this.#active = first && items.length > 0 ? 0 : -1;
    this.node.hidden = false;
    const rows = [];
    let group = null;
    this.#rows = items.map((item, index) => {
      if (item.group && item.group !== group)
        rows.push(h("div", { class: "suggestion-group", role: "presentation" }, item.group));
      group = item.group;
      const row = choiceRow(item, { id: `${this.#id}-${index}`, active: false, chosen: undefined }, () =>
        this.#pick(index),
      );
      rows.push(row);
      return row;
    });
    fill(
      this.node,
      (title || about) &&
        h("div", { class: "suggestion-head" }, title && h("strong", null, title), about && h("span", null, about)),
      note && h("p", { class: "chooser-hint", role: "status" }, note),
      items.length > 0 &&
        h("div", { class: "choices", role: "listbox", id: this.#id, "aria-label": title || "Suggestions" }, rows),
    );
    input.setAttribute("aria-controls", this.#id);
    input.setAttribute("aria-expanded", String(items.length > 0));
    this.#mark();
  }

  hide() {
    this.node.hidden = true;
    this.#items = [];
    this.#rows = [];
    this.#active = -1;
    this.#input?.setAttribute("aria-expanded", "false");
    this.#input?.removeAttribute("aria-activedescendant");
  }

  /** Takes the keys that move in the list or choose from it; true if it was one. @param {KeyboardEvent} event */
  take(event) {
    if (!this.open || this.#items.length === 0 || event.isComposing) return false;
    const count = this.#items.length;
    const to = { ArrowDown: this.#active + 1, ArrowUp: this.#active < 0 ? count - 1 : this.#active - 1 }[event.key];
    if (to !== undefined) {
      this.#active = (to + count) % count;
      this.#mark();
    } else if ((event.key === "Enter" || event.key === "Tab") && this.#active >= 0 && !event.shiftKey)
      this.#pick(this.#active);
    else return false;
    event.preventDefault();
    return true;
  }

  #pick(index) {
    const item = this.#items[index];
    this.hide();
    this.onpick(item);
  }

  #mark() {
    this.#rows.forEach((row, index) => {
      row.classList.toggle("active", index === this.#active);
      row.setAttribute("aria-selected", String(index === this.#active));
    });
    const row = this.#rows[this.#active];
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.#input.setAttribute("aria-activedescendant", row.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }
}
