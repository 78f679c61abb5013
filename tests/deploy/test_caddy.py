"""The reverse proxy, for real: Caddy in front of two bot servers, of which one is killed."""

from __future__ import annotations

import json
import os
import re
import ssl
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest

from assistant.channels.problems import STATUS
from assistant.content.faults import read_yaml
from assistant.paths import ROOT
from assistant.serve import LONGEST_BODY
from tests.proxy import Proxy, lacking, wait_for
from tests.servers import free_port

from .tools import DEPLOY, run

SERVERS = ["127.0.0.2", "127.0.0.3"]
PROBLEM = read_yaml(ROOT / "assistant" / "channels" / "openapi.yml")["components"]["schemas"]["Problem"]


@contextmanager
def process(*command: str, **environment: str):
    running = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


class Cluster:
    """The proxy, and the fake bot servers behind it."""

    def __init__(self, stack: ExitStack, directory: Path, domain: str = "http://localhost:{port}", patience: float = 20) -> None:
        self._stack = stack
        self._bot_port = free_port()
        self.servers: dict[str, subprocess.Popen] = {}
        proxy = Proxy(directory, self._bot_port, SERVERS, domain, patience)
        stack.callback(proxy.stop)
        self.port, self.http_port = proxy.port, proxy.http_port

    def start(self, *addresses: str) -> None:
        for address in addresses:
            command = [sys.executable, "-m", "tests.deploy.upstream", address, str(self._bot_port)]
            self.servers[address] = self._stack.enter_context(process(*command))
        for address in addresses:
            wait_for(self._bot_port, address)

    def ask(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> tuple[int, Any, Any]:
        connection = HTTPConnection("localhost", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def stack():
    if reason := lacking():
        pytest.skip(reason)
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def cluster(stack, tmp_path_factory):
    cluster = Cluster(stack, tmp_path_factory.mktemp("caddy"))
    cluster.start(*SERVERS)
    return cluster


def test_the_caddyfile_is_valid_and_formatted():
    result = run("caddy", "validate", "--config", DEPLOY / "Caddyfile", env={**os.environ, "DOMAIN": "chat.clinic.example"})
    assert result.returncode == 0, result.stderr
    assert run("caddy", "fmt", "--diff", DEPLOY / "Caddyfile").returncode == 0


def test_requests_are_spread_over_the_servers(cluster):
    asked = Counter(json.loads(cluster.ask("/webhooks/website/history")[2])["server"] for _ in range(60))
    assert set(asked) == set(SERVERS)
    assert min(asked.values()) >= 10


@pytest.mark.parametrize("path", ["/", "/widget/needling-chat.js", "/webhooks/website/messages", "/webhooks/twilio/webhook"])
def test_what_patients_need_is_forwarded(cluster, path):
    status, _, body = cluster.ask(path)
    assert (status, json.loads(body)["path"]) == (200, path)


@pytest.mark.parametrize(
    "path",
    [
        "/metrics", "/metrics/", "/health", "/ready", "/model", "/status", "/conversations/a/tracker", "/webhooks", "/webhooks/",
        "/webhooks/rest/webhook", "/webhooks/callback/webhook", "/webhooks/websites/messages", "/socket.io/", "/demo.html", "/.env",
        "/widget/../metrics", "/widget/%2e%2e/metrics", "/widget/..%2fmetrics", "/webhooks/website/../../metrics", "//metrics", "/METRICS",
        "/webhooks/website/%2e%2e/rest/webhook", "/webhooks/website/..%2Frest/webhook",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_was_not_meant_for_the_public_is_refused(cluster, path, method):
    status, headers, body = cluster.ask(path, method, b"{}" if method == "POST" else None)
    assert status == 404
    assert headers["Content-Type"] == "application/problem+json"
    problem = json.loads(body)
    assert set(problem) == set(PROBLEM["required"])
    assert problem["status"] == 404


def test_a_body_that_is_too_big_is_refused_whether_it_says_its_length_or_not(cluster):
    def in_pieces():
        yield from [b"x" * 1024] * (LONGEST_BODY // 1024 + 1)

    assert cluster.ask("/webhooks/website/messages", "POST", b"x" * LONGEST_BODY)[0] == 200
    for body in (b"x" * (LONGEST_BODY + 1), in_pieces()):
        status, headers, _ = cluster.ask("/webhooks/website/messages", "POST", body)
        assert status == STATUS["too-large"][0]
        assert headers["Content-Type"] == "application/problem+json"


def test_headers_that_are_too_big_are_refused(cluster):
    assert cluster.ask("/", X_Big="x" * 40_000)[0] == 431


def test_the_address_of_a_patient_cannot_be_forged(cluster):
    told = json.loads(cluster.ask("/", X_Forwarded_For="203.0.113.7", X_Forwarded_Host="evil.example")[2])["headers"]
    assert told["X-Forwarded-For"] in ("127.0.0.1", "::1")
    assert told["X-Forwarded-Host"].startswith("localhost")


def test_security_headers_are_added_and_those_of_the_bot_kept(cluster):
    for path in ("/", "/metrics"):
        headers = cluster.ask(path)[1]
        assert "max-age=31536000" in headers["Strict-Transport-Security"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == ("same-origin" if path == "/" else "no-referrer")
        assert not {"Server", "Via"} & set(headers.keys())
    assert cluster.ask("/")[1].get_all("Content-Security-Policy") == ["default-src 'self'"]


def test_another_host_name_gets_nothing(cluster):
    status, _, body = cluster.ask("/webhooks/website/history", Host="evil.example")
    assert not body
    assert status in (200, 404, 421)


def test_a_killed_server_loses_no_request(stack, tmp_path):
    cluster = Cluster(stack, tmp_path)
    cluster.start(*SERVERS)

    def send(number: int) -> tuple[int, str, int]:
        if number == 100:
            cluster.servers[SERVERS[0]].kill()
        status, _, body = cluster.ask("/webhooks/website/messages", "POST", json.dumps({"message": "x" * number}))
        told = json.loads(body)
        return status, told["server"], told["bytes"]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, range(400)))
    assert {status for status, _, _ in answers} == {200}
    assert [size for _, _, size in answers] == [len(json.dumps({"message": "x" * number})) for number in range(400)]
    assert {server for _, server, _ in answers[:100]} == set(SERVERS)
    assert {server for _, server, _ in answers[200:]} == {SERVERS[1]}


def test_patients_wait_for_a_restart_and_are_told_when_it_does_not_come(stack, tmp_path):
    cluster = Cluster(stack, tmp_path, patience=8)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(cluster.ask, "/webhooks/website/messages", "POST", b"{}")
        time.sleep(0.5)
        assert not waiting.done()
        cluster.start(SERVERS[0])
        assert waiting.result()[0] == 200
    cluster.servers[SERVERS[0]].kill()
    status, headers, body = cluster.ask("/webhooks/website/messages", "POST", b"{}")
    assert status in (502, 503)
    assert headers["Retry-After"] == "5"
    assert json.loads(body)["status"] == status


def test_browsers_are_sent_to_tls(stack, tmp_path):
    cluster = Cluster(stack, tmp_path, domain="https://localhost:{port}")
    cluster.start(SERVERS[0])
    plain = HTTPConnection("localhost", cluster.http_port, timeout=30)
    plain.request("GET", "/widget/setup.html")
    response = plain.getresponse()
    assert response.status in (301, 308)
    assert re.match(r"https://localhost(:\d+)?/widget/setup\.html$", response.headers["Location"])
    # The certificate of a name that no authority signs for is Caddy's own
    secure = HTTPSConnection("localhost", cluster.port, timeout=30, context=ssl._create_unverified_context())
    secure.request("GET", "/")
    response = secure.getresponse()
    assert (response.status, json.loads(response.read())["headers"]["X-Forwarded-Proto"]) == (200, "https")


def test_the_limits_are_those_of_the_bot():
    text = (DEPLOY / "Caddyfile").read_text()
    assert f"> {LONGEST_BODY}`" in text
    assert f"max_size {LONGEST_BODY // 1024}KiB" in text
