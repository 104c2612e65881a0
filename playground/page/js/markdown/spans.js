/** Markdown inside a line: into a tree of spans. Draws nothing. */

/** @typedef {{kind: string, text?: string, spans?: Span[], url?: string, id?: string, style?: string}} Span */

/** Each rule: what it looks like, and the span that its match makes. Tried in this order where a text stands. */
const RULES = [
  [/^\\([^0-9A-Za-z\s])/, (m) => ({ kind: "text", text: m[1] })],
  [/^(`{1,2})(?!`)([\s\S]*?[^`])\1(?!`)/, (m) => ({ kind: "code", text: m[2].replace(/^ (.*) $/, "$1") })],
  [/^`+/, (m) => ({ kind: "text", text: m[0] })],
  [/^\|\|([\s\S]+?)\|\|/, (m) => ({ kind: "spoiler", spans: spansOf(m[1]) })],
  [/^\*\*\*([\s\S]+?)\*\*\*(?!\*)/, (m) => ({ kind: "strong", spans: [{ kind: "em", spans: spansOf(m[1]) }] })],
  [/^\*\*([\s\S]+?)\*\*(?!\*)/, (m) => ({ kind: "strong", spans: spansOf(m[1]) })],
  [/^__([\s\S]+?)__(?!_)/, (m) => ({ kind: "underline", spans: spansOf(m[1]) })],
  [/^~~([\s\S]+?)~~/, (m) => ({ kind: "strike", spans: spansOf(m[1]) })],
  [/^\*(?=\S)((?:\*\*|[^*])+?)\*(?!\*)/, (m) => ({ kind: "em", spans: spansOf(m[1]) })],
  [/^_((?:__|\\.|[^_\\])+?)_(?![_\w])/, (m, before) => !/\w$/.test(before) && { kind: "em", spans: spansOf(m[1]) }],
  [
    /^\[((?:\\.|[^\]\\])+)\]\(<?(https?:\/\/[^\s)>]+)>?(?:\s+"[^"]*")?\)/,
    (m) => ({ kind: "link", url: m[2], spans: spansOf(m[1]) }),
  ],
  [/^<(https?:\/\/[^\s>]+)>/, (m) => ({ kind: "link", url: m[1], text: m[1] })],
  [/^https?:\/\/[^\s<]+[^\s<.,:;"')\]*_~|]/, (m) => ({ kind: "link", url: m[0], text: m[0] })],
  [/^<@!?(\d+)>/, (m) => ({ kind: "user", id: m[1] })],
  [/^<@&(\d+)>/, (m) => ({ kind: "role", id: m[1] })],
  [/^<#(\d+)>/, (m) => ({ kind: "channel", id: m[1] })],
  [/^<\/([^:>]+):(\d+)>/, (m) => ({ kind: "command", text: m[1], id: m[2] })],
  [/^<a?:(\w{2,32}):(\d+)>/, (m) => ({ kind: "emoji", text: `:${m[1]}:`, id: m[2] })],
  [/^<t:(-?\d{1,12})(?::([tTdDfFsSR]))?>/, (m) => ({ kind: "time", text: m[1], style: m[2] ?? "f" })],
  [/^@(everyone|here)\b/, (m) => ({ kind: "everyone", text: m[0] })],
];
/** Where a rule may begin. */
const BEGINS = /[\\`|*_~[<h@]/g;

/** @param {string} text @returns {Span[]} */
export function spansOf(text) {
  const spans = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    BEGINS.lastIndex = at;
    const next = BEGINS.exec(text)?.index ?? text.length;
    plain += text.slice(at, next);
    at = next;
    if (at >= text.length) break;
    const [span, length] = matchAt(text, at);
    if (span) {
      if (plain) spans.push({ kind: "text", text: plain });
      plain = "";
      spans.push(span);
    } else plain += text.slice(at, at + length);
    at += length;
  }
  if (plain) spans.push({ kind: "text", text: plain });
  return spans;
}

function matchAt(text, at) {
  const rest = text.slice(at);
  for (const [pattern, make] of RULES) {
    const match = pattern.exec(rest);
    const span = match && make(match, text.slice(Math.max(0, at - 1), at));
    if (span) return [span, match[0].length];
  }
  return [null, 1];
}
