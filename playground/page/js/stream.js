/** The WebSocket of events. Comes back by itself, waiting longer after each failure. */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;

export class Stream {
  #socket = null;
  #timer = 0;
  #wait = FIRST_WAIT;

  /**
   * @param {(event: {name: string, data: any}) => void} onEvent
   * @param {(open: boolean, again: boolean) => void} onState `again`: something may have been missed meanwhile
   */
  constructor(onEvent, onState) {
    this.onEvent = onEvent;
    this.onState = onState;
  }

  /** Listens as somebody, and no longer as whoever it was; done once it is open, or has failed for the first time.
   * @param {string} as @returns {Promise<void>} */
  listen(as) {
    this.close();
    return new Promise((resolve) => this.#open(as, false, resolve));
  }

  close() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #open(as, again, done = () => {}) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/control/stream?${new URLSearchParams({ as })}`);
    this.#socket = socket;
    socket.onopen = () => {
      this.#wait = FIRST_WAIT;
      this.onState(true, again);
      done();
    };
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.onEvent(JSON.parse(data));
    };
    socket.onclose = () => {
      done();
      if (socket !== this.#socket) return;
      this.onState(false, true);
      this.#timer = setTimeout(() => this.#open(as, true), this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    };
  }
}
