"""Starts and stops the courier with the server: it sends what the messaging channels and the call-back form put into the outbox."""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop

from aiohttp import ClientSession, DummyCookieJar
from sanic import Sanic

from assistant import paths
from assistant.call_backs.delivery import senders
from assistant.channels.messaging import MessagingInput
from assistant.content.clinic import load_clinic
from assistant.courier import LONGEST_SENDING, Courier
from assistant.storage.database import database


def install(app: Sanic) -> None:
    """Deliver as long as the server runs."""
    app.register_listener(_start, "before_server_start")
    app.register_listener(_stop, "before_server_stop")


async def _start(app: Sanic, loop: AbstractEventLoop) -> None:
    app.ctx.courier = Courier(database())
    app.ctx.courier_http = ClientSession(cookie_jar=DummyCookieJar())
    for kind, send in senders(load_clinic(paths.CLINIC)).items():
        app.ctx.courier.sends(kind, send)
    for channel in app.ctx.input_channels:
        if isinstance(channel, MessagingInput):
            channel.sends_through(app.ctx.courier, app.ctx.courier_http)
    app.ctx.courier_task = asyncio.create_task(app.ctx.courier.run())


async def _stop(app: Sanic, loop: AbstractEventLoop) -> None:
    app.ctx.courier.stop()
    # What is being sent is finished, so that the next start does not send it once more.
    await asyncio.wait([app.ctx.courier_task], timeout=LONGEST_SENDING)
    app.ctx.courier_task.cancel()
    await app.ctx.courier_http.close()
