/** What stands at the beginning of a channel: its name, and what a newcomer can do here. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { channelIcon, channelName, DIRECT } from "./names.js";

/** @param {import("./app.js").App} app */
export function beginning(app) {
  const { store } = app;
  const { here } = store;
  if (!here) return h("li", { class: "beginning" });
  const name = channelName(store, here);
  return h(
    "li",
    { class: "beginning" },
    h("span", { class: "beginning-icon" }, icon(channelIcon(here))),
    h("h3", null, here.type === DIRECT ? name : `Welcome to ${name}!`),
    h(
      "p",
      null,
      here.type === DIRECT ? "This is where your direct messages begin." : "This is where the channel begins.",
    ),
    advice(store),
  );
}

function advice(store) {
  const here = store.bots.filter((bot) => bot.connected);
  if (here.length > 0) {
    return h(
      "div",
      { class: "advice" },
      h("h4", null, `${here.map((bot) => bot.user.username).join(", ")} is connected`),
      h(
        "p",
        null,
        "Type ",
        h("kbd", null, "/"),
        " below to see its commands. Press a name or a message with the right button (or the menu key) for its other ones, and choose at the lower left who acts.",
      ),
    );
  }
  const host = location.host;
  return h(
    "div",
    { class: "advice" },
    h("h4", null, "No bot is connected yet"),
    h(
      "p",
      null,
      "Point one at this address instead of Discord's, with the token that the playground was started with:",
    ),
    h(
      "dl",
      null,
      h("dt", null, "REST API"),
      h("dd", null, h("code", { class: "inline-code" }, `${location.protocol}//${host}/api/v10`)),
      h("dt", null, "Gateway"),
      h("dd", null, h("code", { class: "inline-code" }, `ws://${host}/gateway`)),
    ),
    h("p", null, "For discord.py, before it logs in:"),
    h(
      "pre",
      { class: "code", tabindex: "0" },
      h(
        "code",
        null,
        [
          "from discord.gateway import DiscordWebSocket",
          "from discord.http import Route",
          "from yarl import URL",
          "",
          `Route.BASE = "${location.protocol}//${host}/api/v10"`,
          `DiscordWebSocket.DEFAULT_GATEWAY = URL("ws://${host}/gateway")`,
        ].join("\n"),
      ),
    ),
    h("p", null, "For discord.js:"),
    h(
      "pre",
      { class: "code", tabindex: "0" },
      h("code", null, `new Client({ intents, rest: { api: "${location.protocol}//${host}/api" } })`),
    ),
    h("p", null, "This page notices by itself when it comes; then type / below."),
  );
}
