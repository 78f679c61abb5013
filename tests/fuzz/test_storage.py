"""What is kept comes back as it was, whatever was typed."""

from __future__ import annotations

import asyncio
from itertools import count

from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.bot import IN_MEMORY
from assistant.components.tracker_store import ConversationStore
from assistant.privacy.redaction import redact
from assistant.storage import conversations, outbox
from assistant.storage.database import Database
from tests.fuzz.strategies import NASTY, characters

NUMBERS = count()
DATABASE = Database(IN_MEMORY)
text = st.one_of(characters, st.sampled_from(NASTY))
# JSON has no more than these; a number that is none (NaN) is in no event.
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), text),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(text, inner, max_size=4)),
    max_leaves=10,
)


@given(events=st.lists(st.fixed_dictionaries({"event": st.just("user"), "text": text, "metadata": json_values}), max_size=4), name=text)
def test_an_event_comes_back_as_it_was(events, name):
    conversation = f"{next(NUMBERS)} {name}"
    conversations.append(DATABASE, [(conversation, event) for event in events])
    assert conversations.every(DATABASE, conversation) == events
    assert [stored.event for stored in conversations.latest(DATABASE, conversation, 10)] == events


@given(payload=st.dictionaries(text, json_values, max_size=4))
def test_what_waits_to_be_sent_comes_back_as_it_was(payload):
    with DATABASE.begin() as connection:
        assert outbox.put(connection, "fuzz", f"key {next(NUMBERS)}", payload)
    (item,) = outbox.claim(DATABASE, ["fuzz"])
    outbox.done(DATABASE, item)
    assert item.payload == payload and outbox.waiting(DATABASE) == {}


@given(said=st.lists(st.tuples(text, text), min_size=1, max_size=4))
def test_a_conversation_comes_back_as_it_was_said_but_for_what_is_redacted(said):
    async def story():
        store = ConversationStore(Domain.empty(), store=DATABASE)
        name = f"conversation {next(NUMBERS)}"
        tracker = DialogueStateTracker(name, [])
        for asked, answered in said:
            tracker.update(UserUttered(asked))
            tracker.update(BotUttered(answered))
        await store.save(tracker)
        return await ConversationStore(Domain.empty(), store=DATABASE).retrieve_full_tracker(name)

    events = [event for event in asyncio.run(story()).events if isinstance(event, (UserUttered, BotUttered))]
    assert [event.text for event in events] == [words for asked, answered in said for words in (redact(asked).text, answered)]
