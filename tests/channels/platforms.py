"""The messaging platforms as the tests have them: what their webhooks look like (as documented), how they sign, and a server that takes
the replies and holds each to the form and the limits that its platform documents."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from assistant.channels.messenger import MessengerInput
from assistant.channels.slack import SlackInput
from assistant.channels.telegram import TelegramInput
from assistant.channels.twilio import TwilioInput

PUBLIC = "https://assistant.clinic.example"
SECRETS = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "an-auth-token-of-these-tests",
    "PUBLIC_URL": PUBLIC,
    "MESSENGER_APP_SECRET": "an-app-secret-of-these-tests",
    "MESSENGER_VERIFY_TOKEN": "a-verify-token-of-these-tests",
    "MESSENGER_PAGE_TOKEN": "a-page-token-of-these-tests",
    "TELEGRAM_TOKEN": "110201543:a-bot-token-of-these-tests",
    "TELEGRAM_SECRET_TOKEN": "a-secret-token-of-these-tests",
    "SLACK_SIGNING_SECRET": "a-signing-secret-of-these-tests",
    "SLACK_BOT_TOKEN": "xoxb-a-token-of-these-tests",
}
CLINIC_NUMBER, PAGE, TEAM = "+442079460018", "1906385232743451", "T061EG9R6"


class Webhook(NamedTuple):
    """A request to the assistant."""

    headers: dict[str, str]
    body: bytes
    method: str = "POST"
    query: str = ""


def sha256(secret: str, told: bytes) -> str:
    return hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()


# --- what they send ---


def twilio_body(text: str, number: str, sender: str, **more: str) -> bytes:
    """Described at twilio.com/docs/messaging/guides/webhook-request; empty fields are sent and signed too."""
    fields = {
        "ToCountry": "GB", "ToState": "", "SmsMessageSid": number, "NumMedia": "0", "ToCity": "", "FromZip": "", "SmsSid": number,
        "FromState": "", "SmsStatus": "received", "FromCity": "", "Body": text, "FromCountry": "GB", "To": CLINIC_NUMBER, "ToZip": "",
        "NumSegments": "1", "MessageSid": number, "AccountSid": SECRETS["TWILIO_ACCOUNT_SID"], "From": sender, "ApiVersion": "2010-04-01",
        **more,
    }  # fmt: skip
    return urlencode(fields).encode()


def whatsapp_body(text: str, number: str, sender: str, **more: str) -> bytes:
    names = {"ProfileName": "Ann", "WaId": sender.lstrip("+"), "To": f"whatsapp:{CLINIC_NUMBER}"}
    return twilio_body(text, number, f"whatsapp:{sender}", **{**names, **more})


def messenger_body(text: str, number: str, sender: str, at: float | None = None, **more: Any) -> bytes:
    return messenger_event({"message": {"mid": number, "text": text, **more}}, sender, at)


def messenger_event(event: dict[str, Any], sender: str, at: float | None = None) -> bytes:
    now = int((at or time.time()) * 1000)
    told = {"sender": {"id": sender}, "recipient": {"id": PAGE}, "timestamp": now, **event}
    return json.dumps({"object": "page", "entry": [{"id": PAGE, "time": now, "messaging": [told]}]}).encode()


def telegram_body(text: str, number: str, sender: str, at: float | None = None, **more: Any) -> bytes:
    person = {"id": int(sender), "is_bot": False, "first_name": "Ann", "language_code": "en"}
    chat = {"id": int(sender), "first_name": "Ann", "type": "private"}
    message = {"message_id": 1365, "from": person, "chat": chat, "date": int(at or time.time()), "text": text, **more}
    return json.dumps({"update_id": int(number), "message": {name: value for name, value in message.items() if value is not None}}).encode()


def slack_body(text: str, number: str, sender: str, at: float | None = None, **more: Any) -> bytes:
    now = at or time.time()
    written = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    event = {
        "client_msg_id": "f4d5a3c2-0000-0000-0000-000000000000", "type": "message", "text": written, "user": sender, "ts": f"{now:.6f}",
        "team": TEAM, "channel": f"D{sender}", "event_ts": f"{now:.6f}", "channel_type": "im", **more,
    }  # fmt: skip
    told = {
        "token": "deprecated", "team_id": TEAM, "api_app_id": "A0FFV41KK", "event": event, "type": "event_callback", "event_id": number,
        "event_time": int(now), "is_ext_shared_channel": False,
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": "U0BOT", "is_bot": True}],
    }  # fmt: skip
    return json.dumps(told).encode()


def slack_tap(value: str, sender: str, at: str = "1548426417.840180") -> bytes:
    action = {"action_id": "ask_1", "block_id": "b", "type": "button", "value": value, "action_ts": at}
    told = {
        "type": "block_actions", "user": {"id": sender, "team_id": TEAM}, "api_app_id": "A0FFV41KK", "team": {"id": TEAM},
        "container": {"type": "message"}, "trigger_id": "12466734323.1395872398", "channel": {"id": f"D{sender}"}, "actions": [action],
    }  # fmt: skip
    return urlencode({"payload": json.dumps(told)}).encode()


# --- how they prove it ---


def twilio_signed(body: bytes, secret: str, url: str = PUBLIC + "/webhooks/twilio/webhook") -> dict[str, str]:
    fields = parse_qsl(body.decode(), keep_blank_values=True)
    told = url + "".join(f"{name}{value}" for name, value in sorted(fields))
    return {"X-Twilio-Signature": base64.b64encode(hmac.new(secret.encode(), told.encode(), hashlib.sha1).digest()).decode()}


def messenger_signed(body: bytes, secret: str) -> dict[str, str]:
    return {"X-Hub-Signature-256": f"sha256={sha256(secret, body)}"}


def telegram_signed(_: bytes, secret: str) -> dict[str, str]:
    return {"X-Telegram-Bot-Api-Secret-Token": secret}


def slack_signed(body: bytes, secret: str, at: float | None = None) -> dict[str, str]:
    stamp = str(int(at or time.time()))
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={sha256(secret, f'v0:{stamp}:'.encode() + body)}"}


@dataclass(frozen=True)
class Platform:
    """A platform, and a person on it.

    Attributes:
        name: of the platform; `channel` is that of the connector.
        secret: the environment variable with the secret that webhooks are signed with.
        number: makes ids of messages as the platform does.
    """

    name: str
    channel: type
    secret: str
    content_type: str
    sender: str
    api: str
    body: Callable[..., bytes]
    signed: Callable[..., dict[str, str]]
    number: Callable[[int], str]

    @property
    def path(self) -> str:
        return f"/webhooks/{self.channel.name()}/webhook"

    def webhook(self, body: bytes, secret: str | None = None) -> Webhook:
        """A body with its signature."""
        return Webhook({"Content-Type": self.content_type, **self.signed(body, SECRETS[self.secret] if secret is None else secret)}, body)

    def says(self, text: str, number: int, sender: str | None = None, **more: Any) -> Webhook:
        """A person's message."""
        return self.webhook(self.body(text, self.number(number), sender or self.sender, **more))

    def settings(self, base: str) -> dict[str, Any]:
        given = {name: SECRETS[variable] for name, variable in self.channel.REQUIRED.items()}
        return {**given, "api_url": f"{base}/{self.api}", "messages_per_minute": 100_000}


FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SIGNED_BY = ("TWILIO_AUTH_TOKEN", "MESSENGER_APP_SECRET", "TELEGRAM_SECRET_TOKEN", "SLACK_SIGNING_SECRET")
TWILIO, FACEBOOK, TELEGRAM, SLACK = SIGNED_BY
PLATFORMS = [
    Platform("SMS", TwilioInput, TWILIO, FORM, "+447700900123", "twilio", twilio_body, twilio_signed, "SM{:032x}".format),
    Platform("WhatsApp", TwilioInput, TWILIO, FORM, "+447700900456", "twilio", whatsapp_body, twilio_signed, "MM{:032x}".format),
    Platform("Messenger", MessengerInput, FACEBOOK, JSON, "6743212412", "graph", messenger_body, messenger_signed, "m_{}".format),
    Platform("Telegram", TelegramInput, TELEGRAM, JSON, "1111117", "telegram", telegram_body, telegram_signed, "{}".format),
    Platform("Slack", SlackInput, SLACK, JSON, "U2147483697", "slack", slack_body, slack_signed, "Ev{:09}".format),
]  # fmt: skip
BY_NAME = {platform.name: platform for platform in PLATFORMS}


# --- what takes the replies ---


class Sent(NamedTuple):
    """A message that the platforms' server took."""

    to: str
    text: str
    choices: list[str]


class Failure(NamedTuple):
    """What the server answers instead."""

    status: int
    body: Mapping[str, Any] = MappingProxyType({})
    headers: Mapping[str, str] = MappingProxyType({})


@dataclass
class FakePlatforms:
    """The platforms' API. `failures` are used up one a call; `wrong` tells what no platform would have taken."""

    sent: list[Sent] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    tried: int = 0

    def __enter__(self) -> FakePlatforms:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, number: int, seconds: float = 20) -> list[Sent]:
        """The messages, once there are so many."""
        until = time.monotonic() + seconds
        while len(self.sent) < number and time.monotonic() < until:
            time.sleep(0.02)
        return list(self.sent)

    def take(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any], dict[str, str]]:
        """The answer to a call."""
        self.tried += 1
        if self.failures:
            return self.failures.pop(0)
        parts = urlsplit(path)
        take = {"twilio": self._twilio, "graph": self._messenger, "telegram": self._telegram, "slack": self._slack}[
            parts.path.split("/")[1]
        ]
        try:
            sent, answer = take(parts.path, parse_qs(parts.query), headers, body)
        except Exception as error:
            self.wrong.append(f"{parts.path}: {error!r}")
            return 400, {}, {}
        self.sent.append(sent)
        return (201 if parts.path.startswith("/twilio") else 200), answer, {}

    def _twilio(self, path: str, query: Any, headers: Any, body: bytes) -> tuple[Sent, dict[str, Any]]:
        account = SECRETS["TWILIO_ACCOUNT_SID"]
        assert path == f"/twilio/2010-04-01/Accounts/{account}/Messages.json" and not query
        given = base64.b64encode(f"{account}:{SECRETS['TWILIO_AUTH_TOKEN']}".encode()).decode()
        assert headers["Authorization"] == f"Basic {given}"
        assert headers["Content-Type"] == FORM
        form = dict(parse_qsl(body.decode(), strict_parsing=True))
        assert set(form) == {"To", "From", "Body"}
        assert form["From"].endswith(CLINIC_NUMBER) and form["To"].startswith("whatsapp:") == form["From"].startswith("whatsapp:")
        assert 0 < len(form["Body"]) <= 1600
        return Sent(form["To"].removeprefix("whatsapp:"), form["Body"], []), {"sid": "SM" + "1" * 32, "status": "queued"}

    def _messenger(self, path: str, query: Any, headers: Any, body: bytes) -> tuple[Sent, dict[str, Any]]:
        assert path == "/graph/me/messages" and query == {"access_token": [SECRETS["MESSENGER_PAGE_TOKEN"]]}
        told = json.loads(body)
        assert set(told) == {"recipient", "messaging_type", "message"} and told["messaging_type"] == "RESPONSE"
        message = told["message"]
        assert set(message) <= {"text", "quick_replies"} and 0 < len(message["text"]) <= 2000
        replies = message.get("quick_replies", [])
        assert (len(replies) <= 13 and "quick_replies" not in message) or replies
        for reply in replies:
            assert reply["content_type"] == "text" and 0 < len(reply["title"]) <= 20 and 0 < len(reply["payload"]) <= 1000
        return Sent(told["recipient"]["id"], message["text"], [reply["payload"] for reply in replies]), {"message_id": "m_1"}

    def _telegram(self, path: str, query: Any, headers: Any, body: bytes) -> tuple[Sent, dict[str, Any]]:
        assert path == f"/telegram/bot{SECRETS['TELEGRAM_TOKEN']}/sendMessage" and not query
        told = json.loads(body)
        assert set(told) == {"chat_id", "text", "link_preview_options", "reply_markup"} and 0 < len(told["text"]) <= 4096
        markup = told["reply_markup"]
        assert markup == {"remove_keyboard": True} or (markup["keyboard"] and all(len(row) == 1 for row in markup["keyboard"]))
        choices = [row[0]["text"] for row in markup.get("keyboard", [])]
        assert all(choices)
        return Sent(told["chat_id"], told["text"], choices), {"ok": True, "result": {"message_id": 1366}}

    def _slack(self, path: str, query: Any, headers: Any, body: bytes) -> tuple[Sent, dict[str, Any]]:
        assert path == "/slack/chat.postMessage" and headers["Authorization"] == f"Bearer {SECRETS['SLACK_BOT_TOKEN']}"
        told = json.loads(body)
        section, *actions = told["blocks"]
        assert section["type"] == "section" and section["text"]["type"] == "plain_text" and 0 < len(section["text"]["text"]) <= 3000
        assert len(actions) <= 1
        buttons = actions[0]["elements"] if actions else []
        assert len(buttons) <= 25 and len({button["action_id"] for button in buttons}) == len(buttons) and (not actions or buttons)
        assert all(0 < len(button["text"]["text"]) <= 75 and len(button["value"]) <= 2000 for button in buttons)
        assert told["text"]
        return Sent(told["channel"][1:], section["text"]["text"], [button["value"] for button in buttons]), {"ok": True, "ts": "1.1"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        platforms = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer, headers = platforms.take(self.path, self.headers, body)
                content = json.dumps(dict(answer)).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
