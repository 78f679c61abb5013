"""Databases with events as the assistant stores them."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from assistant.insights.reading import Period
from assistant.storage.database import Database
from assistant.storage.schema import EVENTS
from tests.insights import month

OCTOBER = Period(month.FIRST, month.LAST)


class Diary:
    """Writes what was said, in the order in which it was."""

    def __init__(self, database):
        self.database = database
        self.at = datetime(2026, 10, 14, 9, 0, tzinfo=month.ZONE).timestamp()

    def write(self, conversation, sort, event):
        """An event, a minute after the one before; text stands as it is."""
        self.at += 60
        data = event if isinstance(event, str) else json.dumps({"event": sort, **event})
        with self.database.begin() as connection:
            connection.execute(EVENTS.insert().values(conversation=conversation, time=self.at, type=sort, data=data))

    def begin(self, conversation):
        """A session."""
        self.write(conversation, "session_started", {})

    def ask(self, conversation, text, decision="out_of_scope", outside=0.6, ranking=(("faq/price", 0.1),), channel="website", **more):
        """A message understood in one part; `more` goes into what was understood."""
        part = {"start": 0, "end": len(text), "label": decision, "outside": outside, "ranking": [list(pair) for pair in ranking]}
        understood = {"tier": decision, "outside": outside, "read": [part], **more}
        parsed = {"intent": {"name": decision.partition("/")[0]}, "understanding": understood}
        self.write(conversation, "user", {"text": text, "input_channel": channel, "parse_data": parsed})

    def reply(self, conversation, kind="decline", topics=(), offered=(), text="Said.", **more):
        """A reply of the bot's."""
        buttons = [{"title": f"{topic}?", "payload": f"{topic}?", "topic": topic} for topic in offered]
        metadata = {"kind": kind, "topics": list(topics), **more}
        self.write(conversation, "bot", {"text": text, "metadata": metadata, "data": {"buttons": buttons}})


@pytest.fixture
def diary(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'assistant.db'}")
    yield Diary(database)
    database.close()


@pytest.fixture(scope="session")
def invented(tmp_path_factory):
    """The invented month, in a database of its own."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('month') / 'assistant.db'}")
    month.write_month(database)
    yield database
    database.close()


@pytest.fixture(scope="session")
def report(invented, content):
    """The report on it."""
    from assistant.insights.command import report

    return report(invented, content, OCTOBER, [], date(2026, 11, 1))
