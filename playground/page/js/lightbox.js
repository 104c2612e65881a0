/** A picture over the whole page. */

import { button, h } from "./dom.js";
import { icon } from "./icons.js";

/** @param {{src: string, name: string, alt?: string}[]} pictures @param {number} at the one to begin with */
export function openLightbox(pictures, at = 0) {
  const image = h("img", { class: "lightbox-picture" });
  const name = h("a", { class: "lightbox-name", target: "_blank", rel: "noopener" });
  const turn = (by) => {
    at = (at + by + pictures.length) % pictures.length;
    const { src, alt, name: called } = pictures[at];
    image.src = src;
    image.alt = alt || called;
    name.href = src;
    name.textContent = pictures.length > 1 ? `${called} (${at + 1} of ${pictures.length})` : called;
  };
  const several = pictures.length > 1;
  const dialog = h(
    "dialog",
    { class: "lightbox", "aria-label": "Picture", onclose: () => dialog.remove() },
    button(
      { class: "icon-button lightbox-close", "aria-label": "Close the picture", onclick: () => dialog.close() },
      icon("close"),
    ),
    several &&
      button(
        { class: "icon-button lightbox-back", "aria-label": "The picture before", onclick: () => turn(-1) },
        icon("right"),
      ),
    image,
    several &&
      button(
        { class: "icon-button lightbox-on", "aria-label": "The next picture", onclick: () => turn(1) },
        icon("right"),
      ),
    name,
  );
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  dialog.addEventListener("keydown", ({ key }) => {
    if (several && key === "ArrowLeft") turn(-1);
    if (several && key === "ArrowRight") turn(1);
  });
  document.body.append(dialog);
  turn(0);
  dialog.showModal();
}
