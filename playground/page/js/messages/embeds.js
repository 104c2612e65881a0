/** Embeds: the boxes with a coloured bar. */

import { h, ownAddress, webAddress } from "../dom.js";
import { openLightbox } from "../lightbox.js";
import { markdown } from "../markdown/draw.js";
import { secondsOf, writeWhen } from "../moments.js";
import { hexColour } from "../names.js";
import { picture } from "./files.js";

/** @param {import("../app.js").App} app @param {any} embed */
export function embedBox(app, embed) {
  const bar = hexColour(embed.color);
  return h(
    "article",
    { class: "embed", vars: bar ? { "--bar": bar } : {}, "aria-label": embed.title ?? "Embed" },
    h(
      "div",
      { class: "embed-body" },
      embed.author && personLine(embed.author, "embed-author"),
      embed.title &&
        h("div", { class: "embed-title" }, linked(embed.url, markdown(app, embed.title, { only: "spans" }))),
      embed.description && h("div", { class: "embed-text" }, markdown(app, embed.description)),
      embed.fields?.length > 0 && fieldGrid(app, embed.fields),
    ),
    embed.thumbnail && h("div", { class: "embed-thumbnail" }, image(embed.thumbnail)),
    embed.image && h("div", { class: "embed-image" }, image(embed.image)),
    (embed.footer || embed.timestamp) && footer(app, embed),
  );
}

function image(media) {
  const name = (media.url ?? "").split("?")[0].split("/").at(-1);
  return picture({ ...media, name, spoiler: false }, () =>
    openLightbox([{ src: ownAddress(media.url), name, alt: media.description }]),
  );
}

function personLine(person, kind) {
  const src = person.icon_url && ownAddress(person.icon_url);
  return h(
    "div",
    { class: kind },
    src && h("img", { class: "embed-icon", src, alt: "" }),
    linked(person.url, person.name ?? person.text),
  );
}

function linked(url, inner) {
  const href = url && webAddress(url);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, inner) : inner;
}

/** Inline fields share a row, three at the most. */
function fieldGrid(app, fields) {
  const rows = [];
  for (const field of fields) {
    const last = rows.at(-1);
    if (field.inline && last?.[0].inline && last.length < 3) last.push(field);
    else rows.push([field]);
  }
  return h(
    "div",
    { class: "embed-fields" },
    rows.map((row) =>
      h(
        "div",
        { class: "embed-row", vars: { "--columns": String(row.length) } },
        row.map((field) =>
          h(
            "div",
            { class: "embed-field" },
            h("div", { class: "embed-field-name" }, markdown(app, field.name, { only: "spans" })),
            markdown(app, field.value),
          ),
        ),
      ),
    ),
  );
}

function footer(app, embed) {
  const { store } = app;
  const when = embed.timestamp && writeWhen(secondsOf(embed.timestamp), store.me.locale, store.now());
  return h(
    "div",
    { class: "embed-footer" },
    embed.footer && personLine({ name: embed.footer.text, icon_url: embed.footer.icon_url }, "embed-foot"),
    embed.footer && when && h("span", { "aria-hidden": "true" }, "•"),
    when && h("time", { datetime: embed.timestamp }, when),
  );
}
