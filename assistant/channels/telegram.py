"""Telegram. Described: https://core.telegram.org/bots/api."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from sanic.request import Request

from assistant.channels.messaging import JSON, Call, Incoming, MessagingInput, at, json_of, media_type, same, text_at
from assistant.channels.rendering import TELEGRAM, Part
from assistant.courier import DeliveryError

# What a person may send that is no text.
OTHER = (
    "photo", "voice", "audio", "video", "video_note", "animation", "document", "sticker", "location", "venue", "contact", "poll", "dice",
    "story",
)  # fmt: skip
COMMAND = re.compile(r"/(start|help|menu)(@\w+)?( .*)?", re.DOTALL)
GREETING = "hello"


class TelegramInput(MessagingInput):
    """Private chats with a bot."""

    REQUIRED: ClassVar[dict[str, str]] = {"token": "TELEGRAM_TOKEN", "secret_token": "TELEGRAM_SECRET_TOKEN"}
    OPTIONAL: ClassVar[dict[str, Any]] = {"api_url": "https://api.telegram.org"}
    CHOSEN: ClassVar[tuple[str, ...]] = ("secret_token",)

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its part of the address."""
        return "telegram"

    def fault(self, request: Request) -> str:
        """The secret is the one that was given to Telegram with the webhook's address."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        if not given:
            return "no secret token"
        if not same(given, self.settings["secret_token"]):
            return "wrong secret token"
        return "" if media_type(request) == JSON else "wrong content type"

    def read(self, request: Request) -> list[Incoming]:
        """A new message in a private chat; not an edited one, not a group's, not a bot's."""
        update = json_of(request.body)
        message = update.get("message")
        number, chat, sent = text_at(update, "update_id"), text_at(message, "chat", "id"), at(message, "date")
        if not number:
            raise ValueError("no update_id")
        is_private = at(message, "chat", "type") == "private" and not at(message, "from", "is_bot")
        text = text_at(message, "text") or text_at(message, "caption")
        has_more = any(at(message, kind) is not None for kind in OTHER)
        if not is_private or not chat or not (text or has_more):
            return []
        when = float(sent) if isinstance(sent, int) else None
        return [Incoming(number, chat, {"chat_id": chat}, _spoken(text), TELEGRAM, has_more, when)]

    def message(self, address: dict[str, str], part: Part) -> dict[str, Any]:
        """A message with its choices as a keyboard: a tap writes the stored question, so that the patient sees what was asked."""
        keyboard = {
            "keyboard": [[{"text": button["payload"]}] for button in part.buttons],
            "one_time_keyboard": True,
            "resize_keyboard": True,
        }
        return {
            **address,
            "text": part.text,
            "link_preview_options": {"is_disabled": True},
            "reply_markup": keyboard if part.buttons else {"remove_keyboard": True},
        }

    def call(self, message: dict[str, Any]) -> Call:
        """Send it as the bot."""
        return Call(f"{self.settings['api_url'].rstrip('/')}/bot{self.settings['token']}/sendMessage", {"json": message})

    def failure(self, status: int, body: dict[str, Any]) -> DeliveryError | None:
        """Telegram says itself when to try again; 403 is from somebody who blocked the bot."""
        error = super().failure(status, body)
        after = at(body, "parameters", "retry_after")
        if error and isinstance(after, int):
            error.after = float(after)
        return error


def _spoken(text: str) -> str:
    """The commands that Telegram's own buttons send, as a patient would say them."""
    command = COMMAND.fullmatch(text)
    if not command:
        return text
    return GREETING if command[1] == "start" else command[1]
