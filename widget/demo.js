// The button of the demo page that opens the chat.
const chat = document.querySelector("needling-chat");
document.querySelector("#ask").addEventListener("click", () => chat.toggle(true));
