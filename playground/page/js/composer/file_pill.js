/** An option of a command that takes a file: chosen, dropped or pasted, and uploaded at once. */

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { takeFiles } from "../uploads.js";

export class FilePill {
  /** The upload's id, once it is there. @type {string | null} */ upload = null;

  /** @param {any} option @param {import("./pill.js").Surroundings} around */
  constructor(option, around) {
    this.option = option;
    this.around = around;
    this.shown = option.shown_name ?? option.name;
    this.chooser = h("input", {
      type: "file",
      class: "visually-hidden",
      tabIndex: -1,
      "aria-hidden": "true",
      data: { option: option.name },
      onchange: () => this.take([...this.chooser.files]),
    });
    this.text = h("span", null, "Choose or drop a file");
    this.preview = h("span", { class: "pill-preview" }, icon("file"));
    this.input = h(
      "button",
      {
        type: "button",
        class: "pill-file",
        "aria-label": `${this.shown}: choose a file`,
        onclick: () => this.chooser.click(),
        onkeydown: (event) => this.#key(event),
        onfocus: () =>
          around.suggestions.show(this.input, {
            title: this.shown,
            about: option.shown_description ?? option.description,
          }),
        onblur: () => around.suggestions.hide(),
      },
      this.preview,
      this.text,
    );
    this.error = h("span", { class: "pill-error", role: "alert" });
    this.node = h(
      "div",
      { class: `pill ${option.required ? "required" : ""}` },
      h("span", { class: "pill-name" }, this.shown),
      this.input,
      this.chooser,
      this.error,
    );
    takeFiles(this.node, (files) => this.take(files));
  }

  focus() {
    this.input.focus();
  }

  get isEmpty() {
    return this.upload === null;
  }

  read() {
    return this.upload === null ? { error: "A file is needed here." } : { value: this.upload };
  }

  complain(sentence) {
    this.error.textContent = sentence;
    this.node.classList.toggle("wrong", Boolean(sentence));
  }

  /** @param {File[]} files of which the first is taken */
  async take([file]) {
    if (!file) return;
    this.complain("");
    this.upload = null;
    this.text.textContent = `${file.name} (uploading…)`;
    try {
      this.upload = await this.around.app.api.upload(file);
      this.text.textContent = file.name;
      this.node.classList.add("chosen");
      if (file.type.startsWith("image/")) this.#show(file);
    } catch (error) {
      this.text.textContent = file.name;
      this.complain(error.message);
    }
    this.focus();
  }

  #show(file) {
    const src = URL.createObjectURL(file);
    this.preview.replaceChildren(h("img", { src, alt: "", onload: () => URL.revokeObjectURL(src) }));
  }

  #key(event) {
    const { leave, remove, run } = this.around;
    if (event.key === "Enter" && this.upload !== null) run();
    else if (event.key === "Backspace") remove(this);
    else if (event.key === "ArrowRight") leave(this, 1);
    else if (event.key === "ArrowLeft") leave(this, -1);
    else return;
    event.preventDefault();
  }
}
