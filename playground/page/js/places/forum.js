/** A forum: its posts instead of messages. */

import { button, fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { FORUM, isThread } from "../names.js";
import { isOlder } from "../store.js";

/** @param {import("../app.js").App} app */
export function forum(app) {
  const { store } = app;
  const node = h("div", { class: "forum", hidden: true });
  const draw = () => {
    const { here, guild } = store;
    node.hidden = here?.type !== FORUM;
    if (node.hidden) return;
    const posts = [...guild.channels.values()].filter((one) => isThread(one) && one.parent_id === here.id);
    posts.sort((one, other) => (isOlder(one.id, other.id) ? 1 : -1));
    fill(
      node,
      here.topic && h("p", { class: "forum-topic" }, here.topic),
      posts.length === 0 && h("p", { class: "forum-topic" }, "There are no posts yet."),
      posts.map((post) =>
        button(
          { class: "post", onclick: () => app.open(store.place, post.id) },
          icon("bubbles"),
          h(
            "span",
            null,
            h("strong", null, post.name),
            h("small", null, post.message_count === 1 ? "1 message" : `${post.message_count ?? 0} messages`),
          ),
        ),
      ),
    );
  };
  store.on("place world", draw);
  return node;
}
