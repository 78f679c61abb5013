"""The messaging channels within this process, in front of any bot, with a database and a courier of their own."""

from __future__ import annotations

from email.message import Message
from itertools import count
from typing import Any

from aiohttp import ClientSession
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import BotUttered, UserUttered
from sanic import Sanic
from sanic.signals import RESERVED_NAMESPACES

from assistant.channels.messaging import MessagingInput
from assistant.channels.problems import install
from assistant.content.reply import Reply
from assistant.courier import Courier
from assistant.storage.database import Database
from tests.channels.client import Parrot, nothing
from tests.channels.platforms import PLATFORMS, Platform, Webhook

NAMES = count()


def reply(text: str, kind: str = "answer", buttons: tuple[str, ...] = ()) -> Reply:
    shown = [{"title": title, "payload": title, "topic": f"topic_{title}"} for title in buttons]
    return {"text": text, "kind": kind, "topics": [], "sources": [], "reviewed": "", "buttons": shown}


class Scripted(Parrot):
    """A bot that says what is written down for a message, and else repeats it."""

    def __init__(self, **said: list[Reply]) -> None:
        super().__init__()
        self.said = said

    async def handle_message(self, message: UserMessage) -> None:
        if message.text not in self.said:
            await super().handle_message(message)
            return
        self.heard.append(message)
        tracker = await self.tracker_store.get_or_create_tracker(message.sender_id)
        tracker.update(UserUttered(message.text, message_id=message.message_id, input_channel=message.input_channel))
        for told in self.said[message.text]:
            tracker.update(BotUttered(told["text"], {"buttons": told["buttons"]}, metadata=dict(told)))
            await message.output_channel.send_response(message.sender_id, told)
        await self.tracker_store.save(tracker)


class Phones:
    """Every messaging channel, and what sends their replies to the platforms at an address."""

    def __init__(self, database: Database, base: str, bot: Any = None, **settings: Any) -> None:
        self.database = database
        self.bot = bot or Scripted()
        self.courier = Courier(database)
        self._base = base
        self.channels: dict[type, MessagingInput] = {
            platform.channel: platform.channel({**platform.settings(base), **settings}, kept=lambda: database) for platform in PLATFORMS
        }
        self._app = Sanic(f"phones-{next(NAMES)}", configure_logging=False)
        self._app.config.REQUEST_MAX_SIZE = 64 * 1024
        install(self._app)
        for channel in self.channels.values():
            self._app.blueprint(channel.blueprint(self.bot.handle_message), url_prefix=f"/webhooks/{channel.name()}")
        self._app.ctx.agent = self.bot
        for event in RESERVED_NAMESPACES["http"]:
            self._app.add_signal(nothing, event)

    async def __aenter__(self) -> Phones:
        self._http = ClientSession()
        for channel in self.channels.values():
            channel.sends_through(self.courier, self._http)
        self._app.signalize()
        self._app.finalize()
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self._http.close()

    async def receive(self, platform: Platform, webhook: Webhook) -> tuple[int, bytes]:
        """The status and body that a webhook gets."""
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": webhook.body}

        async def send(part: dict[str, Any]) -> None:
            sent.append(part)

        scope = {
            "type": "http", "http_version": "1.1", "method": webhook.method, "path": platform.path,
            "query_string": webhook.query.encode(), "client": ("10.0.0.1", 50_000), "server": ("localhost", 80), "scheme": "http",
            "headers": [(name.lower().encode(), value.encode()) for name, value in {"Host": "localhost", **webhook.headers}.items()],
        }  # fmt: skip
        await self._app(scope, receive, send)
        headers = Message()
        for name, value in sent[0]["headers"]:
            headers[name.decode()] = value.decode()
        return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:])

    async def deliver(self) -> None:
        """Send all that is due."""
        while await self.courier.send_due():
            pass
