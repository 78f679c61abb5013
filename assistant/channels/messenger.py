"""Facebook Messenger. Described: https://developers.facebook.com/docs/messenger-platform/webhooks and .../reference/send-api."""

from __future__ import annotations

import hashlib
import hmac
from functools import partial
from typing import Any, ClassVar

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, text

from assistant.channels.messaging import JSON, Call, Incoming, MessagingInput, at, json_of, media_type, objects, same, text_at
from assistant.channels.rendering import MESSENGER, Part
from assistant.channels.turn import Handle
from assistant.courier import DeliveryError

LONGEST_CHALLENGE = 200  # characters
# Codes of errors that heal: an expired token (the operator's to mend), too many calls, trouble of the platform's own.
HEALING = {1, 2, 4, 17, 32, 190, 341, 368, 613}


def signature(secret: str, body: bytes) -> str:
    """X-Hub-Signature-256 of a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class MessengerInput(MessagingInput):
    """Messages to a page."""

    REQUIRED: ClassVar[dict[str, str]] = {
        "app_secret": "MESSENGER_APP_SECRET",
        "verify_token": "MESSENGER_VERIFY_TOKEN",
        "page_token": "MESSENGER_PAGE_TOKEN",
    }
    OPTIONAL: ClassVar[dict[str, Any]] = {"api_url": "https://graph.facebook.com/v21.0"}
    CHOSEN: ClassVar[tuple[str, ...]] = ("verify_token",)

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its part of the address."""
        return "messenger"

    def blueprint(self, on_new_message: Handle) -> Blueprint:
        """The webhook, and the handshake with which the platform makes sure that it is ours."""
        routes = super().blueprint(on_new_message)
        routes.add_route(partial(self._shake_hands), "/webhook", methods=["GET"], name="handshake")
        return routes

    async def _shake_hands(self, request: Request) -> HTTPResponse:
        challenge = request.args.get("hub.challenge", "")
        known = same(request.args.get("hub.verify_token"), self.settings["verify_token"])
        if not known or request.args.get("hub.mode") != "subscribe" or len(challenge) > LONGEST_CHALLENGE:
            return self.refusal("wrong verify token" if not known else "not what the platform documents")
        return text(challenge)

    def fault(self, request: Request) -> str:
        """The signature covers the whole body."""
        given = request.headers.get("X-Hub-Signature-256")
        if not given:
            return "no signature"
        if not same(given, signature(self.settings["app_secret"], request.body)):
            return "wrong signature"
        return "" if media_type(request) == JSON else "wrong content type"

    def read(self, request: Request) -> list[Incoming]:
        """Messages and taps on buttons; not what the page itself said, what was delivered, read, liked or deleted."""
        body = json_of(request.body)
        if body.get("object") != "page":
            return []
        events = [event for entry in objects(body.get("entry")) for event in objects(entry.get("messaging"))]
        return [message for message in map(_incoming, events) if message]

    def message(self, address: dict[str, str], part: Part) -> dict[str, Any]:
        """A message of the Send API, with quick replies."""
        said: dict[str, Any] = {"text": part.text}
        if part.buttons:
            said["quick_replies"] = [
                {"content_type": "text", "title": button["title"], "payload": button["payload"]} for button in part.buttons
            ]
        return {"recipient": address, "messaging_type": "RESPONSE", "message": said}

    def call(self, message: dict[str, Any]) -> Call:
        """Send it as the page."""
        url = f"{self.settings['api_url'].rstrip('/')}/me/messages"
        return Call(url, {"json": message, "params": {"access_token": self.settings["page_token"]}})

    def failure(self, status: int, body: dict[str, Any]) -> DeliveryError | None:
        """The platform says in a code what was wrong, such as 10 for more than a day after the last message."""
        if status < 300:
            return None
        code = at(body, "error", "code")
        heals = status >= 500 or status == 429 or code in HEALING or at(body, "error", "is_transient") is True
        return DeliveryError(f"status {status}, code {code if isinstance(code, int) else 'none'}", for_good=not heals and code is not None)


def _incoming(event: dict[str, Any]) -> Incoming | None:
    said, sender = event.get("message"), text_at(event, "sender", "id")
    if at(said, "is_echo") or at(said, "is_deleted") or not sender:
        return None
    tapped = text_at(said, "quick_reply", "payload") or text_at(event, "postback", "payload")
    typed = text_at(said, "text")
    attached = bool(objects(at(said, "attachments")))
    if not (tapped or typed or attached):
        return None
    sent = event.get("timestamp")
    when = str(sent) if isinstance(sent, int) else ""
    return Incoming(
        # A tap on a button of the page's menu has no id in older versions.
        id=text_at(said, "mid") or text_at(event, "postback", "mid") or f"{sender} {when}",
        sender=sender,
        address={"id": sender},
        text=tapped or typed,
        medium=MESSENGER,
        has_more=attached,
        sent=sent / 1000 if isinstance(sent, int) else None,
    )
