"""The server deletes by itself what was kept long enough: every hour, so that a day is a day. Several servers may do it at once."""

from __future__ import annotations

import asyncio
import logging
from asyncio import AbstractEventLoop
from collections.abc import Callable, Mapping

from sanic import Sanic

from assistant import paths
from assistant.content.clinic import load_clinic
from assistant.privacy.retention import purge
from assistant.storage.database import Database, StorageError, database

LOG = logging.getLogger(__name__)
PAUSE = 3600.0  # seconds


async def purge_for_ever(kept: Database, days: Mapping[str, int], purged: Callable[[], None], pause: float = PAUSE) -> None:
    """Purge until cancelled.

    Args:
        purged: called after each time, to drop what was read before it.
    """
    while True:
        try:
            deleted = await asyncio.to_thread(purge, kept, days)
            purged()
            LOG.info("Deleted because of their age: %s.", ", ".join(f"{rows} {kind}" for kind, rows in deleted.items()))
        except StorageError as error:
            LOG.error("What is too old could not be deleted, and will be later: %s", error)
        await asyncio.sleep(pause)


def install(app: Sanic, purged: Callable[[Sanic], Callable[[], None]]) -> None:
    """Purge as long as the server runs; `purged` gives what to call after each time, once the server is up."""

    async def start(app: Sanic, loop: AbstractEventLoop) -> None:
        days = load_clinic(paths.CLINIC).retention
        app.ctx.purging = loop.create_task(purge_for_ever(database(), days, purged(app)))

    async def stop(app: Sanic, loop: AbstractEventLoop) -> None:
        app.ctx.purging.cancel()

    app.register_listener(start, "after_server_start")
    app.register_listener(stop, "before_server_stop")
