/** One option of a command that is being typed: its name, and what is filled in. */

import { fixedChoices, parse } from "./options.js";
import { freshId, h } from "../dom.js";

/**
 * @typedef {object} Surroundings
 * @property {import("../app.js").App} app
 * @property {import("./suggestions.js").Suggestions} suggestions
 * @property {(pill: Pill) => Promise<any[]>} complete asks the bot
 * @property {(pill: Pill, step: number) => void} leave goes to the option after (1) or before (-1) it
 * @property {(pill: Pill) => void} remove
 * @property {() => void} run
 */

const WAIT = 250;

export class Pill {
  /** What was chosen from a list: value and label. @type {import("../chooser.js").Choice | null} */
  #chosen = null;
  #timer = 0;
  #turn = 0;

  /** @param {any} option @param {Surroundings} around */
  constructor(option, around) {
    this.option = option;
    this.around = around;
    this.shown = option.shown_name ?? option.name;
    const errorId = freshId("error");
    this.input = h("input", {
      class: "pill-input",
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-label": `${this.shown}${option.required ? ", required" : ""}`,
      "aria-describedby": errorId,
      placeholder: option.required ? "required" : "",
      data: { option: option.name },
      oninput: () => this.#typed(),
      onfocus: () => this.suggest(),
      onblur: () => this.#left(),
      onkeydown: (event) => this.#key(event),
    });
    this.error = h("span", { class: "pill-error", id: errorId, role: "alert" });
    this.node = h(
      "div",
      {
        class: `pill ${option.required ? "required" : ""}`,
        title: option.shown_description ?? option.description,
        onclick: () => this.input.focus(),
      },
      h("span", { class: "pill-name" }, this.shown),
      this.input,
      this.error,
    );
    this.#size();
  }

  focus() {
    this.input.focus();
  }

  get text() {
    return this.input.value;
  }

  get isEmpty() {
    return this.input.value === "";
  }

  /** @returns {{value: any} | {error: string}} */
  read() {
    if (this.#chosen) return { value: this.#chosen.value };
    if (this.isEmpty) return { error: "This is required." };
    const choices = fixedChoices(this.around.app, this.option);
    if (!choices) return parse(this.option, this.text);
    const same = choices.find((choice) => choice.label.toLowerCase() === this.text.trim().toLowerCase());
    return same ? { value: same.value } : { error: "Choose one from the list." };
  }

  complain(sentence) {
    this.error.textContent = sentence;
    this.node.classList.toggle("wrong", Boolean(sentence));
    this.input.setAttribute("aria-invalid", String(Boolean(sentence)));
  }

  /** Shows what there is to choose. */
  suggest() {
    const { app, suggestions } = this.around;
    const head = { title: this.shown, about: this.option.shown_description ?? this.option.description ?? "" };
    clearTimeout(this.#timer);
    if (this.option.autocomplete) return this.#complete(head);
    const choices = this.#chosen ? null : fixedChoices(app, this.option);
    const wanted = this.text.toLowerCase();
    const items = (choices ?? [])
      .filter((choice) => `${choice.label} ${choice.hint ?? ""}`.toLowerCase().includes(wanted))
      .slice(0, 100);
    const note = choices && items.length === 0 ? "Nothing is called that." : null;
    suggestions.show(this.input, { ...head, items, note, onpick: (choice) => this.#choose(choice) });
  }

  /** The bot is asked when the typing pauses; an answer that comes too late is not shown. */
  #complete(head) {
    const { suggestions } = this.around;
    const turn = (this.#turn += 1);
    if (this.#chosen) return suggestions.show(this.input, head);
    suggestions.show(this.input, { ...head, note: "Loading choices…" });
    this.#timer = setTimeout(async () => {
      const answer = await this.around.complete(this).catch((error) => ({ error: error.message }));
      if (turn !== this.#turn || document.activeElement !== this.input) return;
      const items = (answer.choices ?? []).map((choice) => ({
        value: choice.value,
        label: choice.shown_name ?? choice.name,
      }));
      const note = answer.error ?? (items.length === 0 ? "No choices fit." : null);
      suggestions.show(this.input, { ...head, items, note, onpick: (choice) => this.#choose(choice) });
    }, WAIT);
  }

  #choose(choice) {
    this.#chosen = choice;
    this.input.value = choice.label;
    this.node.classList.add("chosen");
    this.complain("");
    this.#size();
    this.around.leave(this, 1);
  }

  #typed() {
    this.#chosen = null;
    this.node.classList.remove("chosen");
    this.complain("");
    this.#size();
    this.suggest();
  }

  #left() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.around.suggestions.hide();
    if (this.isEmpty) return;
    const read = this.read();
    this.complain(read.error ?? "");
  }

  #size() {
    this.input.size = Math.min(60, Math.max(3, this.input.value.length || this.input.placeholder.length));
  }

  #key(event) {
    const { suggestions, leave, remove, run } = this.around;
    if (suggestions.take(event)) return;
    if (event.key === "Enter" && !event.isComposing) run();
    else if (event.key === "Escape" && suggestions.open) suggestions.hide();
    else if (event.key === "Backspace" && this.isEmpty) remove(this);
    else if (
      event.key === "ArrowRight" &&
      this.input.selectionEnd === this.text.length &&
      this.input.selectionStart === this.text.length
    )
      leave(this, 1);
    else if (event.key === "ArrowLeft" && this.input.selectionEnd === 0) leave(this, -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
