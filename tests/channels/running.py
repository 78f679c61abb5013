"""The real server with every messaging channel switched on, in a process of its own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from sqlalchemy import func, select, update

from assistant.paths import ROOT
from assistant.storage.database import Database
from assistant.storage.schema import OUTBOX, RECEIVED
from tests.channels.platforms import PLATFORMS, SECRETS, Platform, Webhook

SECRET = "of-these-tests-only-" * 4


class Running(NamedTuple):
    """A server."""

    process: subprocess.Popen
    base: str
    database: Database
    log: Path

    def receive(self, platform: Platform, webhook: Webhook) -> tuple[int, bytes]:
        """The status and body that a webhook gets."""
        query = f"?{webhook.query}" if webhook.query else ""
        data = webhook.body if webhook.method != "GET" else None
        request = Request(self.base + platform.path + query, data, webhook.headers, method=webhook.method)
        try:
            with urlopen(request, timeout=30) as response:
                return response.status, response.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()

    def taken_in(self) -> int:
        """How many messages were taken in."""
        with self.database.begin() as connection:
            return connection.execute(select(func.count()).select_from(RECEIVED)).scalar() or 0

    def let_leases_end(self) -> None:
        """What would be so in a minute: what a dead server had claimed is anybody's."""
        with self.database.begin() as connection:
            connection.execute(update(OUTBOX).values(claimed_until=0.0, due=0.0))


def credentials(platforms_at: str) -> str:
    """credentials.yml as it stands, with every messaging channel switched on by taking the # away, at another address."""
    lines = (ROOT / "credentials.yml").read_text(encoding="utf-8").splitlines()
    switched = [re.sub(r"^# (assistant\.channels\..*|  \w+: .*)$", r"\1", line) for line in lines]
    text = "\n".join(switched)
    for platform in {platform.channel: platform for platform in PLATFORMS}.values():
        name = f"{platform.channel.__module__}.{platform.channel.__name__}:\n"
        assert f"\n{name}" in text, f"credentials.yml does not list {name}"
        text = text.replace(name, f"{name}  api_url: {platforms_at}/{platform.api}\n")
    return text


def environment(folder: Path, **more: str) -> dict[str, str]:
    given = {"NEEDLING_SECRET": SECRET, "NEEDLING_STATE": str(folder), "NEEDLING_CREDENTIALS": str(folder / "credentials.yml")}
    return {**{name: value for name, value in os.environ.items() if name != "DATABASE_URL"}, **SECRETS, **given, **more}


@contextmanager
def running(folder: Path, platforms_at: str) -> Iterator[Running]:
    """A server that is ready; its state is in the folder."""
    (folder / "credentials.yml").write_text(credentials(platforms_at), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log"
    with log.open("a") as lines:
        process: Any = subprocess.Popen(
            [sys.executable, "-m", "assistant", "serve"], cwd=ROOT, env=environment(folder, PORT=str(port)), stdout=lines, stderr=lines
        )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1200):
            assert process.poll() is None, f"the server ended instead of starting: {log.read_text()}"
            try:
                urlopen(f"{base}/webhooks/website/ready").close()
                break
            except (URLError, ConnectionError):
                time.sleep(0.1)
        opened = Database(f"sqlite:///{folder / 'assistant.db'}")
        yield Running(process, base, opened, log)
        opened.close()
    finally:
        process.terminate()
        process.wait(timeout=40)
