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
from assistant.storage.database import Database, StorageError, database_url
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
        SystemExit: naming the secret that is missing.
    """
    senders(load_clinic(paths.CLINIC))


def check_database() -> None:
    """Check that the database can be used; it is opened anew by each process that serves.

    Raises:
        SystemExit: in one sentence.
    """
    try:
        Database(database_url()).close()
    except StorageError as error:
        sys.exit(str(error))


def address(host: str = "HOST", port: str = "PORT", default: str = "5005") -> tuple[str, int]:
    """HOST and PORT of the environment; only this machine can connect unless HOST says otherwise.

    Args:
        host, port: the names of the variables.
        default: the port where none is given.

    Raises:
        SystemExit: if PORT is no port.
    """
    return os.environ.get(host, "127.0.0.1"), whole_number(port, default, 65535)


def whole_number(name: str, default: str, most: int) -> int:
    """A variable of the environment that is a number from 1.

    Raises:
        SystemExit: if it is none.
    """
    given = os.environ.get(name, default)
    if not given.isdecimal() or not 0 < int(given) <= most:
        sys.exit(f"{name} is {given!r}; expected a number from 1 to {most}.")
    return int(given)


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
