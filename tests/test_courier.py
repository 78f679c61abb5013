"""What sends the outbox in the background: it ends when asked, with what it was sending sent."""

from __future__ import annotations

import asyncio

import pytest

from assistant.courier import Courier, DeliveryError
from assistant.storage import outbox
from assistant.storage.database import Database


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path / 'assistant.db'}")
    with opened.begin() as connection:
        outbox.put(connection, "mail", "a", {"text": "hello"})
    yield opened
    opened.close()


def test_what_is_being_sent_when_it_is_stopped_is_sent(database):
    async def story():
        courier, begun, sent = Courier(database), asyncio.Event(), []

        async def send(key, payload):
            begun.set()
            await asyncio.sleep(0.05)
            sent.append(key)

        courier.sends("mail", send)
        running = asyncio.create_task(courier.run())
        await begun.wait()
        courier.stop()
        await asyncio.wait_for(running, 10)
        return sent

    assert asyncio.run(story()) == ["a"]
    assert outbox.waiting(database) == {}


def test_one_that_has_nothing_to_do_ends_when_it_is_stopped(database):
    async def story():
        courier = Courier(database)
        running = asyncio.create_task(courier.run())
        await asyncio.sleep(0)
        courier.stop()
        await asyncio.wait_for(running, 10)

    asyncio.run(story())


def test_a_receiver_says_when_it_wants_to_be_tried_again(database):
    async def busy(key, payload):
        raise DeliveryError("busy", after=100)

    async def story():
        courier = Courier(database)
        courier.sends("mail", busy)
        await courier.send_due()

    asyncio.run(story())
    assert outbox.waiting(database) == {"mail": 1}
    assert outbox.claim(database, ["mail"]) == []
