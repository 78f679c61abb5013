// <needling-chat>: the chat of a clinic, as one element. Attributes and colours: /widget/setup.html

import { transcript } from "./reply.js";
import { speaker } from "./strings.js";
import { dress, paint } from "./style.js";
import { Transport } from "./transport.js";
import { View } from "./view.js";

/** @import { Turn } from "./types" */

class NeedlingChat extends HTMLElement {
  static observedAttributes = ["open", "title", "greeting", "avatar"];
  /** @type {Turn[]} what the screen shows of this chat */
  turns = [];
  // Both are made when the element is put on a page
  /** @type {View} */ // @ts-ignore
  view;
  /** @type {Transport} */ // @ts-ignore
  transport;
  say = speaker("en");
  ended = new AbortController();

  connectedCallback() {
    this.ended = new AbortController();
    const { signal } = this.ended;
    this.turns = [];
    const language = this.lang || document.documentElement.lang || navigator.language;
    this.say = speaker(language);
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.replaceChildren();
    dress(root);

    const transport = (this.transport = new Transport(this.getAttribute("server") || new URL(import.meta.url).origin, {
      answered: turn => this.answered(turn),
      history: turns => this.history(turns),
      status: () => this.status(),
      clinic: () => this.settings(),
      expired: sending => {
        this.turns = [];
        this.view.note(this.say(sending ? "expired" : "ended"));
      },
      refused: (id, detail) => this.view.refuse(id, detail),
      cleared: () => this.cleared(),
      stored: name => this.stored(name),
    }));
    const view = (this.view = new View(root, this.say, {
      toggle: () => this.toggle(!this.hasAttribute("open")),
      close: () => this.toggle(false),
      send: text => this.send(text),
      draft: text => transport.store.set("draft", text || null),
      rate: async (topics, helpful, words) => void (await Promise.all(topics.map(topic => transport.feedback(topic, helpful, words)))),
      dismiss: () => {
        transport.store.set("banner", null);
        view.setBanner("", false);
      },
      times: shown => {
        transport.store.set("times", shown);
        view.setTimes(shown);
      },
      download: () => this.download(),
      transcript: () => this.text(),
      forget: async () => {
        await transport.forget();
        view.setDraft("");
        view.note(this.say("forgotten"));
      },
      startOver: async () => {
        await transport.startOver();
        view.note(this.say("started"));
      },
      retry: () => void transport.work(),
      phones: () => [transport.clinic.phone, transport.clinic.emergency_number].filter(Boolean),
    }, language));

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

  /** Opens or closes because the patient asks. @param {boolean} open */
  toggle(open) {
    this.toggleAttribute("open", open);
    this.view.show(open, true);
  }

  /** The attribute has changed, or was there from the start. */
  opened() {
    const open = this.hasAttribute("open");
    this.transport.page.set("open", open);
    this.view.show(open, false);
    if (open && !this.transport.started) this.transport.start();
  }

  /** What the attributes and the clinic say. */
  settings() {
    const { view, transport, say } = this;
    const { name, emergency_number } = transport.clinic;
    view.title.textContent = this.getAttribute("title") || name || say("title");
    view.greeting.textContent = this.getAttribute("greeting") || say("greeting");
    view.notice.textContent = say("notice", { emergency: emergency_number || say("emergency") });
    view.limit = transport.store.get("limits")?.message_length ?? Infinity;
    view.measure();
    const avatar = this.getAttribute("avatar");
    if (avatar && view.avatar.tagName !== "IMG") {
      const image = document.createElement("img");
      image.className = "avatar";
      image.alt = "";
      view.avatar.replaceWith(image);
      view.avatar = image;
    }
    if (avatar) view.avatar.setAttribute("src", avatar);
  }

  /** @param {string} text */
  send(text) {
    const waiting = this.transport.send(text);
    this.view.addPending(waiting.id, text, waiting.time, true);
    const banner = this.transport.store.get("banner");
    if (banner) this.view.setBanner(banner, false);
    this.status();
  }

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
    const { view, transport } = this;
    const last = turns[turns.length - 1];
    // Sent, but its reply never arrived: it comes again with the same id
    if (transport.queue.some(({ id, text, tried }) => tried && last && (last.id ? last.id === id : last.message.trim() === text))) turns = turns.slice(0, -1);
    const shown = this.turns;
    const same = shown.length <= turns.length && shown.every((turn, index) => turn.message === turns[index].message && turn.replies.length === turns[index].replies.length);
    if (!same) view.clear();
    for (const turn of turns.slice(same ? shown.length : 0)) {
      // Sent from here and answered to another tab: new to who is here
      const id = [...view.pending.keys()].find(id => !transport.queue.some(other => other.id === id) && (turn.id || turn.message.trim()) === (turn.id ? id : view.textOf(id)));
      view.addTurn({ ...turn, id: id ?? turn.id }, Boolean(id));
    }
    this.turns = turns;
    this.drawQueue();
  }

  /** Messages that an earlier page left to be sent. */
  drawQueue() {
    for (const { id, text, time } of this.transport.queue) {
      if (!this.view.pending.has(id)) this.view.addPending(id, text, time, false);
    }
  }

  cleared() {
    this.turns = [];
    this.view.clear();
    this.view.setBanner("", false);
  }

  /** What is kept has changed, perhaps in another tab. @param {string} name */
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
    if (text !== view.trouble) view.setTrouble(text);
    if (was && !trouble) view.flash(say("back"));
  }

  text() {
    return transcript(this.turns, this.say("you"), this.say("bot"));
  }

  download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([this.text()], { type: "text/plain;charset=utf-8" }));
    link.download = "chat.txt";
    link.click();
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
