"""One turn: it is embedded ahead, and while others are under way they go on meanwhile."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from assistant import paths
from assistant.channels.turn import Turns
from assistant.components.graph_runner import InOrderRunner
from assistant.components.red_flags import RedFlags
from assistant.content.clinic import load_clinic


class Bot:
    """Answers every message, once `embedding` has ended where somebody waits for it."""

    def __init__(self, embedding):
        self.handled = []
        self.ahead = []
        flags = object.__new__(RedFlags)
        flags.embed_ahead = lambda text: self.ahead.append(text) or embedding
        self.graph_runner = InOrderRunner({"flags": SimpleNamespace(_component=flags)}, SimpleNamespace())
        self.processor = self

    async def handle_message(self, message):
        self.handled.append(message.text)
        await message.output_channel.send_response(message.sender_id, {"text": "an answer", "kind": "smalltalk"})


@pytest.fixture
def turns():
    return Turns("website", load_clinic(paths.CLINIC))


def test_a_turn_alone_goes_on_while_its_message_is_embedded(turns):
    bot = Bot(Future())  # it never ends, and nobody waits
    (reply,) = asyncio.run(turns.replies("does it hurt", "id", "somebody", bot))
    assert (reply["text"], bot.ahead, bot.handled) == ("an answer", ["does it hurt"], ["does it hurt"])
    assert Turns.under_way == 0


def test_of_two_turns_one_waits_for_its_embedding_and_the_other_is_answered_meanwhile(turns):
    embedding = Future()
    waits, other = Bot(embedding), Bot(None)

    async def both():
        Turns.under_way += 1  # one more, of another channel
        first = asyncio.create_task(turns.replies("does it hurt", "id", "somebody", waits))
        await turns.replies("what does it cost", "id", "another", other)
        assert (waits.handled, other.handled) == ([], ["what does it cost"])
        embedding.set_result(None)
        await first
        Turns.under_way -= 1

    asyncio.run(both())
    assert waits.handled == ["does it hurt"]
    assert Turns.under_way == 0


def test_an_embedding_that_fails_is_met_with_an_apology(turns):
    embedding = Future()
    embedding.set_exception(RuntimeError("no memory"))

    async def two():
        Turns.under_way += 1
        try:
            return await turns.replies("does it hurt", "id", "somebody", Bot(embedding))
        finally:
            Turns.under_way -= 1

    (reply,) = asyncio.run(two())
    assert "Something went wrong on our side" in reply["text"]
    assert Turns.under_way == 0
