/** The field of a form that takes files. */

import { button, fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { writeSize } from "../moments.js";
import { takeFiles } from "../uploads.js";

/** @param {import("../app.js").App} app @param {any} component @returns {import("./fields.js").Control} */
export function fileField(app, component) {
  const most = component.max_values ?? 1;
  const least = component.min_values ?? 1;
  /** @type {File[]} */
  let files = [];
  /** Uploads that are there already, so that a form that is sent once more need not send them again. */
  const uploads = new Map();
  const chooser = h("input", {
    type: "file",
    class: "visually-hidden",
    multiple: most > 1,
    tabIndex: -1,
    "aria-hidden": "true",
    data: { customId: component.custom_id },
    onchange: () => {
      add([...chooser.files]);
      chooser.value = "";
    },
  });
  const input = button(
    { class: "drop-zone", onclick: () => chooser.click() },
    icon("plus"),
    h("span", null, most > 1 ? `Drop up to ${most} files here, or choose` : "Drop a file here, or choose one"),
  );
  const list = h("div", { class: "tray" });
  const node = h("div", null, input, chooser, list);

  function add(more) {
    files = [...files, ...more].slice(-most);
    draw();
  }

  function draw() {
    fill(
      list,
      files.map((file) =>
        h(
          "div",
          { class: "tray-file" },
          icon("file"),
          h("span", { class: "tray-name" }, file.name, h("small", null, writeSize(file.size))),
          button(
            { class: "icon-button", "aria-label": `Remove ${file.name}`, onclick: () => remove(file) },
            icon("close"),
          ),
        ),
      ),
    );
  }

  function remove(file) {
    files = files.filter((one) => one !== file);
    draw();
    input.focus();
  }

  takeFiles(node, add);
  return {
    node,
    input,
    async value() {
      for (const file of files) if (!uploads.has(file)) uploads.set(file, await app.api.upload(file));
      return files.map((file) => uploads.get(file));
    },
    wrong: (required) =>
      required && files.length < Math.max(1, least)
        ? least > 1
          ? `At least ${least} files.`
          : "A file is needed here."
        : "",
  };
}
