/** Where one writes: a message, or a command once the line begins with a slash. */

import { commandForm } from "./command_form.js";
import { replyBar } from "./reply_bar.js";
import { Suggestions } from "./suggestions.js";
import { Tray } from "./tray.js";
import { search } from "../commands.js";
import { button, fill, h } from "../dom.js";
import { openEmojiPicker } from "../emoji_picker.js";
import { icon } from "../icons.js";
import { edit, reply } from "../messages/actions.js";
import { channelName, DIRECT, FORUM, may, maySend } from "../names.js";
import { takeFiles } from "../uploads.js";

/** @param {import("../app.js").App} app @param {HTMLElement} dropPlace where files can be dropped */
export function composer(app, dropPlace) {
  const { store } = app;
  const suggestions = new Suggestions();
  const tray = new Tray();
  let form = null;
  const drafts = new Map();
  let channel = null;
  const area = h("textarea", {
    class: "composer-text",
    rows: "1",
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    oninput: () => typed(),
    onkeydown: (event) => key(event),
    onpaste: (event) => pasted(event),
    onblur: () => suggestions.hide(),
    onfocus: () => typed(),
  });
  const chooser = h("input", {
    type: "file",
    multiple: true,
    class: "visually-hidden",
    tabIndex: -1,
    "aria-hidden": "true",
    id: "message-files",
    onchange: () => {
      tray.add([...chooser.files]);
      chooser.value = "";
      area.focus();
    },
  });
  const attach = button(
    { class: "icon-button", "aria-label": "Attach files", title: "Attach files", onclick: () => chooser.click() },
    icon("plus"),
  );
  const slash = button(
    { class: "icon-button", "aria-label": "Commands", title: "Commands", onclick: () => write("/") },
    icon("slash"),
  );
  const smile = button(
    {
      class: "icon-button",
      "aria-label": "Emoji",
      title: "Emoji",
      onclick: () => openEmojiPicker(smile, (sign) => write(area.value + sign)),
    },
    icon("smile"),
  );
  const send = button(
    { class: "icon-button send", "aria-label": "Send the message", title: "Send", onclick: () => say() },
    icon("send"),
  );
  const textLine = h("div", { class: "composer-line" }, attach, chooser, area, slash, smile, send);
  const slot = h("div", { class: "composer-slot" }, textLine);
  const node = h(
    "div",
    { class: "composer", role: "region", "aria-label": "Write" },
    suggestions.node,
    replyBar(app, () => area.focus()),
    h("div", { class: "composer-box" }, tray.node, slot),
  );

  const resize = () => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, innerHeight / 3)}px`;
  };

  function write(text) {
    leaveCommand(text);
    typed();
  }

  async function typed() {
    resize();
    send.hidden = area.value.trim() === "" && tray.files.length === 0;
    if (!area.value.startsWith("/")) return suggestions.hide();
    const asked = area.value;
    const entries = await app.commands.typed(store.channel);
    if (area.value !== asked || form || document.activeElement !== area) return;
    const found = search(entries, asked.slice(1)).slice(0, 60);
    const note =
      entries.length === 0
        ? "There are no commands here for this person."
        : found.length === 0
          ? "No command is called that."
          : null;
    suggestions.show(area, { items: found.map(commandItem), note, onpick: ({ entry }) => enterCommand(entry) });
  }

  function enterCommand(entry) {
    area.value = "";
    form = commandForm(app, entry, suggestions, leaveCommand);
    fill(slot, form.node);
    form.focus();
  }

  function leaveCommand(text) {
    form = null;
    suggestions.hide();
    fill(slot, textLine);
    area.value = text;
    area.focus();
    resize();
  }

  async function say() {
    const content = area.value.trim();
    if (content === "" && tray.files.length === 0) return;
    const files = [];
    for (const file of tray.files) {
      const upload = await app.attempt(() => app.api.upload(file));
      if (upload === null) return;
      files.push(upload);
    }
    const said = await app.do("say", { content, files, reply_to: store.replyTo?.id ?? null });
    if (!said) return;
    store.replyTo = null;
    store.tell("reply", "said");
    tray.clear();
    area.value = "";
    typed();
  }

  function key(event) {
    if (suggestions.take(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) say();
    else if (event.key === "Escape" && suggestions.open) suggestions.hide();
    else if (event.key === "Escape" && store.replyTo) reply(app, null);
    else if (event.key === "ArrowUp" && area.value === "") editLast();
    else return;
    event.preventDefault();
  }

  function editLast() {
    const own = store.messages
      .get(store.channel)
      ?.list.findLast((message) => message.author.id === store.me.id && message.content);
    if (own) edit(app, own.id);
  }

  function pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    tray.add(files);
    typed();
  }

  /** What can be written differs from place to place. */
  function settle() {
    const here = store.here;
    node.hidden = !here || here.type === FORUM;
    if (!here) return;
    if (channel !== here.id) {
      if (channel) drafts.set(channel, area.value);
      channel = here.id;
      if (form) leaveCommand("");
      area.value = drafts.get(channel) ?? "";
      tray.clear();
      suggestions.hide();
      resize();
    }
    const name = `${here.type === DIRECT ? "@" : "#"}${channelName(store, here)}`;
    const allowed = maySend(here);
    const commands = may(here, "useCommands");
    area.placeholder = allowed
      ? `Message ${name}`
      : commands
        ? "You may use commands here, but not write."
        : "You may not write here.";
    area.setAttribute("aria-label", `Message ${name}`);
    area.disabled = !allowed && !commands;
    attach.hidden = !allowed || !may(here, "attachFiles");
    send.hidden = area.value.trim() === "";
  }

  takeFiles(dropPlace, (files) => (form ? form.takeFiles(files) : attach.hidden || tray.add(files)));
  dropPlace.addEventListener("drop", () => (send.hidden = tray.files.length === 0));
  store.on("place world", settle);
  store.on("commands", () => area.value.startsWith("/") && typed());
  return { node, focus: () => (form ? form.focus() : area.focus()), write };
}

function commandItem(entry) {
  const needed = entry.options.filter((option) => option.required).map((option) => option.shown_name ?? option.name);
  return {
    value: entry.shown,
    label: `/${entry.shown}${needed.length ? ` ${needed.join(" ")}` : ""}`,
    hint: entry.about,
    group: entry.application,
    entry,
  };
}
