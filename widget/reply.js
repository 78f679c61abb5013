// Reads what the server sent into plain parts. Nothing is ever read as HTML.

/** @import { Line, Reply, Span, Turn } from "./types" */

/** @param {unknown} value */
const string = value => (typeof value === "string" ? value : "");
/** @param {unknown} value @returns {any[]} */
export const list = value => (Array.isArray(value) ? value : []);

/** A reply whose every field has its type, whatever was sent. @param {any} value @returns {Reply} */
export function readReply(value) {
  return {
    text: string(value?.text),
    kind: string(value?.kind),
    topics: list(value?.topics).map(string),
    sources: list(value?.sources).map(source => ({ id: string(source?.id), title: string(source?.title) })),
    reviewed: string(value?.reviewed),
    buttons: list(value?.buttons)
      .map(button => ({ title: string(button?.title), payload: string(button?.payload) }))
      .filter(button => button.title && button.payload.trim()),
  };
}

/** @param {any} value */
export function readTurn(value) {
  return { id: string(value?.id), time: string(value?.time), message: string(value?.message), replies: list(value?.replies).map(readReply) };
}

const LINK = /https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]}]/;
const MAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/;
// With + or 0 before it, or after a word for calling; no date and no range of years
const PHONE = /(?<![\w.+-])(?:\+|\(?0)\d?[\d\s().-]{5,18}\d(?![\w-])/;
const CALLED = /(?<=\b(?:call|dial|ring|phone|text) )\d[\d -]{0,14}\d\b|(?<=\bon )(?!\d{4}-\d\d-\d\d)\d[\d -]{4,14}\d\b/i;

/** @param {string} text */
const digits = text => text.replace(/[^\d+]/g, "");

/** Text, and what is a link, an address or a number to call. @param {string} line @param {string[]} [known] numbers to find wherever they stand */
export function spansOf(line, known = []) {
  const exact = known.filter(number => /^\+?[\d\s().-]*\d$/.test(number)).map(number => `(?<![\\w+])${number.replace(/[+().]/g, "\\$&")}(?!\\w)`);
  const pattern = new RegExp([LINK.source, MAIL.source, ...exact, PHONE.source, CALLED.source].join("|"), "gi");
  /** @type {Span[]} */
  const spans = [];
  let end = 0;
  for (const { 0: text, index } of line.matchAll(pattern)) {
    if (index > end) spans.push({ text: line.slice(end, index) });
    const scheme = /^https?:/i.test(text) ? "" : text.includes("@") ? "mailto:" : "tel:";
    spans.push({ text, href: scheme + (scheme === "tel:" ? digits(text) : text) });
    end = index + text.length;
  }
  if (end < line.length) spans.push({ text: line.slice(end) });
  return spans;
}

/** @param {string} text @param {string[]} [known] */
export function linesOf(text, known) {
  return text
    .split("\n")
    .filter(line => line.trim())
    .map(line => {
      const item = /^\s*[-*•]\s+/.exec(line);
      return { item: Boolean(item), spans: spansOf(item ? line.slice(item[0].length) : line.trim(), known) };
    });
}

/** The numbers to call in a text, each once. @param {string} text @param {string[]} [known] */
export function phonesIn(text, known) {
  const found = linesOf(text, known).flatMap(line => line.spans.filter(span => span.href?.startsWith("tel:")));
  return found.filter((span, index) => found.findIndex(other => other.href === span.href) === index);
}

/** The first two sentences, and the rest. @param {string} text @returns {[string, string]} */
export function leadOf(text) {
  const cut = /^(?:.*?[.!?](?=\s|$)){1,2}/s.exec(text.trim())?.[0] ?? text.trim();
  return [cut, text.trim().slice(cut.length).trim()];
}

/** The chat as plain text. @param {Turn[]} turns @param {string} you @param {string} bot */
export function transcript(turns, you, bot) {
  return turns
    .map(({ time, message, replies }) => [time, `${you}: ${message}`, ...replies.map(({ text }) => `${bot}: ${text}`)].join("\n"))
    .join("\n\n");
}
