"""The table of requests: drafts, open ones, done ones, and what is deleted when."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select, update

from assistant.call_backs import requests
from assistant.call_backs.requests import KINDS, LONGEST_DRAFT
from assistant.content.clinic import RETENTION
from assistant.privacy.erasure import CHAT, erase
from assistant.privacy.retention import purge
from assistant.storage import outbox
from assistant.storage.schema import CALL_BACKS


def states(database):
    with database.read() as connection:
        return sorted((row.conversation, row.state) for row in connection.execute(select(CALL_BACKS)))


def age(database, seconds, column="begun"):
    with database.begin() as connection:
        connection.execute(update(CALL_BACKS).values({column: time.time() - seconds}))


def test_a_finished_draft_is_an_open_request_and_on_its_way_by_each_kind(database, finish):
    name = finish(database, kinds=KINDS)
    (request,) = requests.listed(database)
    assert request[0] == name and request[2:] == ("Dawn Price", "+44 7700 900123", "after 4", "prices", "website", None)
    items = outbox.claim(database, list(KINDS))
    assert {(item.kind, item.key) for item in items} == {(kind, f"{name}:{kind}") for kind in KINDS}
    assert all(item.payload == {"id": name} for item in items)


def test_a_draft_is_no_request_and_is_sent_to_nobody(database):
    requests.begin(database, "someone", "website")
    requests.give(database, "someone", "name", "Dawn Price")
    assert requests.listed(database, also_done=True) == []
    assert outbox.waiting(database) == {}


@pytest.mark.parametrize("field", ["name", "contact"])
def test_without_a_name_or_a_way_to_reach_somebody_nothing_is_finished(database, finish, field):
    assert finish(database, **{field: ""}) is None
    assert outbox.waiting(database) == {}


def test_the_same_draft_is_finished_once(database, finish):
    assert finish(database, kinds=KINDS)
    assert requests.finish(database, "someone", "prices", KINDS) is None
    assert requests.is_waiting(database, "someone")
    assert len(requests.listed(database)) == 1
    assert sum(outbox.waiting(database).values()) == len(KINDS)


def test_nothing_is_given_where_no_draft_was_begun(database):
    assert not requests.give(database, "someone", "name", "Dawn Price")
    assert requests.finish(database, "someone", "", KINDS) is None
    assert not requests.is_waiting(database, "someone")


def test_beginning_again_forgets_what_was_given_before(database):
    requests.begin(database, "someone", "website")
    requests.give(database, "someone", "name", "Dawn Price")
    requests.begin(database, "someone", "website")
    assert states(database) == [("someone", "draft")]
    requests.give(database, "someone", "contact", "+44 7700 900123")
    assert requests.finish(database, "someone", "", ()) is None


def test_dropping_a_draft_leaves_requests_and_other_peoples_drafts(database, finish):
    finish(database)
    for conversation in ("someone", "another"):
        requests.begin(database, conversation, "website")
    requests.drop(database, "someone")
    assert states(database) == [("another", "draft"), ("someone", "open")]


def test_drafts_that_nobody_finished_go_when_the_next_begins(database):
    requests.begin(database, "someone", "website")
    age(database, LONGEST_DRAFT + 1)
    requests.begin(database, "another", "website")
    assert states(database) == [("another", "draft")]


def test_a_request_is_done_once(database, finish):
    name = finish(database)
    assert requests.mark_done(database, name)
    assert not requests.mark_done(database, name)
    assert not requests.mark_done(database, "no such id")
    assert requests.listed(database) == []
    (request,) = requests.listed(database, also_done=True)
    assert request.done == pytest.approx(time.time(), abs=60)


def test_everything_of_a_conversation_is_deleted_with_what_is_on_its_way(database, finish):
    finish(database, kinds=KINDS)
    finish(database, "another", kinds=KINDS)
    requests.begin(database, "someone", "website")
    assert erase(database, "someone", CHAT).on_their_way == len(KINDS)
    assert states(database) == [("another", "open")]
    assert sum(outbox.waiting(database).values()) == len(KINDS)


def test_a_purge_takes_old_done_requests_and_old_drafts_and_no_open_one(database, finish):
    requests.mark_done(database, finish(database))
    finish(database, "another")
    requests.begin(database, "a third", "website")
    assert purge(database, {**RETENTION, "call_backs": 1})["call_backs"] == 0
    age(database, LONGEST_DRAFT + 1)
    assert purge(database, {**RETENTION, "call_backs": 0})["call_backs"] == 2
    assert states(database) == [("another", "open")]
