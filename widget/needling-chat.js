// <needling-chat>: the chat of a clinic, as one element. Its attributes and colours: /widget/setup.html

import clinic from "./clinic.js";
import { transcript } from "./reply.js";
import { speaker } from "./strings.js";
import { dress, paint, tint } from "./style.js";
import { Transport } from "./transport.js";
import { View } from "./view.js";

/** @import { Look, Turn } from "./types" */

const home = new URL(import.meta.url).origin;

class NeedlingChat extends HTMLElement {
  static observedAttributes = ["open", "title", "greeting", "position", "colour", "background", "avatar"];
  /** @type {Turn[]} what the screen shows of this chat */
  turns = [];
  // These are made when the element is put on a page
  /** @type {View} */ // @ts-ignore
  view;
  /** @type {Transport} */ // @ts-ignore
  transport;
  /** @type {CSSStyleSheet} */ // @ts-ignore
  sheet;
  say = speaker("en");
  ended = new AbortController();

  connectedCallback() {
    this.ended = new AbortController();
    const { signal } = this.ended;
    const server = this.getAttribute("server") || home;
    const language = this.lang || document.documentElement.lang || navigator.language;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.replaceChildren();
    this.turns = [];
    this.say = speaker(language);
    this.sheet = dress(root);
    const transport = (this.transport = new Transport(server, server === home ? clinic : {}, this));
    const view = (this.view = new View(root, this.say, this, language));

    for (const name of ["times", "draft", "banner"]) this.stored(name);
    this.drawQueue();
    this.settings();
    const repaint = () => paint(view.root, view.probe);
    repaint();
    view.probe.addEventListener("transitionend", repaint, { signal });
    document.addEventListener("focusin", event => this.uncover(event), { signal });
    transport.listen(signal);
    const open = this.hasAttribute("open");
    const kept = transport.page.get("open") ?? open; // What the patient did counts more than what the page says
    if (kept !== open) this.toggleAttribute("open", kept);
    else if (open) this.opened();
  }

  disconnectedCallback() {
    this.ended.abort();
  }

  /** @param {string} name @param {string | null} before @param {string | null} now */
  attributeChangedCallback(name, before, now) {
    if (!this.view) return;
    if (name !== "open") this.settings();
    else if ((before === null) !== (now === null)) this.opened();
  }

  /** The attribute has changed, or was there from the start. */
  opened() {
    const open = this.hasAttribute("open");
    this.transport.page.set("open", open);
    this.view.show(open, false);
    if (open && !this.transport.started) this.transport.start();
  }

  /** Shows what the attributes say, or else clinic.yml. */
  settings() {
    const { view, transport, say } = this;
    const { name, emergency_number } = transport.clinic;
    const look = (/** @type {keyof Look} */ key) => this.getAttribute(key) || transport.clinic[key] || "";
    view.title.textContent = look("title") || name || say("title");
    view.greeting.textContent = look("greeting") || say("greeting");
    view.notice.textContent = say("notice", { emergency: emergency_number || say("emergency") });
    view.setAvatar(look("avatar"));
    view.limit = transport.store.get("limits")?.message_length ?? Infinity;
    view.measure();
    tint(this.sheet, { colour: look("colour"), background: look("background") }, look("position"));
  }

  // --- what the patient does ---

  /** @param {boolean} open */
  toggle(open) {
    this.toggleAttribute("open", open);
    this.view.show(open, true);
  }

  /** @param {string} text */
  send(text) {
    const waiting = this.transport.send(text);
    this.view.addPending(waiting.id, text, waiting.time, true);
    const banner = this.transport.store.get("banner");
    if (banner) this.view.setBanner(banner, false);
    this.status();
  }

  /** @param {string} name @param {unknown} value null forgets it */
  keep(name, value) {
    this.transport.store.set(name, value);
    this.stored(name);
  }

  /** @param {string[]} topics @param {boolean} helpful @param {string} words */
  async rate(topics, helpful, words) {
    await Promise.all(topics.map(topic => this.transport.feedback(topic, helpful, words)));
  }

  async forget() {
    await this.transport.forget();
    this.view.setDraft("");
    this.view.note(this.say("forgotten"));
  }

  async startOver() {
    await this.transport.startOver();
    this.view.note(this.say("started"));
  }

  retry() {
    void this.transport.work();
  }

  text() {
    return transcript(this.turns, this.say("you"), this.say("bot"));
  }

  /** Numbers to call wherever they stand. */
  phones() {
    const { phone, emergency_number } = this.transport.clinic;
    return [phone, emergency_number].filter(Boolean);
  }

  // --- what the transport tells ---

  /** @param {Turn} turn */
  answered(turn) {
    this.turns.push(turn);
    this.view.addTurn(turn, true);
    const flag = turn.replies.find(reply => reply.kind === "red_flag");
    if (!flag) return;
    this.transport.store.set("banner", flag.text);
    this.view.setBanner(flag.text, true);
  }

  /** Draws what this screen lacks; all of it again if it is of another chat. @param {Turn[]} turns */
  history(turns) {
    const { view, transport, turns: shown } = this;
    const waits = (/** @type {string} */ id) => transport.queue.find(waiting => waiting.id === id);
    // Sent, but its reply never arrived: it comes again with the same id
    if (waits(turns[turns.length - 1]?.id)) turns = turns.slice(0, -1);
    const same = shown.every((turn, index) => turn.message === turns[index]?.message && turn.replies.length === turns[index].replies.length);
    if (!same) view.clear();
    const missing = turns.slice(same ? shown.length : 0);
    // One sent from here and answered to another tab is new to who is here
    missing.forEach((turn, index) => view.addTurn(turn, view.pending.has(turn.id) && !waits(turn.id), index < missing.length - 1));
    this.turns = turns;
    this.drawQueue();
  }

  /** Messages that an earlier page left to be sent. */
  drawQueue() {
    for (const { id, text, time } of this.transport.queue) {
      if (!this.view.pending.has(id)) this.view.addPending(id, text, time, false);
    }
  }

  /** @param {boolean} sending */
  expired(sending) {
    this.turns = [];
    this.view.note(this.say(sending ? "expired" : "ended"));
  }

  /** @param {string} id @param {string} detail */
  refused(id, detail) {
    this.view.refuse(id, detail);
  }

  cleared() {
    this.turns = [];
    this.view.clear();
    this.view.setBanner("", false);
  }

  /** @param {string} name */
  stored(name) {
    const value = this.transport.store.get(name);
    if (name === "times") this.view.setTimes(value === true);
    if (name === "banner") this.view.setBanner(value ?? "", false);
    if (name === "draft" && !this.matches(":focus-within")) this.view.setDraft(value ?? "");
  }

  status() {
    const { transport, say, view } = this;
    const { state, seconds } = transport.status;
    const phone = transport.clinic.phone;
    const trouble = state !== "" && (transport.queue.length > 0 || transport.wanted);
    const help = phone && state !== "busy" ? ` ${say("phone", { n: phone })}` : "";
    const was = view.trouble;
    const text = trouble ? say(state, { n: seconds }) + help : "";
    if (text !== was) view.setTrouble(text);
    if (was && !trouble) view.flash(say("back"));
  }

  /** Closes when what the page has focused lies wholly under the chat (WCAG 2.2, 2.4.11). @param {FocusEvent} event */
  uncover(event) {
    const target = event.target;
    if (!this.hasAttribute("open") || !(target instanceof Element) || target === this || target === document.body) return;
    const cover = this.view.panel.getBoundingClientRect();
    const { left, right, top, bottom } = target.getBoundingClientRect();
    if (left >= cover.left && right <= cover.right && top >= cover.top && bottom <= cover.bottom) this.toggleAttribute("open", false);
  }
}

if (!customElements.get("needling-chat")) customElements.define("needling-chat", NeedlingChat);
