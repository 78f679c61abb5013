"""Sessions and their tokens."""

from __future__ import annotations

import re
import time
from types import SimpleNamespace

import jwt
import pytest

from assistant.channels import sessions
from assistant.channels.sessions import LIFETIME, RENEWED_AFTER, SHORTEST_SECRET, Session, SessionError, Sessions, secret

KEY = "of-these-tests-only-" * 4


def test_a_session_is_read_from_its_token():
    issued = Sessions(KEY)
    session = issued.begin()
    assert issued.read(issued.token(session)) == session
    assert session.expires == pytest.approx(time.time() + LIFETIME, abs=5)


def test_another_process_with_the_same_key_reads_it_too():
    session = Sessions(KEY).begin()
    assert Sessions(KEY).read(Sessions(KEY).token(session)) == session


def test_names_are_long_and_never_the_same():
    names = {Sessions(KEY).begin().name for _ in range(1000)}
    assert len(names) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", name) for name in names)


def test_a_token_holds_nothing_but_the_name_the_expiry_and_whom_it_is_for():
    session = Sessions(KEY).begin()
    claims = jwt.decode(Sessions(KEY).token(session), options={"verify_signature": False})
    assert claims == {"sub": session.name, "exp": session.expires, "aud": "website"}


@pytest.mark.parametrize(
    ("age", "left"),
    [
        (0, LIFETIME),
        (RENEWED_AFTER, LIFETIME - RENEWED_AFTER),
        (RENEWED_AFTER + 1, LIFETIME),
        (LIFETIME - 1, LIFETIME),
    ],
    ids=["new", "a quarter gone", "more than a quarter gone", "about to expire"],
)
def test_a_session_is_renewed_only_after_a_quarter_of_its_life(monkeypatch, age, left):
    now = 1_000_000
    monkeypatch.setattr(sessions, "time", SimpleNamespace(time=lambda: now))
    renewed = Sessions(KEY).renewed(Session("name", now + LIFETIME - age))
    assert renewed == Session("name", now + left)


def test_every_token_of_a_forgotten_session_is_worthless():
    issued = Sessions(KEY)
    session = issued.begin()
    older, other = session._replace(expires=session.expires - 60), issued.begin()
    issued.forget(session)
    for token in (issued.token(session), issued.token(older)):
        with pytest.raises(SessionError):
            issued.read(token)
    assert issued.read(issued.token(other)) == other


def test_what_was_forgotten_is_remembered_in_bounded_memory(monkeypatch):
    monkeypatch.setattr(sessions, "MOST_FORGOTTEN", 3)
    issued = Sessions(KEY)
    gone = [issued.begin() for _ in range(10)]
    for session in gone:
        issued.forget(session)
    for session in gone[-3:]:
        with pytest.raises(SessionError):
            issued.read(issued.token(session))
    assert len(issued._forgotten) == 3


def test_it_is_remembered_no_longer_than_a_token_can_last(monkeypatch):
    issued, clock = Sessions(KEY), SimpleNamespace(time=lambda: 1_000_000)
    monkeypatch.setattr(sessions, "time", clock)
    issued.forget(Session("first", 0))
    clock.time = lambda: 1_000_000 + LIFETIME + 1
    issued.forget(Session("second", 0))
    assert list(issued._forgotten) == ["second"]


def test_the_key_is_the_one_given(monkeypatch):
    monkeypatch.setenv("NEEDLING_SECRET", KEY)
    assert secret() == KEY


@pytest.mark.parametrize("given", [None, ""], ids=["unset", "empty"])
def test_without_one_each_process_makes_its_own(monkeypatch, given):
    monkeypatch.delenv("NEEDLING_SECRET", raising=False)
    if given is not None:
        monkeypatch.setenv("NEEDLING_SECRET", given)
    first, second = secret(), secret()
    assert first != second and len(first) >= SHORTEST_SECRET


def test_a_key_too_short_ends_the_start_and_is_not_shown(monkeypatch):
    monkeypatch.setenv("NEEDLING_SECRET", "hunter2")
    with pytest.raises(SystemExit, match="has 7 characters; expected 32") as ended:
        secret()
    assert "hunter2" not in str(ended.value)
