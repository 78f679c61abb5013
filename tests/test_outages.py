"""Two servers behind the proxy, while people chat one of them and then the database killed, and disks full: nobody is left without an
answer, nothing is lost or doubled."""

from __future__ import annotations

import resource

import pytest

from tests import faults


@pytest.fixture(scope="module")
def place():
    with faults.a_place() as made:
        yield made


def people_noticed_nothing(place, breaks):
    seen = faults.during(place, breaks)
    assert seen.sent > faults.PATIENTS
    assert seen.answered == seen.sent
    assert seen.never == seen.apologies == 0
    assert seen.repeated == 0 or not place.proxy
    assert faults.kept(place, seen) == (0, 0)


@pytest.mark.parametrize("breaks", [faults.kill_postgresql, faults.kill_redis, faults.kill_a_server], ids=lambda breaks: breaks.__name__)
def test_conversations_go_on_and_nothing_is_lost_or_stored_twice(place, breaks):
    people_noticed_nothing(place, breaks)


@pytest.fixture(scope="module")
def place_on_a_small_disk():
    with faults.a_place(faults.DISK_OF_POSTGRESQL) as made:
        if made.disk is None:
            pytest.skip("a disk of its own takes the right to mount one")
        yield made


@pytest.mark.parametrize("breaks", [faults.fill_the_disk, faults.fill_the_disk_and_the_log], ids=lambda breaks: breaks.__name__)
def test_conversations_go_on_while_the_disk_of_postgresql_is_full(place_on_a_small_disk, breaks):
    people_noticed_nothing(place_on_a_small_disk, breaks)


@pytest.mark.parametrize("disk", [0, faults.DISK_OF_SQLITE], ids=["no file may grow", "a disk of its own"])
def test_conversations_go_on_while_the_disk_of_sqlite_is_full(disk):
    with faults.a_place(disk, on_sqlite=True) as place:
        if disk and place.disk is None:
            pytest.skip("a disk of its own takes the right to mount one")
        if not disk and not hasattr(resource, "prlimit"):
            pytest.skip("only Linux limits the files of a process that runs")
        people_noticed_nothing(place, faults.fill_the_disk)
        assert "Conversations are kept in memory" in place.servers[0].log.read_text() or not disk


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
