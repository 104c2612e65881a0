/** The playground's clock, and ways to move it on. */

import { button, h } from "../dom.js";

const STEPS = [
  ["+3 s", 3],
  ["+15 min", 900],
  ["+1 day", 86400],
];

/** @param {import("../app.js").App} app */
export function clockBox(app) {
  const { store } = app;
  const shown = h("time", { class: "clock" });
  const draw = () => {
    const text = new Intl.DateTimeFormat(store.me?.locale, { dateStyle: "medium", timeStyle: "medium" }).format(
      new Date(store.now() * 1000),
    );
    if (shown.textContent !== text) shown.textContent = text;
  };
  const advance = async (seconds) => {
    const answer = await app.attempt(() => app.api.post("clock", { advance: seconds }));
    if (answer) store.takeClock(answer.now);
  };
  store.on("clock world", draw);
  setInterval(draw, 1000);
  return h(
    "section",
    { class: "panel-box" },
    h("h2", null, "Clock"),
    h(
      "div",
      { class: "clock-row" },
      shown,
      STEPS.map(([label, seconds]) => button({ class: "quiet-button", onclick: () => advance(seconds) }, label)),
    ),
  );
}
