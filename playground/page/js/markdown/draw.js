/** Draws Markdown: the trees of `blocks.js` and `spans.js` as nodes. */

import { button, h, webAddress } from "../dom.js";
import { writeFull, writeStyled } from "../moments.js";
import { hexColour, memberName } from "../names.js";
import { blocksOf } from "./blocks.js";
import { spansOf } from "./spans.js";

/** @param {import("../app.js").App} app @param {string} text @param {{only?: "spans"}} [how] `spans`: no blocks */
export function markdown(app, text, how = {}) {
  const parts =
    how.only === "spans" ? drawSpans(app, spansOf(text)) : blocksOf(text).map((block) => drawBlock(app, block));
  return h("div", { class: "markdown" }, parts);
}

function drawBlock(app, block) {
  switch (block.kind) {
    case "code":
      return h("pre", { class: "code", tabindex: "0" }, h("code", { data: { language: block.language } }, block.text));
    case "quote":
      return h(
        "blockquote",
        null,
        block.blocks.map((one) => drawBlock(app, one)),
      );
    case "heading":
      return h(
        "p",
        { class: `heading-${block.level}`, role: "heading", "aria-level": block.level + 2 },
        inside(app, block),
      );
    case "small":
      return h("p", { class: "small-print" }, inside(app, block));
    case "list":
      return h(
        block.ordered ? "ol" : "ul",
        { start: block.ordered ? block.start : null },
        block.items.map((item) =>
          h(
            "li",
            null,
            drawSpans(app, spansOf(item.text)),
            item.below.map((one) => drawBlock(app, one)),
          ),
        ),
      );
    default:
      return h("p", null, inside(app, block));
  }
}

const inside = (app, block) => drawSpans(app, spansOf(block.text));
const TAGS = { strong: "strong", em: "em", underline: "u", strike: "s" };

function drawSpans(app, spans) {
  return spans.map((span) =>
    TAGS[span.kind] ? h(TAGS[span.kind], null, drawSpans(app, span.spans)) : DRAW[span.kind](app, span),
  );
}

const DRAW = {
  text: (_, span) => span.text,
  code: (_, span) => h("code", { class: "inline-code" }, span.text),
  spoiler: (app, span) => spoiler(drawSpans(app, span.spans)),
  link(app, span) {
    const href = webAddress(span.url);
    const inner = span.spans ? drawSpans(app, span.spans) : span.text;
    return href
      ? h("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, inner)
      : h("span", null, inner);
  },
  user({ store }, span) {
    const known = store.users.get(span.id);
    return mention(`@${known ? memberName(store, known) : "unknown-user"}`, null, { user: span.id });
  },
  role({ store }, span) {
    const role = store.guild?.roles.get(span.id);
    return mention(`@${role?.name ?? "unknown-role"}`, hexColour(role?.color));
  },
  channel(app, span) {
    const known = app.store.findChannel(span.id);
    if (!known) return mention("#unknown", null);
    const go = () => app.open(known.guild_id ?? "@me", known.id);
    return button({ class: "mention", onclick: go }, `#${known.name ?? "direct"}`);
  },
  command: (_, span) => mention(`/${span.text}`, null),
  everyone: (_, span) => mention(span.text, null),
  emoji: (_, span) => h("span", { class: "emoji-name", title: span.text }, span.text),
  time: ({ store }, span) => liveTime(store, Number(span.text), span.style),
};

function mention(text, colour, data = {}) {
  return h("span", { class: "mention", data, vars: colour ? { "--mention": colour } : {} }, text);
}

/** A button that shows what it covers, once. */
export function spoiler(children) {
  const node = h(
    "span",
    { class: "spoiler", role: "button", tabIndex: 0, "aria-label": "Spoiler, hidden", "aria-expanded": "false" },
    h("span", { class: "spoiler-inner" }, children),
  );
  const show = (event) => {
    if (node.classList.contains("open")) return;
    event.preventDefault();
    node.classList.add("open");
    for (const name of ["role", "tabindex", "aria-label", "aria-expanded"]) node.removeAttribute(name);
  };
  node.addEventListener("click", show);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") show(event);
  });
  return node;
}

function liveTime(store, seconds, style) {
  const locale = store.me.locale;
  const text = writeStyled(seconds, style, locale, store.now());
  const data = style === "R" ? { relative: seconds } : {};
  return h(
    "time",
    { class: "timestamp", datetime: new Date(seconds * 1000).toISOString(), title: writeFull(seconds, locale), data },
    text,
  );
}

/** Keeps relative times true. @param {import("../app.js").App} app */
export function keepTimes(app) {
  const renew = () => {
    const { store } = app;
    for (const node of document.querySelectorAll("time[data-relative]")) {
      const text = writeStyled(Number(node.dataset.relative), "R", store.me.locale, store.now());
      if (node.textContent !== text) node.textContent = text;
    }
  };
  app.store.on("clock", renew);
  setInterval(renew, 1000);
}
