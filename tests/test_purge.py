"""`make purge`: what it says, and that a database it cannot use is a sentence."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from assistant.paths import ROOT
from assistant.storage.schema import EVENTS
from tests.privacy.conftest import Kept


def run(path, *arguments):
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{path}"}
    return subprocess.run(
        [sys.executable, "-m", "assistant", "purge", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def kept(tmp_path):
    return Kept(f"sqlite:///{tmp_path / 'assistant.db'}")


def test_it_says_what_it_deleted(kept, tmp_path):
    kept.say("old", "hello", 31)
    kept.say("new", "hello")
    done = run(tmp_path / "assistant.db")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 events of conversations deleted; 30 days are kept." in done.stdout
    assert kept.rows(EVENTS.c.conversation) == [("new",), ("new",)]


def test_it_deletes_one_conversation_on_demand(kept, tmp_path):
    kept.say("wanted", "hello")
    kept.say("other", "hello")
    assert run(tmp_path / "assistant.db", "--forget", "wanted").stdout == "2 events deleted, 1 of them messages.\n"
    assert kept.rows(EVENTS.c.conversation) == [("other",), ("other",)]


def test_an_unknown_conversation_is_a_sentence(kept, tmp_path):
    done = run(tmp_path / "assistant.db", "--forget", "nobody")
    assert (done.returncode, done.stdout) == (0, "There is no conversation of that name: nothing was deleted.\n")


@pytest.mark.parametrize(
    ("content", "said"), [(b"this is no database" * 1000, "is damaged"), (None, "does not answer")], ids=["damaged", "out of reach"]
)
def test_a_database_that_cannot_be_used_is_a_sentence(tmp_path, content, said):
    path = tmp_path / "assistant.db" if content else tmp_path / "missing" / "assistant.db"
    if content:
        path.write_bytes(content)
    done = run(path)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
