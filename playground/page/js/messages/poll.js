/** Polls: answers to choose from, then bars with what was chosen. */

import { button, h } from "../dom.js";
import { secondsOf, writeRelative } from "../moments.js";

/** @param {import("../app.js").App} app @param {any} message */
export function pollBox(app, message) {
  const { poll } = message;
  const counts = new Map((poll.results?.answer_counts ?? []).map((one) => [one.id, one]));
  const total = [...counts.values()].reduce((sum, one) => sum + one.count, 0);
  const mine = poll.answers
    .filter((answer) => counts.get(answer.answer_id)?.me_voted)
    .map((answer) => answer.answer_id);
  const left = poll.expiry ? secondsOf(poll.expiry) - app.store.now() : Infinity;
  const open = left > 0 && !poll.results?.is_finalized;
  const vote = (answers) => app.do("vote", { message: message.id, answers });
  const box = h(
    "form",
    { class: "poll", "aria-label": `Poll: ${poll.question.text}`, onsubmit: submit },
    h("p", { class: "poll-question" }, poll.question.text),
    open &&
      mine.length === 0 &&
      h("p", { class: "poll-hint" }, poll.allow_multiselect ? "Select one or more answers" : "Select one answer"),
    open && mine.length === 0
      ? poll.answers.map((answer) => choice(poll, answer))
      : poll.answers.map((answer) => bar(answer, counts, total)),
    h(
      "div",
      { class: "poll-foot" },
      h("span", null, `${total} ${total === 1 ? "vote" : "votes"} · `, open ? `ends ${ends(app, left)}` : "closed"),
      open &&
        (mine.length > 0
          ? button({ class: "quiet-button", data: { focus: "vote" }, onclick: () => vote([]) }, "Remove vote")
          : h("button", { class: "action-button", data: { focus: "vote" } }, "Vote")),
    ),
  );
  function submit(event) {
    event.preventDefault();
    const chosen = [...box.querySelectorAll("input:checked")].map((input) => Number(input.value));
    if (chosen.length > 0) vote(chosen);
  }
  return box;
}

const ends = (app, left) => (left === Infinity ? "never" : writeRelative(left, app.store.me.locale));

const text = ({ poll_media: media }) => [
  media.emoji && h("span", null, media.emoji.id ? `:${media.emoji.name}:` : media.emoji.name),
  h("span", null, media.text),
];

function choice(poll, answer) {
  const type = poll.allow_multiselect ? "checkbox" : "radio";
  return h(
    "label",
    { class: "poll-answer" },
    text(answer),
    h("input", {
      type,
      name: "answer",
      value: String(answer.answer_id),
      data: { focus: `answer ${answer.answer_id}` },
    }),
  );
}

function bar(answer, counts, total) {
  const { count = 0, me_voted: mine = false } = counts.get(answer.answer_id) ?? {};
  const share = total > 0 ? Math.round((100 * count) / total) : 0;
  return h(
    "div",
    { class: `poll-answer bar ${mine ? "mine" : ""}`, vars: { "--share": `${share}%` } },
    text(answer),
    h("span", { class: "poll-share" }, `${share}% (${count})`),
  );
}
