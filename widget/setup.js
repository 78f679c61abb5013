// The setup page: shows what is chosen on the chat in the corner, and writes the tag, the style and the policy for it.

const chat = document.querySelector("needling-chat");
const form = document.querySelector("#settings");
const said = document.querySelector(".said");
const origin = location.origin;

/** Escapes a value for an attribute in double quotes. */
const escape = text => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

function show() {
  const chosen = [...new FormData(form)].filter(([, value]) => String(value).trim());
  const own = form.elements.own.checked;
  const attributes = chosen.filter(([name]) => !name.startsWith("--") && name !== "own");
  const styles = chosen.filter(([name]) => name.startsWith("--") && (own || name !== "--needling-accent"));

  for (const field of form.elements) {
    if (!field.name || field.name === "own" || field.name === "open") continue;
    const value = Object.fromEntries([...attributes, ...styles])[field.name] ?? "";
    if (field.name.startsWith("--")) chat.style.setProperty(field.name, value);
    else if (value !== (chat.getAttribute(field.name) ?? "")) {
      if (value) chat.setAttribute(field.name, value);
      else chat.removeAttribute(field.name);
    }
  }
  document.body.dataset.corner = chat.getAttribute("position") || "right";
  const written = attributes.map(([name, value]) => (name === "open" ? " open" : ` ${name}="${escape(String(value))}"`)).join("");
  document.querySelector("#tag").textContent = `<script type="module" src="${origin}/widget/needling-chat.js"></script>\n<needling-chat${written}></needling-chat>`;
  document.querySelector("#rules").hidden = !styles.length;
  document.querySelector("#style").textContent = `needling-chat {\n${styles.map(([name, value]) => `  ${name}: ${value};\n`).join("")}}`;
  const picture = form.elements.avatar.value ? "; img-src 'self'" : "";
  document.querySelector("#policy").textContent = `script-src ${origin}; connect-src ${origin}${picture}`;
}

form.addEventListener("input", show);
form.addEventListener("submit", event => event.preventDefault());
document.addEventListener("click", async event => {
  const name = event.target.closest("[data-copy]")?.dataset.copy;
  if (!name) return;
  try {
    await navigator.clipboard.writeText(document.getElementById(name).textContent);
    said.textContent = "Copied.";
  } catch {
    said.textContent = "Copying is not possible here. Please select the text instead.";
  }
});
show();
// Beside the page there is room for the chat only on a wide screen
chat.toggleAttribute("open", matchMedia("(min-width: 64rem)").matches);
