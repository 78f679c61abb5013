"""A fake bot server, and a fake container network whose name `bot` has several of them."""

from __future__ import annotations

import json
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

TAKES = 0.03  # seconds a request takes, so that a killed server leaves some unanswered


class Bot(BaseHTTPRequestHandler):
    """Tells which server was asked what."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        time.sleep(TAKES)
        told = {"server": self.server.server_address[0], "path": self.path, "bytes": len(body), "headers": dict(self.headers)}
        answer = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("Content-Security-Policy", "default-src 'self'")
        self.send_header("Referrer-Policy", "same-origin")
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_DELETE = do_GET  # noqa: N815, as http.server has it

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Names:
    """Answers every question for an IPv4 address with all of them, dead or alive (RFC 1035)."""

    def __init__(self, addresses: list[str]) -> None:
        self._addresses = [socket.inet_aton(address) for address in addresses]
        self._socket = socket.socket(type=socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            asked, client = self._socket.recvfrom(512)
            end = asked.index(b"\0", 12) + 5  # the question: a name, its type, its class
            found = self._addresses if asked[end - 4 : end - 2] == b"\0\1" else []
            header = asked[:2] + b"\x85\x80\0\1" + len(found).to_bytes(2, "big") + bytes(4)
            records = b"".join(b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4" + address for address in found)
            self._socket.sendto(header + asked[12:end] + records, client)


if __name__ == "__main__":
    ThreadingHTTPServer.request_queue_size = 128
    ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Bot).serve_forever()
