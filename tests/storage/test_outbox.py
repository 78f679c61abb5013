"""What waits to be sent: nothing lost, nothing sent by two at a time, given up in the end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from assistant.storage import outbox
from assistant.storage.schema import OUTBOX

PAYLOAD = {"text": "hello"}


def put(database, key, kind="mail"):
    with database.begin() as connection:
        return outbox.put(connection, kind, key, PAYLOAD)


def test_what_is_put_in_is_claimed_with_what_it_holds(database):
    assert put(database, "a")
    (item,) = outbox.claim(database, ["mail"])
    assert (item.kind, item.key, item.payload, item.attempts) == ("mail", "a", PAYLOAD, 1)


def test_the_same_key_is_put_in_once(database):
    assert put(database, "a")
    assert not put(database, "a")
    assert outbox.waiting(database) == {"mail": 1}


def test_what_is_put_in_goes_with_the_transaction_that_made_it_necessary(database):
    with pytest.raises(ZeroDivisionError), database.begin() as connection:
        outbox.put(connection, "mail", "a", PAYLOAD)
        raise ZeroDivisionError
    assert outbox.waiting(database) == {}


def test_only_kinds_that_somebody_sends_are_claimed(database):
    put(database, "a", "mail")
    assert outbox.claim(database, ["telegram"]) == []


def test_what_one_has_claimed_is_nobody_elses_until_its_lease_ends(database, monkeypatch):
    put(database, "a")
    assert outbox.claim(database, ["mail"])
    assert outbox.claim(database, ["mail"]) == []
    now = outbox.time.time()
    monkeypatch.setattr(outbox.time, "time", lambda: now + outbox.LEASE + 1)
    assert outbox.claim(database, ["mail"])[0].attempts == 2


def test_many_claimers_at_once_get_each_item_once(database):
    for number in range(200):
        put(database, f"key {number}")

    def claim_all(_):
        claimed = []
        while items := outbox.claim(database, ["mail"], most=7):
            claimed += [item.id for item in items]
        return claimed

    with ThreadPoolExecutor(4) as pool:
        claimed = [number for numbers in pool.map(claim_all, range(4)) for number in numbers]
    assert len(claimed) == len(set(claimed)) == 200


def test_what_arrived_is_not_kept(database):
    put(database, "a")
    outbox.done(database, outbox.claim(database, ["mail"])[0])
    assert outbox.waiting(database) == {}
    assert put(database, "a")


def test_what_failed_is_tried_again_after_a_growing_pause(database, monkeypatch):
    put(database, "a")
    now = [outbox.time.time()]
    monkeypatch.setattr(outbox.time, "time", lambda: now[0])
    pauses = []
    for _ in range(3):
        (item,) = outbox.claim(database, ["mail"])
        outbox.failed(database, item, "refused")
        began = now[0]
        while not outbox.claim(database, ["mail"], most=0) and not due(database, now[0]):
            now[0] += 1
        pauses.append(now[0] - began)
    assert pauses == [2, 4, 8]


def due(database, now):
    with database.begin() as connection:
        return connection.execute(outbox.select(outbox.OUTBOX.c.due)).scalar() <= now


def test_what_failed_too_often_is_listed_and_can_be_tried_again(database, monkeypatch):
    monkeypatch.setattr(outbox, "MOST_ATTEMPTS", 1)
    put(database, "a")
    assert outbox.failed(database, outbox.claim(database, ["mail"])[0], "no such mailbox")
    (given_up,) = outbox.dead(database)
    assert (given_up.key, given_up.error, given_up.attempts) == ("a", "no such mailbox", 1)
    assert outbox.claim(database, ["mail"]) == []
    assert outbox.revive(database, "mail") == 1
    assert len(outbox.claim(database, ["mail"])) == 1


def test_who_lost_the_claim_cannot_put_the_item_back(database, monkeypatch):
    put(database, "a")
    (late,) = outbox.claim(database, ["mail"])
    now = outbox.time.time()
    monkeypatch.setattr(outbox.time, "time", lambda: now + outbox.LEASE + 1)
    assert outbox.claim(database, ["mail"])
    outbox.failed(database, late, "too late")
    assert outbox.claim(database, ["mail"]) == []


def test_of_what_arrived_in_part_only_the_rest_is_sent_again(database):
    put(database, "a")
    put(database, "b")
    outbox.progress(database, "a", {"left": 1})
    assert [(item.key, item.payload) for item in outbox.claim(database, ["mail"])] == [("a", {"left": 1}), ("b", PAYLOAD)]


@pytest.mark.parametrize(("after", "pause"), [(0, outbox.FIRST_PAUSE), (40, 40), (10**6, outbox.LONGEST_PAUSE)])
def test_who_says_when_to_try_again_is_left_alone_until_then(database, after, pause):
    put(database, "a")
    (item,) = outbox.claim(database, ["mail"])
    outbox.failed(database, item, "busy", after=after)
    with database.begin() as connection:
        (due,) = connection.execute(select(OUTBOX.c.due)).one()
    assert due - outbox.time.time() == pytest.approx(pause, abs=20)
