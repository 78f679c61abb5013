"""Sessions and their tokens."""

from __future__ import annotations

import re
import time
from types import SimpleNamespace

import jwt
import pytest

from assistant.channels import sessions
from assistant.channels.sessions import LIFETIME, RENEWED_AFTER, Session, SessionError, Sessions

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


def test_a_token_that_was_checked_before_expires_all_the_same(monkeypatch):
    issued = Sessions(KEY)
    session = issued.begin()
    token = issued.token(session)
    issued.read(token)
    monkeypatch.setattr(sessions, "time", SimpleNamespace(time=lambda: session.expires))
    with pytest.raises(SessionError, match="expired"):
        issued.read(token)


def test_a_token_that_was_refused_is_refused_again():
    issued = Sessions(KEY)
    forged = Sessions(KEY[::-1]).token(issued.begin())
    for _ in range(2):
        with pytest.raises(SessionError):
            issued.read(forged)
