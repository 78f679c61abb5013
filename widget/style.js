// The style sheet, and colours that can be read on a clinic's own.

/** @import { Rgb } from "./types" */

const DARK = `
  --ground: var(--needling-background, var(--given-background, #151d22));
  --text: var(--needling-text, #e8eef0);
  --tone: var(--needling-accent, var(--given-colour, #6ed0bd));
  --shadow: 0 1px 2px #0006, 0 12px 40px #0009;`;

// What a page says of all elements it says of the host too; .root takes nothing of it
const STYLE = `
:host {
  --ground: var(--needling-background, var(--given-background, #fff));
  --text: var(--needling-text, #1b2a30);
  --tone: var(--needling-accent, var(--given-colour, #0b6757));
  --shadow: 0 1px 2px #10202a1f, 0 12px 40px #10202a33;
  --radius: var(--needling-radius, 1.1em);
  position: fixed !important; z-index: var(--needling-layer, 2147483000);
  inset-block-end: max(20px, env(safe-area-inset-bottom)); inset-inline-end: 20px;
  width: auto !important; max-width: none !important; margin: 0 !important; padding: 0 !important; border: 0 !important;
}
:host([hidden]) { display: none }
@media (prefers-color-scheme: dark) { :host(:not([theme=light])) {${DARK}} }
:host([theme=dark]) {${DARK}}

*, ::before, ::after { box-sizing: border-box; min-width: 0 }
[hidden] { display: none !important }
.root {
  all: initial;
  display: block; font: var(--needling-font-size, medium)/1.5 var(--needling-font, system-ui, sans-serif);
  --line: color-mix(in srgb, var(--ink) 20%, var(--bg));
  --alarm: #9b1c1c; --alarm-bg: #fdf0ee; --alarm-ink: #1b2a30;
  color: var(--ink); color-scheme: light; overflow-wrap: anywhere;
}
.dark { --alarm: #ffb4a9; --alarm-bg: #3a1614; --alarm-ink: #e8eef0; color-scheme: dark }
.vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.probe {
  --as: in srgb, red 0%; color: color-mix(var(--as), var(--tone)); background: color-mix(var(--as), var(--ground));
  border-color: color-mix(var(--as), var(--text)); outline-color: color-mix(var(--as), var(--needling-accent-text, #fff)); transition: all 1ms; forced-color-adjust: none;
}
h2, h3, p, ol, ul { margin: 0; padding: 0 }
svg { width: 1.35em; height: 1.35em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round }
button, textarea { font: inherit; color: inherit; letter-spacing: inherit; word-spacing: inherit; margin: 0 }
button, summary, .call { cursor: pointer }
a { color: var(--link); text-underline-offset: .15em }
a[href^=tel] { white-space: nowrap }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: .4em }

.launcher {
  display: flex; align-items: center; gap: .6em; min-height: 3.5em; padding: .7em 1.4em .7em 1.2em;
  border: 1px solid transparent; border-radius: 2em; background: var(--accent); color: var(--on); font-weight: 600; box-shadow: var(--shadow);
}
.launcher:focus-visible { border-radius: 2em; outline-color: var(--ink); box-shadow: 0 0 0 7px var(--bg) }
:host([open]) .launcher { display: none }
.badge { background: var(--bg); color: var(--ink); border-radius: 1em; padding: 0 .6em; font-size: .85em }

.panel {
  display: flex; flex-direction: column; overflow: hidden; width: min(25.5em, 100vw - 40px); height: min(46em, 100vh - 40px);
  background: var(--bg); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow); animation: rise .18s ease-out;
}
@keyframes rise { from { opacity: 0; transform: translateY(.8em) } }

.header { display: flex; align-items: center; padding: .85em .6em .85em 1em; background: var(--accent); color: var(--on); border-block-end: 1px solid var(--line) }
.header > .avatar + div { flex: 1; margin-inline-start: .75em; line-height: 1.3 }
h2 { font-size: 1.06em; font-weight: 650 }
.header p { font-size: .82em }
.avatar { width: 2.6em; height: 2.6em; border-radius: 50%; flex: none; display: grid; place-items: center; overflow: hidden; background: var(--on); color: var(--accent) }
.avatar img { width: 100%; height: 100%; object-fit: cover }
.dark .header { background: var(--soft); color: var(--ink) }
.dark .avatar { background: var(--accent); color: var(--on) }
.icon { display: grid; place-items: center; width: 2.6em; height: 2.6em; flex: none; padding: 0; border: 1px solid transparent; border-radius: .7em; background: none }
.icon:hover { background: color-mix(in srgb, currentColor 12%, var(--accent)) }
.dark .header .icon:hover { background: var(--line) }
.header :focus-visible { outline-color: currentColor; outline-offset: -3px }

.items { border-block-end: 1px solid var(--line); padding: .4em }
.items button { display: flex; justify-content: space-between; width: 100%; padding: .5em .8em; border: 0; border-radius: .6em; background: none; text-align: start; min-height: 2.5em }
.items [aria-pressed=true]::after { content: "\\2713" }
.confirm { padding: 1em; background: var(--soft); border-block-start: 1px solid var(--line) }
.row, .foot, .choices, .head, .ask .meta { display: flex; flex-wrap: wrap; gap: .5em; align-items: center }
.confirm .row { margin-block-start: .7em }
.head, .ask .meta { justify-content: space-between }

.log { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 1.1em 1em }
.log:focus-visible { outline-offset: -3px }
ol { list-style: none; display: grid; gap: 1.1em }
ol > li { display: grid; gap: .55em }
.bubble { max-width: 92%; justify-self: start; padding: .7em 1em; border-radius: var(--radius); border-end-start-radius: .3em; background: var(--soft); border: 1px solid transparent }
.bubble > * + *, .banner > * + * { margin-block-start: .5em }
.bubble ul { padding-inline: 1.2em 0; list-style: disc }
.me { justify-self: end; max-width: 85%; background: var(--accent); color: var(--on); white-space: pre-wrap; border-end-start-radius: var(--radius); border-end-end-radius: .3em }
.red_flag, .banner { background: var(--alarm-bg); border: 2px solid var(--alarm); color: var(--alarm-ink); max-width: 100% }
:is(.red_flag, .banner) :is(a:not(.call), summary) { color: inherit; outline-color: currentColor }
h3 { display: flex; align-items: center; gap: .4em; font-size: 1em; color: var(--alarm) }
.meta, time, .note, .wait, .choices p { font-size: .86em; color: var(--quiet) }
time, .wait { display: none }
.times time, .stuck .wait { display: block }
.me + time, .wait, .failed { justify-self: end }
.note { text-align: center }
.failed, .over { color: var(--alarm); background: var(--alarm-bg); border-radius: .6em; padding: .3em .6em }

summary { padding-block: .25em; font-weight: 550 }
details, .foot, .failed, label, .status { font-size: .88em }
.small { min-height: 2em; padding: .15em .9em; border: 1px solid var(--edge); border-radius: 2em; background: var(--bg); color: var(--ink) }
.small:hover, .choice:hover, .items button:hover { background: color-mix(in srgb, var(--accent) 12%, var(--bg)) }
.choices p { width: 100% }
.choice { padding: .45em 1em; min-height: 2.6em; border: 1.5px solid var(--link); border-radius: 1.3em; background: var(--bg); color: var(--ink); text-align: start }
.typing { display: flex; gap: .35em; padding: 1em 1.1em }
.typing i { width: .5em; height: .5em; border-radius: 50%; background: var(--edge); margin: 0; animation: blink 1.2s infinite }
.typing i:nth-child(3) { animation-delay: .18s }
.typing i:nth-child(4) { animation-delay: .36s }
@keyframes blink { 50% { opacity: .3 } }

.banner { padding: .75em 1em; border-inline: 0; max-height: 55%; overflow-y: auto }
.banner:focus-visible { outline: 3px solid; outline-offset: -4px }
.lead { font-weight: 600 }
.banner details { font-size: 1em }
.call, .solid { display: flex; align-items: center; gap: .5em; padding: .35em 1em; min-height: 2.75em; border: 1px solid transparent; border-radius: 2em; font-weight: 600; text-decoration: none }
.call { background: var(--alarm); color: var(--alarm-bg) }
.solid { background: var(--accent); color: var(--on) }
.status:not(:empty) { padding: .6em 1.15em; background: var(--soft); border-block-start: 1px solid var(--line) }
.retry { padding: 0 1em .6em; background: var(--soft) }

.ask { display: grid; grid-template-columns: 1fr auto; gap: .35em .6em; align-items: end; padding: .7em 1em .8em; border-block-start: 1px solid var(--line) }
label { font-weight: 600; grid-column: 1 / -1 }
textarea { width: 100%; min-height: 2.9em; max-height: 8em; padding: .65em .9em; resize: none; field-sizing: content; border: 1.5px solid var(--edge); border-radius: 1.2em; background: var(--bg); line-height: 1.45 }
textarea:focus-visible { outline-offset: 0; border-radius: 1.2em }
.send { width: 2.9em; height: 2.9em; border-radius: 50% !important; background: var(--accent); color: var(--on) }
.send:dir(rtl) svg { transform: scaleX(-1) }
.ask .meta { grid-column: 1 / -1 }
.words, .row:has(.words) { display: grid; gap: .4em; width: 100%; justify-items: start }

@media (pointer: coarse) { .small, .icon, summary, .items button { min-height: 44px } .icon { min-width: 44px } .small { min-width: 5em } summary { padding-block: .6em } }
@media (max-width: 30em), (max-height: 30em) {
  .panel { position: fixed; inset: 0; width: auto; height: auto; max-height: 100dvh; border: 0; border-radius: 0; padding-block-end: env(safe-area-inset-bottom) }
}
@media (max-height: 20em) {
  .panel { overflow-y: auto; display: block }
  .log { overflow: visible }
  .banner { max-height: none }
}
@media (prefers-reduced-motion: reduce) { *:not(.probe) { animation: none !important } }
@media (forced-colors: active) {
  .launcher, .bubble, .icon, .call, .solid, .panel, .header { border: 1px solid CanvasText }
  .red_flag, .banner { border: 3px solid CanvasText }
  .avatar, .typing i { forced-color-adjust: none }
}
`;

/** Dresses a shadow root; returns the sheet of what a clinic chose. @param {ShadowRoot} root */
export function dress(root) {
  const [own, chosen] = [new CSSStyleSheet(), new CSSStyleSheet()];
  own.replaceSync(STYLE);
  root.adoptedStyleSheets = [own, chosen];
  return chosen;
}

/** @param {CSSStyleSheet} sheet @param {Record<string, string>} colours @param {string} side */
export function tint(sheet, colours, side) {
  const rules = Object.entries(colours).map(([name, colour]) => (CSS.supports("color", colour) ? `--given-${name}: ${colour};` : ""));
  if (/^(left|right)$/.test(side)) rules.push(`inset-inline: auto; ${side}: 20px`);
  sheet.replaceSync(`:host { ${rules.join("")} }`);
}

/** @type {Rgb} */
const BLACK = [0, 0, 0];
/** @type {Rgb} */
const WHITE = [1, 1, 1];

/** @param {Rgb} colour */
function luminance(colour) {
  const [red, green, blue] = colour.map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** 1 to 21. @param {Rgb} one @param {Rgb} other */
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever differs more. @param {Rgb} ground */
const opposite = ground => (contrast(BLACK, ground) > contrast(WHITE, ground) ? BLACK : WHITE);

/** @param {Rgb} one @param {Rgb} other @param {number} share of the other */
const mix = (one, other, share) => /** @type {Rgb} */ (one.map((part, index) => part + (other[index] - part) * share));

/** A colour moved as little as needed to have a contrast. @param {Rgb} colour @param {Rgb} ground @param {number} least */
function readable(colour, ground, least) {
  let [moved, share] = [colour, 0];
  while (contrast(moved, ground) < least && share < 1) moved = mix(colour, opposite(ground), (share += 0.05));
  return moved;
}

/** Works out colours that can be read whatever a clinic chose. @param {HTMLElement} root @param {Element} probe */
export function paint(root, probe) {
  const style = getComputedStyle(probe);
  const shown = [style.color, style.backgroundColor, style.borderTopColor, style.outlineColor];
  // The sheet mixes each with itself, which makes any colour a color(srgb …)
  const [accent, ground, text, given] = shown.map(colour => /** @type {Rgb} */ (colour.match(/[\d.e-]+(?= |\))/g)?.slice(0, 3).map(Number) ?? BLACK));
  const pole = opposite(ground);
  const bg = readable(ground, pole, 9);
  const soft = mix(bg, pole, 0.06);
  const ink = readable(text, soft, 7);
  const colours = {
    accent,
    bg,
    soft,
    ink,
    quiet: readable(mix(bg, ink, 0.8), soft, 4.6),
    edge: readable(mix(bg, ink, 0.58), soft, 3.1),
    link: readable(accent, soft, 4.6),
    on: contrast(given, accent) < 4.5 ? opposite(accent) : given,
  };
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, `rgb(${colour.map(part => Math.round(part * 255)).join(" ")})`);
  root.classList.toggle("dark", pole === WHITE);
}
