"""Which messages were taken in: each once, whoever asks, in the transaction that answers it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.storage import received


def add(database, key):
    with database.begin() as connection:
        return received.add(connection, key)


def test_a_message_is_taken_in_once(database):
    assert not received.knows(database, "a")
    assert add(database, "a")
    assert not add(database, "a")
    assert received.knows(database, "a") and not received.knows(database, "b")


def test_of_many_at_the_same_time_one_takes_it_in(database):
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(lambda _: add(database, "a"), range(8))) == 1


def test_it_is_taken_in_only_with_the_transaction_that_answers_it(database):
    with pytest.raises(ZeroDivisionError), database.begin() as connection:
        received.add(connection, "a")
        raise ZeroDivisionError
    assert not received.knows(database, "a")


def test_after_a_month_it_is_forgotten(database, monkeypatch):
    add(database, "a")
    now = received.time.time()
    monkeypatch.setattr(received.time, "time", lambda: now + received.KEPT + 1)
    add(database, "b")
    assert not received.knows(database, "a") and received.knows(database, "b")
