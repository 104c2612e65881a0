/** Who acts: shown at the foot of the channels, and changed there, with the person's language and applications. */

import { openChooser } from "../chooser.js";
import { avatar, button, fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { people, pictureColour, rolesOf, userName } from "../names.js";
import { openPopup } from "../popup.js";
import { themeButton } from "../theme.js";

const LOCALES = [
  "id",
  "da",
  "de",
  "en-GB",
  "en-US",
  "es-ES",
  "es-419",
  "fr",
  "hr",
  "it",
  "lt",
  "hu",
  "nl",
  "no",
  "pl",
  "pt-BR",
  "ro",
  "fi",
  "sv-SE",
  "vi",
  "tr",
  "cs",
  "el",
  "bg",
  "ru",
  "uk",
  "hi",
  "th",
  "zh-CN",
  "ja",
  "zh-TW",
  "ko",
];

/** @param {import("../app.js").App} app */
export function identity(app) {
  const { store } = app;
  const text = h("span", { class: "identity-text" });
  const face = h("span", null);
  const switcher = button(
    {
      class: "identity",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      id: "acting-as",
      onclick: () => openSwitcher(app, switcher),
    },
    face,
    text,
  );
  const settings = button(
    {
      class: "icon-button",
      "aria-label": "Language and applications",
      title: "Language and applications",
      onclick: () => openSettings(app, settings),
    },
    icon("spark"),
  );
  const bots = h("div", { class: "bot-states", role: "status" });
  const draw = () => {
    if (!store.me) return;
    const name = userName(store.me);
    fill(face, avatar(name, pictureColour(store, store.me), "medium"));
    fill(text, h("small", null, "Acting as"), h("strong", null, name), h("small", null, store.me.locale));
    switcher.setAttribute("aria-label", `Acting as ${name}. Choose who acts.`);
    fill(
      bots,
      store.bots.map((bot) =>
        h(
          "span",
          { class: `bot-state ${bot.connected ? "on" : "off"}` },
          `${bot.user.username}: ${bot.connected ? "connected" : "not connected"}`,
        ),
      ),
      !store.linked && h("span", { class: "bot-state off" }, "The page is not connected; trying again…"),
    );
  };
  store.on("world bots link", draw);
  return h(
    "div",
    { class: "identity-bar" },
    bots,
    h("div", { class: "identity-row" }, switcher, settings, themeButton()),
  );
}

function openSwitcher(app, anchor) {
  const { store } = app;
  const choices = people(store).map((user) => ({
    value: user.id,
    label: userName(user),
    hint: [user.locale, ...rolesIn(store, user)].join(" · "),
    mark: avatar(userName(user), pictureColour(store, user), "small"),
  }));
  openChooser({
    anchor,
    label: "Who acts",
    choices,
    chosen: [store.me.id],
    least: 1,
    most: 1,
    searched: true,
    onchoose: ([id]) => app.actAs(id),
  });
}

/** In the server that is shown, or the first that is known. */
function rolesIn(store, user) {
  const guild = store.guild ?? store.guilds.values().next().value;
  if (!guild?.members.has(user.id)) return ["not in this server"];
  return [guild.owner_id === user.id && "Owner", ...rolesOf(guild, user.id).map((role) => role.name)].filter(Boolean);
}

function openSettings(app, anchor) {
  const { store } = app;
  const locale = h(
    "select",
    {
      class: "field-input",
      "aria-label": "Language of this person's client",
      data: { first: "" },
      onchange: async () => {
        await app.attempt(() => app.api.post("locale", { locale: locale.value }));
        app.commands.forget();
        app.refreshWorld();
      },
    },
    LOCALES.map((one) => h("option", { value: one }, one)),
  );
  locale.value = store.me.locale;
  const check = (label, checked, path, body) => {
    const input = h("input", {
      type: "checkbox",
      checked: Boolean(checked),
      onchange: async () => {
        await app.attempt(() => app.api.post(path, { ...body, installed: input.checked }));
        app.commands.forget();
        app.refreshWorld();
      },
    });
    return h("label", { class: "option-row" }, input, label);
  };
  openPopup(
    h(
      "div",
      { class: "settings", role: "dialog", "aria-label": "Language and applications" },
      h("h2", null, userName(store.me)),
      h("label", { class: "field-label" }, "Language", locale),
      store.bots.map((bot) => [
        check(`${bot.user.username}: installed for this person`, bot.installed?.user, "user_install", {
          application: bot.id,
        }),
        store.guild &&
          check(
            `${bot.user.username}: in ${store.guild.name}`,
            bot.installed?.guilds?.includes(store.guild.id),
            "guild_install",
            { application: bot.id, guild: store.guild.id },
          ),
      ]),
    ),
    { anchor },
  );
}
