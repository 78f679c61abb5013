"""The website channel, over HTTP against the real server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from assistant.channels.website import NAME, RequestError, read_request
from assistant.content.reply import Reply
from assistant.paths import ROOT


def test_a_conversation_begins_with_a_name_the_server_makes():
    first, second = (read_request({"message": "hello"})[1] for _ in range(2))
    assert NAME.fullmatch(first) and first != second


@pytest.mark.parametrize("chosen", ["", "me", "a" * 31, "a" * 33, "../" * 11, 5, None, ["a" * 32]])
def test_a_name_the_server_did_not_make_is_not_used(chosen):
    assert read_request({"message": "hello", "conversation": chosen})[1] != chosen


@pytest.mark.parametrize("body", [None, [], "hello", {}, {"message": 5}, {"message": None}, {"message": "  "}])
def test_what_is_not_a_message_is_refused(body):
    with pytest.raises(RequestError, match="expected"):
        read_request(body)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def address():
    port = free_port()
    environment = {**os.environ, "PORT": str(port)}
    server = subprocess.Popen([sys.executable, "-m", "assistant", "serve"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            assert server.poll() is None, "the server ended instead of starting"
            try:
                urlopen(f"{base}/webhooks/website/").close()
                break
            except (URLError, ConnectionError):
                time.sleep(0.1)
        yield base, server
    finally:
        server.terminate()
        server.wait(timeout=20)


def post(base, body, path="/webhooks/website/messages"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = Request(base + path, data, {"Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=20) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        return error.code, json.load(error)


def test_an_answer_has_the_fields_of_the_contract(address):
    status, body = post(address[0], {"message": "does it hurt"})
    (message,) = body["messages"]
    assert status == 200
    assert set(message) == set(Reply.__annotations__)
    assert (message["kind"], message["topics"]) == ("answer", ["pain_during"])


def test_a_conversation_goes_on_under_its_name(address):
    _, first = post(address[0], {"message": "hello"})
    _, second = post(address[0], {"message": "thanks", "conversation": first["conversation"]})
    assert second["conversation"] == first["conversation"]


def test_two_peoples_conversations_never_mix(address):
    def ask(message, conversation=None):
        _, body = post(address[0], {"message": message, "conversation": conversation})
        return body["conversation"], [topic for reply in body["messages"] for topic in reply["topics"]]

    sore, _ = ask("will i be sore after a session")
    relieved, _ = ask("does the relief wear off")
    for _ in range(2):
        assert ask("how long does that last?", sore) == (sore, ["soreness_duration"])
        assert ask("how long does that last?", relieved) == (relieved, ["lasting_results"])


@pytest.mark.parametrize("body", [b"not json", b"", {"text": "hello"}, {"message": ""}])
def test_a_bad_request_is_told_what_was_expected(address, body):
    status, answer = post(address[0], body)
    assert status == 400
    assert answer["error"]


def test_a_body_too_large_for_a_chat_message_is_refused(address):
    status, _ = post(address[0], {"message": "a" * 100_000})
    assert status == 413


def test_the_page_is_served_and_its_parts_are_there(address):
    with urlopen(address[0] + "/") as response:
        page = response.read().decode()
    assert 'lang="en"' in page
    for part in ("/widget/demo.css", "/widget/demo.js"):
        assert part in page
        urlopen(address[0] + part).close()


def test_programs_use_the_rest_channel(address):
    status, messages = post(address[0], {"sender": "program", "message": "does it hurt"}, "/webhooks/rest/webhook")
    assert status == 200 and messages[0]["text"]


def test_rasas_own_http_api_is_not_served(address):
    for path in ("/model", "/model/parse", "/conversations/x/tracker", "/domain"):
        with pytest.raises(HTTPError, match="404"):
            urlopen(address[0] + path)


def test_a_used_port_ends_the_start_in_one_sentence(address):
    port = address[0].rsplit(":", 1)[1]
    again = subprocess.run(
        [sys.executable, "-m", "assistant", "ready"], cwd=ROOT, env={**os.environ, "PORT": port}, capture_output=True, text=True
    )
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1 and port in again.stderr and "in use" in again.stderr
