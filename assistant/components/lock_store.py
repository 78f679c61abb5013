"""Rasa lock store: one turn at a time in each conversation, across servers by REDIS_URL, within this process without."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.lock_store import LockStore
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError, RedisError

from assistant import metrics

LOG = logging.getLogger(__name__)
LIFETIME = 5.0  # seconds after which the lock of a server that died is free
RENEWED_EVERY = 1.0  # seconds, while a turn lasts
LONGEST_WAIT = 15.0  # seconds for the turn before this one
LOOKS_EVERY = 0.02  # seconds
ANSWERS_WITHIN = 1.0  # seconds, or Redis counts as down


class ConversationLocks(LockStore):
    """Replaces Rasa's ticket locks, which look once in a second.

    Where Redis does not answer, a conversation is locked within this process only: a patient who writes on two servers in the same
    moment may then be answered without the other message known. That is better than no answer.
    """

    def __init__(self, endpoint_config: Any = None, url: str | None = None) -> None:
        self._here: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        address = os.environ.get("REDIS_URL", "") if url is None else url
        try:
            self._redis = Redis.from_url(address, socket_timeout=ANSWERS_WITHIN, socket_connect_timeout=ANSWERS_WITHIN) if address else None
        except ValueError as error:
            sys.exit(f"REDIS_URL cannot be read ({error}); expected one such as redis://host:6379/0.")

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_: Any, **__: Any) -> AsyncIterator[None]:
        """Wait until this conversation is nobody else's.

        Raises:
            TimeoutError: if it still is after LONGEST_WAIT.
        """
        here = self._here.setdefault(conversation_id, asyncio.Lock())
        await asyncio.wait_for(here.acquire(), LONGEST_WAIT)
        try:
            if self._redis is None:
                yield
            else:
                async with self._everywhere(self._redis, conversation_id):
                    yield
        finally:
            here.release()

    @asynccontextmanager
    async def _everywhere(self, redis: Redis, conversation: str) -> AsyncIterator[None]:
        lock = redis.lock(f"needling:{conversation}", timeout=LIFETIME, sleep=LOOKS_EVERY, blocking_timeout=LONGEST_WAIT)
        try:
            is_ours = await lock.acquire()
        except (RedisError, OSError) as error:
            self._is_down(error)
            yield
            return
        if not is_ours:
            raise asyncio.TimeoutError(f"the conversation was another server's for {LONGEST_WAIT:.0f} seconds")
        is_over = asyncio.Event()
        renewing = asyncio.ensure_future(_renew(lock, is_over))
        try:
            yield
        finally:
            is_over.set()
            await renewing  # not cancelled: what Redis was asked must be read
            try:
                await lock.release()
            except LockError:
                LOG.warning("A turn took longer than its lock lasted.")
            except (RedisError, OSError) as error:
                self._is_down(error)

    def _is_down(self, error: Exception) -> None:
        metrics.LOCK_STORE_DOWN.inc()
        LOG.warning("Redis does not answer (%s); conversations are locked within this process only.", type(error).__name__)


async def _renew(lock: Lock, is_over: asyncio.Event) -> None:
    """Keep a lock until a turn is over, however long it takes."""
    while True:
        try:
            await asyncio.wait_for(is_over.wait(), RENEWED_EVERY)
            return
        except asyncio.TimeoutError:
            pass
        try:
            await lock.reacquire()
        except LockError:
            return  # it is somebody else's, as releasing it will tell
        except (RedisError, OSError):
            continue  # it may be back in time
