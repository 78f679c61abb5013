"""The server: the channels of credentials.yml, and the demo clinic page."""

from __future__ import annotations

import gc
import hmac
import os
from asyncio import AbstractEventLoop

from rasa.core.channels.channel import register
from rasa.core.run import close_resources
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw

from assistant import delivery, logs, metrics, page, paths
from assistant.bot import load_bot
from assistant.channels.conversation import store_of
from assistant.channels.credentials import channels_of
from assistant.channels.problems import ProblemError, install
from assistant.channels.website import WebsiteInput
from assistant.content.clinic import load_clinic
from assistant.content.renderer import project_content
from assistant.privacy import schedule
from assistant.ready import address, check_address, check_database, check_ready, check_senders, whole_number
from assistant.safety.rules import TIERS

LONGEST_BODY = 64 * 1024  # bytes; a chat message is a few hundred


def make_app() -> Sanic:
    """The web application. It serves the channels and the page, and none of Rasa's own HTTP API."""
    app = Sanic("dry_needling_assistant", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LONGEST_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    install(app)
    channels = channels_of(paths.CREDENTIALS)
    register(channels, app, route="/webhooks/")
    for channel in channels:
        if isinstance(channel, WebsiteInput):
            app.register_middleware(channel.share, "response")
    page.install(app, load_clinic(paths.CLINIC))
    app.add_route(_health, "/health")
    app.add_route(_ready, "/ready")
    if token := os.environ.get("METRICS_TOKEN", ""):
        app.ctx.metrics_token = token
        app.add_route(_metrics, "/metrics")
    app.register_middleware(_refuse_two_lengths, "request")
    app.register_middleware(_secure, "response")
    app.register_listener(_load, "before_server_start")
    logs.install(app)
    schedule.install(app, lambda app: store_of(app.ctx.agent).read_again)
    delivery.install(app)
    app.register_listener(_announce, "after_server_start")
    app.register_listener(close_resources, "after_server_stop")
    return app


async def _refuse_two_lengths(request: Request) -> None:
    """Refuse a request that says twice where its body ends: Sanic takes one, a proxy may take the other and let a second one through."""
    lengths = request.headers.getall("Content-Length", [])
    if len(lengths) > 1 or (lengths and "Transfer-Encoding" in request.headers):
        request.stream.keep_alive = False  # whatever follows on this connection is not to be trusted
        raise ProblemError("bad-request", "The request says twice how long it is.")


async def _secure(request: Request, response: HTTPResponse) -> None:
    # The page and the widget load nothing from elsewhere and run nothing inline.
    response.headers.setdefault("Content-Security-Policy", "default-src 'self'; frame-ancestors 'self'")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")


async def _health(_: Request) -> HTTPResponse:
    return json({"status": "ok"})


async def _ready(request: Request) -> HTTPResponse:
    """Ready where the bot is loaded. While the database is down it goes on from memory, so that is told and no reason to ask nobody."""
    agent = getattr(request.app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        raise ProblemError("unavailable", "The assistant is starting.", Retry_After="5")
    return json({"status": "ready", "database": "up" if store_of(agent).database.is_up() else "down"})


async def _metrics(request: Request) -> HTTPResponse:
    _, _, given = request.headers.get("Authorization", "").partition(" ")
    # A header may hold bytes that are no text; they come as surrogates.
    if not hmac.compare_digest(given.encode(errors="surrogateescape"), request.app.ctx.metrics_token.encode()):
        raise ProblemError("unauthorized", "Expected METRICS_TOKEN as a bearer token.", WWW_Authenticate="Bearer")
    metrics.count_waiting(store_of(request.app.ctx.agent).database)
    return raw(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


async def _load(app: Sanic, loop: AbstractEventLoop) -> None:
    app.ctx.agent = await load_bot()
    answers = project_content().answers.values()
    metrics.expect(TIERS, (answer.topic for answer in answers if answer.topic))
    # All that was loaded stays: looking through it for garbage would hold up a patient for a tenth of a second now and then.
    gc.collect()
    gc.freeze()


async def _announce(app: Sanic, loop: AbstractEventLoop) -> None:
    host, port = address()
    print(f"The assistant is running. Open http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}/", flush=True)  # noqa: S104


def main() -> None:
    """Command line of `make run`."""
    host, port = address()
    workers = whole_number("WORKERS", "1", 64)
    check_address(host, port)
    check_ready()
    check_senders()
    check_database()
    make_app().run(host=host, port=port, workers=workers, access_log=False, debug=False)
