/** The files that go with the next message. */

import { button, fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { writeSize } from "../moments.js";

export class Tray {
  node = h("div", { class: "tray", hidden: true, role: "group", "aria-label": "Files of the message" });
  /** @type {File[]} */ files = [];

  /** @param {File[]} files */
  add(files) {
    this.files = [...this.files, ...files].slice(0, 10);
    this.#draw();
  }

  clear() {
    this.files = [];
    this.#draw();
  }

  #draw() {
    this.node.hidden = this.files.length === 0;
    fill(
      this.node,
      this.files.map((file) =>
        h(
          "div",
          { class: "tray-file" },
          file.type.startsWith("image/") ? preview(file) : icon("file"),
          h("span", { class: "tray-name" }, file.name, h("small", null, writeSize(file.size))),
          button(
            { class: "icon-button", "aria-label": `Remove ${file.name}`, onclick: () => this.#remove(file) },
            icon("close"),
          ),
        ),
      ),
    );
  }

  #remove(file) {
    this.files = this.files.filter((one) => one !== file);
    this.#draw();
  }
}

function preview(file) {
  const src = URL.createObjectURL(file);
  return h("img", { src, alt: "", onload: () => URL.revokeObjectURL(src) });
}
