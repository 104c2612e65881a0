/** Dark or light: as the system has it, until somebody chooses; remembered. */

import { button, fill } from "./dom.js";
import { icon } from "./icons.js";

const KEY = "playground-theme";

/** Puts on what was chosen before. */
export function putOnTheme() {
  const chosen = localStorage.getItem(KEY);
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
}

const isDark = () =>
  (document.documentElement.dataset.theme ??
    (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark")) === "dark";

export function themeButton() {
  const show = () => {
    const to = isDark() ? "light" : "dark";
    fill(node, icon(isDark() ? "sun" : "moon"));
    node.setAttribute("aria-label", `Change to ${to} colours`);
    node.title = `Change to ${to} colours`;
  };
  const node = button({
    class: "icon-button",
    id: "theme",
    onclick: () => {
      const to = isDark() ? "light" : "dark";
      document.documentElement.dataset.theme = to;
      localStorage.setItem(KEY, to);
      show();
    },
  });
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", show);
  show();
  return node;
}
