/** Selects of all five kinds, in messages and in modals. */

import { openChooser } from "../chooser.js";
import { avatar, button, fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { audience, channelIcon, CATEGORY, hexColour, isThread, memberName, pictureColour, userName } from "../names.js";
import { emojiOf, forgetFailures, isWaiting } from "./buttons.js";

const STRING = 3,
  USER = 5,
  ROLE = 6,
  MENTIONABLE = 7,
  CHANNEL = 8;
const PLACEHOLDERS = {
  [STRING]: "Make a selection",
  [USER]: "Select a user",
  [ROLE]: "Select a role",
  [MENTIONABLE]: "Select a user or role",
  [CHANNEL]: "Select a channel",
};

/** A select of a message: what is chosen goes to the bot. */
export function selectOf(app, message, component) {
  const send = (values) => {
    forgetFailures(app, message);
    app.askOr(
      "select",
      { message: message.id, custom_id: component.custom_id, values },
      { message: message.id, custom_id: component.custom_id },
    );
  };
  const node = selectBox(app, component, defaultsOf(component), send);
  node.setAttribute("aria-busy", String(isWaiting(app, message, component.custom_id)));
  return node;
}

/** What is chosen to begin with. */
export function defaultsOf(component) {
  if (component.type === STRING)
    return (component.options ?? []).filter((option) => option.default).map((option) => option.value);
  return (component.default_values ?? []).map((value) => value.id);
}

/**
 * @param {import("../app.js").App} app
 * @param {any} component
 * @param {string[]} chosen
 * @param {(values: string[]) => void} onchoose
 */
export function selectBox(app, component, chosen, onchoose) {
  const placeholder = component.placeholder || PLACEHOLDERS[component.type];
  const text = h("span", { class: "select-text" });
  const show = () => {
    const picked = choices().filter((choice) => chosen.includes(choice.value));
    fill(
      text,
      picked.length === 0
        ? h("span", { class: "placeholder" }, placeholder)
        : picked.map((choice) => h("span", { class: "select-value" }, choice.mark?.cloneNode(true), choice.label)),
    );
  };
  const choices = () => choicesOf(app, component);
  const open = () =>
    openChooser({
      anchor: node,
      label: placeholder,
      choices: choices(),
      chosen,
      least: component.min_values ?? 1,
      most: component.max_values ?? 1,
      searched: component.type !== STRING || component.options.length > 8,
      onchoose(values) {
        chosen = values;
        show();
        onchoose(values);
      },
    });
  const node = button(
    {
      class: "select",
      disabled: Boolean(component.disabled),
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      onclick: open,
      "aria-label": placeholder,
      data: { focus: `component ${component.custom_id}`, customId: component.custom_id ?? "" },
    },
    text,
    icon("down"),
  );
  show();
  return node;
}

/** @returns {import("../chooser.js").Choice[]} */
export function choicesOf(app, component) {
  const { store } = app;
  switch (component.type) {
    case STRING:
      return component.options.map((option) => ({
        value: option.value,
        label: option.label,
        hint: option.description,
        mark: option.emoji ? emojiOf(option.emoji) : null,
      }));
    case USER:
      return userChoices(store);
    case ROLE:
      return roleChoices(store);
    case MENTIONABLE:
      return [...userChoices(store), ...roleChoices(store)];
    default:
      return channelChoices(store, component.channel_types);
  }
}

export function userChoices(store) {
  return audience(store).map((user) => {
    const name = memberName(store, user);
    return {
      value: user.id,
      label: name,
      hint: user.username === name ? null : user.username,
      mark: avatar(userName(user), pictureColour(store, user), "small"),
    };
  });
}

export function roleChoices(store) {
  const roles = [...(store.guild?.roles.values() ?? [])].sort((a, b) => b.position - a.position);
  return roles.map((role) => ({
    value: role.id,
    label: role.name.startsWith("@") ? role.name : `@${role.name}`,
    colour: hexColour(role.color),
  }));
}

export function channelChoices(store, types) {
  const allowed = (channel) => (types?.length ? types.includes(channel.type) : true);
  return [...(store.guild?.channels.values() ?? [])].filter(allowed).map((channel) => ({
    value: channel.id,
    label: channel.name,
    hint: channel.type === CATEGORY ? "category" : isThread(channel) ? "thread" : null,
    mark: icon(channelIcon(channel)),
  }));
}
