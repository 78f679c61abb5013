"""Every environment variable is explained where an operator looks for it, and every file of deploy/ names only such."""

from __future__ import annotations

import re

import pytest

from .settings import explained, read_by_the_code
from .tools import DEPLOY, compose

OF_THE_FILES = {"DOMAIN", "POSTGRES_PASSWORD", "VERSION", "BOT_SERVERS"}  # what compose.yml itself is filled in with


@pytest.mark.parametrize("name", sorted(read_by_the_code()))
def test_what_the_code_reads_is_explained(name):
    assert name in explained()


def test_what_is_explained_is_read():
    assert set(explained()) - read_by_the_code() == OF_THE_FILES


def test_the_example_has_what_the_compose_file_takes():
    example = set(re.findall(r"^(?:# )?([A-Z0-9_]+)=", (DEPLOY / "example.env").read_text(), re.MULTILINE))
    passed = {name for service in compose()["services"].values() for name, value in service.get("environment", {}).items() if value is None}
    taken = set(re.findall(r"\$\{([A-Z0-9_]+)", (DEPLOY / "compose.yml").read_text())) | passed
    assert example == taken
    assert example <= set(explained())


@pytest.mark.parametrize("name", ["bot", "actions"])
def test_the_containers_get_only_what_the_code_reads(name):
    assert set(compose()["services"][name]["environment"]) <= read_by_the_code()


def test_every_secret_of_a_channel_reaches_the_bot():
    wanted = {name for name in read_by_the_code() if re.match(r"(TWILIO|MESSENGER|TELEGRAM|SLACK|SMTP|CALL_BACK)_", name)}
    assert wanted <= set(compose()["services"]["bot"]["environment"])
