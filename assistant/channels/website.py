"""The website channel: what the widget speaks with. `openapi.yml` beside this file describes it, and is served.

A session is a conversation that the server named; its token, in the Authorization header, is the right to it. Nothing a client sends
chooses another conversation, a channel, or an intent. No cookie is set, so no other site can make a browser use it unasked.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import cache, partial
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from assistant import metrics, paths
from assistant.channels import feedback
from assistant.channels.contract import ContractOutput
from assistant.channels.conversation import history, in_utc, replies_to, store_of
from assistant.channels.limits import Limit
from assistant.channels.problems import ProblemError
from assistant.channels.sessions import LIFETIME, Session, SessionError, Sessions, secret
from assistant.channels.turn import Handle, Turns, storable
from assistant.content.clinic import Clinic, load_clinic
from assistant.content.faults import read_yaml
from assistant.privacy.erasure import WEBSITE
from assistant.privacy.holdings import holdings
from assistant.privacy.redaction import redact
from assistant.privacy.retention import deletions
from assistant.storage import conversations
from assistant.storage.database import StorageDownError

LOG = logging.getLogger(__name__)
LONGEST_MESSAGE = 2_000  # characters; the bot answers no question longer than 600, and looks for warning signs in all of it
WEIGHS_AS_ONE = 300  # characters; a message takes as long to read as so many of these, and counts as many for its address
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
TOPIC = re.compile(r"[a-z_]{1,40}")
PREFIX = f"/webhooks/{ContractOutput.name()}/"

Route = Callable[[Request], Awaitable[HTTPResponse]]


class Settings(NamedTuple):
    """What credentials.yml may set.

    Attributes:
        origins: sites other than the assistant's own that may use it, such as https://clinic.example.
        messages_per_minute: of one session.
        messages_per_minute_of_an_address: of all sessions from one address; a long message counts as several.
        sessions_per_minute_of_an_address: new ones.
    """

    origins: tuple[str, ...] = ()
    messages_per_minute: int = 20
    messages_per_minute_of_an_address: int = 120
    sessions_per_minute_of_an_address: int = 30


def settings_from(credentials: dict[str, Any] | None) -> Settings:
    """The settings under the channel's name in credentials.yml.

    Raises:
        ValueError: naming what was found and what was expected.
    """
    given = dict(credentials or {})
    for name, value in given.items():
        if name not in Settings._fields:
            raise ValueError(f"credentials.yml: the website channel has no setting {name!r}; expected {', '.join(Settings._fields)}.")
        if name == "origins":
            if not isinstance(value, list) or not all(isinstance(origin, str) and _is_origin(origin) for origin in value):
                raise ValueError(f"credentials.yml: 'origins' is {value!r}; expected a list such as [\"https://clinic.example\"].")
            given[name] = tuple(value)
        elif not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"credentials.yml: {name!r} is {value!r}; expected a whole number from 1.")
    return Settings(**given)


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not (parts.path or parts.query or parts.fragment or parts.username)


def read_message(body: Any) -> tuple[str, str]:
    """The message, and the name under which it may be sent again.

    Raises:
        ProblemError: naming what was expected.
    """
    message, name = _text(body, "message", LONGEST_MESSAGE), body.get("id", secrets.token_urlsafe(12))
    if not message.strip():
        raise ProblemError("bad-request", "'message' is empty; expected a text.")
    if not isinstance(name, str) or not MESSAGE_ID.fullmatch(name):
        raise ProblemError("bad-request", "'id' is not valid; expected 8 to 64 letters, digits, - and _.")
    return message, name


def read_feedback(body: Any) -> tuple[str, bool, str]:
    """The topic, whether the answer helped, and what was said of it.

    Raises:
        ProblemError: naming what was expected.
    """
    topic, words = _text(body, "topic", 40), _text({"words": "", **body}, "words", feedback.LONGEST)
    if not TOPIC.fullmatch(topic):
        raise ProblemError("bad-request", "'topic' is not valid; expected the topic of an answer, such as pain_during.")
    if not isinstance(body.get("helpful"), bool):
        raise ProblemError("bad-request", "'helpful' is missing; expected true or false.")
    return topic, body["helpful"], words


def _text(body: Any, key: str, longest: int) -> str:
    value = body.get(key) if isinstance(body, dict) else None
    if not isinstance(value, str):
        raise ProblemError("bad-request", f"'{key}' is missing or no text; expected a JSON object with it.")
    if len(value) > longest:
        raise ProblemError("bad-request", f"'{key}' has {len(value)} characters; expected at most {longest}.")
    return storable(value)


class WebsiteInput(InputChannel):
    """Serves the chat on a clinic's website."""

    def __init__(self, settings: Settings | None = None, clinic: Clinic | None = None) -> None:
        self.settings = settings or Settings()
        self._clinic = clinic or load_clinic(paths.CLINIC)
        self._sessions = Sessions(secret())
        self._messages = Limit(self.settings.messages_per_minute)
        self._messages_of_an_address = Limit(self.settings.messages_per_minute_of_an_address)
        self._begun = Limit(self.settings.sessions_per_minute_of_an_address)
        self._turns = Turns(self.name(), self._clinic)

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebsiteInput:
        """The channel with the settings of credentials.yml."""
        return cls(settings_from(credentials))

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its part of the address."""
        return ContractOutput.name()

    def blueprint(self, on_new_message: Handle) -> Blueprint:
        """The routes of the channel."""
        routes = Blueprint("website")
        served: dict[tuple[str, str], Route] = {
            ("GET", "/health"): _get_health,
            ("GET", "/ready"): _get_ready,
            ("GET", "/openapi.json"): _get_openapi,
            ("POST", "/session"): self._post_session,
            ("DELETE", "/session"): self._delete_session,
            ("GET", "/history"): self._get_history,
            ("GET", "/data"): self._get_data,
            ("POST", "/feedback"): self._post_feedback,
            ("POST", "/messages"): self._post_message,
            **{("OPTIONS", path): _preflight for path in ("/session", "/history", "/data", "/feedback", "/messages")},
        }
        for (method, path), handler in served.items():
            routes.add_route(partial(self._guarded, handler), path, methods=[method], name=f"{method} {path}")
        return routes

    # --- routes ---

    async def _post_session(self, request: Request) -> HTTPResponse:
        if request.headers.get("Authorization"):
            session, status = self._sessions.renewed(self._session(request)), 200
        else:
            self._count(self._begun, _address(request))
            session, status = self._sessions.begin(), 201
        return self._answer(session, {"clinic": self._clinic.shown(), "limits": {"message_length": LONGEST_MESSAGE}}, status)

    async def _delete_session(self, request: Request) -> HTTPResponse:
        session, agent = self._session(request), _ready_agent(request)
        store = store_of(agent)
        async with agent.lock_store.lock(session.name):  # a message under way would be stored after the deletion
            conversations.bar(store.database, session.name, time.time() + LIFETIME)
            await asyncio.to_thread(store.forget, session.name, WEBSITE)
        return empty()

    async def _post_message(self, request: Request) -> HTTPResponse:
        session = self._claimed(request)
        message, name = read_message(_body(request))
        agent = _ready_agent(request)
        store = store_of(agent)
        # The same message sent again while the first is being answered waits for it, on whichever server.
        async with agent.lock_store.lock(session.name):
            seen = store.glance(session.name, name)
            if seen.barred:
                raise _unauthorized()
            said = await replies_to(store, session.name, name) if seen.came else None
            if said is None:
                self._count(self._messages, session.name)
                self._count(self._messages_of_an_address, _address(request), weight=1 + len(message) // WEIGHS_AS_ONE)
                said = await self._turns.replies(message, name, session.name, agent)
        return self._answer(self._sessions.renewed(session), {"messages": said})

    async def _get_history(self, request: Request) -> HTTPResponse:
        session = self._session(request)
        tracker = await _ready_agent(request).tracker_store.retrieve_full_tracker(session.name)
        return self._answer(self._sessions.renewed(session), {"turns": history(tracker)})

    async def _get_data(self, request: Request) -> HTTPResponse:
        session = self._session(request)
        kept = await asyncio.to_thread(holdings, store_of(_ready_agent(request)).database, session.name)
        deleted = deletions(kept, self._clinic.retention)
        described = {
            "conversation": {"events": kept.events, **_when(deleted["conversations"])},
            "call_back": {"state": kept.call_back or "none", **_when(deleted["call_backs"])},
            "on_their_way": kept.on_their_way,
            "retention_days": self._clinic.retention,
        }
        return self._answer(self._sessions.renewed(session), described)

    async def _post_feedback(self, request: Request) -> HTTPResponse:
        session = self._session(request)
        topic, helpful, words = read_feedback(_body(request))
        self._count(self._messages, session.name)
        feedback.keep(store_of(_ready_agent(request)).database, topic, helpful, redact(words).text)
        return empty()

    # --- what they share ---

    def _answer(self, session: Session, body: dict[str, Any], status: int = 200) -> HTTPResponse:
        expires = in_utc(session.expires)
        described = {"session": {"token": self._sessions.token(session), "expires": expires}, **body}
        return json(described, status, {"Cache-Control": "no-store"})

    def _session(self, request: Request) -> Session:
        """The session that a request may use."""
        session = self._claimed(request)
        if _is_barred(request, session):
            raise _unauthorized()
        return session

    def _claimed(self, request: Request) -> Session:
        """The session of the token, which may have been forgotten."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise SessionError("no token")
            return self._sessions.read(token)
        except SessionError:
            raise _unauthorized() from None

    def _count(self, limit: Limit, key: str, weight: int = 1) -> None:
        if seconds := limit.wait(key, weight):
            raise ProblemError("too-many-requests", f"Try again in {seconds} seconds.", Retry_After=str(seconds))

    async def _guarded(self, handler: Route, request: Request) -> HTTPResponse:
        """What a route answers to a site that may use the assistant."""
        try:
            origin = request.headers.get("Origin")
            if origin and not self._is_allowed(origin, request):
                raise ProblemError("origin-not-allowed", "Add this site to 'origins' in credentials.yml to let it use the assistant.")
            return await handler(request)
        except ProblemError as problem:
            metrics.REFUSED.labels(self.name(), problem.name).inc()
            return problem.response()
        except Exception as error:  # the message of an unforeseen error may quote a patient
            LOG.error("A request failed: %s.", type(error).__name__)
            return ProblemError("failed", "Try again, or call the clinic.").response()

    async def share(self, request: Request, response: HTTPResponse) -> None:
        """Let a site that may use the assistant read a response: also what the server refuses by itself, which no route sees."""
        if not request.path.startswith(PREFIX):
            return
        response.headers["Vary"] = "Origin"
        origin = request.headers.get("Origin")
        if origin and self._is_allowed(origin, request):
            response.headers.update({"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "Retry-After"})

    def _is_allowed(self, origin: str, request: Request) -> bool:
        try:
            return origin in self.settings.origins or urlsplit(origin).netloc == request.host
        except ValueError:  # it is no address at all
            return False


def _unauthorized() -> ProblemError:
    # Why is not told: whoever forges a token learns nothing from it.
    return ProblemError("unauthorized", "Begin a session with POST /session.", WWW_Authenticate="Bearer")


async def _get_health(_: Request) -> HTTPResponse:
    return json({"status": "ok"})


async def _get_ready(request: Request) -> HTTPResponse:
    _ready_agent(request)
    return json({"status": "ready"})


async def _preflight(_: Request) -> HTTPResponse:
    allowed = {"Methods": "GET, POST, DELETE", "Headers": "Authorization, Content-Type"}
    return empty(headers={"Access-Control-Max-Age": "86400", **{f"Access-Control-Allow-{name}": value for name, value in allowed.items()}})


def _when(deleted: float | None) -> dict[str, str]:
    return {"deleted": in_utc(deleted)} if deleted else {}


async def _get_openapi(_: Request) -> HTTPResponse:
    return json(_openapi())


@cache
def _openapi() -> dict[str, Any]:
    return read_yaml(paths.ROOT / "assistant" / "channels" / "openapi.yml")


def _is_barred(request: Request, session: Session) -> bool:
    agent = getattr(request.app.ctx, "agent", None)
    try:
        return agent is not None and conversations.is_barred(store_of(agent).database, session.name)
    except StorageDownError:  # a conversation that was forgotten is empty all the same
        return False


def _address(request: Request) -> str:
    # Behind a reverse proxy it is in a header, which Sanic believes only as far as SANIC_PROXIES_COUNT says.
    return request.remote_addr or request.ip


def _ready_agent(request: Request) -> Agent:
    agent = getattr(request.app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        raise ProblemError("unavailable", "The assistant is starting.", Retry_After="5")
    return cast(Agent, agent)


def _body(request: Request) -> dict[str, Any]:
    try:
        body = request.json
    except InvalidUsage:
        body = None
    if not isinstance(body, dict):
        raise ProblemError("bad-request", 'The body is no JSON object; expected one such as {"message": "does it hurt"}.')
    return body
