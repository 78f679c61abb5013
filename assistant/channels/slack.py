"""Slack. Described: https://api.slack.com/authentication/verifying-requests-from-slack, .../events-api and .../interactivity/handling."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from html import escape, unescape
from typing import Any, ClassVar
from urllib.parse import parse_qs

from sanic.request import Request
from sanic.response import HTTPResponse, text

from assistant.channels.messaging import FORM, JSON, Call, Incoming, MessagingInput, at, json_of, media_type, objects, same, text_at
from assistant.channels.rendering import SLACK, Part
from assistant.courier import DeliveryError

WINDOW = 5 * 60  # seconds that a signature is good for
BY_PEOPLE = {None, "file_share", "thread_broadcast"}  # subtypes of messages that people send
# Errors that heal: trouble of Slack's own, and what the operator can mend.
HEALING = {
    "internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "rate_limited", "team_added_to_org",
    "invalid_auth", "not_authed", "token_expired", "token_revoked", "account_inactive", "missing_scope",
}  # fmt: skip
LINK = re.compile(r"<(?:[@#!][^>|]*|(?:https?|mailto|tel):[^>|]*)(?:\|([^>]*))?>")


def signature(secret: str, stamp: str, body: bytes) -> str:
    """X-Slack-Signature of a body sent at a time."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()


class SlackInput(MessagingInput):
    """Direct messages to an app."""

    REQUIRED: ClassVar[dict[str, str]] = {"signing_secret": "SLACK_SIGNING_SECRET", "bot_token": "SLACK_BOT_TOKEN"}
    OPTIONAL: ClassVar[dict[str, Any]] = {"api_url": "https://slack.com/api"}

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its part of the address."""
        return "slack"

    def fault(self, request: Request) -> str:
        """The signature covers the time and the whole body."""
        given, stamp = request.headers.get("X-Slack-Signature"), request.headers.get("X-Slack-Request-Timestamp", "")
        if not given or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
            return "no signature"
        if abs(time.time() - int(stamp)) > WINDOW:
            return "stale"
        if not same(given, signature(self.settings["signing_secret"], stamp, request.body)):
            return "wrong signature"
        return "" if media_type(request) in (JSON, FORM) else "wrong content type"

    def read(self, request: Request) -> list[Incoming] | HTTPResponse:
        """A direct message, a tap on a button, or the question whether this address is ours."""
        if media_type(request) == FORM:
            (payload,) = parse_qs(request.body.decode(), max_num_fields=10).get("payload", [""])
            return _tapped(json_of(payload.encode()))
        body = json_of(request.body)
        if body.get("type") == "url_verification":
            return text(text_at(body, "challenge"))
        return _said(body)

    def message(self, address: dict[str, str], part: Part) -> dict[str, Any]:
        """A message of blocks; `text` is what notifications and screen readers say."""
        blocks: list[dict[str, Any]] = [{"type": "section", "text": _plain(part.text)}]
        if part.buttons:
            buttons = [
                {"type": "button", "action_id": f"ask_{number}", "text": _plain(button["title"]), "value": button["payload"]}
                for number, button in enumerate(part.buttons, start=1)
            ]
            blocks.append({"type": "actions", "elements": buttons})
        return {**address, "text": escape(part.text, quote=False), "mrkdwn": False, "unfurl_links": False, "blocks": blocks}

    def call(self, message: dict[str, Any]) -> Call:
        """Post it as the app."""
        headers = {"Authorization": f"Bearer {self.settings['bot_token']}"}
        return Call(f"{self.settings['api_url'].rstrip('/')}/chat.postMessage", {"json": message, "headers": headers})

    def failure(self, status: int, body: dict[str, Any]) -> DeliveryError | None:
        """Slack says in the body what was wrong, under a status of 200."""
        if status >= 300:
            return super().failure(status, body)
        if body.get("ok") is True:
            return None
        error = text_at(body, "error")
        known = error if re.fullmatch(r"[a-z_]{1,60}", error) else "none"
        return DeliveryError(f"error {known}", for_good=bool(error) and error not in HEALING)


def _plain(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words, "emoji": False}


def _said(body: dict[str, Any]) -> list[Incoming]:
    event, number = body.get("event"), text_at(body, "event_id")
    user, channel = text_at(event, "user"), text_at(event, "channel")
    from_a_person = at(event, "subtype") in BY_PEOPLE and not at(event, "bot_id")
    if body.get("type") != "event_callback" or at(event, "type") != "message" or at(event, "channel_type") != "im" or not from_a_person:
        return []
    if not (number and user and channel):
        raise ValueError("no event_id, user or channel")
    stamp = body.get("event_time")
    return [
        Incoming(
            id=number,
            sender=f"{text_at(body, 'team_id')} {user}",
            address={"channel": channel},
            text=_typed(text_at(event, "text")),
            medium=SLACK,
            has_more=bool(objects(at(event, "files"))),
            sent=float(stamp) if isinstance(stamp, int) else None,
        )
    ]


def _tapped(payload: dict[str, Any]) -> list[Incoming]:
    actions = objects(payload.get("actions"))
    user, channel, team = (text_at(payload, name, "id") for name in ("user", "channel", "team"))
    asked = text_at(actions[0], "value") if actions else ""
    if payload.get("type") != "block_actions" or not (asked and user and channel):
        return []
    number = f"{user} {text_at(actions[0], 'action_ts')} {text_at(actions[0], 'action_id')}"
    return [Incoming(number, f"{team} {user}", {"channel": channel}, asked, SLACK)]


def _typed(words: str) -> str:
    """What a person typed, without Slack's marks for links and people."""
    return unescape(LINK.sub(lambda link: link[1] or "", words))
