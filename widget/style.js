// The style sheet, adopted by the shadow root: a policy without 'unsafe-inline' allows it. And colours that can be read on a clinic's own (WCAG 1.4.3).

/** @import { Rgb } from "./types" */

const DARK = `
  --bg: var(--needling-background, #151d22);
  --fg: var(--needling-text, #e8eef0);
  --accent: var(--needling-accent, #6ed0bd);
  --alarm: #ffb4a9; --alarm-bg: #3a1614;
  --shadow: 0 1px 2px #0006, 0 12px 40px #0009;
  color-scheme: dark;`;

const CSS = `
:host {
  all: initial;
  --bg: var(--needling-background, #fff);
  --fg: var(--needling-text, #1b2a30);
  --accent: var(--needling-accent, #0b6757);
  --alarm: #9b1c1c; --alarm-bg: #fdf0ee;
  --shadow: 0 1px 2px #10202a1f, 0 12px 40px #10202a33;
  --radius: var(--needling-radius, 1.1em);
  color-scheme: light;
  position: fixed; z-index: var(--needling-layer, 2147483000);
  inset-block-end: max(1.25em, env(safe-area-inset-bottom)); inset-inline-end: 1.25em;
  font: var(--needling-font-size, 1rem)/1.5 var(--needling-font, system-ui, sans-serif);
}
:host([hidden]) { display: none }
:host([position=right]) { inset-inline: auto; right: 1.25em }
:host([position=left]) { inset-inline: auto; left: 1.25em }
@media (prefers-color-scheme: dark) { :host(:not([theme=light])) {${DARK}} }
:host([theme=dark]) {${DARK}}

*, ::before, ::after { box-sizing: border-box }
[hidden] { display: none !important }
.root {
  --soft: color-mix(in srgb, var(--ink) 6%, var(--bg));
  --line: color-mix(in srgb, var(--ink) 18%, var(--bg));
  --edge: color-mix(in srgb, var(--ink) 58%, var(--bg));
  --quiet: color-mix(in srgb, var(--ink) 80%, var(--bg));
  color: var(--ink); text-align: start;
}
.vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.probe { color: var(--accent); background: var(--bg); border-color: var(--fg); transition: all 1ms }
h2, p, ol, ul { margin: 0; padding: 0 }
svg { width: 1.35em; height: 1.35em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round }
button, textarea { font: inherit; color: inherit; letter-spacing: inherit; word-spacing: inherit; margin: 0 }
button, summary, .call { cursor: pointer }
a { color: var(--link); text-underline-offset: .15em }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: .4em }

.launcher {
  display: flex; align-items: center; gap: .6em; min-height: 3.5em; padding: .7em 1.4em .7em 1.2em;
  border: 1px solid transparent; border-radius: 2em; background: var(--accent); color: var(--on); font-weight: 600; box-shadow: var(--shadow);
}
.launcher:focus-visible { border-radius: 2em; outline-color: var(--ink); box-shadow: 0 0 0 7px var(--bg) }
.badge { background: var(--bg); color: var(--ink); border-radius: 1em; padding: 0 .6em; font-size: .85em }

.panel {
  display: flex; flex-direction: column; overflow: hidden; position: absolute; inset-block-end: calc(100% + .9em); inset-inline-end: 0;
  width: min(25.5em, 100vw - 2.5em); height: min(44em, 100vh - 7.5em);
  background: var(--bg); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow); animation: rise .18s ease-out;
}
:host([position=right]) .panel { inset-inline: auto; right: 0 }
:host([position=left]) .panel { inset-inline: auto; left: 0 }
@keyframes rise { from { opacity: 0; transform: translateY(.8em) } }

.header { display: flex; align-items: center; padding: .85em .6em .85em 1em; background: var(--accent); color: var(--on); border-block-end: 1px solid var(--line) }
.header > div { flex: 1; min-width: 0; margin-inline-start: .75em; overflow-wrap: anywhere }
h2 { font-size: 1.06em; line-height: 1.25; font-weight: 650 }
.header p { font-size: .84em; line-height: 1.3; margin-block-start: .15em }
.avatar { width: 2.6em; height: 2.6em; border-radius: 50%; flex: none; display: grid; place-items: center; object-fit: cover; background: var(--on); color: var(--accent) }
.dark .header { background: var(--soft); color: var(--ink) }
.dark .avatar { background: var(--accent); color: var(--on) }
.dark { --line: color-mix(in srgb, var(--ink) 24%, var(--bg)) }
.avatar svg { width: 1.6em; height: 1.6em }
.icon { display: grid; place-items: center; width: 2.6em; height: 2.6em; flex: none; padding: 0; border: 1px solid transparent; border-radius: .7em; background: none }
.icon:hover { background: color-mix(in srgb, currentColor 16%, transparent) }
.header :focus-visible { outline-color: currentColor; outline-offset: -3px; border-radius: .7em }

.menu { border-block-end: 1px solid var(--line); padding: .4em; background: var(--bg) }
.menu button { display: flex; justify-content: space-between; gap: 1em; width: 100%; padding: .5em .8em; border: 0; border-radius: .6em; background: none; text-align: start; min-height: 2.5em }
.menu button:hover { background: var(--soft) }
.menu [aria-pressed=true]::after { content: "\\2713"; font-weight: 700 }
.confirm { padding: 1em; background: var(--soft); border-block-start: 1px solid var(--line) }
.row { display: flex; flex-wrap: wrap; gap: .5em; align-items: center }
.confirm .row { margin-block-start: .7em }
.head { display: flex; flex-wrap: wrap; gap: .4em 1em; justify-content: space-between; align-items: center }

.log { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 1.1em 1em; scroll-padding: 1em }
.log:focus-visible { outline-offset: -3px }
ol { list-style: none; display: grid; gap: 1.1em }
ol > li { display: grid; gap: .55em; min-width: 0 }
.bubble { max-width: 92%; justify-self: start; padding: .7em 1em; border-radius: var(--radius); border-end-start-radius: .3em; background: var(--soft); border: 1px solid transparent; overflow-wrap: anywhere; min-width: 0 }
.bubble > * + *, .banner > * + * { margin-block-start: .5em }
.bubble ul { padding-inline: 1.2em 0 }
.me { justify-self: end; max-width: 85%; background: var(--accent); color: var(--on); white-space: pre-wrap; border-end-start-radius: var(--radius); border-end-end-radius: .3em }
.red_flag { background: var(--alarm-bg); border: 2px solid var(--alarm); color: var(--ink); max-width: 100% }
.red_flag a, .banner a:not(.call) { color: inherit }
.red_flag h3 { color: var(--alarm) }
h3 { display: flex; align-items: center; gap: .4em; margin: 0; font-size: 1em; line-height: 1.3 }
.meta { font-size: .86em; color: var(--quiet) }
time { display: none; font-size: .82em; color: var(--quiet) }
.times time { display: block }
.me + time { justify-self: end }
.note { font-size: .88em; color: var(--quiet); text-align: center; padding-inline: 1em }
.wait { display: none; justify-self: end; font-size: .86em; color: var(--quiet) }
.stuck .wait { display: block }
.failed { justify-self: end; font-size: .88em; color: var(--alarm); text-align: end }

summary { padding-block: .25em; border-radius: .4em; min-height: 1.75em; font-weight: 550 }
details { font-size: .88em; overflow-wrap: anywhere }
.foot { display: flex; flex-wrap: wrap; align-items: center; gap: .35em .5em; font-size: .88em }
.foot > span { margin-inline-end: .2em }
.small { min-height: 2em; padding: .15em .8em; border: 1px solid var(--edge); border-radius: 1.4em; background: var(--bg); color: var(--ink) }
.small:hover, .choice:hover { background: color-mix(in srgb, var(--accent) 12%, var(--bg)) }
.choices { display: flex; flex-wrap: wrap; gap: .45em; align-items: start }
.choices p { width: 100%; font-size: .86em; color: var(--quiet) }
.choice { padding: .45em 1em; min-height: 2.6em; border: 1.5px solid var(--link); border-radius: 1.3em; background: var(--bg); color: var(--ink); text-align: start; overflow-wrap: anywhere; max-width: 100% }
.typing { display: inline-flex; gap: .35em; padding: 1em 1.1em }
.typing i { width: .5em; height: .5em; border-radius: 50%; background: var(--edge); animation: blink 1.2s infinite both }
.typing i:nth-child(2) { animation-delay: .18s }
.typing i:nth-child(3) { animation-delay: .36s }
@keyframes blink { 0%, 70%, 100% { opacity: .35 } 35% { opacity: 1 } }

.banner { padding: .75em 1em; background: var(--alarm-bg); border-block: 2px solid var(--alarm); max-height: 55%; overflow-y: auto; overflow-wrap: anywhere }
.banner:focus-visible { outline-offset: -4px }
.banner h3 { color: var(--alarm) }
.banner .lead { font-weight: 600 }
.banner details { font-size: 1em }
.call, .solid { display: inline-flex; align-items: center; gap: .5em; padding: .35em 1em; min-height: 2.75em; border: 1px solid transparent; border-radius: 1.4em; font-weight: 600; text-decoration: none }
.call { background: var(--alarm); color: var(--alarm-bg) }
.solid { background: var(--accent); color: var(--on) }
.status:not(:empty) { padding: .6em 1em; font-size: .88em; background: var(--soft); border-block-start: 1px solid var(--line) }
.retry { padding: 0 1em .6em; background: var(--soft) }

form.ask { display: grid; grid-template-columns: 1fr auto; gap: .35em .6em; align-items: end; padding: .7em 1em .8em; border-block-start: 1px solid var(--line) }
label { font-size: .88em; font-weight: 600; grid-column: 1 / -1 }
textarea { width: 100%; min-width: 0; min-height: 2.9em; max-height: 8em; padding: .65em .9em; resize: none; field-sizing: content; border: 1.5px solid var(--edge); border-radius: min(var(--radius), 1.2em); background: var(--bg); line-height: 1.45; overflow-wrap: anywhere }
textarea:focus-visible { outline-offset: 0; border-radius: min(var(--radius), 1.2em) }
.send { width: 2.9em; height: 2.9em; border-radius: 50%; background: var(--accent); color: var(--on) }
.send:hover { background: color-mix(in srgb, var(--accent) 88%, var(--on)) }
.send:focus-visible { border-radius: 50% }
.send:dir(rtl) svg { transform: scaleX(-1) }
.ask .meta { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 0 1em; justify-content: space-between; font-size: .82em }
.count.over { color: var(--alarm); font-weight: 700 }
.row:has(.words) { width: 100% }
.words { display: grid; gap: .4em; width: 100% }
.words button { justify-self: start }

@media (pointer: coarse) { .small, .icon, summary, .menu button { min-height: 44px } .icon { min-width: 44px } summary { display: list-item; padding-block: .6em } }
@media (max-width: 30em) {
  .panel { position: fixed; inset: 0 !important; width: auto; height: auto; max-height: 100dvh; border: 0; border-radius: 0; padding-block-end: env(safe-area-inset-bottom) }
  :host([open]) .launcher { display: none }
}
@media (max-height: 30em) {
  .panel { overflow-y: auto; display: block }
  .log { overflow: visible }
  .banner { max-height: none }
}
@media (prefers-reduced-motion: reduce) { *:not(.probe) { animation: none !important; transition: none !important; scroll-behavior: auto !important } }
@media (forced-colors: active) {
  .launcher, .bubble, .icon, .send, .call, .solid, .panel, .header { border: 1px solid CanvasText }
  .red_flag, .banner { border: 3px solid CanvasText }
  .avatar, .typing i { forced-color-adjust: none }
}
`;

/** @param {ShadowRoot} root */
export function dress(root) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
}

/** Any CSS colour as red, green and blue. @param {string} colour @returns {Rgb} */
function rgb(colour) {
  const plain = /^rgba?\((\d+), (\d+), (\d+)/.exec(colour); // Browsers that hide fingerprints falsify what a canvas holds
  if (plain) return [Number(plain[1]), Number(plain[2]), Number(plain[3])];
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!pen) return [0, 0, 0];
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** @param {Rgb} colour */
function luminance(colour) {
  const [red, green, blue] = colour.map(part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {Rgb} one @param {Rgb} other 1 to 21 */
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** The colour, moved as little as needed towards black or white to be read on a ground. @param {Rgb} colour @param {Rgb} ground */
function readable(colour, ground) {
  const goal = contrast([0, 0, 0], ground) > contrast([255, 255, 255], ground) ? 0 : 255;
  for (let share = 0; ; share += 0.05) {
    const ink = /** @type {Rgb} */ (colour.map(part => Math.round(part + (goal - part) * Math.min(share, 1))));
    if (share >= 1 || contrast(ink, ground) >= 5.3) return `rgb(${ink.join(" ")})`;
  }
}

/** Works out the colours of texts from what the probe shows. @param {HTMLElement} root @param {Element} probe */
export function paint(root, probe) {
  const style = getComputedStyle(probe);
  const [accent, ground, text] = [style.color, style.backgroundColor, style.borderTopColor].map(rgb);
  const white = contrast([255, 255, 255], accent);
  const on = style.getPropertyValue("--needling-accent-text") || (white >= 4.5 || white > contrast([0, 0, 0], accent) ? "#fff" : "#000");
  for (const [name, value] of Object.entries({ on, link: readable(accent, ground), ink: readable(text, ground) })) root.style.setProperty(`--${name}`, value);
  root.classList.toggle("dark", contrast([0, 0, 0], ground) < 5);
}
