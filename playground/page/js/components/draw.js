/** Draws the components of a message: both those under it (V1) and those it is made of (V2). */

import { h, ownAddress } from "../dom.js";
import { markdown } from "../markdown/draw.js";
import { attachmentOf, fileCard, gallery, picture } from "../messages/files.js";
import { openLightbox } from "../lightbox.js";
import { hexColour } from "../names.js";
import { buttonOf } from "./buttons.js";
import { selectOf } from "./selects.js";

export const ROW = 1,
  BUTTON = 2,
  STRING_SELECT = 3,
  TEXT_INPUT = 4,
  USER_SELECT = 5,
  ROLE_SELECT = 6,
  MENTIONABLE_SELECT = 7,
  CHANNEL_SELECT = 8,
  SECTION = 9,
  TEXT = 10,
  THUMBNAIL = 11,
  GALLERY = 12,
  FILE = 13,
  SEPARATOR = 14,
  CONTAINER = 17;

/**
 * @param {import("../app.js").App} app
 * @param {any} message whose components they are
 * @param {any[]} [components]
 */
export function drawComponents(app, message, components = message.components) {
  return components.map((component) => (DRAW[component.type] ?? unknown)(app, message, component));
}

const select = (app, message, component) => selectOf(app, message, component);

const DRAW = {
  [ROW]: (app, message, { components }) =>
    h("div", { class: "component-row" }, drawComponents(app, message, components)),
  [BUTTON]: (app, message, component) => buttonOf(app, message, component),
  [STRING_SELECT]: select,
  [USER_SELECT]: select,
  [ROLE_SELECT]: select,
  [MENTIONABLE_SELECT]: select,
  [CHANNEL_SELECT]: select,
  [SECTION]: (app, message, { components, accessory }) =>
    h(
      "div",
      { class: "section" },
      h("div", { class: "section-text" }, drawComponents(app, message, components)),
      h("div", { class: "section-accessory" }, drawComponents(app, message, [accessory])),
    ),
  [TEXT]: (app, message, { content }) => markdown(app, content),
  [THUMBNAIL]: (app, message, component) => h("div", { class: "thumbnail" }, thumbnail(message, component)),
  [GALLERY]: (app, message, { items }) => gallery(items.map((item) => shown(message, item))),
  [FILE]: (app, message, { file, name, size, spoiler }) => {
    const known = attachmentOf(message, file.url);
    return fileCard({
      ...file,
      filename: name ?? known?.filename ?? nameOf(file.url),
      size: size ?? known?.size,
      spoiler,
    });
  },
  [SEPARATOR]: (app, message, { divider, spacing }) =>
    h("div", {
      class: `separator ${spacing === 2 ? "large" : ""} ${divider === false ? "" : "line"}`,
      role: "separator",
    }),
  [CONTAINER]: (app, message, component) => container(app, message, component),
};

const unknown = (app, message, { type }) =>
  h("p", { class: "unknown-component" }, `A component of type ${type}, which this page does not draw.`);
const nameOf = (url) => decodeURIComponent(url.split("?")[0].split("/").at(-1));

function shown(message, { media, description, spoiler }) {
  const known = attachmentOf(message, media.url);
  const { width, height } = media.width ? media : (known ?? {});
  return {
    url: known?.url ?? media.url,
    name: known?.filename ?? nameOf(media.url),
    alt: description,
    width,
    height,
    spoiler: Boolean(spoiler),
  };
}

function thumbnail(message, component) {
  const one = shown(message, component);
  return picture(one, () => openLightbox([{ src: ownAddress(one.url), name: one.name, alt: one.alt }]));
}

function container(app, message, { components, accent_color: accent, spoiler }) {
  const box = h(
    "div",
    { class: `container ${spoiler ? "covered-container" : ""}`, vars: accent ? { "--bar": hexColour(accent) } : {} },
    drawComponents(app, message, components),
  );
  if (!spoiler) return box;
  const show = () => {
    box.classList.remove("covered-container");
    cover.remove();
  };
  const cover = h("button", { type: "button", class: "container-cover", onclick: show }, "Spoiler: show");
  box.append(cover);
  return box;
}
