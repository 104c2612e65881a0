/** Markdown into blocks: fences, quotes, headings, lists, small print, paragraphs. Gives a tree; draws nothing. */

/**
 * @typedef {{kind: "code", text: string, language: string} | {kind: "quote", blocks: Block[]}
 *   | {kind: "heading", level: number, text: string} | {kind: "small", text: string}
 *   | {kind: "list", ordered: boolean, start: number, items: {text: string, below: Block[]}[]}
 *   | {kind: "text", text: string}} Block
 */

const FENCE = /```(?:([\w+#.-]*)\n)?([\s\S]*?)```/g;
const ITEM = /^(\s*)([-*]|\d+\.)\s+(\S.*)$/;
const HEADING = /^(#{1,3})\s+(\S.*)$/;
const SMALL = /^-#\s+(\S.*)$/;

/** @param {string} text @returns {Block[]} */
export function blocksOf(text) {
  const blocks = [];
  let from = 0;
  for (const fence of text.matchAll(FENCE)) {
    if (!fence[2].trim()) continue;
    blocks.push(...linesToBlocks(text.slice(from, fence.index).replace(/\n$/, "")));
    blocks.push({ kind: "code", text: fence[2].replace(/^\n|\n$/g, ""), language: fence[1] ?? "" });
    from = fence.index + fence[0].length;
    if (text[from] === "\n") from += 1;
  }
  blocks.push(...linesToBlocks(text.slice(from)));
  return blocks;
}

/** @param {boolean} [quoted] whether it stands in a quote: there is no other inside one */
function linesToBlocks(text, quoted = false) {
  if (text === "") return [];
  const lines = text.split("\n");
  const blocks = [];
  while (lines.length > 0) blocks.push(takeBlock(lines, quoted));
  return blocks;
}

function takeBlock(lines, quoted) {
  const [line] = lines;
  if (!quoted && line.startsWith(">>> ")) {
    const rest = [line.slice(4), ...lines.splice(0).slice(1)];
    return { kind: "quote", blocks: linesToBlocks(rest.join("\n"), true) };
  }
  if (!quoted && isQuote(line)) {
    const inside = takeWhile(lines, isQuote).map((one) => one.slice(2));
    return { kind: "quote", blocks: linesToBlocks(inside.join("\n"), true) };
  }
  const heading = HEADING.exec(line);
  if (heading) {
    lines.shift();
    return { kind: "heading", level: heading[1].length, text: heading[2] };
  }
  const small = SMALL.exec(line);
  if (small) {
    lines.shift();
    return { kind: "small", text: small[1] };
  }
  if (ITEM.test(line)) return listOf(takeWhile(lines, (one) => ITEM.test(one)));
  const plain = (one) =>
    !(HEADING.test(one) || SMALL.test(one) || ITEM.test(one) || (!quoted && (isQuote(one) || one.startsWith(">>> "))));
  return { kind: "text", text: takeWhile(lines, plain).join("\n") };
}

const isQuote = (line) => line.startsWith("> ") || line === ">";

function takeWhile(lines, fits) {
  let count = 1;
  while (count < lines.length && fits(lines[count])) count += 1;
  return lines.splice(0, count);
}

/** Items that stand further in belong to the one before them. */
function listOf(lines) {
  const [, indent, first] = ITEM.exec(lines[0]);
  const items = [];
  let index = 0;
  while (index < lines.length) {
    const [, , , text] = ITEM.exec(lines[index]);
    index += 1;
    const from = index;
    while (index < lines.length && ITEM.exec(lines[index])[1].length > indent.length) index += 1;
    items.push({ text, below: from < index ? [listOf(lines.slice(from, index))] : [] });
  }
  const ordered = /\d/.test(first);
  return { kind: "list", ordered, start: ordered ? parseInt(first, 10) : 1, items };
}
