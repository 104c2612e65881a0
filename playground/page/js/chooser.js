/** A list to choose from, one or several, searched by typing: for selects, and whoever acts. */

import { fill, freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { openPopup } from "./popup.js";

/**
 * @typedef {{value: string, label: string, hint?: string, mark?: Node | null, colour?: string | null}} Choice
 * `mark` is drawn before it
 */

/**
 * @param {{anchor: HTMLElement, label: string, choices: Choice[], chosen: string[], least: number, most: number,
 *   searched?: boolean, onchoose: (values: string[]) => void}} asked
 *   with `most` 1 a choice is made at once; otherwise when the list closes
 */
export function openChooser({ anchor, label, choices, chosen, least, most, searched = choices.length > 8, onchoose }) {
  const before = [...chosen];
  let picked = [...chosen];
  let active = 0;
  let shown = choices;
  const listId = freshId("list");
  const list = h("div", {
    class: "choices",
    id: listId,
    role: "listbox",
    "aria-multiselectable": String(most > 1),
    "aria-label": label,
  });
  const input = h("input", {
    class: searched ? "chooser-search" : "visually-hidden",
    type: "text",
    placeholder: "Search",
    autocomplete: "off",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": listId,
    "aria-label": label,
    data: { first: "" },
    readonly: !searched,
    oninput: () => draw(input.value),
    onkeydown: (event) => key(event),
  });
  const box = h(
    "div",
    { class: "chooser" },
    input,
    list,
    most > 1 && h("p", { class: "chooser-hint" }, hintOf(least, most)),
  );

  const choose = (choice) => {
    if (!choice) return;
    if (most === 1) {
      const same = picked[0] === choice.value && least === 0;
      picked = same ? [] : [choice.value];
      close();
      return;
    }
    if (picked.includes(choice.value)) picked = picked.filter((value) => value !== choice.value);
    else if (picked.length < most) picked = [...picked, choice.value];
    draw(input.value, active);
  };

  const draw = (typed, at = 0) => {
    const wanted = typed.toLowerCase();
    shown = choices.filter((one) => `${one.label} ${one.hint ?? ""}`.toLowerCase().includes(wanted));
    active = Math.min(at, Math.max(0, shown.length - 1));
    fill(
      list,
      shown.length === 0 && h("p", { class: "chooser-hint" }, "Nothing is called that."),
      shown.map((choice, index) =>
        choiceRow(
          choice,
          { id: `${listId}-${index}`, active: index === active, chosen: picked.includes(choice.value) },
          () => {
            active = index;
            choose(choice);
          },
        ),
      ),
    );
    input.setAttribute("aria-activedescendant", shown.length ? `${listId}-${active}` : "");
    list.children[active]?.scrollIntoView({ block: "nearest" });
  };

  const key = (event) => {
    const to = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      Home: searched ? undefined : 0,
      End: searched ? undefined : shown.length - 1,
    }[event.key];
    if (to !== undefined && shown.length) draw(input.value, (to + shown.length) % shown.length);
    else if (event.key === "Enter" || (event.key === " " && !searched)) choose(shown[active]);
    else if (event.key === "Tab") close();
    else return;
    event.preventDefault();
  };

  const finish = () => {
    anchor.setAttribute("aria-expanded", "false");
    const same = picked.length === before.length && picked.every((value) => before.includes(value));
    if (!same && picked.length >= least) onchoose(picked);
  };
  draw(
    "",
    Math.max(
      0,
      choices.findIndex((choice) => chosen.includes(choice.value)),
    ),
  );
  anchor.setAttribute("aria-expanded", "true");
  const close = openPopup(box, { anchor, onclose: finish });
  box.style.minWidth = `${Math.min(anchor.offsetWidth, innerWidth - 16)}px`;
}

const hintOf = (least, most) =>
  least === most ? `Choose ${most}.` : `Choose ${least} to ${most}. Close the list when done.`;

/** One row of a list to choose from. */
export function choiceRow(choice, { id, active, chosen }, onclick) {
  const press = (event) => event.preventDefault(); // the focus stays where the typing is
  return h(
    "div",
    {
      class: `choice ${active ? "active" : ""}`,
      id,
      role: "option",
      "aria-selected": String(chosen ?? active),
      onclick,
      onmousedown: press,
    },
    choice.mark,
    h(
      "span",
      { class: "choice-text" },
      h("span", { class: "choice-label", vars: choice.colour ? { color: choice.colour } : {} }, choice.label),
      choice.hint && h("small", null, choice.hint),
    ),
    chosen && icon("check"),
  );
}
