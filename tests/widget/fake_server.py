"""A small server with the website channel's contract and canned replies, which can be told to fail, delay, refuse or forget."""

from __future__ import annotations

import json
import mimetypes
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

WIDGET = Path(__file__).resolve().parents[2] / "widget"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
BARE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bare</title><link rel="icon" href="/widget/logo.svg"><link rel="stylesheet" href="/page.css">
<script type="module" src="{script}/widget/needling-chat.js"></script></head>
<body><main><h1>A page</h1><p><a id="before" href="#before">Before</a></p><needling-chat{attributes}></needling-chat>
<p><a id="after" href="#after">After</a></p></main></body></html>"""


def reply(text: str, kind: str = "answer", **more: Any) -> dict[str, Any]:
    return {"text": text, "kind": kind, "topics": [], "sources": [], "reviewed": "", "buttons": [], **more}


def choice(title: str) -> dict[str, str]:
    return {"title": title, "payload": title, "topic": "a_topic"}


PAIN = reply(
    "Most people feel a small prick as the needle goes in, and some find it painful.\nTell your clinician if it hurts too much.",
    topics=["pain_during"],
    sources=[
        {"id": "S5.4", "title": "A clinic web page: What to expect during a session"},
        {"id": "B14", "title": "A survey of therapists"},
    ],
    reviewed="2026-11-22",
    buttons=[choice("How long will I be sore afterwards?"), choice("What if I faint?")],
)
FLAG = reply(
    "This could be an emergency. Call 999 now, or go to the nearest emergency department. Do not drive yourself. "
    "Then tell the clinic on +44 20 7946 0018. I am an information bot.",
    "red_flag",
)
CANNED = {"does it hurt?": PAIN, "i cannot breathe": FLAG}


@dataclass
class Fake:
    """What the server knows, and how it misbehaves."""

    replies: dict[str, dict[str, Any]] = field(default_factory=lambda: dict(CANNED))
    delay: float = 0
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # status and headers of the next answers to messages
    down: bool = False
    lose_answers: int = 0  # so many messages are taken, and their answer never arrives
    message_length: int = 200
    policy: str = "default-src 'self'"
    attributes: str = ""
    script: str = ""  # the origin it comes from, if another
    css: str = ""  # of the page
    clinic: dict[str, str] = field(default_factory=dict)  # what clinic.js says
    hosts: tuple[str, ...] = ()  # that a page may ask besides this one
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: list[tuple[str, str, Any]] = field(default_factory=list)  # method, path, body
    answered: list[str] = field(default_factory=list)  # each message that was worked on, once for each time
    numbers: Any = field(default_factory=lambda: count(1))

    def begin(self) -> str:
        token = f"token{next(self.numbers)}"
        self.sessions[token] = {"turns": [], "answers": {}}
        return token

    def requests(self, method: str, path: str) -> list[Any]:
        return [body for made, at, body in self.seen if (made, at) == (method, path)]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def fake(self) -> Fake:
        return self.server.fake  # type: ignore[attr-defined]

    def log_message(self, *_: Any) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", kind: str = "application/json", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Security-Policy", self.fake.policy)
        if self.headers.get("Origin"):
            self.send_header("Access-Control-Allow-Origin", self.headers["Origin"])
            self.send_header("Access-Control-Allow-Headers", "Authorization, Content-Type")
            self.send_header("Access-Control-Allow-Methods", "GET, POST, DELETE")
            self.send_header("Access-Control-Expose-Headers", "Retry-After")
        self.end_headers()
        self.wfile.write(body)

    def problem(self, status: int, name: str, headers: dict[str, str] | None = None) -> None:
        problem = {"type": f"/problems/{name}", "title": name, "status": status, "detail": f"It was {name}."}
        self.answer(status, json.dumps(problem).encode(), "application/problem+json", headers)

    def say(self, status: int, token: str, **more: Any) -> None:
        body = {"session": {"token": token, "expires": "2030-01-01T00:00:00Z"}, **more}
        self.answer(status, json.dumps(body).encode())

    def handle_one(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
        path = self.path.split("?")[0]
        if not path.startswith("/webhooks/website"):
            self.file(path)
            return
        if self.command == "OPTIONS":
            self.answer(204)
            return
        path = path.removeprefix("/webhooks/website")
        self.fake.seen.append((self.command, path, body))
        if self.fake.down:
            self.problem(503, "unavailable")
            return
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        session = self.fake.sessions.get(token)
        if session is None and (token or path != "/session"):
            self.problem(401, "unauthorized")
        elif (self.command, path) == ("POST", "/session"):
            facts = {
                "clinic": {"name": "Example Physiotherapy", "phone": "+44 20 7946 0018", "emergency_number": "999"},
                "limits": {"message_length": self.fake.message_length},
            }
            self.say(200 if session else 201, token or self.fake.begin(), **facts)
        elif (self.command, path) == ("DELETE", "/session"):
            del self.fake.sessions[token]
            self.answer(204)
        elif path == "/history":
            self.say(200, token, turns=session["turns"])
        elif path == "/feedback":
            self.answer(204)
        else:
            self.message(token, session, body)

    def message(self, token: str, session: dict[str, Any], body: dict[str, str]) -> None:
        time.sleep(self.fake.delay)
        if self.fake.failures:
            status, headers = self.fake.failures.pop(0)
            self.problem(status, {429: "too-many-requests", 413: "too-large"}.get(status, "unavailable"), headers)
            return
        if body["id"] not in session["answers"]:
            text = body["message"]
            replies = [self.fake.replies.get(text.lower(), reply(f"You wrote: {text}"))]
            session["answers"][body["id"]] = replies
            session["turns"].append({"id": body["id"], "time": "2026-11-22T20:00:00Z", "message": text, "replies": replies})
            self.fake.answered.append(text)
        if self.fake.lose_answers:
            self.fake.lose_answers -= 1
            self.close_connection = True
            self.connection.close()
            return
        self.say(200, token, messages=session["answers"][body["id"]])

    def file(self, path: str) -> None:
        if path == "/bare":
            self.answer(200, BARE.format(attributes=self.fake.attributes, script=self.fake.script).encode(), "text/html; charset=utf-8")
            return
        if path == "/page.css":
            self.answer(200, self.fake.css.encode(), "text/css; charset=utf-8")
            return
        if path == "/widget/clinic.js" and self.fake.clinic:
            self.answer(200, f"export default {json.dumps(self.fake.clinic)};".encode(), "text/javascript; charset=utf-8")
            return
        found = WIDGET / ("demo.html" if path == "/" else path.removeprefix("/widget/"))
        if not found.is_file():
            self.answer(404)
            return
        kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
        self.answer(200, found.read_bytes(), f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)

    do_GET = do_POST = do_DELETE = do_OPTIONS = handle_one  # noqa: N815


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        pass  # A page that goes away while it is answered is no fault


def serve(port: int = 0) -> tuple[Quiet, str]:
    server = Quiet(("127.0.0.1", port), Handler)
    server.fake = Fake()  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


if __name__ == "__main__":
    print(serve(8123)[1])
    threading.Event().wait()
