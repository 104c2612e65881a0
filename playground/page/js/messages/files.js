/** Files of messages: pictures, galleries of them, and what can be downloaded. */

import { button, h, ownAddress, webAddress } from "../dom.js";
import { icon } from "../icons.js";
import { openLightbox } from "../lightbox.js";
import { writeSize } from "../moments.js";

const PICTURE = /\.(png|jpe?g|gif|webp|avif)$/i;
const SPOILER_FLAG = 1 << 3;

/** @param {any} file an attachment or a media item's `media` */
export function isPicture(file) {
  return file.content_type
    ? /^image\/(png|jpe?g|gif|webp|avif)/.test(file.content_type)
    : PICTURE.test(new URL(file.url, location.href).pathname);
}

/** Whether it is covered until somebody presses it. */
export const isSpoiler = (file) =>
  Boolean(file.spoiler || (file.flags ?? 0) & SPOILER_FLAG || /^SPOILER_/.test(file.filename ?? ""));

/** @param {any[]} attachments */
export function attachmentList(attachments) {
  const pictures = attachments.filter(isPicture);
  const others = attachments.filter((file) => !isPicture(file));
  const shown = pictures.map((file) => ({
    ...file,
    name: file.filename,
    alt: file.description,
    spoiler: isSpoiler(file),
  }));
  return [pictures.length > 0 && gallery(shown), others.map(fileCard)];
}

/** @param {{url: string, name: string, alt?: string, width?: number, height?: number, spoiler: boolean}[]} pictures */
export function gallery(pictures) {
  const seen = pictures.map(({ url, name, alt }) => ({ src: ownAddress(url), name, alt }));
  const open = (index) =>
    openLightbox(
      seen.filter((one) => one.src),
      index,
    );
  return h(
    "div",
    { class: `gallery of-${Math.min(pictures.length, 10)}` },
    pictures.map((one, index) => picture(one, () => open(index))),
  );
}

/** One picture that opens over the page; covered first where it is a spoiler. */
export function picture({ url, name, alt, width, height, spoiler: covered }, onopen) {
  const src = ownAddress(url);
  if (src === null) return elsewhere(url, alt || name);
  const size = width && height ? { "--wide": `${width}px`, "--ratio": `${width} / ${height}` } : {};
  const label = covered ? "Spoiler: show the picture" : `Open the picture ${alt || name}`;
  const frame = button(
    { class: `picture ${covered ? "covered" : ""}`, "aria-label": label, title: alt || name, vars: size },
    h("img", { src, alt: alt || "", loading: "lazy", decoding: "async", width, height }),
    covered && h("span", { class: "cover", "aria-hidden": "true" }, "Spoiler"),
  );
  frame.addEventListener("click", () => {
    if (!frame.classList.contains("covered")) return onopen();
    frame.classList.remove("covered");
    frame.querySelector(".cover")?.remove();
    frame.setAttribute("aria-label", `Open the picture ${alt || name}`);
  });
  return frame;
}

/** A picture of another server: not loaded, only led to. */
function elsewhere(url, name) {
  const href = webAddress(url);
  const inner = [icon("link"), h("span", null, name || "A picture elsewhere")];
  return href
    ? h("a", { class: "elsewhere", href, target: "_blank", rel: "noopener noreferrer", title: href }, inner)
    : h("span", { class: "elsewhere" }, inner);
}

/** @param {any} file with filename, size, url */
export function fileCard(file) {
  const href = ownAddress(file.url) ?? webAddress(file.url);
  const covered = isSpoiler(file);
  const card = h(
    "div",
    { class: `file-card ${covered ? "covered-file" : ""}` },
    icon("file"),
    h(
      "div",
      { class: "file-text" },
      h("a", { class: "file-name", href, download: file.filename }, file.filename || "file"),
      file.size !== undefined && file.size !== null && h("small", null, writeSize(file.size)),
    ),
    h(
      "a",
      { class: "icon-button", href, download: file.filename, "aria-label": `Download ${file.filename}` },
      icon("download"),
    ),
  );
  if (!covered) return card;
  return button(
    { class: "file-cover", onclick: (event) => event.currentTarget.replaceWith(card) },
    "Spoiler: show the file",
  );
}

/** The attachment that a component means: by `attachment://name`, or by its address. */
export function attachmentOf(message, url) {
  const path = (address) => address.split("?")[0];
  const name = url.startsWith("attachment://") ? url.slice("attachment://".length) : null;
  return (message.attachments ?? []).find((file) => file.filename === name || path(file.url) === path(url)) ?? null;
}
