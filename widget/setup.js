// The setup page: shows what is chosen on the chat in the corner, and writes the tag, the lines of clinic.yml, the style and the policy for it.

/** @param {string} selector @returns {HTMLElement} */
const find = selector => /** @type {HTMLElement} */ (document.querySelector(selector));

const LOOK = ["title", "greeting", "position", "colour", "background", "avatar"]; // an attribute, or chat_... in clinic.yml
const chat = find("needling-chat");
const form = /** @type {HTMLFormElement} */ (find("#settings"));
const server = location.origin;

/** Escapes a value for an attribute in double quotes. @param {string} text */
const escaped = text => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

/** What is chosen: each setting with its value, "" where it is left out. A colour counts where its box is ticked. */
function choices() {
  const given = new FormData(form);
  const fields = [...form.elements].map(field => field.getAttribute("name") ?? "").filter(name => name && !name.startsWith("own-"));
  const isLeftOut = (/** @type {string} */ name) => form.elements.namedItem(`own-${name}`) && !given.has(`own-${name}`);
  return fields.map(name => /** @type {const} */ ([name, isLeftOut(name) ? "" : String(given.get(name) ?? "").trim()]));
}

function show() {
  const chosen = choices();
  for (const [name, value] of chosen) {
    if (name.startsWith("--")) chat.style.setProperty(name, value);
    else if (name !== "open" && value !== (chat.getAttribute(name) ?? "")) {
      if (value) chat.setAttribute(name, value);
      else chat.removeAttribute(name);
    }
  }
  const given = chosen.filter(([, value]) => value);
  const attributes = given.filter(([name]) => !name.startsWith("--")).map(([name, value]) => (name === "open" ? " open" : ` ${name}="${escaped(value)}"`));
  const lines = given.filter(([name]) => LOOK.includes(name)).map(([name, value]) => `chat_${name}: ${JSON.stringify(value.replace(/\s+/g, " "))}\n`);
  const rules = given.filter(([name]) => name.startsWith("--")).map(([name, value]) => `  ${name}: ${value};\n`);
  const picture = given.some(([name]) => name === "avatar") ? "; img-src 'self'" : "";

  document.body.dataset.corner = chat.getAttribute("position") || "right";
  find("#tag").textContent = `<script type="module" src="${server}/widget/needling-chat.js"></script>\n<needling-chat${attributes.join("")}></needling-chat>`;
  find("#look-lines").hidden = !lines.length;
  find("#lines").textContent = lines.join("");
  find("#rules").hidden = !rules.length;
  find("#style").textContent = `needling-chat {\n${rules.join("")}}`;
  find("#policy").textContent = `script-src ${server}; connect-src ${server}${picture}`;
}

form.addEventListener("input", show);
form.addEventListener("submit", event => event.preventDefault());
document.addEventListener("click", async event => {
  const name = event.target instanceof Element && event.target.closest("[data-copy]")?.getAttribute("data-copy");
  if (!name) return;
  try {
    await navigator.clipboard.writeText(find(`#${name}`).textContent ?? "");
    find(".said").textContent = "Copied.";
  } catch {
    find(".said").textContent = "Copying is not possible here. Please select the text instead.";
  }
});
show();
// Beside the page there is room for the chat only on a wide screen
chat.toggleAttribute("open", matchMedia("(min-width: 64rem)").matches);
