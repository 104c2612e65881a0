/** A command that was sent, for as long as its bot has not answered; and that it never did. */

import { avatar, button, h } from "../dom.js";
import { icon } from "../icons.js";
import { pictureColour, userName } from "../names.js";

/** @param {import("../app.js").App} app @param {any} one from `store.interactions` */
export function waitingRow(app, one) {
  const { store } = app;
  const bot = store.bots.find((known) => known.id === one.asked.application)?.user ?? store.bots[0]?.user;
  const failed = one.state === "failed";
  const dismiss = () => {
    store.interactions.set(one.interaction, { ...one, dismissed: true });
    store.tell("interactions");
  };
  return h(
    "li",
    { class: `message leads waiting ${failed ? "ephemeral" : ""}`, tabIndex: -1, data: { message: one.interaction } },
    h(
      "div",
      { class: "above" },
      `${userName(store.me)} used `,
      h("span", { class: "mention" }, one.asked.menu ? one.asked.name : `/${one.asked.name}`),
    ),
    avatar(userName(bot), pictureColour(store, bot), "large"),
    h(
      "div",
      { class: "message-head" },
      h("span", { class: "author" }, userName(bot)),
      h("span", { class: "tag" }, "APP"),
    ),
    h(
      "div",
      { class: "message-body" },
      failed
        ? h("p", { class: "failure", role: "alert" }, "The application did not respond")
        : h(
            "p",
            { class: "thinking", role: "status" },
            h("span", { class: "dots", "aria-hidden": "true" }),
            " Sending command…",
          ),
      failed &&
        h(
          "p",
          { class: "only-you" },
          icon("eye"),
          "Only you can see this · ",
          button({ class: "link-button", onclick: dismiss }, "Dismiss message"),
        ),
    ),
  );
}
