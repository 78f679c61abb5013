// Every visible or spoken string. To add a language, add a table under its code; a string it lacks is taken from English.

/** @type {Record<string, Record<string, string>>} */
const TABLES = {
  en: {
    lang: "en",
    launcher: "Ask a question",
    unread: "{n} new",
    title: "Dry needling assistant",
    subtitle: "Information bot, not medical advice",
    greeting: "Hello. I answer questions about dry needling and about this clinic: what it feels like, how to prepare, what to expect afterwards.",
    notice: "I am a bot, not a person. What I say is general information and not medical advice. In an emergency, call {emergency}.",
    emergency: "your local emergency number",
    starters: "For example",
    starter1: "What is dry needling?",
    starter2: "Does it hurt?",
    starter3: "How should I prepare?",
    followups: "You could also ask",
    conversation: "Conversation",
    you: "You",
    bot: "Bot",
    writing: "The bot is writing",
    label: "Your question",
    hint: "Please leave out names and health details.",
    send: "Send",
    left: "{n} characters left",
    over: "{n} characters too many",
    close: "Close the chat",
    menu: "Menu",
    times: "Show times",
    download: "Download this chat",
    copyAll: "Copy this chat",
    startOver: "Start over",
    startOverAsk: "Start a new chat? This one leaves your screen. The clinic keeps it for as long as it keeps chats.",
    startOverYes: "Start a new chat",
    forget: "Forget this chat",
    forgetAsk: "Forget this chat for good? It is deleted here and at the clinic, and cannot be brought back.",
    forgetYes: "Forget it",
    cancel: "Keep this chat",
    forgotten: "The chat is forgotten.",
    started: "This is a new chat.",
    notDone: "That could not be done yet. Please try again in a moment.",
    copy: "Copy",
    copied: "Copied.",
    notCopied: "Copying is not possible here. Please select the text instead.",
    reviewed: "Checked on {date}",
    sources: "Sources and review date",
    helpful: "Was this helpful?",
    yes: "Yes",
    no: "No",
    thanks: "Thank you. This helps the clinic.",
    missing: "What was missing? (optional)",
    sendFeedback: "Send feedback",
    feedbackFailed: "Your feedback could not be sent.",
    safety: "Safety information",
    call: "Call {n}",
    readAll: "Read all of it",
    dismiss: "Dismiss",
    dismissName: "Dismiss the safety information",
    waiting: "Not sent yet",
    offline: "You are offline. What you wrote is kept, and is sent when the connection is back.",
    unreachable: "The assistant cannot be reached just now. What you wrote is kept, and is tried again.",
    phone: "You can also call {n}.",
    busy: "Too many messages at once. Yours is kept, and is sent in about {n} seconds.",
    retry: "Try now",
    back: "Connected again.",
    expired: "The earlier chat has ended, and this is a new one. What you wrote is sent in it.",
    ended: "The earlier chat has ended. This is a new one.",
    refused: "This could not be sent.",
    edit: "Edit it",
  },
};

/**
 * What says a string in a language: `say("left", { n: 5 })`.
 * @param {string} language a BCP 47 tag
 * @returns {(key: string, values?: Record<string, string | number>) => string}
 */
export function speaker(language) {
  const table = { ...TABLES.en, ...TABLES[language.toLowerCase().split("-")[0]] };
  return (key, values = {}) => (table[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
