/** The panel beside the chat: the clock, faults, and the log of what the bot asked of Discord. */

import { clockBox } from "./clock.js";
import { faultBox } from "./faults.js";
import { button, fill, h } from "../dom.js";

const SHOWN = 200;

/** @param {import("../app.js").App} app */
export function requestPanel(app) {
  const { store } = app;
  const list = h("ol", { class: "log", "aria-label": "The bot's requests, the latest first" });
  const only = h("input", { type: "checkbox", onchange: () => draw() });
  const filter = h("input", {
    class: "field-input",
    type: "search",
    placeholder: "Filter by route",
    "aria-label": "Filter by route",
    oninput: () => draw(),
  });
  const rows = new Map();
  let cleared = -1;
  const draw = () => {
    const wanted = filter.value.toLowerCase();
    const entries = store.log.filter(
      (one) =>
        one.number > cleared &&
        (!only.checked || isRefused(one)) &&
        `${one.method} ${one.route ?? one.path}`.toLowerCase().includes(wanted),
    );
    const nodes = entries
      .slice(-SHOWN)
      .reverse()
      .map((entry) => {
        if (!rows.has(entry.number)) rows.set(entry.number, row(app, entry));
        return rows.get(entry.number);
      });
    fill(
      list,
      nodes.length === 0 &&
        h("li", { class: "chooser-hint" }, store.log.length === 0 ? "The bot has asked for nothing yet." : "None."),
      nodes,
    );
  };
  const clear = () => {
    cleared = store.log.at(-1)?.number ?? -1;
    rows.clear();
    draw();
  };
  store.on("log", draw);
  draw();
  return h(
    "aside",
    { class: "requests", "aria-label": "Requests, clock and faults" },
    clockBox(app),
    faultBox(app),
    h(
      "section",
      { class: "panel-box grow" },
      h("h2", null, "Requests"),
      h(
        "div",
        { class: "log-tools" },
        filter,
        h("label", { class: "option-row" }, only, "refused"),
        button({ class: "quiet-button", onclick: clear }, "Clear"),
      ),
      list,
    ),
  );
}

const isRefused = (entry) => entry.status >= 400 || entry.status === 0 || Boolean(entry.refused);

function row(app, entry) {
  const refused = isRefused(entry);
  const time = new Date(entry.at * 1000).toLocaleTimeString(app.store.me?.locale, { hour12: false });
  const details = h(
    "details",
    { class: `request ${refused ? "refused" : ""}` },
    h(
      "summary",
      null,
      h("span", { class: `method method-${entry.method}` }, entry.method),
      h("span", { class: "route", title: entry.path }, breakable(entry.route || entry.path)),
      h("span", { class: "status" }, entry.status || "lost"),
      h("span", { class: "took" }, `${Math.round((entry.took ?? 0) * 1000)} ms`),
      refused && h("span", { class: "refusal" }, sentenceOf(entry)),
    ),
  );
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(more(entry, time));
  });
  return h("li", null, details);
}

/** A path that may be broken after each slash. */
const breakable = (path) => path.split(/(?=\/)/).flatMap((part) => [h("wbr"), part]);

const sentenceOf = (entry) => [entry.code, entry.refused].filter(Boolean).join(" ");

function more(entry, time) {
  const { faults } = entry;
  return h(
    "div",
    { class: "request-more" },
    h("p", null, `${time} · ${entry.path}`),
    faults.length > 0 && h("p", { class: "failure" }, `Faults: ${faults.join(", ")}`),
    entry.body !== null && entry.body !== undefined
      ? h(
          "pre",
          { class: "code", tabindex: "0" },
          typeof entry.body === "string" ? entry.body : JSON.stringify(entry.body, null, 2),
        )
      : h("p", null, "No body."),
  );
}
