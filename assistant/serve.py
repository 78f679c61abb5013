"""The server: the channels of credentials.yml, and the demo clinic page."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
from asyncio import AbstractEventLoop
from contextlib import closing

from rasa.core.channels.channel import register
from rasa.core.run import close_resources, create_http_input_channels
from sanic import Sanic

from assistant import paths
from assistant.bot import check_ready, load_bot

LONGEST_BODY = 64 * 1024  # bytes; a chat message is a few hundred
PAGE = paths.ROOT / "widget"


def make_app() -> Sanic:
    """The web application. It serves the channels and the page, and none of Rasa's own HTTP API."""
    app = Sanic("dry_needling_assistant", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LONGEST_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    register(create_http_input_channels(None, str(paths.ROOT / "credentials.yml")), app, route="/webhooks/")
    app.static("/", str(PAGE / "demo.html"), name="page", content_type="text/html; charset=utf-8")
    app.static("/widget", str(PAGE), name="widget")
    app.register_listener(_load, "before_server_start")
    app.register_listener(_announce, "after_server_start")
    app.register_listener(close_resources, "after_server_stop")
    return app


async def _load(app: Sanic, loop: AbstractEventLoop) -> None:
    app.ctx.agent = await load_bot()


async def _announce(app: Sanic, loop: AbstractEventLoop) -> None:
    host, port = address()
    print(f"The assistant is running. Open http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}/", flush=True)  # noqa: S104


def address() -> tuple[str, int]:
    """HOST and PORT of the environment; only this machine can connect unless HOST says otherwise.

    Raises:
        SystemExit: if PORT is no port.
    """
    port = os.environ.get("PORT", "5005")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        sys.exit(f"PORT is {port!r}; expected a number from 1 to 65535.")
    return os.environ.get("HOST", "127.0.0.1"), int(port)


def check_address(host: str, port: int) -> None:
    """Check that the address is free, before seconds are spent on loading.

    Raises:
        SystemExit: saying what to do if it is not.
    """
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            what = "is in use; stop what uses it or choose another with PORT=5006" if error.errno == errno.EADDRINUSE else error.strerror
            sys.exit(f"Port {port} on {host} {what}.")


def main() -> None:
    """Command line of `make run`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="check that everything is ready, and start nothing")
    wanted = parser.parse_args()
    host, port = address()
    check_address(host, port)
    check_ready()
    if wanted.check:
        return
    make_app().run(host=host, port=port, access_log=False, debug=False)
