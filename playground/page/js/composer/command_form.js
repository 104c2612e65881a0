/** A command that is being typed: its options as pills, those that are left, and running it. */

import { nest } from "../commands.js";
import { fill, h } from "../dom.js";
import { FilePill } from "./file_pill.js";
import { ATTACHMENT, describe } from "./options.js";
import { Pill } from "./pill.js";

/**
 * @param {import("../app.js").App} app
 * @param {import("../commands.js").Entry} entry
 * @param {import("./suggestions.js").Suggestions} suggestions
 * @param {(again: string) => void} leave with the text that the composer has then
 */
export function commandForm(app, entry, suggestions, leave) {
  const around = { app, suggestions, complete, leave: step, remove, run };
  /** @type {(Pill | FilePill)[]} */
  let pills = [];
  const line = h("div", { class: "pills" });
  const problem = h("p", { class: "composer-problem", role: "alert" });
  const tail = h("input", {
    class: "pill-tail",
    type: "text",
    autocomplete: "off",
    role: "combobox",
    "aria-expanded": "false",
    "aria-label": "Add an option, or press Enter to run",
    oninput: () => offer(),
    onfocus: () => offer(),
    onblur: () => suggestions.hide(),
    onkeydown: (event) => tailKey(event),
  });
  const send = h(
    "button",
    { type: "button", class: "send-button", "aria-label": `Run /${entry.shown}`, onclick: () => run() },
    "Run",
  );
  const node = h("div", { class: "command-form", role: "group", "aria-label": `/${entry.shown}` }, line, problem);

  const make = (option) => (option.type === ATTACHMENT ? new FilePill(option, around) : new Pill(option, around));
  const left = () => entry.options.filter((option) => !pills.some((pill) => pill.option === option));

  function draw() {
    const count = left().length;
    tail.placeholder = count > 0 ? `+${count} optional` : "";
    fill(
      line,
      h("span", { class: "command-chip" }, `/${entry.shown}`),
      pills.map((pill) => pill.node),
      tail,
      send,
    );
  }

  /** The options that are left, at the end of the line. */
  function offer() {
    problem.textContent = "";
    const wanted = tail.value.trim().toLowerCase();
    const items = left()
      .filter((option) => (option.shown_name ?? option.name).toLowerCase().includes(wanted))
      .map((option) => ({
        value: option.name,
        label: option.shown_name ?? option.name,
        hint: `${option.shown_description ?? option.description ?? ""} (${describe(option)})`,
        option,
      }));
    suggestions.show(tail, {
      title: `/${entry.shown}`,
      about: entry.about,
      items,
      first: wanted !== "",
      onpick: ({ option }) => add(option),
    });
  }

  function add(option) {
    tail.value = "";
    const pill = make(option);
    pills.push(pill);
    draw();
    pill.focus();
  }

  function remove(pill) {
    const at = pills.indexOf(pill);
    if (!pill.option.required) {
      pills = pills.filter((one) => one !== pill);
      suggestions.hide();
      draw();
      (pills[at - 1] ?? tail).focus();
    } else if (at > 0) pills[at - 1].focus();
    else leave(`/${entry.shown}`);
  }

  function step(pill, by) {
    const at = pills.indexOf(pill) + by;
    if (by > 0) {
      const empty = pills.slice(at).find((one) => one.isEmpty);
      (empty ?? pills[at] ?? tail).focus();
    } else pills[Math.max(0, at)].focus();
  }

  function tailKey(event) {
    const typed = tail.value.trim() !== "";
    if (event.key === "Tab" && !typed) return;
    if (suggestions.take(event)) return;
    if (event.key === "Enter") run();
    else if (event.key === "Escape") leave("");
    else if (
      (event.key === "Backspace" || event.key === "ArrowLeft") &&
      tail.value === "" &&
      tail.selectionStart === 0
    ) {
      if (pills.length > 0) pills.at(-1).focus();
      else if (event.key === "Backspace") leave(`/${entry.shown}`);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  node.addEventListener("keydown", ({ key }) => key === "Escape" && leave(""));

  /** As the control surface takes it. `focused`: the one that is being completed, as it is typed so far. */
  function written(focused = null) {
    const options = [];
    const files = {};
    for (const pill of pills) {
      const { name, type } = pill.option;
      if (pill === focused) options.push({ name, type, value: pill.text, focused: true });
      else if (!pill.isEmpty) {
        const read = pill.read();
        if (read.error) continue;
        if (type === ATTACHMENT) files[name] = read.value;
        else options.push({ name, type, value: read.value });
      }
    }
    return { command: entry.command.id, options: nest(entry.path, options), files };
  }

  function complete(pill) {
    return app.api.post("complete", { channel: app.store.channel, ...written(pill) });
  }

  async function run() {
    if (send.disabled) return; // it runs already
    problem.textContent = "";
    const needed = pills.filter((pill) => pill.option.required || !pill.isEmpty);
    const wrong = needed.map((pill) => [pill, pill.read().error]).filter(([, error]) => error);
    for (const [pill, error] of wrong) pill.complain(error);
    if (wrong.length > 0) return wrong[0][0].focus();
    send.disabled = true;
    try {
      await app.ask("run", written(), { name: entry.shown, application: entry.command.application_id });
      leave("");
    } catch (error) {
      blame(error);
    } finally {
      send.disabled = false;
    }
  }

  /** Shows a refusal at the option that it names, or under the line. */
  function blame(error) {
    const named = error.body?.option ?? pills.find((pill) => mentions(error.message, pill))?.option.name;
    const pill = pills.find((one) => one.option.name === named);
    if (!pill) {
      problem.textContent = error.message;
      return;
    }
    pill.focus();
    pill.complain(error.message);
  }

  pills = entry.options.filter((option) => option.required).map(make);
  draw();
  return {
    node,
    focus: () => (pills[0] ?? tail).focus(),
    /** Files that were dropped somewhere: for the first option that takes one and has none. */
    takeFiles(files) {
      let pill = pills.find((one) => one instanceof FilePill && one.isEmpty);
      const option = left().find((one) => one.type === ATTACHMENT);
      if (!pill && option) {
        add(option);
        pill = pills.at(-1);
      }
      if (pill instanceof FilePill) pill.take(files);
    },
  };
}

const mentions = (sentence, pill) =>
  new RegExp(`(^|[^\\w-])${pill.option.name.replace(/[^\w-]/g, "\\$&")}($|[^\\w-])`, "u").test(sentence);
