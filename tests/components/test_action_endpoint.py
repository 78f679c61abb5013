"""The action server as the bot reaches it: asked where it is needed, and done without where it is away."""

from __future__ import annotations

import asyncio
import inspect
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from rasa.utils.endpoints import EndpointConfig

from assistant.bot import IN_MEMORY, endpoints
from assistant.call_backs import requests
from assistant.components import action_endpoint
from assistant.components.action_endpoint import NOTHING, VALIDATE, ActionEndpoint
from assistant.storage.database import Database, StorageDownError
from tests.servers import free_port

ANSWER = {"events": [{"event": "slot", "name": "x", "value": 1}], "responses": []}


@pytest.fixture
def server():
    """An action server that answers ANSWER with a status, and tells what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        asked: list[dict] = []  # noqa: RUF012
        status = 200

        def do_POST(self):
            self.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = json.dumps(ANSWER).encode()
            self.send_response(self.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    Handler.url = f"http://127.0.0.1:{running.server_port}/webhook"
    yield Handler
    running.shutdown()
    running.server_close()


@pytest.fixture
def kept(monkeypatch):
    database = Database(IN_MEMORY)
    monkeypatch.setattr(action_endpoint, "database", lambda: database)
    return database


def call(action, intent, loop="call_back_form"):
    tracker = {"sender_id": "someone", "latest_message": {"intent": {"name": intent}}, "active_loop": {"name": loop} if loop else {}}
    return {"next_action": action, "tracker": tracker}


def ask(url, *arguments):
    return asyncio.run(ActionEndpoint(url).request(json=call(*arguments), method="post", timeout=300, compress=False))


AWAY = f"http://127.0.0.1:{free_port()}/webhook"


@pytest.mark.parametrize("intent", ["call_back", "inform"])
def test_a_value_is_looked_at_by_the_action_server(server, intent):
    assert ask(server.url, VALIDATE, intent) == ANSWER
    assert server.asked[-1]["next_action"] == VALIDATE


@pytest.mark.parametrize("intent", ["faq", "open_now", "emergency", "cancel"])
def test_a_message_without_a_value_needs_no_action_server(server, intent):
    before = len(server.asked)
    assert ask(server.url, VALIDATE, intent) == NOTHING
    assert len(server.asked) == before


def said(answer):
    return [response["response"] for response in answer["responses"]]


def ends_the_form(answer):
    return answer["events"][0] == {"event": "active_loop", "name": None} and all(event.get("value") is None for event in answer["events"])


@pytest.mark.parametrize(
    ("action", "intent", "response"),
    [
        (VALIDATE, "call_back", ["utter_call_back_failed"]),
        (VALIDATE, "inform", ["utter_call_back_failed"]),
        ("action_cancel_call_back", "cancel", ["utter_call_back_cancelled"]),
        ("action_drop_call_back", "emergency", []),
    ],
)
@pytest.mark.parametrize("status", [None, 400, 500], ids=["away", "refuses", "fails"])
def test_without_it_the_form_ends_its_draft_goes_and_the_patient_is_told(server, kept, status, action, intent, response):
    requests.begin(kept, "someone", "website")
    requests.begin(kept, "another", "website")
    server.status = status or 200
    answer = ask(server.url if status else AWAY, action, intent)
    assert said(answer) == response and ends_the_form(answer)
    assert not requests.give(kept, "someone", "name", "Dawn")
    assert requests.give(kept, "another", "name", "Dawn")


def test_a_request_that_was_finished_before_the_action_server_died_is_said_to_be_there(kept):
    requests.begin(kept, "someone", "website")
    for field in ("name", "contact"):
        requests.give(kept, "someone", field, "x")
    requests.finish(kept, "someone", "", ())
    assert said(ask(AWAY, VALIDATE, "inform")) == ["utter_call_back_done"]
    requests.begin(kept, "someone", "website")
    assert said(ask(AWAY, VALIDATE, "inform")) == ["utter_call_back_failed"]


def test_nothing_is_claimed_to_be_deleted_that_is_not(monkeypatch):
    def down():
        raise StorageDownError("it does not answer")

    monkeypatch.setattr(action_endpoint, "database", down)
    assert said(ask(AWAY, "action_cancel_call_back", "cancel")) == ["utter_call_back_failed"]


def test_where_no_form_has_begun_no_database_is_opened(monkeypatch):
    monkeypatch.setattr(action_endpoint, "database", lambda: pytest.fail("it was opened"))
    assert said(ask(AWAY, VALIDATE, "call_back", None)) == ["utter_call_back_failed"]


def test_other_actions_are_done_without():
    assert ask(AWAY, "action_open_now", "open_now", None) == NOTHING


def test_an_action_server_that_hangs_is_given_up(monkeypatch, kept):
    import socket

    monkeypatch.setattr(action_endpoint, "LONGEST_WAIT", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert said(ask(f"http://127.0.0.1:{silent.getsockname()[1]}/", VALIDATE, "inform")) == ["utter_call_back_failed"]


def test_the_bot_asks_by_it_and_rasa_still_asks_as_it_expects():
    assert isinstance(endpoints().action, ActionEndpoint)
    ours, theirs = (inspect.signature(kind.request).parameters for kind in (ActionEndpoint, EndpointConfig))
    assert list(ours) == list(theirs)
