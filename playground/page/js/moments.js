/** Moments as people read them, in the acting person's language. */

const UNITS = [
  ["year", 31536000],
  ["month", 2592000],
  ["week", 604800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};

const write = (seconds, locale, style) => new Intl.DateTimeFormat(locale, style).format(new Date(seconds * 1000));

/** <t:seconds:style>; @param {number} seconds @param {string} style @param {string} locale @param {number} now */
export function writeStyled(seconds, style, locale, now) {
  return style === "R" ? writeRelative(seconds - now, locale) : write(seconds, locale, STYLES[style] ?? STYLES.f);
}

/** "in 3 minutes"; @param {number} distance in seconds, below 0 for what has been */
export function writeRelative(distance, locale) {
  const [unit, size] = UNITS.find(([, seconds]) => Math.abs(distance) >= seconds) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(distance / size), unit);
}

export const writeTime = (seconds, locale) => write(seconds, locale, STYLES.t);
export const writeFull = (seconds, locale) => write(seconds, locale, STYLES.F);

/** Today only the time, else the day too. */
export function writeWhen(seconds, locale, now) {
  return dayOf(seconds) === dayOf(now) ? writeTime(seconds, locale) : write(seconds, locale, STYLES.s);
}

export const dayOf = (seconds) => new Date(seconds * 1000).toDateString();
export const writeDay = (seconds, locale) => write(seconds, locale, STYLES.D);
export const secondsOf = (iso) => Date.parse(iso) / 1000;

/** "1.4 MB" */
export function writeSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 2 ** 20 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 2 ** 20).toFixed(2)} MB`;
}
