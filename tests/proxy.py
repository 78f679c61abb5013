"""A real Caddy with deploy/Caddyfile, in front of servers on addresses of this machine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from pathlib import Path
from threading import Thread
from typing import Any

from assistant.paths import ROOT
from tests.servers import free_port, listens

CADDY = ROOT / "build" / "deploy-tools" / "bin" / "caddy"
STARTS = 20  # seconds until something that starts counts as failed


def lacking() -> str:
    """What this computer lacks for it, or nothing."""
    if not CADDY.exists():
        return "there is no Caddy; scripts/deploy-tools installs it or says why it cannot"
    try:
        with socket.socket() as probe:
            probe.bind(("127.0.0.2", 0))
    except OSError:
        return "this system has no address 127.0.0.2, where a server behind the proxy would be"
    return ""


def wait_for(port: int, address: str = "127.0.0.1") -> None:
    """Wait until somebody listens."""
    end = time.monotonic() + STARTS
    while not listens(port, address):
        if time.monotonic() > end:
            raise RuntimeError(f"nothing listens on {address}:{port}")
        time.sleep(0.05)


class Names:
    """A container network's name server: answers every question for an IPv4 address with all of them, dead or alive (RFC 1035)."""

    def __init__(self, addresses: list[str]) -> None:
        self.addresses = addresses
        self._socket = socket.socket(type=socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            asked, client = self._socket.recvfrom(512)
            end = asked.index(b"\0", 12) + 5  # the question: a name, its type, its class
            found = [socket.inet_aton(address) for address in self.addresses] if asked[end - 4 : end - 2] == b"\0\1" else []
            header = asked[:2] + b"\x85\x80\0\1" + len(found).to_bytes(2, "big") + bytes(4)
            records = b"".join(b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4" + address for address in found)
            self._socket.sendto(header + asked[12:end] + records, client)


class Proxy:
    """Caddy as deploy/Caddyfile has it, but for the ports, TLS, where it asks for names, and its patience.

    Args:
        folder: for its configuration and its certificates.
        bot_port: where every server behind it listens.
        addresses: of the servers; a list that may change.
        domain: as the Caddyfile has it, with a blank for the port.
        patience: seconds for which a request waits for a server.
    """

    def __init__(
        self, folder: Path, bot_port: int, addresses: list[str], domain: str = "http://localhost:{port}", patience: float | None = None
    ) -> None:
        self.port, self.http_port = free_port(), free_port()
        self.base = domain.format(port=self.port)
        command = [CADDY, "adapt", "--config", ROOT / "deploy" / "Caddyfile"]
        adapted = subprocess.run(command, env={**os.environ, "DOMAIN": self.base}, check=True, capture_output=True, text=True)
        configuration = json.loads(adapted.stdout)
        configuration["admin"] = {"disabled": True, **configuration["admin"]}
        configuration["apps"]["http"]["http_port"] = self.http_port
        names = Names(addresses)
        for upstreams in found(configuration, "dynamic_upstreams"):
            if upstreams["name"] != "bot":
                raise ValueError(f"deploy/Caddyfile forwards to {upstreams['name']}")
            upstreams.update(port=str(bot_port), resolver={"addresses": [f"udp/127.0.0.1:{names.port}"]})
        for balancing in found(configuration, "load_balancing") if patience else ():
            balancing["try_duration"] = f"{patience}s"
        file = folder / "caddy.json"
        file.write_text(json.dumps(configuration))
        given = {**os.environ, "XDG_DATA_HOME": str(folder), "HOME": str(folder)}
        self._process = subprocess.Popen([CADDY, "run", "--config", file], env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.port)

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


def found(tree: Any, key: str) -> list[Any]:
    """Every value under a key, however deep."""
    if isinstance(tree, list):
        return [value for item in tree for value in found(item, key)]
    if isinstance(tree, dict):
        return ([tree[key]] if key in tree else []) + [value for item in tree.values() for value in found(item, key)]
    return []
