"""What the messaging platforms have in common: a webhook that proves where it comes from, a turn, and replies by way of the outbox.

A message is answered before the platform is told that it arrived: the replies are in the outbox by then, in one transaction with the
note that the message was taken in. So nothing is lost when the server dies, and a message sent again is answered once.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, NamedTuple

from aiohttp import ClientError, ClientSession, ClientTimeout
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty

from assistant import paths
from assistant.channels.conversation import replies_to, store_of
from assistant.channels.limits import Limit
from assistant.channels.pseudonyms import lasting_secret, pseudonym
from assistant.channels.refusals import refused
from assistant.channels.rendering import Medium, Part, render
from assistant.channels.turn import Handle, OneAtATime, Turns, storable
from assistant.content.clinic import Clinic, load_clinic
from assistant.content.reply import Reply
from assistant.courier import Courier, DeliveryError
from assistant.storage import outbox, received
from assistant.storage.database import Database, database

LOG = logging.getLogger(__name__)
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
LONGEST_TEXT = 5_000  # characters; what follows is not read (assistant/understanding/text.py)
LONGEST_CALL = 10  # seconds for the platform's answer
STALE = 2 * 24 * 3600  # seconds; a message that says it is older was recorded by somebody
SHORTEST_CHOSEN = 16  # characters of a secret that the operator makes up
ONLY_TEXT = "I can only read text, not pictures, recordings or files.\nPlease write your question, or call {phone}."
TOO_FAST = (
    "You have sent more messages than I can answer.\nPlease wait a minute, or call {phone}.\nIn an emergency, call {emergency_number}."
)
WAY_OUT = (401, 404, 408, 429)  # statuses of a refusal that may heal: the operator mends a token, the platform has time again


class Incoming(NamedTuple):
    """What a person sent.

    Attributes:
        id: the platform's, the same when it is sent again.
        sender: the platform's id of the person.
        address: where a reply goes, in the platform's words.
        text: empty where there is none.
        has_more: whether something came with it that is no text.
        sent: when it says that it was sent, in seconds since 1970.
    """

    id: str
    sender: str
    address: dict[str, str]
    text: str
    medium: Medium
    has_more: bool = False
    sent: float | None = None


class Call(NamedTuple):
    """How to call the platform: what aiohttp's `post` takes."""

    url: str
    arguments: dict[str, Any]


class MessagingInput(InputChannel, ABC):
    """A messaging platform. What each has of its own: how a webhook proves itself, what it holds, and how a reply is sent.

    Attributes:
        REQUIRED: the settings that must be given, with the environment variable that each usually comes from.
        OPTIONAL: the others, with their values where they are not given.
        CHOSEN: those of them that the operator makes up, and that must be long enough not to be guessed.
    """

    REQUIRED: ClassVar[dict[str, str]]
    OPTIONAL: ClassVar[dict[str, Any]]
    CHOSEN: ClassVar[tuple[str, ...]] = ()
    EACH_HAS: ClassVar[dict[str, Any]] = {"messages_per_minute": 20}

    def __init__(self, settings: dict[str, Any], clinic: Clinic | None = None, kept: Callable[[], Database] = database) -> None:
        self.settings = settings
        self._key = lasting_secret()
        self._database = kept
        self._turns = Turns(self.name(), clinic or load_clinic(paths.CLINIC))
        self._sending = OneAtATime()
        self._messages = Limit(settings["messages_per_minute"])
        self._told_of_the_limit = Limit(1)
        self._courier: Courier | None = None
        self._http: ClientSession | None = None

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> MessagingInput:
        """The channel with the settings of credentials.yml.

        Raises:
            ValueError: naming every setting that is missing or wrong.
        """
        return cls(settings_from(cls, credentials or {}))

    # --- what each platform has of its own ---

    @abstractmethod
    def fault(self, request: Request) -> str:
        """Why a webhook does not come from the platform, or nothing where it does. Only what that takes is read."""

    @abstractmethod
    def read(self, request: Request) -> list[Incoming] | HTTPResponse:
        """What people sent, without the noise of machines; or what the platform wants to be told at once.

        Raises:
            ValueError: if it is not what the platform documents.
        """

    @abstractmethod
    def message(self, address: dict[str, str], part: Part) -> dict[str, Any]:
        """The body of the call that sends a part of a reply. It is kept until it is sent, so no secret is in it."""

    @abstractmethod
    def call(self, message: dict[str, Any]) -> Call:
        """The call that sends a message, with its secrets."""

    def failure(self, status: int, body: dict[str, Any]) -> DeliveryError | None:
        """What went wrong with a call, or nothing where it was accepted."""
        if status < 300:
            return None
        return DeliveryError(f"status {status}", for_good=400 <= status < 500 and status not in WAY_OUT)

    def accepted(self) -> HTTPResponse:
        """What the platform is told of a message that arrived."""
        return empty(200)

    def unavailable(self) -> HTTPResponse:
        """What it is told where nothing can be kept now: to send it again."""
        return empty(503)

    # --- what comes in ---

    def blueprint(self, on_new_message: Handle) -> Blueprint:
        """The route of the webhook."""
        routes = Blueprint(self.name())
        # Sanic sets a name on the handler, which a method does not take.
        routes.add_route(partial(self._receive), "/webhook", methods=["POST"], name="webhook")
        return routes

    async def _receive(self, request: Request) -> HTTPResponse:
        if fault := self.fault(request):
            return self.refusal(fault)
        try:
            found = self.read(request)
        except (ValueError, RecursionError):
            return self.refusal("not what the platform documents")
        if isinstance(found, HTTPResponse):
            return found
        agent = getattr(request.app.ctx, "agent", None)
        if found and (agent is None or not agent.is_ready()):
            return self.unavailable()
        try:
            for message in found:
                await self._answer(message, agent)
        except Exception as error:  # whatever it was, the message is not lost; its own words may quote a patient
            LOG.error("A webhook of %s could not be taken in: %s.", self.name(), type(error).__name__)
            return self.unavailable()
        return self.accepted()

    def refusal(self, reason: str) -> HTTPResponse:
        """What somebody gets who is not the platform: nothing."""
        refused(self.name(), reason)
        return empty(403)

    async def _answer(self, message: Incoming, agent: Agent) -> None:
        if message.sent is not None and message.sent < time.time() - STALE:
            refused(self.name(), "stale")
            return
        conversation = pseudonym(self._key, "conversation", self.name(), message.sender)
        key = pseudonym(self._key, "message", self.name(), message.id)
        async with agent.lock_store.lock(conversation):
            kept = await asyncio.to_thread(self._database)
            if await asyncio.to_thread(received.knows, kept, key):
                return
            replies = await self._replies(message, key, conversation, agent)
            calls = [self.message(message.address, part) for part in render(replies, message.medium)]
            await asyncio.to_thread(self._keep, kept, key, {"to": conversation, "calls": calls})
        if self._courier:
            self._courier.wake()

    async def _replies(self, message: Incoming, key: str, conversation: str, agent: Agent) -> list[Reply]:
        if self._messages.wait(conversation):
            return [] if self._told_of_the_limit.wait(conversation) else [self._turns.notice(TOO_FAST, "handoff")]
        only_text = [self._turns.notice(ONLY_TEXT, "handoff")]
        text = storable(message.text[:LONGEST_TEXT])
        if not text.strip():
            return only_text
        # A server that died after the turn, and before it put the replies on their way, left them in the conversation.
        said = await replies_to(store_of(agent), conversation, key)
        if said is None:
            said = await self._turns.replies(text, key, conversation, agent)
        return [*said, *only_text] if message.has_more else said

    def _keep(self, kept: Database, key: str, payload: dict[str, Any]) -> None:
        with kept.begin(durable=True) as connection:
            if received.add(connection, key) and payload["calls"]:
                outbox.put(connection, self.name(), key, payload)

    # --- what goes out ---

    def sends_through(self, courier: Courier, http: ClientSession) -> None:
        """Let a courier send what this channel puts into the outbox."""
        self._courier, self._http = courier, http
        courier.sends(self.name(), self.send)

    async def send(self, key: str, payload: dict[str, Any]) -> None:
        """Send the messages of one reply in their order, going on after the last that arrived.

        Raises:
            DeliveryError: if the platform refuses one, or does not answer.
        """
        async with self._sending.of(payload["to"]):  # two replies to one person do not mix
            for number, message in enumerate(payload["calls"], start=1):
                await self._post(message)
                if left := payload["calls"][number:]:
                    await asyncio.to_thread(outbox.progress, self._database(), key, {**payload, "calls": left})

    async def _post(self, message: dict[str, Any]) -> None:
        if self._http is None:
            raise RuntimeError("a message was to be sent before the channel was given to a courier")
        called = self.call(message)
        timeout = ClientTimeout(total=LONGEST_CALL)
        try:
            async with self._http.post(called.url, timeout=timeout, allow_redirects=False, **called.arguments) as response:
                status, after, content = response.status, response.headers.get("Retry-After", ""), await response.content.read(64 * 1024)
        except (ClientError, asyncio.TimeoutError) as error:
            # Its own words may hold the address, and with it a token.
            raise DeliveryError(type(error).__name__) from None
        if failure := self.failure(status, _mapping(content)):
            if status == 429 and after.isdecimal():
                failure.after = float(after)
            raise failure


def settings_from(channel: type[MessagingInput], credentials: dict[str, Any]) -> dict[str, Any]:
    """The settings under the channel's name in credentials.yml.

    Raises:
        ValueError: with a line for each that is missing, wrong or unknown.
    """
    optional = {**channel.EACH_HAS, **channel.OPTIONAL}
    faults = [
        f"credentials.yml: {channel.__name__} has no {name!r}; expected ${{{variable}}}, and {variable} set in the environment."
        for name, variable in channel.REQUIRED.items()
        if not credentials.get(name)
    ]
    for name, value in credentials.items():
        if name not in optional and name not in channel.REQUIRED:
            known = ", ".join([*channel.REQUIRED, *optional])
            faults.append(f"credentials.yml: {channel.__name__} has no setting {name!r}; expected {known}.")
        elif name == "messages_per_minute":
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                faults.append(f"credentials.yml: {channel.__name__}: {name!r} is {value!r}; expected a whole number from 1.")
        elif value and not isinstance(value, str):
            faults.append(f"credentials.yml: {channel.__name__}: {name!r} is no text; put it in quotes.")
        elif value and name.endswith("_url") and not value.startswith(("https://", "http://")):
            faults.append(f"credentials.yml: {channel.__name__}: {name!r} is {value!r}; expected an address that begins with https://.")
        elif value and name in channel.CHOSEN and len(value) < SHORTEST_CHOSEN:
            faults.append(
                f"credentials.yml: {channel.__name__}: {name!r} has {len(value)} characters; "
                f"expected {SHORTEST_CHOSEN} or more, such as from `openssl rand -hex 32`."
            )
    if faults:
        raise ValueError("\n".join(faults))
    return {**optional, **credentials}


def same(given: str | None, expected: str) -> bool:
    """Whether two secrets are one, in a time that tells nothing of where they differ."""
    return hmac.compare_digest((given or "").encode("utf-8", "surrogateescape"), expected.encode())


def json_of(content: bytes) -> dict[str, Any]:
    """The object in a body.

    Raises:
        ValueError: if there is none.
    """
    body = json.loads(content)
    if not isinstance(body, dict):
        raise ValueError("no JSON object")
    return body


def at(value: Any, *path: str) -> Any:
    """What stands at a path of a JSON object, or None."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text_at(value: Any, *path: str) -> str:
    """The text or whole number at a path, as text; nothing where there is none."""
    found = at(value, *path)
    return str(found) if isinstance(found, (str, int)) and not isinstance(found, bool) else ""


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def media_type(request: Request) -> str:
    """The content type, without its parameters."""
    return str(request.headers.get("Content-Type", "")).partition(";")[0].strip().lower()


def _mapping(content: bytes) -> dict[str, Any]:
    try:
        return json_of(content)
    except ValueError:
        return {}
