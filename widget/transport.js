// Talks to the server: one session, a queue that outlives the page, retries with the same id. Knows no HTML.

import { list, readReply, readTurn } from "./reply.js";

/** @import { Clinic, Listener, Status, Turn, Waiting } from "./types" */

/** A refusal; status 0: no answer came. */
export class Problem extends Error {
  /** @param {number} status @param {string} detail @param {number} [wait] seconds to wait */
  constructor(status, detail, wait = 0) {
    super(detail);
    this.status = status;
    this.wait = wait;
  }
}

/** Values kept across pages and tabs; in memory where the browser forbids that. */
class Store {
  /** @param {string} prefix @param {() => Storage} place reading it may throw */
  constructor(prefix, place) {
    this.prefix = prefix;
    this.place = place;
    /** @type {Map<string, string>} */
    this.memory = new Map();
  }

  /** @param {string} name @returns {any} */
  get(name) {
    try {
      return JSON.parse(this.memory.get(name) ?? this.place().getItem(this.prefix + name) ?? "null");
    } catch {
      return JSON.parse(this.memory.get(name) ?? "null");
    }
  }

  /** @param {string} name @param {unknown} value null forgets it */
  set(name, value) {
    try {
      if (value === null) this.place().removeItem(this.prefix + name);
      else this.place().setItem(this.prefix + name, JSON.stringify(value));
      this.memory.delete(name);
    } catch {
      this.memory.set(name, JSON.stringify(value));
    }
  }
}

/** Runs in one tab at a time. @param {string} name @param {() => Promise<void>} task */
const alone = (name, task) => (navigator.locks ? navigator.locks.request(name, task) : task());

const newId = () => crypto.getRandomValues(new Uint32Array(3)).join("-"); // randomUUID is not there on a site without TLS

export class Transport {
  /** @param {string} server the address before /webhooks @param {Partial<Clinic>} known @param {Listener} listener */
  constructor(server, known, listener) {
    this.known = known;
    this.base = `${server.replace(/\/+$/, "")}/webhooks/website`;
    this.tell = listener;
    this.name = `needling-chat ${server} `;
    this.store = new Store(this.name, () => localStorage);
    this.page = new Store(this.name, () => sessionStorage); // of this tab only
    /** @type {Status} */
    this.status = { state: "", seconds: 0 };
    this.started = false; // this tab shows the chat
    this.wanted = false; // the history is to be fetched
    this.seen = ""; // the last turn this tab knows of
    /** @type {Set<string>} messages this tab sends; those of another only when that seems gone */
    this.mine = new Set(this.queue.map(({ id }) => id));
    this.working = false;
    this.again = false;
    this.failures = 0;
    this.timer = 0;
  }

  /** @returns {Waiting[]} */
  get queue() {
    return this.store.get("queue") ?? [];
  }

  /** @returns {Clinic} */
  get clinic() {
    return { name: "", phone: "", emergency_number: "", ...this.store.get("clinic"), ...this.known };
  }

  /** Listens to the network and to other tabs. @param {AbortSignal} signal ends it */
  listen(signal) {
    const wake = () => {
      if (document.visibilityState === "hidden") return;
      if (this.started && this.seen !== (this.store.get("last") ?? "")) this.wanted = true;
      if (this.wanted || this.queue.length) void this.work();
    };
    addEventListener("online", wake, { signal });
    addEventListener("offline", () => this.queue.length && this.report("offline"), { signal });
    document.addEventListener("visibilitychange", wake, { signal });
    addEventListener(
      "storage",
      event => {
        if (!event.key?.startsWith(this.name)) return;
        const name = event.key.slice(this.name.length);
        if (name === "chat") {
          this.seen = "";
          this.tell.cleared();
        } else if (name === "last" && event.newValue && this.started) {
          this.wanted = true;
          void this.work();
        } else if (name === "queue" && this.queue.length) setTimeout(() => signal.aborted || this.work(), 5500);
        else this.tell.stored(name);
      },
      { signal },
    );
    signal.addEventListener("abort", () => clearTimeout(this.timer));
    if (this.queue.length) void this.work();
  }

  /** Resumes the chat or begins one, and fetches what was said. */
  start() {
    this.started = this.wanted = true;
    void this.work();
  }

  /** @param {string} text @returns {Waiting} */
  send(text) {
    const waiting = { id: newId(), text, time: new Date().toISOString() };
    this.mine.add(waiting.id);
    this.store.set("queue", [...this.queue, waiting]);
    if (!this.timer) void this.work();
    return waiting;
  }

  /** @param {string} topic @param {boolean} helpful @param {string} words */
  async feedback(topic, helpful, words) {
    await this.request("POST", "/feedback", { topic, helpful, ...(words && { words }) });
  }

  /** Deletes the chat at the server and here. */
  async forget() {
    if (this.store.get("token"))
      await this.request("DELETE", "/session").catch(problem => {
        if (problem.status !== 401) throw problem;
      });
    this.clear(["token", "draft"]);
  }

  async startOver() {
    await this.begin();
    this.clear([]);
  }

  /** @param {string[]} more */
  clear(more) {
    for (const name of ["queue", "banner", "last", ...more]) this.store.set(name, null);
    this.store.set("chat", newId());
    this.seen = "";
    clearTimeout(this.timer);
    this.timer = 0;
    this.report("");
    this.tell.cleared();
  }

  /** Fetches the history if wanted, and sends what waits. */
  async work() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.again = true;
    if (this.working) return;
    this.working = true;
    while (this.again) {
      this.again = false;
      try {
        await alone(this.name, async () => {
          if (this.wanted) await this.resume();
          for (let next = this.next(); next; next = this.next()) await this.deliver(next);
        });
        this.failures = 0;
        this.report("");
      } catch (error) {
        this.pause(error instanceof Problem ? error : new Problem(0, String(error)));
      }
    }
    this.working = false;
  }

  next() {
    return this.queue.find(({ id, time }) => this.mine.has(id) || Date.now() - Date.parse(time) > 5000);
  }

  /** Says why nothing goes, and when it is tried again. @param {Problem} problem */
  pause(problem) {
    this.failures += 1;
    const backoff = Math.min(30, 2 ** (this.failures - 1)) * (0.75 + Math.random() / 2);
    const seconds = problem.status === 429 ? problem.wait || 10 : backoff;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.work(), seconds * 1000);
    this.report(problem.status === 429 ? "busy" : navigator.onLine ? "unreachable" : "offline", Math.ceil(seconds));
  }

  /** @param {Status["state"]} state @param {number} [seconds] */
  report(state, seconds = 0) {
    this.status = { state, seconds };
    this.tell.status();
  }

  async resume() {
    const token = this.store.get("token");
    try {
      this.keep(await this.request("POST", "/session"));
      const { turns } = token ? await this.request("GET", "/history") : {};
      this.tell.history(list(turns).map(readTurn));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      await this.renew();
    }
    this.seen = this.store.get("last") ?? "";
    this.wanted = false;
  }

  /** Begins a session in place of one that is over. */
  async renew() {
    await this.begin();
    this.tell.expired(this.queue.length > 0);
  }

  async begin() {
    this.keep(await this.request("POST", "/session", undefined, false));
  }

  /** @param {any} body */
  keep(body) {
    if (body?.clinic) this.store.set("clinic", body.clinic);
    if (body?.limits) this.store.set("limits", body.limits);
    this.tell.settings();
  }

  /** In a new session if the old one is over. @param {Waiting} waiting */
  async deliver(waiting) {
    if (!this.store.get("token")) await this.begin();
    const rest = () => this.queue.filter(other => other.id !== waiting.id);
    const waits = () => this.queue.some(other => other.id === waiting.id);
    const post = () => this.request("POST", "/messages", { message: waiting.text, id: waiting.id });
    try {
      const body = await post().catch(async problem => {
        if (problem.status !== 401 || !waits()) throw problem;
        await this.renew();
        return post();
      });
      if (!waits()) return; // The chat was cleared meanwhile
      this.store.set("queue", rest());
      this.store.set("last", waiting.id);
      this.seen = waiting.id;
      this.failures = 0;
      this.tell.answered({ ...waiting, message: waiting.text, replies: list(body?.messages).map(readReply) });
    } catch (error) {
      if (!waits()) return;
      const status = error instanceof Problem ? error.status : 0;
      if (![400, 403, 413, 422].includes(status)) throw error;
      this.store.set("queue", rest());
      this.tell.refused(waiting.id, /** @type {Problem} */ (error).message);
    }
  }

  /**
   * @param {string} method @param {string} path @param {unknown} [body]
   * @param {boolean} [known] as the session we have
   * @returns {Promise<any>}
   * @throws {Problem}
   */
  async request(method, path, body, known = true) {
    const token = this.store.get("token");
    const headers = new Headers(body ? { "Content-Type": "application/json" } : {});
    if (known && token) headers.set("Authorization", `Bearer ${token}`);
    let response, answer;
    try {
      const signal = AbortSignal.timeout(30_000);
      response = await fetch(this.base + path, { method, headers, body: body ? JSON.stringify(body) : null, signal, credentials: "omit" });
      const text = await response.text();
      answer = response.ok || text[0] === "{" ? JSON.parse(text || "{}") : {}; // A refusal may be a proxy's page
    } catch (error) {
      throw new Problem(0, String(error));
    }
    if (!response.ok) throw new Problem(response.status, typeof answer.detail === "string" ? answer.detail : "", Number(response.headers.get("Retry-After")) || 0);
    // Not that of a chat that was forgotten or left while this was on its way
    if (typeof answer.session?.token === "string" && (!known || token === this.store.get("token"))) this.store.set("token", answer.session.token);
    return answer;
  }
}
