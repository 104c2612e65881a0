/** The messages of the channel that is shown: grown at the end, older ones fetched when one scrolls up. */

import { messageRow } from "./row.js";
import { waitingRow } from "./waiting.js";
import { button, h } from "../dom.js";
import { icon } from "../icons.js";
import { dayOf, secondsOf, writeDay } from "../moments.js";
import { rove, settleRoving } from "../popup.js";
import { beginning } from "../welcome.js";

const GROUP_SECONDS = 7 * 60;
const NEAR = 120;

/** @param {import("../app.js").App} app */
export function messageList(app) {
  const { store } = app;
  const list = h("ol", { class: "messages", "aria-label": "Messages" });
  const scroller = h("div", { class: "message-scroller", tabIndex: -1 }, list);
  const jump = button({ class: "jump", hidden: true, onclick: () => toEnd() }, icon("down"), "To the latest messages");
  /** Rows by key, with what each was drawn from. */
  let drawn = new Map();
  let channel = null;
  let sticks = true;

  const draw = () => {
    const known = store.messages.get(store.channel);
    if (channel !== store.channel) {
      channel = store.channel;
      drawn = new Map();
      sticks = true;
    }
    const wasHeight = scroller.scrollHeight;
    const wasTop = scroller.scrollTop;
    const firstBefore = [...drawn.keys()].find((key) => key.startsWith("message"));
    const focus = focusWithin(list);
    const next = new Map();
    for (const item of itemsOf(app, known)) {
      const old = drawn.get(item.key);
      next.set(
        item.key,
        old && item.seen.every((value, index) => value === old.seen[index])
          ? old
          : { seen: item.seen, node: item.draw() },
      );
    }
    drawn = next;
    arrange(
      list,
      [...next.values()].map((one) => one.node),
    );
    settleRoving(list, ".message", "[tabindex='0']");
    const nodes = list.querySelectorAll(".message");
    if (nodes.length && !list.querySelector(".message[tabindex='0']:focus")) settleLast(nodes);
    focus?.();
    const firstNow = [...next.keys()].find((key) => key.startsWith("message"));
    jump.hidden = sticks;
    if (sticks) toEnd();
    else if (firstBefore && firstNow !== firstBefore) scroller.scrollTop = wasTop + scroller.scrollHeight - wasHeight;
    list.querySelector("[data-grab]")?.focus();
    if (known?.loaded && !known.whole && scroller.scrollHeight <= scroller.clientHeight) app.loadOlder();
  };

  const toEnd = () => {
    sticks = true;
    scroller.scrollTop = scroller.scrollHeight;
  };
  scroller.addEventListener(
    "scroll",
    () => {
      sticks = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
      jump.hidden = sticks;
      if (scroller.scrollTop < 400 && store.messages.get(store.channel)?.loaded) app.loadOlder();
    },
    { passive: true },
  );
  const follow = () => sticks && toEnd(); // pictures come later, windows change
  new ResizeObserver(follow).observe(list);
  new ResizeObserver(follow).observe(scroller);
  rove(list, ".message");
  list.addEventListener("keydown", (event) => deeper(event));
  store.on("messages place interactions", draw);
  store.on("said", toEnd);
  return h("div", { class: "message-pane" }, scroller, jump);
}

function settleLast(nodes) {
  for (const node of nodes) node.tabIndex = -1;
  nodes[nodes.length - 1].tabIndex = 0;
}

/** Enter goes into a message, Escape comes out of it again. */
function deeper(event) {
  const row = event.target.closest(".message");
  if (event.key === "Enter" && event.target === row) {
    event.preventDefault();
    row.querySelector(".message-body :is(button:not([disabled]), a[href], input), .action-bar button")?.focus();
  } else if (event.key === "Escape" && row && event.target !== row) {
    event.stopPropagation();
    row.focus();
  }
}

/** Each with a key, with what it is drawn from (`seen`), and a function that draws it. */
function itemsOf(app, known) {
  const { store } = app;
  const items = [];
  if (!store.channel)
    return [
      {
        key: "nothing",
        seen: [],
        draw: () => h("li", { class: "loading" }, "Choose somebody to write to, or a server."),
      },
    ];
  if (!known?.loaded)
    items.push({ key: "loading", seen: [], draw: () => h("li", { class: "loading", role: "status" }, "Loading…") });
  else if (known.whole)
    items.push({ key: "beginning", seen: [store.epoch, store.channel], draw: () => beginning(app) });
  let before = null;
  for (const message of known?.list ?? []) {
    const seconds = secondsOf(message.timestamp);
    const newDay = !before || dayOf(secondsOf(before.timestamp)) !== dayOf(seconds);
    if (newDay)
      items.push({
        key: `day ${message.id}`,
        seen: [store.me.locale],
        draw: () => h("li", { class: "day", role: "separator" }, h("span", null, writeDay(seconds, store.me.locale))),
      });
    const follows = !newDay && isContinued(before, message, seconds);
    const state = [...store.interactions.values()]
      .filter((one) => one.message === message.id)
      .map((one) => `${one.custom_id}:${one.state}`)
      .join();
    items.push({
      key: `message ${message.id}`,
      seen: [message, follows, store.epoch, store.editing === message.id, state],
      draw: () => messageRow(app, message, follows),
    });
    before = message;
  }
  for (const one of store.interactions.values()) {
    if (
      one.channel !== store.channel ||
      one.message ||
      one.state === "acknowledged" ||
      one.dismissed ||
      !one.asked?.name
    )
      continue;
    items.push({ key: `waiting ${one.interaction}`, seen: [one.state], draw: () => waitingRow(app, one) });
  }
  return items;
}

function isContinued(before, message, seconds) {
  return (
    before.author.id === message.author.id &&
    Boolean(before.only_you) === Boolean(message.only_you) &&
    !message.message_reference &&
    message.type !== 20 &&
    message.type !== 23 &&
    seconds - secondsOf(before.timestamp) < GROUP_SECONDS
  );
}

/** Puts nodes into a list in this order, touching only what is not in its place. */
function arrange(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

/** Remembers where the focus was, so that a row that is drawn anew gets it back. */
function focusWithin(list) {
  const at = document.activeElement;
  const row = at?.closest?.(".message");
  if (!row || !list.contains(row)) return null;
  const { message } = row.dataset;
  const { focus } = at.dataset;
  return () => {
    if (at.isConnected) return;
    const now = list.querySelector(`[data-message="${CSS.escape(message)}"]`);
    const same =
      focus &&
      now &&
      [...now.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === focus && !one.disabled);
    (same ?? now)?.focus();
  };
}
