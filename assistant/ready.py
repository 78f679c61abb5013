"""Whether the assistant can start. Says so in half a second and in one sentence a fault, before Rasa is imported."""

from __future__ import annotations

import errno
import os
import socket
import sys
from contextlib import closing
from pathlib import Path

from assistant import paths
from assistant.call_backs.delivery import senders
from assistant.content.clinic import load_clinic
from assistant.content.faults import ContentError
from assistant.storage.database import StorageError
from assistant.train import MODEL, check_inputs
from assistant.understanding.encoder import EncoderError


def check_ready(model: Path = MODEL) -> None:
    """Check what the bot needs before it starts.

    Raises:
        SystemExit: with one sentence for each fault.
    """
    if not model.is_file():
        sys.exit(f"There is no trained model at {model}; run `make train`.")
    try:
        check_inputs()
    except (ContentError, EncoderError) as error:
        sys.exit(str(error))


def check_senders() -> None:
    """Check that what clinic.yml has sent can be sent.

    Raises:
        SystemExit: naming the secret or the database that is missing.
    """
    try:
        senders(load_clinic(paths.CLINIC))
    except StorageError as error:
        sys.exit(str(error))


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
    """Command line of `scripts/serve`, before it starts anything."""
    check_address(*address())
    check_ready()
    check_senders()
