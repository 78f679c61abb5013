"""The website channel, over HTTP against the real server."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from urllib.error import URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

import jwt
import pytest
from sqlalchemy import select

from assistant.channels.sessions import LIFETIME, RENEWED_AFTER, Session, Sessions
from assistant.content.clinic import load_clinic
from assistant.content.reply import Reply
from assistant.paths import CLINIC, ROOT
from assistant.storage.database import Database
from assistant.storage.schema import FEEDBACK
from tests.channels.client import API, CHANNEL, Server
from tests.servers import free_port

SECRET = "of-these-tests-only-" * 4
SITE = "https://clinic.example"
ELSEWHERE = "https://elsewhere.example"
CREDENTIALS = f"""
assistant.channels.website.WebsiteInput:
  origins: ["{SITE}"]
  messages_per_minute: 1000
  messages_per_minute_of_an_address: 10000
  sessions_per_minute_of_an_address: 10000
"""

LOOK = 'chat_title: Ask "us" </script>\nchat_colour: "#123456"\n'
SHOWN = {"title": 'Ask "us" </script>', "colour": "#123456"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def site(folder):
    (folder / "credentials.yml").write_text(CREDENTIALS)
    port = free_port()
    (folder / "clinic.yml").write_text(CLINIC.read_text(encoding="utf-8") + LOOK, encoding="utf-8")
    files = {f"NEEDLING_{name.upper()}": str(folder / f"{name}.yml") for name in ("credentials", "clinic")}
    environment = {**os.environ, **files, "PORT": str(port), "NEEDLING_SECRET": SECRET, "NEEDLING_STATE": str(folder / "state")}
    command = [sys.executable, "-m", "assistant", "serve"]
    base = f"http://127.0.0.1:{port}"
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            for _ in range(600):
                assert server.poll() is None, "the server ended instead of starting"
                try:
                    urlopen(f"{base}{CHANNEL}/ready").close()
                    break
                except (URLError, ConnectionError):
                    time.sleep(0.1)
            yield Server(base)
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture
def token(site):
    return site.begin()


def token_of(age=0, name=None):
    """The token of a session that is so many seconds old."""
    return Sessions(SECRET).token(Session(name or Sessions(SECRET).begin().name, int(time.time()) + LIFETIME - age))


# --- sessions ---


def test_a_session_begins_with_what_the_widget_shows(site):
    answer = site.ask("POST", "/session")
    facts = load_clinic(CLINIC).facts
    assert answer.status == 201
    assert answer.body["clinic"] == {**{name: facts[name] for name in ("name", "phone", "emergency_number")}, **SHOWN}
    assert answer.body["limits"] == {"message_length": 2000}
    assert answer.headers["Cache-Control"] == "no-store"
    left = datetime.strptime(answer.body["session"]["expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp() - time.time()
    assert left == pytest.approx(LIFETIME, abs=10)


def test_no_cookie_is_set(site, token):
    for answer in (site.ask("POST", "/session"), site.ask("POST", "/messages", {"message": "hello"}, token)):
        assert answer.headers["Set-Cookie"] is None


def test_each_session_is_another(site):
    assert Sessions(SECRET).read(site.begin()).name != Sessions(SECRET).read(site.begin()).name


def test_a_session_goes_on(site, token):
    site.say(token, "hello")
    again = site.ask("POST", "/session", token=token)
    assert (again.status, again.token) == (200, token)
    assert [turn["message"] for turn in site.turns(again.token)] == ["hello"]


@pytest.mark.parametrize(
    ("method", "path", "body"), [("POST", "/session", None), ("POST", "/messages", {"message": "hello"}), ("GET", "/history", None)]
)
def test_a_token_is_renewed_only_after_a_quarter_of_its_life(site, method, path, body):
    young, old = token_of(RENEWED_AFTER - 60), token_of(RENEWED_AFTER + 60)
    assert site.ask(method, path, body, young).token == young
    renewed = Sessions(SECRET).read(site.ask(method, path, body, old).token)
    assert renewed.name == Sessions(SECRET).read(old).name
    assert renewed.expires == pytest.approx(time.time() + LIFETIME, abs=10)


def claims(**changed):
    given = {"sub": "a" * 32, "exp": int(time.time()) + LIFETIME, "aud": "website", **changed}
    return {name: value for name, value in given.items() if value is not None}


def swapped(token, **changed):
    """A token with other claims under the signature it had."""
    head, _, signature = token.split(".")
    return ".".join([head, jwt.encode(claims(**changed), SECRET).split(".")[1], signature])


FORGED = {
    "none": lambda: None,
    "empty": lambda: "",
    "no token": lambda: "a.b.c",
    "not ASCII": lambda: "tökén",
    "of another key": lambda: jwt.encode(claims(), SECRET[::-1]),
    "unsigned": lambda: jwt.encode(claims(), None, "none"),
    "signed in another way": lambda: jwt.encode(claims(), SECRET, "HS512"),
    "another name under a true signature": lambda: swapped(token_of(), sub="b" * 32),
    "expired": lambda: token_of(LIFETIME + 1),
    "for somebody else": lambda: jwt.encode(claims(aud="shell"), SECRET),
    "without a name": lambda: jwt.encode(claims(sub=None), SECRET),
    "without an expiry": lambda: jwt.encode(claims(exp=None), SECRET),
    "without whom it is for": lambda: jwt.encode(claims(aud=None), SECRET),
    "with a name that is no text": lambda: jwt.encode(json.loads('{"sub": 5}') | claims(sub=None), SECRET),
}
PROTECTED = [("POST", "/messages"), ("GET", "/history"), ("DELETE", "/session"), ("POST", "/feedback")]


@pytest.mark.parametrize("make", FORGED.values(), ids=FORGED)
def test_a_token_that_gives_no_right_is_refused_and_not_told_why(site, make):
    answer = site.ask("GET", "/history", token=make())
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.body == {
        "type": "/problems/unauthorized",
        "title": "No valid session",
        "status": 401,
        "detail": "Begin a session with POST /session.",
    }


@pytest.mark.parametrize(("method", "path"), [*PROTECTED, ("POST", "/session")])
def test_every_route_refuses_a_token_that_gives_no_right(site, method, path):
    body = {"message": "hello", "topic": "price", "helpful": True} if method == "POST" else None
    assert site.ask(method, path, body, FORGED["of another key"]()).status == 401


@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_every_route_but_the_one_that_begins_a_session_needs_a_token(site, method, path):
    body = {"message": "hello", "topic": "price", "helpful": True} if method == "POST" else None
    assert site.ask(method, path, body).status == 401


@pytest.mark.parametrize(("scheme", "status"), [("bearer", 200), ("Basic", 401), ("Token", 401)])
def test_a_token_is_a_bearer_token(site, token, scheme, status):
    assert site.ask("GET", "/history", Authorization=f"{scheme} {token}").status == status


@pytest.mark.parametrize("path", ["/history?token={0}", "/history?session={0}&sender={0}"])
def test_a_token_in_the_address_is_none(site, token, path):
    assert site.ask("GET", path.format(token)).status == 401


# --- messages ---


def test_an_answer_has_the_fields_of_the_contract(site, token):
    (reply,) = site.say(token, "does it hurt")
    assert set(reply) == set(Reply.__annotations__)
    assert (reply["kind"], reply["topics"]) == ("answer", ["pain_during"])
    assert reply["sources"] and reply["reviewed"]


def test_two_peoples_conversations_never_mix(site):
    def ask(token, message):
        return [topic for reply in site.say(token, message) for topic in reply["topics"]]

    sore, relieved = site.begin(), site.begin()
    ask(sore, "will i be sore after a session")
    ask(relieved, "does the relief wear off")
    for _ in range(2):
        assert ask(sore, "how long does that last?") == ["soreness_duration"]
        assert ask(relieved, "how long does that last?") == ["lasting_results"]
    assert [len(site.turns(token)) for token in (sore, relieved)] == [3, 3]


def test_the_same_message_again_gets_the_same_replies_and_is_answered_once(site, token):
    first, second = (site.say(token, "does it hurt", id="message-1") for _ in range(2))
    site.say(token, "does it hurt", id="message-2")
    assert first == second
    assert len(site.turns(token)) == 2


def test_the_same_message_twice_at_the_same_time_is_answered_once(site, token):
    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(lambda _: site.say(token, "does it hurt", id="message-1"), range(4)))
    assert all(replies == said[0] != [] for replies in said)
    assert len(site.turns(token)) == 1


def test_a_client_chooses_no_conversation(site, token):
    mine = Sessions(SECRET).read(token).name
    site.say(token, "my message")
    other = site.begin()
    chosen = {"conversation": mine, "sender": mine, "sender_id": mine, "session": {"token": token}, "metadata": {"sender": mine}}
    site.say(other, "does it hurt", **chosen)
    assert [turn["message"] for turn in site.turns(token)] == ["my message"]
    assert [turn["message"] for turn in site.turns(other)] == ["does it hurt"]


@pytest.mark.parametrize("text", ["/faq/price", "/price"])
def test_an_intent_is_a_text_and_not_obeyed(site, token, text):
    assert all(reply["topics"] != ["price"] for reply in site.say(token, text))
    assert [turn["message"] for turn in site.turns(token)] == [text]


@pytest.mark.parametrize("text", ["/restart", "/session_start", "/back"])
def test_a_command_of_rasas_is_a_text_and_not_obeyed(site, token, text):
    site.say(token, "does it hurt")
    assert site.say(token, text)
    assert [turn["message"] for turn in site.turns(token)] == ["does it hurt", text]


@pytest.mark.parametrize(
    "text", ["a" * 2000, "💉" * 50, "a\0b", "\u202egnihton", "'; drop table events; --"], ids=lambda text: ascii(text[:8])
)
def test_a_strange_message_is_answered_and_kept(site, token, text):
    assert site.say(token, text)
    assert [turn["message"] for turn in site.turns(token)] == [text]


# --- history, forgetting, feedback ---


def test_history_shows_what_was_said_with_every_field_of_the_contract(site, token):
    assert site.turns(token) == []
    said = [(text, site.say(token, text)) for text in ("hello", "does it hurt", "what does it cost and where do i park")]
    turns = site.turns(token)
    assert [(turn["message"], turn["replies"]) for turn in turns] == said
    times = [turn["time"] for turn in turns]
    assert times == sorted(times)
    assert all(abs(datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp() - time.time()) < 60 for at in times)


def test_nobody_reads_anothers_history(site, token):
    site.say(token, "does it hurt")
    assert site.turns(site.begin()) == []


def test_forgetting_deletes_the_conversation_and_makes_its_tokens_worthless(site, token):
    name = Sessions(SECRET).read(token).name
    another = token_of(60, name)
    site.say(token, "does it hurt")
    assert site.ask("DELETE", "/session", token=token).status == 204
    for worthless in (token, another):
        for method, path in [*PROTECTED, ("POST", "/session")]:
            body = {"message": "hello", "topic": "price", "helpful": True} if method == "POST" else None
            assert site.ask(method, path, body, worthless).status == 401


def test_forgetting_one_conversation_leaves_the_others(site, token):
    other = site.begin()
    site.say(other, "does it hurt")
    site.ask("DELETE", "/session", token=token)
    assert len(site.turns(other)) == 1


def test_what_is_stored_is_told_by_kind_and_number(site, token):
    empty = site.ask("GET", "/data", token=token).body
    assert (empty["conversation"], empty["call_back"], empty["on_their_way"]) == ({"events": {}}, {"state": "none"}, 0)
    site.say(token, "does it hurt")
    told = site.ask("GET", "/data", token=token).body
    assert told["conversation"]["events"]["user"] == 1
    deleted = datetime.fromisoformat(told["conversation"]["deleted"].replace("Z", "+00:00")).timestamp()
    assert abs(deleted - time.time() - load_clinic(CLINIC).retention["conversations"] * 24 * 3600) < 60
    assert told["retention_days"] == load_clinic(CLINIC).retention
    assert "hurt" not in json.dumps(told)


def test_who_says_forget_me_in_the_chat_is_forgotten_and_may_go_on(site, token):
    site.say(token, "does it hurt")
    site.say(token, "forget me")
    (done,) = site.say(token, "yes")
    assert done["kind"] == "handoff" and site.turns(token) == []
    assert site.ask("GET", "/data", token=token).body["conversation"] == {"events": {}}
    site.say(token, "what does it cost")
    assert len(site.turns(token)) == 1


def test_what_says_who_somebody_is_is_kept_neither_in_the_history_nor_in_feedback(site, folder, token):
    site.say(token, "my name is Anna Wolkenstein, does it hurt")
    assert [turn["message"] for turn in site.turns(token)] == ["my name is [name], does it hurt"]
    site.ask("POST", "/feedback", {"topic": "pain_during", "helpful": True, "words": "call me on 07700 900123"}, token)
    assert b"900123" not in b"".join(path.read_bytes() for path in (folder / "state").rglob("*") if path.is_file())


def test_feedback_is_kept_without_the_sessions_name(site, folder, token):
    body = {"topic": "pain_during", "helpful": False, "words": "Does it hurt more at the hip?", "name": "Ann"}
    assert site.ask("POST", "/feedback", body, token).status == 204
    database = Database(f"sqlite:///{folder / 'state' / 'assistant.db'}")
    with database.read() as connection:
        row = connection.execute(select(FEEDBACK).order_by(FEEDBACK.c.id.desc())).first()
    database.close()
    assert (row.topic, row.helpful, row.words) == (body["topic"], body["helpful"], body["words"])
    assert not {token, Sessions(SECRET).read(token).name, body["name"]} & {str(value) for value in row}


# --- problems ---


WRONG = {
    "empty": b"",
    "not JSON": b"hello",
    "half of it": b'{"message": "hel',
    "not UTF-8": b'{"message": "h\xffllo"}',
    "a null byte": b'{"message": "h\0llo"}',
    "nothing but null bytes": b"\0" * 10,
    "deeply nested": b"[" * 50_000,
    "null": b"null",
    "a text": b'"hello"',
    "a number": b"5",
    "a list": b'[{"message": "hello"}]',
    "no message": {},
    "a misnamed message": {"text": "hello"},
    "a null message": {"message": None},
    "a number as message": {"message": 5},
    "a list as message": {"message": ["hello"]},
    "an object as message": {"message": {"text": "hello"}},
    "an empty message": {"message": ""},
    "a message of white space": {"message": " \t\n\u3000"},
    "a message too long": {"message": "a" * 5001},
    "a number as id": {"message": "hello", "id": 12345678},
    "a null id": {"message": "hello", "id": None},
    "an empty id": {"message": "hello", "id": ""},
    "a list as id": {"message": "hello", "id": ["message-1"]},
    "an id too short": {"message": "hello", "id": "1234567"},
    "an id too long": {"message": "hello", "id": "a" * 65},
    "an id with other characters": {"message": "hello", "id": "message 1"},
    "an id with a line end": {"message": "hello", "id": "message-1\n"},
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_a_wrong_body_is_told_what_was_expected(site, token, body):
    answer = site.ask("POST", "/messages", body, token)
    assert (answer.status, answer.body["type"]) == (400, "/problems/bad-request")
    assert "expected" in answer.body["detail"]
    assert site.turns(token) == []


@pytest.mark.parametrize("body", [b"", b"hello", [], {}, {"topic": "price"}, {"topic": "Price", "helpful": True}], ids=str)
def test_wrong_feedback_is_told_what_was_expected(site, token, body):
    answer = site.ask("POST", "/feedback", body, token)
    assert answer.status == 400 and "expected" in answer.body["detail"]


@pytest.mark.parametrize("path", ["/messages", "/feedback"])
def test_a_body_too_large_for_a_chat_message_is_refused(site, token, path):
    answer = site.ask("POST", path, {"message": "a" * 100_000}, token)
    assert (answer.status, answer.body["type"]) == (413, "/problems/too-large")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/messages", "POST"),
        ("PUT", "/messages", "POST"),
        ("GET", "/session", "POST"),
        ("GET", "/session", "DELETE"),
        ("POST", "/history", "GET"),
        ("DELETE", "/health", "GET"),
        ("POST", "//", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_one(site, token, method, path, allowed):
    answer = site.ask(method, path, {} if method == "POST" else None, token)
    assert (answer.status, answer.body["type"]) == (405, "/problems/method-not-allowed")
    assert allowed in answer.headers["Allow"].split(", ")


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/nothing", "/messages/x", "/webhook", "/conversations"),
        *("//webhooks/rest/webhook", "//webhooks/rest/", "//webhooks/callback/webhook"),
        *("//model", "//model/parse", "//model/train", "//conversations/x/tracker", "//domain", "//status", "//version"),
        "//credentials.yml",
    ],
)
def test_nothing_else_is_served_not_rasas_http_api_and_not_its_rest_channel(site, path):
    for method, body in (("GET", None), ("POST", {"sender": "me", "message": "hello"})):
        answer = site.ask(method, path, body)
        assert (answer.status, answer.body["type"]) == (404, "/problems/not-found")


@pytest.mark.parametrize(
    "path", ["../credentials.yml", "%2e%2e/credentials.yml", "..%2fcredentials.yml", "//etc/passwd", "no-such-file.js"]
)
def test_no_file_but_the_pages_is_served(site, path):
    assert site.ask("GET", f"//widget/{path}").status == 404


# --- other sites ---


@pytest.mark.parametrize(
    ("method", "path", "body", "right", "status"),
    [
        ("POST", "/session", None, False, 201),
        ("POST", "/messages", {"message": "hello"}, True, 200),
        ("POST", "/messages", {"message": ""}, True, 400),
        ("POST", "/messages", {"message": "hello"}, False, 401),
        ("GET", "/history", None, True, 200),
        ("GET", "/history", None, False, 401),
        ("GET", "/health", None, False, 200),
        ("DELETE", "/session", None, True, 204),
    ],
)
def test_a_listed_site_may_read_every_answer_and_every_problem(site, token, method, path, body, right, status):
    answer = site.ask(method, path, body, token if right else None, Origin=SITE)
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (status, SITE)
    assert "Origin" in answer.headers["Vary"]
    assert answer.headers["Access-Control-Allow-Credentials"] is None


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/messages", {"message": "a" * 100_000}, 413),
        ("GET", "/messages", None, 405),
        ("GET", "/nothing", None, 404),
        ("POST", "/feedback", b"\xff", 400),
    ],
)
def test_a_listed_site_and_no_other_may_read_what_the_server_refuses_by_itself(site, token, method, path, body, status):
    answer = site.ask(method, path, body, token, Origin=SITE)
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (status, SITE)
    other = site.ask(method, path, body, token, Origin=ELSEWHERE)
    assert other.headers["Access-Control-Allow-Origin"] is None
    assert "Origin" in answer.headers["Vary"] and "Origin" in other.headers["Vary"]


def test_the_assistants_own_page_may_use_it(site):
    assert site.ask("POST", "/session", Origin=site.base).status == 201


OTHERS = [
    ELSEWHERE,
    "null",
    SITE + ".elsewhere.example",
    SITE.replace("https", "http"),
    SITE + ":444",
    "https://sub.clinic.example",
    "nonsense",
]


@pytest.mark.parametrize("origin", [*OTHERS, "http://[", "http://127.0.0.1:1"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/session"), ("GET", "/history"), ("OPTIONS", "/messages")])
def test_any_other_site_is_refused_and_may_not_read_why(site, token, origin, method, path):
    answer = site.ask(method, path, token=token, Origin=origin)
    assert (answer.status, answer.body["type"]) == (403, "/problems/origin-not-allowed")
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert "Origin" in answer.headers["Vary"]


def test_a_message_from_another_site_is_not_answered(site, token):
    site.ask("POST", "/messages", {"message": "hello"}, token, Origin=ELSEWHERE)
    assert site.turns(token) == []


@pytest.mark.parametrize("path", ["/session", "/messages", "/history", "/feedback"])
def test_a_listed_site_is_told_before_it_asks_what_it_may_send(site, path):
    wanted = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type"}
    answer = site.ask("OPTIONS", path, Origin=SITE, **wanted)
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, SITE)
    assert {"Authorization", "Content-Type"} <= set(answer.headers["Access-Control-Allow-Headers"].split(", "))
    methods = {method.upper() for method in API["paths"][path]}
    assert methods <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))


# --- what else is served ---


def test_the_description_is_served(site):
    assert site.ask("GET", "/openapi.json").body == json.loads(json.dumps(API))


@pytest.mark.parametrize(("path", "status"), [("/health", "ok"), ("/ready", "ready")])
def test_it_says_how_it_is(site, path, status):
    assert site.ask("GET", path).body == {"status": status}


def linked(page):
    """The files of ours that a page names."""
    found = re.findall(r"""(?:src|href)=["']?([^"'\s>#]+)""", page)
    return [urlsplit(path).path for path in found if not urlsplit(path).scheme]


def test_the_page_is_served_and_its_parts_are_there(site):
    page = site.ask("GET", "//")
    text = page.body.decode()
    assert page.headers["Content-Type"] == "text/html; charset=utf-8" and 'lang="en"' in text
    parts = {urljoin("/", path) for path in linked(text)}
    assert any(part.endswith(".js") for part in parts) and any(part.endswith(".css") for part in parts)
    while parts:
        part = parts.pop()
        served = site.ask("GET", "/" + part)
        assert served.status == 200, part
        if part.endswith(".js"):
            assert "javascript" in served.headers["Content-Type"]
            parts |= {
                urljoin(part, name) for name in re.findall(r'^(?:import|export)\b.* from "(.+?)"', served.body.decode(), re.MULTILINE)
            }


def test_the_widget_knows_of_the_clinic_before_a_session(site):
    served = site.ask("GET", "//widget/clinic.js").body.decode()
    shown = json.loads(re.fullmatch(r"// .*\nexport default ({.*});\n", served)[1])
    assert shown == site.ask("POST", "/session").body["clinic"]


def test_a_file_of_the_widget_comes_compressed_once_and_to_any_site(site):
    plain = site.ask("GET", "//widget/view.js", Origin=ELSEWHERE)
    packed = site.ask("GET", "//widget/view.js", **{"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.body) == plain.body and len(packed.body) < len(plain.body) / 2
    assert plain.headers["Access-Control-Allow-Origin"] == "*" and plain.headers["Cache-Control"] == "no-cache"
    again = site.ask("GET", "//widget/view.js", **{"If-None-Match": plain.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert site.ask("GET", "//widget/view.js", **{"If-None-Match": '"another"'}).status == 200


@pytest.mark.parametrize("path", ["//", "//widget/demo.js", "/health", "/history", "//nothing"])
def test_every_response_keeps_the_page_to_itself(site, path):
    headers = site.ask("GET", path).headers
    policy = {part.split()[0]: part.split()[1:] for part in headers["Content-Security-Policy"].split("; ")}
    assert policy["default-src"] == ["'self'"] and policy["frame-ancestors"] == ["'self'"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_schemathesis_finds_nothing_other_than_described(site, folder):
    tool = ROOT / "build" / "schemathesis" / "bin" / "st"
    assert tool.is_file(), f"{tool} is missing, so nothing was tried: scripts/setup --development installs it."
    options = "--phases examples,coverage,fuzzing --max-examples 25 --seed 1 --generation-database none --workers 1 --no-color"
    ran = subprocess.run(
        [tool, "run", f"{site.base}{CHANNEL}/openapi.json", *options.split()],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests" / "channels"), "SCHEMATHESIS_HOOKS": "schemathesis_session"},
        capture_output=True,
        text=True,
    )
    described = sum(len(methods) for methods in API["paths"].values())
    assert f"Tested: {described}\n" in ran.stdout and ran.returncode == 0, ran.stdout + ran.stderr


def test_nothing_a_patient_wrote_is_in_the_log(site, folder, token):
    site.say(token, "my zygomatic ailment")
    site.ask("POST", "/messages", b'{"message": "my zygomatic ail', token)
    site.ask("POST", "/messages", {"message": "zygomatic", "id": "zygomatic!"}, token)
    site.ask("POST", "/feedback", {"topic": "price", "helpful": True, "words": "zygomatic"}, token)
    log = (folder / "log").read_text()
    assert "The assistant is running" in log and "zygomatic" not in log
    assert token not in log and Sessions(SECRET).read(token).name not in log


def test_a_used_port_ends_the_start_in_one_sentence(site):
    port = site.base.rsplit(":", 1)[1]
    again = subprocess.run(
        [sys.executable, "-m", "assistant", "ready"], cwd=ROOT, env={**os.environ, "PORT": port}, capture_output=True, text=True
    )
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1 and port in again.stderr and "in use" in again.stderr
