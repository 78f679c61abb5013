"""Requests as nobody's browser sends them: every answer is one that openapi.yml describes, none is an inner failure."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.channels.sessions import SessionError, Sessions
from assistant.channels.website import Settings, WebsiteInput
from assistant.content.clinic import load_clinic
from assistant.paths import ROOT
from tests.channels.client import Parrot, Within
from tests.fuzz.strategies import NASTY, characters, messages

SECRET = "of-these-tests-only-" * 4
PLENTY = Settings(messages_per_minute=10**9, messages_per_minute_of_an_address=10**9, sessions_per_minute_of_an_address=10**9)
ROUTES = [("POST", "/session"), ("DELETE", "/session"), ("POST", "/messages"), ("GET", "/history"), ("POST", "/feedback")]
EXPECTED = {200, 201, 204, 400, 401, 403, 404, 405, 413}

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), characters, st.sampled_from(NASTY)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(["message", "id", "topic", "helpful", "words", "sender"]), inner)
    ),
    max_leaves=8,
)
bodies = st.one_of(
    st.none(),
    st.binary(max_size=200),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.builds(lambda opening, depth: opening * depth, st.sampled_from([b"[", b'{"message":', b'[{"a":']), st.integers(1, 9_000)),
    st.builds(lambda text: json.dumps({"message": text}).encode("utf-8", "replace"), messages(longest=2_500)),
    st.just(b'{"message": "\\ud800"}'),
    st.just(b'{"message": ' + b"9" * 6_000 + b"}"),
    st.just(b'{"message": "a", "message": "b", "id": NaN}'),
)
# Header values reach Sanic as text; what is no such character never gets past the HTTP parser.
header = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=80)


class Site:
    """The channel in front of a parrot, in one event loop."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        channel = WebsiteInput(PLENTY, load_clinic(ROOT / "clinic.yml"))
        channel._sessions = Sessions(SECRET)
        self.within = Within(channel, Parrot())
        self.token = self.ask("POST", "/session").token

    def ask(self, *arguments, **named):
        return self.loop.run_until_complete(self.within.ask(*arguments, **named))


@pytest.fixture(scope="module")
def site():
    site = Site()
    yield site
    site.loop.close()


@pytest.mark.parametrize(("method", "path"), ROUTES[2:3] + ROUTES[4:])
@given(body=bodies)
def test_any_body_gets_a_described_answer(site, folder, method, path, body):
    assert site.ask(method, path, body, site.token).status in EXPECTED


@given(
    route=st.sampled_from(ROUTES),
    token=st.one_of(header, st.just(""), st.lists(st.sampled_from(["e30", ".", "eyJhbGciOiJub25lIn0", "=", "\xff"])).map("".join)),
)
def test_any_token_that_was_not_issued_is_refused(site, route, token):
    assert site.ask(*route, b'{"message": "hello"}', token).status == 401


@given(data=st.data(), claim=st.sampled_from(["sub", "exp", "aud"]))
def test_a_token_with_any_bit_changed_is_refused(site, data, claim):
    place = data.draw(st.integers(0, len(site.token) - 1))
    letter = data.draw(st.sampled_from("abcXYZ019-_."))
    changed = site.token[:place] + letter + site.token[place + 1 :]
    sessions = Sessions(SECRET)
    try:
        read = sessions.read(changed)
    except SessionError:
        return
    # The last letter of a base64 text has bits that mean nothing
    assert read == sessions.read(site.token)


@given(
    route=st.sampled_from(ROUTES),
    headers=st.dictionaries(
        st.sampled_from(["Origin", "Host", "Content-Type", "X-Forwarded-For", "Forwarded", "Authorization", "Cookie"]), header
    ),
)
def test_any_headers_get_a_described_answer(site, folder, route, headers):
    answer = site.ask(*route, b'{"message": "hello"}', None, **headers)
    assert answer.status in EXPECTED and "Set-Cookie" not in answer.headers


@given(message=messages(longest=2_000))
def test_a_message_reaches_the_bot_letter_for_letter_but_for_its_ends_or_is_refused(site, message):
    before = len(site.within.bot.heard)
    answer = site.ask("POST", "/messages", {"message": message}, site.token)
    heard = [sent.text for sent in site.within.bot.heard[before:]]
    assert (answer.status, heard) in ((200, [message.strip()]), (400, [])), "nothing in between"
    assert answer.status == 200 or not message.strip()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where feedback goes, instead of the clinic's own."""
    from assistant.channels import feedback

    with pytest.MonkeyPatch.context() as patch:
        kept = tmp_path_factory.mktemp("feedback")
        if feedback.keep.__defaults__:
            patch.setattr(feedback.keep, "__defaults__", ("", kept / "feedback.jsonl"))
        yield kept
