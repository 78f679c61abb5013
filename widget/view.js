// Draws the chat. Texts go in as text nodes only. Knows no addresses and keeps no session.

import { leadOf, linesOf, phonesIn } from "./reply.js";

/** @import { Acts, Attributes, Choice, Line, Make, Reply, Say, Turn } from "./types" */

const ICONS = {
  chat: "M5 5h14v11h-7l-4 4v-4H5ZM9 9h6M9 12h4",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  send: "M5 12h13M12.5 6l6 6-6 6",
  phone: "M7 3h10v18H7ZM11 17.5h2",
  alert: "M12 4 3 19.5h18ZM12 10v4M12 17v.01",
  bot: "M12 20c-5-3-8-6-8-10a4.3 4.3 0 0 1 8-2 4.3 4.3 0 0 1 8 2c0 4-3 7-8 10ZM8 12h2l1.5-2.5 2 4.5 1-2H16",
};

/** @type {Make} */
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
};

/** @param {string} text @param {string} kind @param {() => void} click */
const button = (text, kind, click) => make("button", { type: "button", class: kind, dir: "auto", click }, text);

/** @param {keyof typeof ICONS} name */
function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  if (name === "menu") path.setAttribute("stroke-width", "3");
  svg.append(path);
  return svg;
}

/** @param {Line[]} lines */
function paragraphs(lines) {
  /** @type {HTMLElement[]} */
  const blocks = [];
  for (const { item, spans } of lines) {
    const nodes = spans.map(({ text, href }) => (href ? make("a", { href, rel: "noopener noreferrer" }, text) : text));
    const last = blocks[blocks.length - 1];
    if (!item) blocks.push(make("p", { dir: "auto" }, ...nodes));
    else if (last?.tagName === "UL") last.append(make("li", { dir: "auto" }, ...nodes));
    else blocks.push(make("ul", {}, make("li", { dir: "auto" }, ...nodes)));
  }
  return blocks;
}

export class View {
  /** @param {ShadowRoot} root @param {Say} say @param {Acts} acts @param {string} language */
  constructor(root, say, acts, language) {
    this.say = say;
    this.acts = acts;
    this.language = language.startsWith(say("lang")) ? language : say("lang");
    /** @type {Map<string, HTMLLIElement>} messages without their reply */
    this.pending = new Map();
    /** @type {(() => void) | undefined} a rating begun and not sent */
    this.unrated = undefined;
    this.limit = Infinity;
    this.unread = 0;
    this.trouble = "";
    this.flashing = 0;
    this.wasOver = false;

    const iconButton = (/** @type {"menu" | "close" | "send"} */ name, /** @type {Attributes} */ more) =>
      make("button", { type: "button", class: `icon ${name}`, "aria-label": say(name), ...more }, icon(name));

    this.badge = make("span", { class: "badge", hidden: true });
    this.launcher = make(
      "button",
      { type: "button", class: "launcher", "aria-expanded": "false", "aria-controls": "panel", click: () => acts.toggle(true) },
      icon("chat"), make("span", {}, say("launcher")), this.badge,
    );

    this.avatar = make("div", { class: "avatar" });
    this.title = make("h2", { id: "title" });
    this.menuButton = iconButton("menu", { "aria-expanded": "false", "aria-controls": "menu", click: () => this.openMenu(this.menu.hidden === true) });
    const header = make(
      "div", { class: "header" }, this.avatar, make("div", {}, this.title, make("p", {}, say("subtitle"))),
      this.menuButton, iconButton("close", { click: () => acts.toggle(false) }),
    );
    this.timesButton = button(say("times"), "", () => acts.keep("times", this.timesButton.getAttribute("aria-pressed") !== "true"));
    this.menu = make(
      "div", { class: "items", id: "menu", hidden: true }, this.timesButton,
      button(say("copyAll"), "", () => { this.openMenu(false); void this.copy(acts.text()); }),
      button(say("download"), "", () => { this.openMenu(false); this.download(); }),
      button(say("startOver"), "", () => this.ask("startOver")),
      button(say("forget"), "", () => this.ask("forget")),
    );

    this.greeting = make("p", { dir: "auto" });
    this.notice = make("p", { dir: "auto" });
    this.starters = this.choices("starters", ["starter1", "starter2", "starter3"].map(key => ({ title: say(key), payload: say(key) })));
    this.list = make("ol", {}, make("li", {}, make("div", { class: "bubble" }, this.greeting, this.notice), this.starters));
    this.log = make("div", { class: "log", tabindex: "0", role: "region", "aria-label": say("conversation") }, this.list);
    this.typing = make("div", { class: "bubble typing" }, make("span", { class: "vh" }, say("writing")), make("i"), make("i"), make("i"));

    this.banner = make("section", { class: "banner", "aria-label": say("safety"), tabindex: "0", hidden: true });
    this.question = make("div", { class: "confirm", role: "group", "aria-labelledby": "asked", hidden: true });
    this.status = make("div", { class: "status", role: "status" });
    this.retry = make("div", { class: "retry", hidden: true }, button(say("retry"), "small", () => acts.retry()));

    this.count = make("span", { class: "count", id: "count" });
    this.box = make("textarea", {
      id: "question", rows: "1", dir: "auto", enterkeyhint: "send", autocomplete: "off", "aria-describedby": "hint count",
      input: () => { acts.keep("draft", this.box.value || null); this.measure(); },
      keydown: event => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        this.submit();
      },
    });
    const form = make(
      "form", { class: "ask", submit: event => { event.preventDefault(); this.submit(); } },
      make("label", { for: "question" }, say("label")), this.box,
      iconButton("send", { type: "submit" }),
      make("div", { class: "meta" }, make("span", { id: "hint" }, say("hint")), this.count),
    );

    this.panel = make(
      "section", { class: "panel", id: "panel", role: "dialog", "aria-labelledby": "title", hidden: true, keydown: event => this.escape(event) },
      header, this.menu, this.log, this.banner, this.question, this.status, this.retry, form,
    );
    this.polite = make("div", { class: "vh", role: "log", "aria-live": "polite" });
    this.urgent = make("div", { class: "vh", role: "alert", "aria-live": "assertive" });
    this.probe = make("span", { class: "vh probe", "aria-hidden": "true" });
    // An empty title, or the browser would show the element's own as a tooltip
    this.root = make("div", { class: "root", title: "", lang: say("lang") }, this.launcher, this.panel, this.polite, this.urgent, this.probe);
    root.append(this.root);
  }

  /** @param {string} src the heart where there is none */
  setAvatar(src) {
    this.avatar.replaceChildren(src ? make("img", { src, alt: "" }) : icon("bot"));
  }

  /** @param {boolean} open */
  openMenu(open) {
    this.menu.hidden = !open;
    this.menuButton.setAttribute("aria-expanded", String(open));
    if (!open && this.menu.contains(/** @type {ShadowRoot} */ (this.panel.getRootNode()).activeElement)) this.menuButton.focus();
  }

  /** @param {KeyboardEvent} event Escape closes the innermost thing that is open */
  escape(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    if (!this.question.hidden) this.endAsking();
    else if (!this.menu.hidden) this.openMenu(false);
    else this.acts.toggle(false);
  }

  /** @param {boolean} open @param {boolean} focus */
  show(open, focus) {
    this.panel.hidden = !open;
    this.launcher.setAttribute("aria-expanded", String(open));
    if (open) {
      this.setUnread(0);
      this.scroll();
    } else this.openMenu(false);
    if (focus) (open ? this.box : this.launcher).focus();
  }

  /** @param {number} count */
  setUnread(count) {
    this.unread = count;
    this.badge.hidden = !count;
    this.badge.textContent = this.say("unread", { n: count });
  }

  /** Asks before something that cannot be undone. @param {"forget" | "startOver"} what */
  ask(what) {
    const no = button(this.say("cancel"), "choice", () => this.endAsking());
    const yes = button(this.say(`${what}Yes`), "solid", async () => {
      try {
        await this.acts[what]();
        this.endAsking();
      } catch {
        this.note(this.say("notDone"));
      }
    });
    this.question.replaceChildren(make("p", { id: "asked" }, this.say(`${what}Ask`)), make("div", { class: "row" }, yes, no));
    this.question.hidden = false;
    this.openMenu(false);
    no.focus();
  }

  endAsking() {
    this.question.hidden = true;
    this.box.focus();
  }

  submit() {
    const text = this.box.value.trim();
    if (!text || this.excess() > 0) return this.box.focus();
    this.setDraft("");
    this.acts.keep("draft", null);
    this.unrated?.();
    this.acts.send(text);
  }

  /** @param {string} text */
  setDraft(text) {
    this.box.value = text;
    this.measure();
  }

  excess() {
    return [...this.box.value.trim()].length - this.limit;
  }

  /** Grows the box and counts characters near the limit. */
  measure() {
    const excess = this.excess();
    const near = excess > -Math.max(50, this.limit / 10) && this.limit < Infinity;
    this.count.textContent = near ? this.say(excess > 0 ? "over" : "left", { n: Math.abs(excess) }) : "";
    this.count.classList.toggle("over", excess > 0);
    this.box.setAttribute("aria-invalid", String(excess > 0));
    if (excess > 0 && !this.wasOver) this.announce(this.count.textContent);
    this.wasOver = excess > 0;
    if (CSS.supports("field-sizing", "content")) return;
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight + 3}px`;
  }

  /** Says something once to who listens. @param {string} text @param {boolean} [urgent] */
  announce(text, urgent = false) {
    const said = make("p", {}, text);
    (urgent ? this.urgent : this.polite).append(said);
    setTimeout(() => said.remove(), 20_000); // Or it would be read twice
  }

  /** @param {string} key @param {Choice[]} choices */
  choices(key, choices) {
    return make(
      "div", { class: "choices" }, make("p", {}, this.say(key)),
      ...choices.map(({ title, payload }) => button(title, "choice", () => { this.unrated?.(); this.acts.send(payload); this.settle(); })),
    );
  }

  /** Focuses the box, but not that of a phone, whose keyboard would cover the answer. */
  settle() {
    (matchMedia("(pointer: coarse)").matches ? this.log : this.box).focus({ preventScroll: true });
  }

  /** A message that has no reply yet. @param {string} id @param {string} text @param {string} time @param {boolean} aloud */
  addPending(id, text, time, aloud) {
    const item = make("li", {}, this.mine(text), this.time(time), make("p", { class: "wait" }, this.say("waiting")));
    this.pending.set(id, item);
    this.list.append(item);
    this.tidy();
    if (aloud) this.announce(`${this.say("you")}: ${text}`);
    this.scroll();
  }

  /** @param {Turn} turn @param {boolean} aloud new, and so announced @param {boolean} [more] another follows at once */
  addTurn(turn, aloud, more) {
    const waiting = this.pending.get(turn.id);
    const item = waiting ?? make("li", {}, this.mine(turn.message), this.time(turn.time));
    this.pending.delete(turn.id);
    item.querySelector(".wait")?.remove();
    turn.replies.forEach(reply => item.append(...this.reply(reply)));
    if (!waiting) this.list.insertBefore(item, this.pending.values().next().value ?? null);
    if (aloud) {
      for (const reply of turn.replies) this.announce(`${this.say("bot")}: ${reply.text}`, reply.kind === "red_flag");
      if (this.panel.hidden) this.setUnread(this.unread + 1);
    }
    if (more) return;
    this.tidy();
    this.scroll(aloud ? item : undefined);
  }

  /** Buttons stay under the last reply only, and the dots under the first message that waits. */
  tidy() {
    const first = this.pending.values().next().value;
    if (first) first.append(this.typing);
    else this.typing.remove();
    const last = this.list.lastElementChild;
    for (const row of this.list.querySelectorAll(".choices")) /** @type {HTMLElement} */ (row).hidden = !last?.contains(row);
  }

  /** @param {string} text */
  mine(text) {
    return make("div", { class: "bubble me" }, make("span", { class: "vh" }, `${this.say("you")}: `), make("span", { dir: "auto" }, text));
  }

  /** @param {string} time shown as it is where it is none @param {Intl.DateTimeFormatOptions} style */
  format(time, style) {
    try {
      return new Intl.DateTimeFormat(this.language, style).format(new Date(time));
    } catch {
      return time;
    }
  }

  /** @param {string} time */
  time(time) {
    return make("time", { datetime: time }, this.format(time, { dateStyle: "medium", timeStyle: "short" }));
  }

  /** @param {Reply} reply */
  reply(reply) {
    const { say } = this;
    const safety = reply.kind === "red_flag";
    const bubble = make("div", { class: safety ? "bubble red_flag" : "bubble" }, make("span", { class: "vh" }, `${say("bot")}: `));
    if (safety) bubble.append(make("h3", {}, icon("alert"), say("safety")));
    bubble.append(...paragraphs(linesOf(reply.text, this.acts.phones())));
    if (reply.sources.length || reply.reviewed) {
      const details = make("details", {}, make("summary", {}, say("sources")));
      if (reply.sources.length) details.append(make("ul", {}, ...reply.sources.map(({ id, title }) => make("li", { dir: "auto" }, title || id))));
      if (reply.reviewed) details.append(make("p", {}, say("reviewed", { date: this.format(reply.reviewed, { dateStyle: "long", timeZone: "UTC" }) })));
      bubble.append(details);
    }
    const foot = make("div", { class: "foot" });
    if (reply.kind === "answer" && reply.topics.length) foot.append(this.rating(reply.topics));
    foot.append(button(say("copy"), "small", () => void this.copy(reply.text)));
    bubble.append(foot);
    return reply.buttons.length ? [bubble, this.choices("followups", reply.buttons)] : [bubble];
  }

  /** @param {string[]} topics */
  rating(topics) {
    const { say } = this;
    const row = make("div", { class: "row", role: "group", "aria-label": say("helpful") });
    /** @param {boolean} helpful @param {string} words @param {boolean} focus */
    const rate = async (helpful, words, focus) => {
      this.unrated = undefined;
      const thanks = make("span", { tabindex: "-1" }, say("thanks"));
      row.replaceChildren(thanks);
      if (!helpful) row.append(button(say("person"), "small", () => this.acts.send(say("person")))); // The answer says when and how
      if (focus) thanks.focus();
      await this.acts.rate(topics, helpful, words).catch(() => {
        thanks.textContent = say("feedbackFailed");
        this.announce(thanks.textContent);
      });
    };
    const no = () => {
      const words = make("textarea", { rows: "2", maxlength: "500", dir: "auto" });
      const form = make(
        "form", { class: "words", submit: event => { event.preventDefault(); void rate(false, words.value.trim(), true); } },
        make("label", {}, say("missing"), words), make("button", { class: "small" }, say("sendFeedback")),
      );
      this.unrated = () => void rate(false, words.value.trim(), false);
      row.replaceChildren(form);
      words.focus();
    };
    row.append(
      make("span", {}, say("helpful")),
      button(say("yes"), "small", () => void rate(true, "", true)),
      button(say("no"), "small", no),
    );
    return row;
  }

  /** @param {string} id @param {string} detail */
  refuse(id, detail) {
    const item = this.pending.get(id);
    if (!item) return;
    this.pending.delete(id);
    this.tidy();
    const text = item.querySelector(".me [dir]")?.textContent ?? "";
    const reason = `${this.say("refused")} ${detail}`.trim();
    const edit = button(this.say("edit"), "small", () => {
      this.setDraft(`${text}\n${this.box.value}`.trim());
      this.acts.keep("draft", this.box.value);
      item.remove();
      this.box.focus();
    });
    item.querySelector(".wait")?.replaceWith(make("p", { class: "failed" }, reason, " ", edit));
    this.announce(reason);
    this.scroll();
  }

  /** A line between the messages. @param {string} text */
  note(text) {
    this.list.insertBefore(make("li", { class: "note" }, text), this.pending.values().next().value ?? null);
    this.announce(text);
    this.scroll();
  }

  /** Takes everything but the greeting away. */
  clear() {
    while (this.list.children.length > 1) this.list.lastElementChild?.remove();
    this.pending.clear();
    this.unrated = undefined;
    this.tidy();
  }

  /** @param {string} text what hinders, or nothing */
  setTrouble(text) {
    this.trouble = text;
    this.panel.classList.toggle("stuck", Boolean(text));
    this.retry.hidden = !text;
    this.flash(text);
    if (text) this.scroll();
  }

  /** @param {string} text said once, and shown for a moment */
  flash(text) {
    clearTimeout(this.flashing);
    if (this.status.textContent !== text) this.status.replaceChildren(...paragraphs(linesOf(text, this.acts.phones())));
    if (text !== this.trouble) this.flashing = window.setTimeout(() => this.flash(this.trouble), 4000);
  }

  /** The safety text above the box; empty takes it away. @param {string} text @param {boolean} whole */
  setBanner(text, whole) {
    this.banner.hidden = !text;
    if (!text) return this.banner.replaceChildren();
    const [lead, rest] = leadOf(text);
    const known = this.acts.phones();
    const dismiss = button(this.say("dismiss"), "small", () => {
      this.acts.keep("banner", null);
      this.box.focus();
    });
    const calls = phonesIn(text, known).map(({ text: n, href = "" }) => make("a", { class: "call", href }, icon("phone"), this.say("call", { n })));
    this.banner.replaceChildren(
      make("div", { class: "head" }, make("h3", {}, icon("alert"), this.say("safety")), dismiss),
      make("p", { class: "lead", dir: "auto" }, lead),
      make("div", { class: "row", hidden: !calls.length }, ...calls),
      make("details", { open: whole, hidden: !rest }, make("summary", {}, this.say("readAll")), ...paragraphs(linesOf(rest, known))),
    );
    this.banner.scrollTop = 0;
    this.scroll();
  }

  /** @param {boolean} shown */
  setTimes(shown) {
    this.timesButton.setAttribute("aria-pressed", String(shown));
    this.log.classList.toggle("times", shown);
  }

  download() {
    const href = URL.createObjectURL(new Blob([this.acts.text()], { type: "text/plain;charset=utf-8" }));
    make("a", { href, download: "chat.txt" }).click();
  }

  /** @param {string} text */
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.flash(this.say("copied"));
    } catch {
      this.flash(this.say("notCopied"));
    }
  }

  /** To the end, or to the beginning of an item. @param {HTMLElement} [item] */
  scroll(item) {
    const target = item ? item.offsetTop - this.list.offsetTop : Infinity;
    this.log.scrollTop = Math.min(target, this.log.scrollHeight);
  }
}
