/** Builds nodes. Whatever comes from people or bots goes in as text, never as HTML. */

/** Properties that are set on the node itself, because the attribute only says where it begins. */
const LIVE = new Set(["value", "checked", "disabled", "hidden", "tabIndex", "multiple"]);

/**
 * A new element.
 * @param {string} tag
 * @param {Record<string, any>} [props] `class`, `data` (dataset), `vars` (CSS custom properties), `onclick` and the like,
 *   attributes; null, undefined and false leave one out
 * @param {...any} children nodes, text, numbers, lists of these; null, undefined and false are left out
 * @returns {HTMLElement}
 */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) assign(node, key, value);
  node.append(...present(children));
  return node;
}

/** Puts these children where the others were. */
export function fill(node, ...children) {
  node.replaceChildren(...present(children));
  return node;
}

function present(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

function assign(node, key, value) {
  if (value === null || value === undefined) return;
  if (LIVE.has(key)) node[key] = value;
  else if (value === false && !key.startsWith("aria-")) return;
  else if (key === "class") node.className = value;
  else if (key === "data") Object.assign(node.dataset, value);
  else if (key === "vars") for (const [name, to] of Object.entries(value)) node.style.setProperty(name, to);
  else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
  else node.setAttribute(key, value === true && !key.startsWith("aria-") ? "" : String(value));
}

/** A button that sends no form. */
export function button(props, ...children) {
  return h("button", { type: "button", ...props }, ...children);
}

/**
 * An address that may be followed, or null: of the web only, so that no script hides in one.
 * @param {string | null | undefined} url
 */
export function webAddress(url) {
  try {
    const parsed = new URL(url ?? "", location.href);
    return ["http:", "https:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** A picture's address if this server has it, else null: nothing is loaded from elsewhere. */
export function ownAddress(url) {
  const parsed = webAddress(url);
  if (parsed === null) return null;
  const { origin, pathname, search } = new URL(parsed);
  return origin === location.origin || pathname.startsWith("/attachments/") ? pathname + search : null;
}

let made = 0;
/** An id for an element that others name (aria-labelledby and the like). */
export function freshId(prefix = "id") {
  made += 1;
  return `${prefix}-${made}`;
}

/** The small round picture of a person, with the first letter of the name. */
export function avatar(name, colour, size = "") {
  const letter = [...(name || "?")][0].toUpperCase();
  return h(
    "span",
    { class: `avatar ${size}`, "aria-hidden": "true", vars: { "--colour": colour || "#5865f2" } },
    letter,
  );
}
