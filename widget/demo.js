// The button of the demo page that opens the chat.
document.querySelector("#ask")?.addEventListener("click", () => {
  /** @type {any} */ (document.querySelector("needling-chat")).toggle(true);
});
