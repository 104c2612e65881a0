/** Forms that a bot opens: filled in, sent, and kept open with what is wrong until the bot has taken them. */

import { fieldOf } from "./fields.js";
import { button, fill, freshId, h } from "../dom.js";
import { icon } from "../icons.js";
import { markdown } from "../markdown/draw.js";

const ROW = 1,
  TEXT = 10,
  LABEL = 18;

/** @param {import("../app.js").App} app @param {any} modal the data of the event MODAL */
export function openModal(app, modal) {
  const titleId = freshId("modal");
  const fields = modal.components.flatMap((part) => partsOf(app, part));
  const inputs = fields.filter((field) => field.customId);
  const problem = h("p", { class: "modal-problem", role: "alert" });
  const send = h(
    "button",
    { class: "component-button primary", type: "submit" },
    "Submit",
    h("span", { class: "dots", "aria-hidden": "true" }),
  );
  const bot = app.store.bots.find((one) => one.id === modal.application)?.user.username ?? "an application";
  const form = h(
    "form",
    { class: "modal-form", novalidate: true, onsubmit: (event) => submit(event) },
    h(
      "header",
      { class: "modal-head" },
      h("h2", { id: titleId }, modal.title),
      button({ class: "icon-button", "aria-label": "Close the form", onclick: () => dialog.close() }, icon("close")),
    ),
    h(
      "div",
      { class: "modal-body" },
      h("p", { class: "modal-warning" }, `This form goes to ${bot}.`),
      fields.map((field) => field.node),
      problem,
    ),
    h(
      "footer",
      { class: "modal-foot" },
      button({ class: "component-button secondary", onclick: () => dialog.close() }, "Cancel"),
      send,
    ),
  );
  const dialog = h(
    "dialog",
    {
      class: "modal",
      "aria-labelledby": titleId,
      onclose: () => {
        dialog.remove();
        before?.isConnected ? before.focus() : document.querySelector(".composer-text")?.focus();
      },
    },
    form,
  );
  const before = document.activeElement;

  const busy = (on) => {
    send.disabled = on;
    send.setAttribute("aria-busy", String(on));
  };

  async function submit(event) {
    event.preventDefault();
    problem.textContent = "";
    const wrong = inputs.filter((field) => !field.check());
    if (wrong.length > 0) return wrong[0].focus();
    busy(true);
    try {
      const entries = await Promise.all(inputs.map(async (field) => [field.customId, await field.value()]));
      const answer = await app.api.post("submit", { modal: modal.modal, fields: Object.fromEntries(entries) });
      await settled(app, answer.interaction, dialog);
      dialog.close();
    } catch (error) {
      blame(error);
    } finally {
      busy(false);
    }
  }

  /** The server's sentence begins with the field's label, where it is about one. */
  function blame(error) {
    const field = inputs.find((one) => one.label && error.message.startsWith(one.label));
    if (field) {
      field.complain(error.message);
      field.focus();
    } else fill(problem, error.message);
  }

  document.body.append(dialog);
  dialog.showModal();
  inputs[0]?.focus();
}

/** Waits until the bot has acknowledged the form; raises where it did not. */
function settled(app, id, dialog) {
  const { store } = app;
  return new Promise((resolve, reject) => {
    const look = () => {
      const state = store.interactions.get(id)?.state;
      if (state === "failed") reject(new Error("Something went wrong. Try again."));
      else if (state === "acknowledged" || !dialog.isConnected) resolve();
      else return false;
      store.off("interactions", look);
      return true;
    };
    if (!look()) store.on("interactions", look);
  });
}

function partsOf(app, part) {
  if (part.type === TEXT) return [{ node: markdown(app, part.content) }];
  if (part.type === LABEL) return [fieldOf(app, part.component, part.label, part.description)];
  if (part.type === ROW) return part.components.map((one) => fieldOf(app, one, one.label ?? "", ""));
  return [fieldOf(app, part, part.label ?? "", "")];
}
