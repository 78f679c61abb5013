"""Sends what waits in the outbox, in the background of the server; several servers share the work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from assistant import metrics
from assistant.storage import outbox
from assistant.storage.database import Database, StorageError

LOG = logging.getLogger(__name__)
IDLE = 1.0  # seconds between two looks into an empty outbox
LONGEST_SENDING = 30.0  # seconds; less than outbox.LEASE

# Sends one payload under its key. It raises DeliveryError, OSError or TimeoutError where it did not arrive.
Send = Callable[[str, dict[str, Any]], Awaitable[None]]


class DeliveryError(Exception):
    """What was not delivered, in a sentence with nothing of a patient's.

    Attributes:
        for_good: whether trying again is hopeless.
        after: seconds before which the receiver wants no other attempt.
    """

    def __init__(self, reason: str, for_good: bool = False, after: float = 0.0) -> None:
        self.for_good = for_good
        self.after = after
        super().__init__(reason)


class Courier:
    """Sends each kind of item by the function that its channel gave for it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._senders: dict[str, Send] = {}
        self._woken = asyncio.Event()
        self._stopping = False

    def sends(self, kind: str, send: Send) -> None:
        """Let `send` deliver the items of a kind."""
        self._senders[kind] = send

    def wake(self) -> None:
        """Look into the outbox now: something was put into it."""
        self._woken.set()

    def stop(self) -> None:
        """Let `run` end once what is being sent has been."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Send until stopped or cancelled."""
        while not self._stopping:
            try:
                if await self.send_due():
                    continue
            except StorageError as error:
                LOG.error("The outbox cannot be read: %s", error)
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), IDLE)
            except asyncio.TimeoutError:
                continue

    async def send_due(self) -> int:
        """Send what is due, at the same time; how many items there were."""
        items = outbox.claim(self._database, list(self._senders)) if self._senders else []
        await asyncio.gather(*(self._send(item) for item in items))
        return len(items)

    async def _send(self, item: outbox.Item) -> None:
        try:
            await asyncio.wait_for(self._senders[item.kind](item.key, item.payload), LONGEST_SENDING)
        except DeliveryError as error:
            self._failed(item, str(error), error.for_good, error.after)
        except Exception as error:  # whatever a sender raises, the others go on; its message may quote a patient
            self._failed(item, type(error).__name__)
        else:
            metrics.DELIVERIES.labels(item.kind, "delivered").inc()
            outbox.done(self._database, item)

    def _failed(self, item: outbox.Item, reason: str, for_good: bool = False, after: float = 0.0) -> None:
        given_up = outbox.failed(self._database, item, reason, for_good, after)
        metrics.DELIVERIES.labels(item.kind, "given_up" if given_up else "failed").inc()
        LOG.warning("%s %s not delivered at attempt %d: %s", item.kind, item.id, item.attempts, reason)
        if given_up:
            LOG.error("%s %s is given up; `make staff-list` shows it.", item.kind, item.id)
