"""Two servers, one of them and then the database killed while people chat: nobody is left without an answer, nothing is lost or doubled."""

from __future__ import annotations

import pytest

from tests import faults


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = faults.Place(tmp_path_factory.mktemp("place"))
    yield made
    made.close()


@pytest.mark.parametrize("breaks", [faults.kill_postgresql, faults.kill_redis, faults.kill_a_server], ids=lambda breaks: breaks.__name__)
def test_conversations_go_on_and_nothing_is_lost_or_stored_twice(place, breaks):
    seen = faults.during(place, breaks)
    assert seen.sent > faults.PATIENTS
    assert seen.answered == seen.sent
    assert seen.never == seen.apologies == 0
    assert faults.kept(place, seen) == (0, 0)


def test_a_conversation_goes_on_at_another_server(place):
    first, second = (server.base for server in place.servers)
    token = faults.post(first, "session", {})["session"]["token"]
    faults.post(first, "messages", {"message": "what does a session cost"}, token)
    (reply,) = faults.post(second, "messages", {"message": "and how long is it"}, token)["messages"]
    assert reply["topics"] == ["session_length"]


def test_the_same_message_at_both_servers_in_the_same_moment_is_answered_once(place):
    first, second = (server.base for server in place.servers)
    token = faults.post(first, "session", {})["session"]["token"]
    body = {"message": "does it hurt", "id": "at-the-same-moment"}
    with faults.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda base: faults.post(base, "messages", body, token)["messages"], [first, second] * 3))
    assert all(answer == answers[0] for answer in answers)
    assert len(faults.get(second, "history", token)["turns"]) == 1


def test_a_conversation_that_is_forgotten_at_one_server_is_forgotten_at_both(place):
    first, second = (server.base for server in place.servers)
    token = faults.post(first, "session", {})["session"]["token"]
    faults.post(second, "messages", {"message": "does it hurt"}, token)
    faults.forget(first, token)
    for base in (first, second):
        with pytest.raises(faults.HTTPError, match="401"):
            faults.get(base, "history", token)
