"""A real mail server and a real HTTP receiver, which may fail on purpose and remember what they got."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.servers import free_port


class Received(NamedTuple):
    """A POST that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Takes POSTs; a part of them it refuses, and of another part it takes what came and drops the connection.

    Args:
        failing: the share of attempts that look failed to the sender.
        status: what is answered to the others.
    """

    def __init__(self, failing: float = 0.0, status: int = 204) -> None:
        self.attempts = 0
        self.taken: list[Received] = []
        random_number = random.Random(7).random
        lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    receiver.attempts += 1
                    fails, after_taking = random_number() < failing, random_number() < 0.5
                    if not fails or after_taking:
                        receiver.taken.append(Received(self.path, dict(self.headers), body))
                if fails and after_taking:
                    self.close_connection = True  # it was taken, but the sender never hears of it
                    return
                self.send_response(503 if fails else status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/calls"

    def __enter__(self) -> Receiver:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()


class Mailbox:
    """The messages that a mail server took."""

    def __init__(self, refusing: int = 0) -> None:
        self.messages: list[EmailMessage] = []
        self.refusing = refusing  # how many are still refused

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusing:
            self.refusing -= 1
            return "451 Try again later"
        message = message_from_bytes(envelope.original_content or b"", policy=default)
        self.messages.append(message)  # type: ignore[arg-type]
        return "250 OK"


def only(user: str, password: str) -> Any:
    """Lets in whoever knows the password."""

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: Any, given: Any) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (user.encode(), password.encode()))

    return authenticate


@contextmanager
def mail_server(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """The port of a real mail server that lasts as long as the block."""
    port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
