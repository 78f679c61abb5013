"""Speaks with the website channel, over a socket or within the process, and holds every response to openapi.yml."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from email.message import Message
from itertools import count
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from jsonschema import Draft4Validator, RefResolver
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from sanic import Sanic
from sanic.signals import RESERVED_NAMESPACES

from assistant.bot import IN_MEMORY
from assistant.channels.problems import install
from assistant.channels.website import WebsiteInput
from assistant.components.lock_store import ConversationLocks
from assistant.components.tracker_store import ConversationStore
from assistant.content.faults import read_yaml
from assistant.paths import ROOT
from assistant.storage.database import Database

CHANNEL = "/webhooks/website"
API = read_yaml(ROOT / "assistant" / "channels" / "openapi.yml")
REFERENCES = RefResolver("", API)
NAMES = count()


class Answer(NamedTuple):
    """A response; the body is read where it is JSON."""

    status: int
    headers: Message
    body: Any

    @property
    def token(self) -> str:
        return self.body["session"]["token"]


def answer_of(method: str, path: str, status: int, headers: Message, content: bytes) -> Answer:
    """The response, which must be as openapi.yml describes it for the path; whatever else is refused must be a problem."""
    is_json = headers.get_content_type() in ("application/json", "application/problem+json")
    answer = Answer(status, headers, json.loads(content) if is_json else content)
    described = API["paths"].get(path.removeprefix(CHANNEL), {}).get(method.lower(), {}).get("responses")
    if described is not None and status not in (404, 405):
        if str(status) not in described:
            raise AssertionError(f"{method} {path} answered {status}, which openapi.yml does not have")
        response = described[str(status)]
        response = REFERENCES.resolve(response["$ref"])[1] if "$ref" in response else response
    elif status >= 400:
        response = API["components"]["responses"]["Problem"]
    else:
        return answer
    kinds = response.get("content", {})
    if kinds:
        if headers.get_content_type() not in kinds:
            raise AssertionError(f"{method} {path} answered {status} as {headers.get_content_type()}, not as {', '.join(kinds)}")
        schema = kinds[headers.get_content_type()]["schema"]
        Draft4Validator(schema, resolver=REFERENCES).validate(answer.body)
        if status >= 400 and answer.body["status"] != status:
            raise AssertionError(f"a problem of status {answer.body['status']} came with status {status}")
    elif content:
        raise AssertionError(f"{method} {path} answered {status} with a body")
    return answer


def headers_of(token: str | None, headers: dict[str, str]) -> dict[str, str]:
    return {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token is not None else {}), **headers}


def content_of(body: Any) -> bytes | None:
    return body if body is None or isinstance(body, bytes) else json.dumps(body).encode()


class Server(NamedTuple):
    """A running server."""

    base: str

    def ask(self, method: str, path: str, body: Any = None, token: str | None = None, **headers: str) -> Answer:
        """Ask for a path of the channel, or for another that begins with two slashes."""
        path = path[1:] if path.startswith("//") else CHANNEL + path
        request = Request(self.base + path, content_of(body), headers_of(token, headers), method=method)
        try:
            with urlopen(request, timeout=20) as response:
                return answer_of(method, path, response.status, response.headers, response.read())
        except HTTPError as error:
            with error:
                return answer_of(method, path, error.code, error.headers, error.read())

    def begin(self) -> str:
        """The token of a new session."""
        return self.ask("POST", "/session").token

    def say(self, token: str, message: str, **more: Any) -> list[Any]:
        """The replies to a message."""
        return self.ask("POST", "/messages", {"message": message, **more}, token).body["messages"]

    def turns(self, token: str) -> list[Any]:
        """The conversation."""
        return self.ask("GET", "/history", token=token).body["turns"]


class Parrot:
    """A bot that repeats what it hears, and keeps it as Rasa does; `during` happens before it has an answer."""

    def __init__(self, store: ConversationStore | None = None) -> None:
        self.tracker_store = store or ConversationStore(Domain.empty(), store=Database(IN_MEMORY))
        self.lock_store = ConversationLocks(url="")
        self.processor = self
        self.heard: list[UserMessage] = []
        self.ready = True
        self.during: Callable[[UserMessage], Awaitable[None]] | None = None

    def is_ready(self) -> bool:
        return self.ready

    async def handle_message(self, message: UserMessage) -> None:
        self.heard.append(message)
        if self.during:
            await self.during(message)
        tracker = await self.tracker_store.get_or_create_tracker(message.sender_id)
        reply = {"text": f"You said: {message.text}", "kind": "smalltalk"}
        tracker.update(UserUttered(message.text, message_id=message.message_id, input_channel=message.input_channel))
        tracker.update(BotUttered(reply["text"], metadata=reply))
        await self.tracker_store.save(tracker)
        await message.output_channel.send_response(message.sender_id, reply)


async def nothing(**_: Any) -> None:
    """Listens to one of Sanic's signals."""


class Within:
    """The channel within this process, in front of a parrot, for clients at any address."""

    def __init__(self, channel: WebsiteInput | None = None, bot: Parrot | None = None) -> None:
        self.bot = bot or Parrot()
        self._app = Sanic(f"within-{next(NAMES)}", configure_logging=False)
        install(self._app)
        channel = channel or WebsiteInput()
        self._app.blueprint(channel.blueprint(self.bot.handle_message), url_prefix=CHANNEL)
        self._app.register_middleware(channel.share, "response")
        self._app.ctx.agent = self.bot
        for event in RESERVED_NAMESPACES["http"]:  # Sanic's own server takes them out where nobody listens
            self._app.add_signal(nothing, event)

    async def ask(
        self, method: str, path: str, body: Any = None, token: str | None = None, address: str = "10.0.0.1", **headers: str
    ) -> Answer:
        """Ask for a path of the channel."""
        if not self._app.router.finalized:
            self._app.signalize()
            self._app.finalize()
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content_of(body) or b""}

        async def send(part: dict[str, Any]) -> None:
            sent.append(part)

        given = {"Host": "localhost", **headers_of(token, headers)}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "path": CHANNEL + path,
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
            "client": (address, 50_000),
            "server": ("localhost", 80),
            "scheme": "http",
        }
        await self._app(scope, receive, send)
        received = Message()
        for name, value in sent[0]["headers"]:
            received[name.decode()] = value.decode()
        content = b"".join(part.get("body", b"") for part in sent[1:])
        return answer_of(method, CHANNEL + path, sent[0]["status"], received, content)

    async def begin(self, address: str = "10.0.0.1") -> str:
        """The token of a new session."""
        return (await self.ask("POST", "/session", address=address)).token

    async def say(self, token: str, message: str, address: str = "10.0.0.1", **more: Any) -> Answer:
        """What a message is answered."""
        return await self.ask("POST", "/messages", {"message": message, **more}, token, address)
