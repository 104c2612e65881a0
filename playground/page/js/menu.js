/** Context menus, with menus inside them. */

import { button, h } from "./dom.js";
import { icon } from "./icons.js";
import { openPopup, rove } from "./popup.js";

/**
 * @typedef {{label: string, icon?: string, hint?: string, danger?: boolean, back?: boolean, act?: () => void,
 *   items?: Item[]}} Item `act` or, for a menu inside, `items`; `back` leads out of one
 */

/** @param {(Item | null | false)[]} items @param {{x?: number, y?: number, anchor?: HTMLElement, label: string}} where */
export function openMenu(items, where) {
  const root = h("div", { class: "menu", role: "menu", "aria-label": where.label });
  let close = () => {};
  const show = (list, title, back) => {
    root.replaceChildren();
    if (back) root.append(row({ label: title, icon: "reply", act: back, back: true }, () => {}));
    for (const item of list.filter(Boolean)) {
      const inside = item.items;
      const act = inside ? { ...item, act: () => show(inside, item.label, () => show(list, title, back)) } : item;
      root.append(row(act, inside ? () => {} : close));
    }
    root.querySelector("[role=menuitem]")?.focus();
  };
  rove(root, "[role=menuitem]");
  root.addEventListener("keydown", ({ key, target }) => {
    if (key === "ArrowRight" && target.getAttribute("aria-haspopup")) target.click();
    if (key === "ArrowLeft") root.querySelector("[data-back]")?.click();
  });
  close = openPopup(root, { ...where, focus: false });
  show(items, where.label, null);
  // Placed by its size, which is known only now.
  const layer = root.parentElement;
  const over = layer.getBoundingClientRect();
  if (over.bottom > innerHeight - 8) layer.style.top = `${Math.max(8, innerHeight - over.height - 8)}px`;
  if (over.right > innerWidth - 8) layer.style.left = `${Math.max(8, innerWidth - over.width - 8)}px`;
  return close;
}

function row(item, close) {
  const act = () => {
    close();
    item.act?.();
  };
  return button(
    {
      class: `menu-item ${item.danger ? "danger" : ""}`,
      role: "menuitem",
      tabIndex: -1,
      onclick: act,
      "aria-haspopup": item.items ? "menu" : null,
      data: item.back ? { back: "" } : {},
    },
    h("span", { class: "menu-label" }, item.label, item.hint && h("small", null, item.hint)),
    item.items ? icon("right") : item.icon && icon(item.icon),
  );
}

/** Where a context menu opens: under the pointer, or beside what has the focus where a key asked for it. */
export function menuPlace(event, node) {
  if (event.clientX || event.clientY) return { x: event.clientX, y: event.clientY };
  const box = node.getBoundingClientRect();
  return { x: box.left + 60, y: box.top + 24 };
}
