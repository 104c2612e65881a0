/** What lies over the page beside something: closed by Escape or by a press elsewhere, and the focus goes back. */

import { h } from "./dom.js";

/** A list that moves its focus with the arrow keys: one of its items is reachable with Tab at a time. */
export function rove(container, selector, { horizontal = false, edges = {} } = {}) {
  const items = () => [...container.querySelectorAll(selector)].filter((item) => item.offsetParent !== null);
  const go = (item) => {
    if (!item) return;
    for (const other of items()) other.tabIndex = other === item ? 0 : -1;
    item.focus();
  };
  container.addEventListener("focusin", ({ target }) => {
    if (!target.matches?.(selector)) return;
    for (const other of items()) other.tabIndex = other === target ? 0 : -1;
  });
  container.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(document.activeElement);
    if (at < 0) return;
    const [back, on] = horizontal ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const to = { [back]: at - 1, [on]: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (all[to]) go(all[to]);
    else edges[event.key]?.();
  });
}

/** Makes exactly one item reachable with Tab: the one that is marked, else the first. */
export function settleRoving(container, selector, marked) {
  const items = [...container.querySelectorAll(selector)];
  const reachable = items.find((item) => marked && item.matches(marked)) ?? items[0];
  for (const item of items) item.tabIndex = item === reachable ? 0 : -1;
}

/**
 * Opens a layer beside an anchor, or at a point.
 * @param {HTMLElement} content
 * @param {{anchor?: HTMLElement, x?: number, y?: number, onclose?: () => void, label?: string, focus?: boolean,
 *   within?: HTMLElement}} how `within`: where it is put, for what lies over a dialog
 * @returns {() => void} closes it
 */
export function openPopup(content, { anchor, x, y, onclose, focus = true, within }) {
  const before = document.activeElement;
  const layer = h("div", { class: "popup" }, content);
  (within ?? anchor?.closest("dialog") ?? document.body).append(layer);
  place(layer, anchor, x, y);
  const close = () => {
    if (!layer.isConnected) return;
    document.removeEventListener("pointerdown", outside, true);
    const hadFocus = layer.contains(document.activeElement) || document.activeElement === document.body;
    layer.remove();
    if (hadFocus && before?.isConnected) before.focus();
    onclose?.();
  };
  const outside = ({ target }) => {
    if (!layer.contains(target) && !anchor?.contains(target)) close();
  };
  layer.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  document.addEventListener("pointerdown", outside, true);
  if (focus) (content.querySelector("[data-first]") ?? content.querySelector("input, button, [tabindex]"))?.focus();
  return close;
}

const MARGIN = 8;

function place(layer, anchor, x, y) {
  const { offsetWidth: width, offsetHeight: height } = layer;
  const box = anchor?.getBoundingClientRect();
  const left = box ? box.left : x;
  let top = box ? box.bottom + 4 : y;
  if (top + height > innerHeight - MARGIN) top = box ? box.top - height - 4 : innerHeight - height - MARGIN;
  const within = (value, size, room) => Math.max(MARGIN, Math.min(value, room - size - MARGIN));
  layer.style.left = `${within(left, width, innerWidth)}px`;
  layer.style.top = `${within(top, height, innerHeight)}px`;
}
