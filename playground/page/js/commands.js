/** The commands of a channel as the acting person may use them: fetched once, laid flat, and searched. */

export const SUB_COMMAND = 1,
  SUB_GROUP = 2;
export const CHAT_INPUT = 1,
  USER_MENU = 2,
  MESSAGE_MENU = 3;

/**
 * @typedef {object} Entry what can be typed: a command, or one subcommand of it
 * @property {any} command
 * @property {{name: string, type: number}[]} path down to the subcommand
 * @property {string} shown "style blend"
 * @property {string} about
 * @property {any[]} options
 * @property {string} application its name
 * @property {string} section its id
 */

export class CommandBook {
  #byChannel = new Map();

  constructor(app) {
    this.app = app;
  }

  /** Nothing that was known of commands is known any more. */
  forget() {
    this.#byChannel.clear();
    this.app.store.tell("commands");
  }

  /** @param {string} channel @returns {Promise<any[]>} as the control surface writes them */
  async of(channel) {
    if (!this.#byChannel.has(channel)) {
      const asked = this.app.attempt(() => this.app.api.get("commands", { channel }));
      this.#byChannel.set(
        channel,
        asked.then((answer) => answer ?? []),
      );
    }
    return this.#byChannel.get(channel);
  }

  /** @param {string} channel @returns {Promise<Entry[]>} */
  async typed(channel) {
    const commands = (await this.of(channel)).filter((command) => (command.type ?? CHAT_INPUT) === CHAT_INPUT);
    return commands.flatMap((command) => flatten(this.app, command));
  }

  /** Those of a menu. @param {number} type */
  async inMenu(channel, type) {
    return (await this.of(channel)).filter((command) => command.type === type);
  }

  /** @param {any} command */
  applicationName(command) {
    return command.application.user.username;
  }
}

function flatten(app, command) {
  const shown = command.shown_name ?? command.name;
  const about = command.shown_description ?? command.description ?? "";
  const rest = {
    command,
    application: app.commands.applicationName(command),
    section: String(command.application_id ?? "bot"),
  };
  const walk = (node, path, words, sentence) => {
    const below = (node.options ?? []).filter((option) => option.type === SUB_COMMAND || option.type === SUB_GROUP);
    if (below.length === 0) return [{ ...rest, path, shown: words, about: sentence, options: node.options ?? [] }];
    return below.flatMap((option) =>
      walk(
        option,
        [...path, { name: option.name, type: option.type }],
        `${words} ${option.shown_name ?? option.name}`,
        option.shown_description ?? option.description ?? "",
      ),
    );
  };
  return walk(command, [], shown, about);
}

/** Those that fit what is typed, by application: names that begin so first, then any that have it. */
export function search(entries, typed) {
  const wanted = typed.toLowerCase().trim();
  const names = (entry) => [entry.shown, [entry.command.name, ...entry.path.map((step) => step.name)].join(" ")];
  const rank = (entry) => {
    const found = names(entry).map((name) => name.toLowerCase());
    if (found.some((name) => name.startsWith(wanted))) return 0;
    return found.some((name) => name.includes(wanted)) ? 1 : 2;
  };
  const ranked = entries.map((entry) => [rank(entry), entry]).filter(([place]) => place < 2);
  const sections = new Map();
  for (const [, entry] of ranked.sort(([one], [other]) => one - other)) {
    sections.set(entry.section, [...(sections.get(entry.section) ?? []), entry]);
  }
  return [...sections.values()].flat();
}

/** The options as the control surface wants them, inside the subcommand that they belong to. */
export function nest(path, options) {
  return [...path].reverse().reduce((inner, { name, type }) => [{ name, type, options: inner }], options);
}
