/** One field of a form: drawn, read and checked by its kind. */

import { defaultsOf, selectBox } from "../components/selects.js";
import { fileField } from "./file_field.js";
import { freshId, h } from "../dom.js";

const TEXT_INPUT = 4,
  FILE_UPLOAD = 19,
  RADIO = 21,
  CHECKBOXES = 22,
  CHECKBOX = 23;
const PARAGRAPH = 2;

/**
 * @typedef {object} Control what a kind of field is made of
 * @property {HTMLElement} node
 * @property {HTMLElement} input that takes the focus
 * @property {() => any} value maybe a promise
 * @property {() => string} wrong a sentence, or nothing
 */

/**
 * @param {import("../app.js").App} app
 * @param {any} component
 * @param {string} label
 * @param {string} [about]
 */
export function fieldOf(app, component, label, about) {
  const id = freshId("field");
  const control = controlOf(app, component, id);
  const required = component.type === CHECKBOX ? false : component.required !== false;
  const error = h("p", { class: "field-error", role: "alert", id: `${id}-error` });
  const complain = (sentence) => {
    error.textContent = sentence;
    control.input.setAttribute("aria-invalid", String(Boolean(sentence)));
  };
  control.input.id = id;
  control.input.setAttribute("aria-describedby", `${id}-error ${id}-about`);
  if (label) control.input.setAttribute("aria-label", required ? `${label}, required` : label);
  return {
    customId: component.custom_id,
    label,
    complain,
    node: h(
      "div",
      { class: "field" },
      label &&
        h(
          "label",
          { for: id, class: "field-label" },
          label,
          required && h("span", { class: "needed", "aria-hidden": "true" }, " *"),
        ),
      about && h("p", { class: "field-about", id: `${id}-about` }, about),
      control.node,
      error,
    ),
    focus: () => control.input.focus(),
    value: () => control.value(),
    check() {
      complain(control.wrong(required));
      return error.textContent === "";
    },
  };
}

/** @returns {Control} */
function controlOf(app, component, id) {
  switch (component.type) {
    case TEXT_INPUT:
      return textInput(component);
    case FILE_UPLOAD:
      return fileField(app, component);
    case RADIO:
      return options(component, "radio", id);
    case CHECKBOXES:
      return options(component, "checkbox", id);
    case CHECKBOX: {
      const input = h("input", { type: "checkbox", checked: Boolean(component.default) });
      return { node: input, input, value: () => input.checked, wrong: () => "" };
    }
    default:
      return select(app, component);
  }
}

function textInput(component) {
  const most = component.max_length ?? 4000;
  const long = component.style === PARAGRAPH;
  const counter = h("span", { class: "counter", "aria-hidden": "true" });
  const count = () => {
    const left = most - input.value.length;
    counter.textContent = long || component.max_length ? `${input.value.length} / ${most}` : "";
    counter.classList.toggle("over", left < 0);
  };
  const props = {
    class: "field-input",
    placeholder: component.placeholder ?? "",
    value: component.value ?? "",
    oninput: count,
    data: { customId: component.custom_id },
  };
  const input = long
    ? h("textarea", { ...props, rows: "4" })
    : h("input", { ...props, type: "text", autocomplete: "off" });
  count();
  const wrong = (required) => {
    const { length } = input.value;
    if (length === 0) return required ? "This is required." : "";
    if (length > most) return `At most ${most} characters; there are ${length}.`;
    return length < (component.min_length ?? 0) ? `At least ${component.min_length} characters.` : "";
  };
  return { node: h("div", { class: "field-frame" }, input, counter), input, value: () => input.value, wrong };
}

function select(app, component) {
  let chosen = defaultsOf(component);
  const input = selectBox(app, component, chosen, (values) => {
    chosen = values;
  });
  const least = component.min_values ?? 1;
  return {
    node: input,
    input,
    value: () => chosen,
    wrong: (required) => (required && chosen.length < Math.max(1, least) ? "Make a selection." : ""),
  };
}

/** A group of options that are all seen. */
function options(component, type, id) {
  const inputs = component.options.map((option) =>
    h("input", { type, name: id, value: option.value, checked: Boolean(option.default) }),
  );
  const rows = component.options.map((option, index) =>
    h(
      "label",
      { class: "option-row" },
      inputs[index],
      h("span", null, option.label, option.description && h("small", null, option.description)),
    ),
  );
  const chosen = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const most = component.max_values ?? inputs.length;
  const wrong = (required) => {
    const { length } = chosen();
    if (required && length === 0) return "Make a selection.";
    if (type === "checkbox" && length > most) return `At most ${most}.`;
    return type === "checkbox" && length > 0 && length < (component.min_values ?? 0)
      ? `At least ${component.min_values}.`
      : "";
  };
  return {
    node: h("div", { class: "option-rows", role: "group" }, rows),
    input: inputs[0],
    value: () => (type === "radio" ? (chosen()[0] ?? null) : chosen()),
    wrong,
  };
}
