"""One turn at a time in a conversation: within a process, across processes by a real Redis, and when that is down."""

from __future__ import annotations

import asyncio

import pytest

from assistant import metrics
from assistant.components import lock_store
from assistant.components.lock_store import ConversationLocks
from tests.servers import redis


@pytest.fixture(scope="module")
def address():
    with redis() as url:
        yield url


async def overlaps(first, second, names=("one", "one")):
    """Whether two turns, one in each store, were ever under way together."""
    under_way, most = 0, 0

    async def turn(locks, name):
        nonlocal under_way, most
        async with locks.lock(name):
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.05)
            under_way -= 1

    await asyncio.gather(*(turn(locks, name) for locks, name in zip((first, second) * 3, names * 3)))
    return most > 1


def test_one_conversation_has_one_turn_at_a_time_in_a_process():
    async def story():
        locks = ConversationLocks(url="")
        return await overlaps(locks, locks)

    assert not asyncio.run(story())


def test_two_conversations_do_not_wait_for_each_other():
    async def story():
        locks = ConversationLocks(url="")
        return await overlaps(locks, locks, ("one", "another"))

    assert asyncio.run(story())


def test_one_conversation_has_one_turn_at_a_time_on_two_servers(address):
    async def story():
        return await overlaps(ConversationLocks(url=address), ConversationLocks(url=address))

    assert not asyncio.run(story())


def test_two_servers_without_redis_know_nothing_of_each_other():
    async def story():
        return await overlaps(ConversationLocks(url=""), ConversationLocks(url=""))

    assert asyncio.run(story())


def test_while_redis_is_down_a_process_still_has_one_turn_at_a_time_and_it_is_counted():
    async def story():
        locks = ConversationLocks(url="redis://127.0.0.1:9/0")
        return await overlaps(locks, locks)

    before = metrics.LOCK_STORE_DOWN._value.get()
    assert not asyncio.run(story())
    assert metrics.LOCK_STORE_DOWN._value.get() == before + 6


def test_a_lock_is_free_again_after_a_turn_that_raised(address):
    async def story():
        locks = ConversationLocks(url=address)
        with pytest.raises(ZeroDivisionError):
            async with locks.lock("one"):
                raise ZeroDivisionError
        async with locks.lock("one"):
            return True

    assert asyncio.run(story())


def test_the_lock_of_a_server_that_died_is_free_long_before_whoever_waits_gives_up(address):
    async def story():
        dead = ConversationLocks(url=address)._redis.lock("needling:one", timeout=lock_store.LIFETIME)
        await dead.acquire()
        async with ConversationLocks(url=address).lock("one"):
            return True

    assert lock_store.LIFETIME <= lock_store.LONGEST_WAIT / 3
    assert asyncio.run(story())


def test_a_turn_that_takes_longer_than_its_lock_lasts_keeps_it(address, monkeypatch, caplog):
    monkeypatch.setattr(lock_store, "LIFETIME", 0.2)
    monkeypatch.setattr(lock_store, "RENEWED_EVERY", 0.05)
    monkeypatch.setattr(lock_store, "LONGEST_WAIT", 0.5)

    async def story():
        async with ConversationLocks(url=address).lock("one"):
            with pytest.raises(asyncio.TimeoutError):
                async with ConversationLocks(url=address).lock("one"):
                    pass
        async with ConversationLocks(url=address).lock("one"):
            return True

    assert asyncio.run(story())
    assert not caplog.records


def test_nobody_waits_for_ever(address, monkeypatch):
    monkeypatch.setattr(lock_store, "LONGEST_WAIT", 0.1)

    async def story():
        async with ConversationLocks(url=address).lock("one"):
            with pytest.raises(asyncio.TimeoutError):
                async with ConversationLocks(url=address).lock("one"):
                    pass

    asyncio.run(story())


def test_an_address_that_is_none_stops_the_start():
    with pytest.raises(SystemExit, match="REDIS_URL cannot be read"):
        ConversationLocks(url="nonsense")
