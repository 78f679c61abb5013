"""What patients say of an answer."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from assistant.bot import IN_MEMORY
from assistant.channels import feedback
from assistant.channels.problems import ProblemError
from assistant.channels.website import read_feedback
from assistant.storage.database import Database
from assistant.storage.schema import FEEDBACK


@pytest.fixture
def kept():
    return Database(IN_MEMORY)


def rows_of(database):
    with database.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(FEEDBACK).order_by(FEEDBACK.c.id))]


def test_each_is_a_row_with_the_day_the_topic_and_the_model_and_nobodys_name(monkeypatch, tmp_path, kept):
    (tmp_path / "digest").write_text("0123456789abcdef\n")
    monkeypatch.setattr(feedback, "DIGEST", tmp_path / "digest")
    feedback.keep(kept, "price", True)
    feedback.keep(kept, "pain_during", False, "It said\n“no” 💉")
    today = date.today()
    assert rows_of(kept) == [
        {"id": 1, "day": today, "topic": "price", "helpful": True, "words": "", "model": "0123456789ab"},
        {"id": 2, "day": today, "topic": "pain_during", "helpful": False, "words": "It said\n“no” 💉", "model": "0123456789ab"},
    ]


def test_it_is_kept_where_no_model_says_which_it_is(monkeypatch, tmp_path, kept):
    monkeypatch.setattr(feedback, "DIGEST", tmp_path / "digest")
    feedback.keep(kept, "price", True)
    assert rows_of(kept)[0]["model"] == ""


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ({"topic": "price", "helpful": True}, ("price", True, "")),
        ({"topic": "price", "helpful": False, "words": "a" * feedback.LONGEST}, ("price", False, "a" * feedback.LONGEST)),
        ({"topic": "price", "helpful": True, "session": "mine", "day": "1970-01-01"}, ("price", True, "")),
    ],
    ids=["short", "with words", "with more than is asked for"],
)
def test_feedback_is_read(body, read):
    assert read_feedback(body) == read


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"topic": None}, "topic"),
        ({"topic": ""}, "topic"),
        ({"topic": "Price"}, "topic"),
        ({"topic": "../price"}, "topic"),
        ({"topic": "price\n"}, "topic"),
        ({"topic": "a" * 41}, "topic"),
        ({"helpful": None}, "helpful"),
        ({"helpful": 1}, "helpful"),
        ({"helpful": "true"}, "helpful"),
        ({"words": 5}, "words"),
        ({"words": None}, "words"),
        ({"words": "a" * (feedback.LONGEST + 1)}, "words"),
    ],
    ids=str,
)
def test_what_is_no_feedback_is_refused(change, named):
    with pytest.raises(ProblemError, match=f"'{named}'.*expected"):
        read_feedback({"topic": "price", "helpful": True, **change})
