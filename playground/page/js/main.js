/** Puts the page together. */

import { App } from "./app.js";
import { composer } from "./composer/composer.js";
import { h } from "./dom.js";
import { keepTimes } from "./markdown/draw.js";
import { messageList } from "./messages/list.js";
import { openModal } from "./modal/modal.js";
import { memberName } from "./names.js";
import { Notices } from "./notices.js";
import { requestPanel } from "./panels/requests.js";
import { channelList } from "./places/channels.js";
import { Drawers } from "./places/drawers.js";
import { forum } from "./places/forum.js";
import { header } from "./places/header.js";
import { identity } from "./places/identity.js";
import { memberList } from "./places/members.js";
import { rail } from "./places/rail.js";
import { putOnTheme } from "./theme.js";
import { typingLine } from "./typing.js";

function main() {
  putOnTheme();
  const notices = new Notices();
  const app = new App({
    announce: (message) => notices.say(`${memberName(app.store, message.author)}: ${message.content || "a message"}`),
    openModal: (modal) => openModal(app, modal),
    complain: (sentence) => notices.complain(sentence),
  });
  const root = document.getElementById("playground");
  const drawers = new Drawers(root);
  const leave = () => drawers.leave();
  const chat = h("main", { class: "chat" });
  const { node: writing } = composer(app, chat);
  const posts = forum(app);
  const messages = messageList(app);
  app.store.on("place", () => (messages.hidden = !posts.hidden));
  chat.append(header(app, drawers), messages, posts, writing, typingLine(app));
  const sidebar = h(
    "div",
    { class: "sidebar", data: { drawer: "channels" } },
    rail(app),
    h("div", { class: "channel-column" }, channelList(app, leave), identity(app)),
  );
  root.append(
    sidebar,
    chat,
    h("div", { class: "side members-side", data: { drawer: "members" } }, memberList(app)),
    h("div", { class: "side requests-side", data: { drawer: "requests" } }, requestPanel(app)),
    h("div", { class: "shade", onclick: leave }),
  );
  document.addEventListener("keydown", (event) => typeAnywhere(event));
  window.addEventListener("hashchange", () => {
    const [, as, place, channel] = location.hash.split("/");
    if (as && as !== app.store.me?.id) app.actAs(as, place, channel);
    else if (place && (place !== app.store.place || channel !== app.store.channel)) app.open(place, channel);
  });
  keepTimes(app);
  app.start();
}

/** Whoever types while nothing takes it means the composer. */
function typeAnywhere(event) {
  if (
    event.key.length !== 1 ||
    event.key === " " ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.isComposing
  )
    return;
  if (document.querySelector("dialog[open], .popup")) return;
  const at = document.activeElement;
  if (at && at !== document.body && !at.matches(".message, .message-scroller")) return;
  document.querySelector(".composer-text, .pill-tail")?.focus();
}

main();
