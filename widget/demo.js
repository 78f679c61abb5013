// The demo page: sends a message to the website channel and shows the replies with their sources.
const log = document.querySelector("#log");
const form = document.querySelector("#form");
const field = document.querySelector("#message");
let conversation;

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function show(className, ...children) {
  const item = element("li", "", className);
  item.append(...children);
  log.append(item);
  item.scrollIntoView({ block: "nearest" });
}

function showReply(reply) {
  const parts = [element("p", reply.text)];
  if (reply.sources.length) {
    const sources = element("details", "", "from");
    sources.append(element("summary", `Sources, checked ${reply.reviewed}`));
    sources.append(...reply.sources.map(source => element("div", `${source.id}: ${source.title}`)));
    parts.push(sources);
  }
  for (const button of reply.buttons) {
    const choice = element("button", button.title);
    choice.addEventListener("click", () => send(button.payload));
    parts.push(choice);
  }
  show(reply.kind, ...parts);
}

async function send(message) {
  show("mine", element("p", message));
  try {
    const response = await fetch("/webhooks/website/messages", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ message, conversation }),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(body.error);
    conversation = body.conversation;
    body.messages.forEach(showReply);
  } catch (error) {
    console.error(error);
    show("", element("p", "The message could not be sent. Please try again, or phone the clinic."));
  }
  field.focus();
}

form.addEventListener("submit", event => {
  event.preventDefault();
  const message = field.value.trim();
  field.value = "";
  if (message) send(message);
});
