/** Faults that are put in the bot's way on purpose. */

import { button, fill, h } from "../dom.js";

/** By kind: what it is called, and its own settings with what they begin as. */
const KINDS = {
  rate_limit: ["Rate limit (429)", { retry_after: 2, global: false }],
  error: ["Server error, nothing done", { status: ["500", "502", "503", "504"] }],
  lost: ["Done, but the answer is lost", { how: ["reset", "502"] }],
  slow: ["A slow answer", { seconds: 5 }],
  refuse_upload: ["Upload refused (40005)", {}],
  forbid: ["Forbidden (403)", { code: 50013 }],
  drop: ["Now: cut the gateway", {}],
  reconnect: ["Now: opcode 7, reconnect", {}],
  invalid_session: ["Now: opcode 9, invalid session", { resumable: true }],
  expire_tokens: ["Now: expire all interaction tokens", {}],
};
const AT_ONCE = new Set(["drop", "reconnect", "invalid_session", "expire_tokens"]);

/** @param {import("../app.js").App} app */
export function faultBox(app) {
  const waiting = h("ul", { class: "faults", "aria-label": "Faults that wait" });
  const settings = h("div", { class: "fault-settings" });
  const kind = h(
    "select",
    { class: "field-input", "aria-label": "Kind of fault", onchange: () => drawSettings() },
    Object.entries(KINDS).map(([value, [label]]) => h("option", { value }, label)),
  );
  const form = h(
    "form",
    { class: "fault-form", onsubmit: (event) => add(event) },
    kind,
    settings,
    h("button", { class: "action-button" }, "Inject"),
  );

  const drawSettings = () => {
    const common = AT_ONCE.has(kind.value)
      ? {}
      : { times: 1, route: "", method: ["", "GET", "POST", "PUT", "PATCH", "DELETE"] };
    fill(
      settings,
      Object.entries({ ...KINDS[kind.value][1], ...common }).map(([name, value]) =>
        h("label", { class: "fault-setting" }, name, setting(name, value)),
      ),
    );
  };

  const refresh = async () => {
    const list = (await app.attempt(() => app.api.get("faults"))) ?? [];
    fill(
      waiting,
      list.map((fault) =>
        h(
          "li",
          null,
          `${fault.kind} × ${fault.times} ${[fault.method, fault.route].filter(Boolean).join(" ") || "any request"}`,
        ),
      ),
      list.length > 0 && h("li", null, button({ class: "quiet-button", onclick: clear }, "Remove all")),
    );
  };

  const clear = async () => {
    await app.attempt(() => app.api.remove("faults"));
    refresh();
  };

  async function add(event) {
    event.preventDefault();
    const given = { kind: kind.value };
    for (const input of settings.querySelectorAll("[name]")) {
      const value =
        input.type === "checkbox"
          ? input.checked
          : input.type === "number" || input.name === "status"
            ? Number(input.value)
            : input.value.trim();
      if (value !== "") given[input.name] = value;
    }
    if (await app.attempt(() => app.api.post("faults", given))) refresh();
  }

  drawSettings();
  app.store.on("log", () => waiting.childElementCount > 0 && refresh());
  refresh();
  return h("details", { class: "panel-box" }, h("summary", null, h("h2", null, "Faults")), form, waiting);
}

function setting(name, value) {
  if (Array.isArray(value))
    return h(
      "select",
      { class: "field-input", name },
      value.map((one) => h("option", { value: one }, one || "any")),
    );
  if (typeof value === "boolean") return h("input", { type: "checkbox", name, checked: value });
  if (typeof value === "number")
    return h("input", { class: "field-input", type: "number", name, value: String(value), min: "0", step: "any" });
  return h("input", { class: "field-input", type: "text", name, placeholder: "/channels/{channel_id}/messages" });
}
