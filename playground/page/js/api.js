/** The control surface over HTTP (docs/playground.md). Knows nothing of the page. */

/** A refusal: `message` is the server's sentence. */
export class Refusal extends Error {
  /** @param {number} status @param {Record<string, any>} body */
  constructor(status, body) {
    super(body.error || `The playground answered ${status}.`);
    this.status = status;
    this.body = body;
  }
}

export class Api {
  /** Who acts; null asks the server to choose. @type {string | null} */
  as = null;

  /** @param {string} path below /control @param {Record<string, any>} [query] */
  get(path, query = {}) {
    const wanted = { as: this.as, ...query };
    const entries = Object.entries(wanted).filter(([, value]) => value !== null && value !== undefined);
    return this.#send(`/control/${path}?${new URLSearchParams(entries)}`, {});
  }

  /** With `as` put in. @param {string} path @param {Record<string, any>} body */
  post(path, body) {
    const headers = { "Content-Type": "application/json" };
    return this.#send(`/control/${path}`, { method: "POST", headers, body: JSON.stringify({ as: this.as, ...body }) });
  }

  /** @param {string} path */
  remove(path) {
    return this.#send(`/control/${path}`, { method: "DELETE" });
  }

  /** Gives the id to name it by. @param {File} file @returns {Promise<string>} */
  async upload(file) {
    const headers = { "Content-Type": file.type || "application/octet-stream" };
    const path = `/control/upload?${new URLSearchParams({ name: file.name })}`;
    return (await this.#send(path, { method: "POST", headers, body: file })).upload;
  }

  async #send(path, options) {
    let response;
    try {
      response = await fetch(path, options);
    } catch {
      throw new Refusal(0, { error: "The playground cannot be reached." });
    }
    const text = await response.text();
    let body = null;
    try {
      body = text ? JSON.parse(text) : null;
    } catch {
      body = { error: text.slice(0, 200) };
    }
    if (!response.ok) throw new Refusal(response.status, body ?? {});
    return body;
  }
}
