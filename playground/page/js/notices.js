/** Sentences that come unasked: refusals, for a while; and new messages, for those who listen to the page. */

import { button, h } from "./dom.js";
import { icon } from "./icons.js";

const SECONDS = 8;

export class Notices {
  node = h("div", { class: "notices", role: "alert" });
  #live = h("div", { class: "visually-hidden", "aria-live": "polite", role: "status" });

  constructor() {
    document.body.append(this.node, this.#live);
  }

  /** @param {string} sentence */
  complain(sentence) {
    if (this.node.lastElementChild?.dataset.sentence === sentence) this.node.lastElementChild.remove();
    const note = h(
      "div",
      { class: "notice", data: { sentence } },
      h("span", null, sentence),
      button({ class: "icon-button", "aria-label": "Close", onclick: () => note.remove() }, icon("close")),
    );
    this.node.append(note);
    setTimeout(() => note.remove(), SECONDS * 1000);
  }

  /** @param {string} sentence */
  say(sentence) {
    this.#live.textContent = sentence;
  }
}
