/** A small choice of emoji, for reactions and for what one writes. */

import { button, fill, h } from "./dom.js";
import { openPopup, rove, settleRoving } from "./popup.js";

const EMOJI = {
  "👍": "thumbs up yes",
  "👎": "thumbs down no",
  "❤️": "heart love red",
  "😂": "joy laugh tears",
  "😮": "wow open mouth",
  "😢": "sad cry",
  "🎉": "party tada",
  "🔥": "fire hot",
  "👀": "eyes look",
  "✅": "check done yes",
  "❌": "cross no",
  "⭐": "star",
  "🙏": "please thanks",
  "👏": "clap",
  "💯": "hundred",
  "🤔": "think",
  "😀": "grin happy",
  "😅": "sweat smile",
  "😉": "wink",
  "😍": "heart eyes",
  "😎": "cool sunglasses",
  "😴": "sleep",
  "😡": "angry",
  "🥳": "party face",
  "🤖": "robot bot",
  "👻": "ghost",
  "💀": "skull",
  "🎨": "art palette paint",
  "🖼️": "picture frame",
  "🖌️": "brush paint",
  "✏️": "pencil",
  "🖋️": "pen ink",
  "📷": "camera",
  "🌈": "rainbow",
  "🌸": "blossom flower",
  "🌲": "tree",
  "🌙": "moon",
  "☀️": "sun",
  "⚡": "lightning",
  "❄️": "snow",
  "🌊": "wave",
  "🐱": "cat",
  "🐶": "dog",
  "🦊": "fox",
  "🐉": "dragon",
  "🍎": "apple",
  "🍕": "pizza",
  "☕": "coffee",
  "🏠": "house",
  "🚀": "rocket",
  "🎲": "die dice random",
  "🏆": "trophy win",
  "🥇": "gold first",
  "🥈": "silver second",
  "🥉": "bronze third",
  "🔒": "lock",
  "🔑": "key",
  "💡": "idea light",
  "📌": "pin",
  "🗑️": "bin delete",
  "🔁": "repeat again",
  "➕": "plus add",
  "❓": "question",
  "❗": "exclamation",
  "1️⃣": "one",
  "2️⃣": "two",
  "3️⃣": "three",
  "4️⃣": "four",
};

/** @param {HTMLElement} anchor @param {(emoji: string) => void} onchoose */
export function openEmojiPicker(anchor, onchoose) {
  const grid = h("div", { class: "emoji-grid", role: "group", "aria-label": "Emoji" });
  const draw = (typed) => {
    const wanted = typed.trim().toLowerCase();
    const found = Object.entries(EMOJI).filter(([sign, words]) => words.includes(wanted) || sign === wanted);
    fill(
      grid,
      found.map(([sign, words]) =>
        button({ class: "emoji-choice", "aria-label": words, title: words, onclick: () => choose(sign) }, sign),
      ),
    );
    settleRoving(grid, ".emoji-choice");
  };
  const search = h("input", {
    class: "chooser-search",
    type: "text",
    placeholder: "Search, or paste an emoji",
    "aria-label": "Search emoji",
    data: { first: "" },
    oninput: () => draw(search.value),
    onkeydown(event) {
      const first = grid.querySelector(".emoji-choice");
      if (event.key === "ArrowDown") first?.focus();
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (first) first.click();
      else if (/\p{Extended_Pictographic}/u.test(search.value)) choose(search.value.trim());
    },
  });
  const choose = (sign) => {
    close();
    onchoose(sign);
  };
  rove(grid, ".emoji-choice", { horizontal: true, edges: { ArrowLeft: () => search.focus() } });
  draw("");
  const close = openPopup(h("div", { class: "emoji-picker" }, search, grid), { anchor });
}
