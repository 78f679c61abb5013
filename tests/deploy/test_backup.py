"""The commands that the operator's page gives for backup and restore, for real but for the container they are run in."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from assistant.privacy.erasure import OPERATOR, erase
from assistant.storage import conversations
from assistant.storage.database import Database
from tests.servers import postgresql

from .settings import PAGE

PROGRAMS = Path(str(find_spec("pgserver").origin)).parent / "pginstall" / "bin"


def command(program: str) -> list[str]:
    """What the page runs in the container of PostgreSQL, once."""
    (found,) = re.findall(rf"exec -T postgres ({program} .*?) [<>] needling-\S+", PAGE.read_text(encoding="utf-8"))
    return [str(PROGRAMS / program), *shlex.split(found)[1:]]


@pytest.fixture
def environment():
    """As in the compose file: a user `needling`, who owns the server, and a database of that name."""
    environment = {**os.environ, "PGHOST": str(make_url(postgresql()).query["host"])}
    run = [str(PROGRAMS / "psql"), "--quiet", "--username=postgres", "--set=ON_ERROR_STOP=1", "--command"]
    subprocess.run([*run, "CREATE ROLE needling SUPERUSER LOGIN"], env=environment, check=True)
    subprocess.run([*run, "CREATE DATABASE needling OWNER needling"], env=environment, check=True)
    yield environment
    subprocess.run([*run, "DROP DATABASE needling WITH (FORCE)"], env=environment, check=True)
    subprocess.run([*run, "DROP ROLE needling"], env=environment, check=True)


def test_what_was_backed_up_is_there_again_after_a_restore_and_nothing_else_is(environment):
    url = make_url(postgresql()).set(username="needling", database="needling")
    database = Database(url.render_as_string(hide_password=False))
    said = [("a", {"event": "user", "text": text}) for text in ("does it hurt", "Tut es weh? 💉")]
    conversations.append(database, said)
    dump = subprocess.run(command("pg_dump"), env=environment, check=True, capture_output=True).stdout
    conversations.append(database, [("b", {"event": "user", "text": "said after the backup"})])
    erase(database, "a", OPERATOR)
    database.close()

    subprocess.run(command("pg_restore"), env=environment, check=True, input=dump)

    restored = Database(url.render_as_string(hide_password=False))
    try:
        assert conversations.every(restored, "a") == [event for _, event in said]
        assert not conversations.every(restored, "b")
        assert conversations.append(restored, [("a", {"event": "user", "text": "and on"})])  # the numbers go on where they were
    finally:
        restored.close()
