/** The page's own line drawings, on a grid of 24 by 24. */

const SVG = "http://www.w3.org/2000/svg";

const DRAWN = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
  thread: "M5 4h14v10h-8l-4 4v-4H5zM13 18h4l3 3v-5",
  forum: "M3 4h13v9H9l-4 3v-3H3zM19 8h2v9h-2v3l-4-3H9",
  age: "M12 3l9 16H3zM12 9v5M12 16.5v.5",
  plus: "M12 5v14M5 12h14",
  send: "M4 4l17 8-17 8 3-8zM7 12h14",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 4.5a3.3 3.3 0 0 1 0 6.5M18 14.5c2.2.7 3.5 2.6 3.5 5.5",
  requests: "M4 6h16M4 12h10M4 18h13M20 12h.1",
  menu: "M4 6h16M4 12h16M4 18h16",
  close: "M6 6l12 12M18 6 6 18",
  reply: "M9 6 4 11l5 5M4 11h9c4 0 7 2 7 7",
  pencil: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  bin: "M5 7h14M10 4h4M7 7l1 13h8l1-13M10 11v5M14 11v5",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M8.5 14c1.8 3 5.2 3 7 0M9 9.5v.5M15 9.5v.5",
  more: "M5 12h.1M12 12h.1M19 12h.1",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  down: "M6 9l6 6 6-6",
  right: "M9 6l6 6-6 6",
  check: "M5 12.5 10 17.5 19 7",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
  moon: "M20 14A8.5 8.5 0 0 1 10 4a8.5 8.5 0 1 0 10 10",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3.5 2",
  at: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M16 8v5.5c0 3 4.5 3 4.5-1.5a8.5 8.5 0 1 0-3.5 6.9",
  bubbles: "M4 4h16v12h-8l-5 4v-4H4z",
  spark: "M12 3l2 7 7 2-7 2-2 7-2-7-7-2 7-2z",
  copy: "M8 8h11v12H8zM5 16V4h11",
  eye: "M2 12c4-8 16-8 20 0-4 8-16 8-20 0M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6",
  link: "M13 5h6v6M19 5l-9 9M17 14v5H5V7h5",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5c0-4.5 3.5-6.5 7.5-6.5s7.5 2 7.5 6.5",
  slash: "M15 4 9 20M4 4h3M4 20h3M17 4h3M17 20h3",
  fault: "M13 3 5 14h6l-1 7 8-11h-6z",
};

/** @param {keyof typeof DRAWN} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", DRAWN[name]);
  svg.append(path);
  return svg;
}
