/** The kinds of options of commands: what can be chosen for each, and how typed text becomes its value. */

import { choicesOf } from "../components/selects.js";

export const STRING = 3,
  INTEGER = 4,
  BOOLEAN = 5,
  USER = 6,
  CHANNEL = 7,
  ROLE = 8,
  MENTIONABLE = 9,
  NUMBER = 10,
  ATTACHMENT = 11;

export const KINDS = {
  [STRING]: "text",
  [INTEGER]: "whole number",
  [BOOLEAN]: "true or false",
  [USER]: "person",
  [CHANNEL]: "channel",
  [ROLE]: "role",
  [MENTIONABLE]: "person or role",
  [NUMBER]: "number",
  [ATTACHMENT]: "file",
};

/** Options of this kind take one of a list, and nothing else. */
const SELECTS = { [USER]: 5, [CHANNEL]: 8, [ROLE]: 6, [MENTIONABLE]: 7 };

/** What there is to choose from, or null where one types. @returns {import("../chooser.js").Choice[] | null} */
export function fixedChoices(app, option) {
  if (option.type === BOOLEAN)
    return [
      { value: true, label: "True" },
      { value: false, label: "False" },
    ];
  if (SELECTS[option.type]) return choicesOf(app, { type: SELECTS[option.type], channel_types: option.channel_types });
  if (option.choices?.length)
    return option.choices.map((choice) => ({ value: choice.value, label: choice.shown_name ?? choice.name }));
  return null;
}

/**
 * What is typed as a value.
 * @returns {{value: any} | {error: string}}
 */
export function parse(option, text) {
  if (option.type === INTEGER || option.type === NUMBER) return parseNumber(option, text.trim());
  if (option.min_length > text.length) return { error: `At least ${option.min_length} characters.` };
  if (option.max_length && option.max_length < text.length)
    return { error: `At most ${option.max_length} characters; there are ${text.length}.` };
  return { value: text };
}

function parseNumber(option, text) {
  const value = Number(text.replace(",", "."));
  if (text === "" || !Number.isFinite(value)) return { error: "A number is needed here." };
  if (option.type === INTEGER && !Number.isInteger(value)) return { error: "A whole number is needed here." };
  if (value < (option.min_value ?? -Infinity)) return { error: `${option.min_value} or more.` };
  if (value > (option.max_value ?? Infinity)) return { error: `${option.max_value} or less.` };
  return { value };
}

/** "whole number from 1 to 4, optional" */
export function describe(option) {
  const { min_value: least, max_value: most } = option;
  const range = [
    least !== undefined && least !== null && `from ${least}`,
    most !== undefined && most !== null && `to ${most}`,
  ]
    .filter(Boolean)
    .join(" ");
  return `${KINDS[option.type] ?? "value"}${range ? ` ${range}` : ""}${option.required ? ", required" : ""}`;
}
