"""The running server with every messaging channel on: attacks, real answers, and a server that is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from urllib.parse import unquote_plus

import pytest

from assistant.channels.credentials import channels_of
from assistant.paths import ROOT
from assistant.storage import outbox
from tests.channels.attacks import AGAIN, ATTACKED, ATTACKS, WORDS, genuine, try_all
from tests.channels.platforms import PLATFORMS, SECRETS, Failure, FakePlatforms
from tests.channels.running import SECRET, credentials, environment, running
from tests.documents import CHANNELS, channels, page


@pytest.fixture(scope="module")
def fake():
    with FakePlatforms() as platforms:
        yield platforms
    assert platforms.wrong == []


@pytest.fixture(scope="module")
def server(tmp_path_factory, fake):
    with running(tmp_path_factory.mktemp("server"), fake.base) as started:
        yield started


@pytest.fixture(scope="module")
def tried(server):
    return try_all(server)


@pytest.mark.parametrize("platform", ATTACKED, ids=[platform.name for platform in ATTACKED])
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_gets_nothing_and_does_nothing(tried, attack, platform):
    outcome = tried[attack][platform.name]
    assert outcome.taken_in == 0
    if outcome.untried or attack == AGAIN:
        return
    assert outcome.status in (401, 403, 405, 413) or (attack in ("stale", "signed, but empty") and outcome.status == 200)
    if outcome.status in (401, 403):
        assert outcome.body == b""
    assert WORDS.encode() not in outcome.body


@pytest.mark.parametrize("platform", ATTACKED, ids=[platform.name for platform in ATTACKED])
def test_what_the_attacks_alter_is_taken_in_unaltered(server, platform):
    before = server.taken_in()
    assert server.receive(platform, genuine(platform, 77))[0] == 200
    assert server.taken_in() == before + 1


def test_the_table_of_attacks_is_what_they_got(tried):
    assert CHANNELS.read_text(encoding="utf-8") == page(channels(tried)), "run `make documents`"


def test_every_refusal_is_one_line_of_the_log_without_a_word_or_a_secret(server, tried):
    log = server.log.read_text()
    refused = sum(outcome.status == 403 for outcomes in tried.values() for outcome in outcomes.values())
    assert log.count(" was refused: ") >= refused > 30
    assert WORDS not in log
    assert not [name for name, secret in SECRETS.items() if secret in log]
    assert not [platform.name for platform in PLATFORMS if platform.sender.lstrip("+") in unquote_plus(log)]


def waiting(server):
    return outbox.waiting(server.database)


@pytest.mark.parametrize("platform", PLATFORMS, ids=[platform.name for platform in PLATFORMS])
def test_a_patient_is_answered_picks_by_number_and_is_warned_before_all_else(server, fake, platform):
    def say(text, number):
        before = len(fake.sent)
        assert server.receive(platform, platform.says(text, number))[0] == 200
        until = time.monotonic() + 20
        while len(fake.sent) == before or waiting(server):
            assert time.monotonic() < until
            time.sleep(0.02)
        return "\n".join("\n".join([sent.text, *sent.choices]) for sent in fake.sent[before:])

    assert "In an emergency, call" in say("menu", 500)
    assert "lung" in say("4", 501)
    assert "lung" in say("3", 502).lower() and "Sources: " in fake.sent[-1].text
    assert say("I had needling on my back yesterday and now it hurts to breathe in", 503).startswith("This could be an emergency.")


def test_replies_outlive_a_server_that_is_killed_before_they_were_sent_and_come_once(tmp_path):
    with FakePlatforms() as fake:
        fake.failures = [Failure(500)] * 10_000
        with running(tmp_path, fake.base) as first:
            for number, platform in enumerate(PLATFORMS):
                assert first.receive(platform, platform.says("does it hurt", number))[0] == 200
            first.process.send_signal(signal.SIGKILL)
            first.process.wait()
            first.let_leases_end()
        assert fake.sent == []
        fake.failures = []
        with running(tmp_path, fake.base) as second:
            told = {platform.sender: 0 for platform in PLATFORMS}
            until = time.monotonic() + 30
            while (waiting(second) or not fake.sent) and time.monotonic() < until:
                time.sleep(0.05)
            for number, platform in enumerate(PLATFORMS):  # as a platform does that got no answer in time
                assert second.receive(platform, platform.says("does it hurt", number))[0] == 200
            time.sleep(1)
            assert waiting(second) == {} and fake.wrong == []
            for sent in fake.sent:
                told[sent.to] += sent.text.count("Most people feel a small prick")
    assert told == {platform.sender: 1 for platform in PLATFORMS}


# --- the start ---


@pytest.fixture
def switched_on(tmp_path, monkeypatch):
    """A credentials file with every channel on, and every secret set."""
    for name, value in {**SECRETS, "NEEDLING_SECRET": SECRET}.items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "credentials.yml"
    path.write_text(credentials("http://127.0.0.1:9"), encoding="utf-8")
    return path


def test_with_every_secret_every_channel_is_on(switched_on):
    assert {channel.name() for channel in channels_of(switched_on)} == {"website", "twilio", "messenger", "telegram", "slack"}


def test_every_variable_that_is_not_set_is_told_with_its_setting(switched_on, monkeypatch):
    monkeypatch.delenv("TELEGRAM_TOKEN")
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    with pytest.raises(SystemExit) as caught:
        channels_of(switched_on)
    first, second = str(caught.value).splitlines()
    assert "'token' is to come from TELEGRAM_TOKEN" in first and "'bot_token' is to come from SLACK_BOT_TOKEN" in second


@pytest.mark.parametrize(("variable", "said"), [("TWILIO_AUTH_TOKEN", "'auth_token'"), ("NEEDLING_SECRET", "NEEDLING_SECRET is not set")])
def test_an_empty_secret_is_none(switched_on, monkeypatch, variable, said):
    monkeypatch.setenv(variable, "")
    with pytest.raises(SystemExit, match=said) as caught:
        channels_of(switched_on)
    assert variable in str(caught.value)


def test_a_missing_secret_stops_the_start_in_one_sentence(tmp_path):
    (tmp_path / "credentials.yml").write_text(credentials("http://127.0.0.1:9"), encoding="utf-8")
    given = environment(tmp_path, PORT="5997")
    del given["SLACK_SIGNING_SECRET"]
    result = subprocess.run([sys.executable, "-m", "assistant", "serve"], cwd=ROOT, env=given, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1 and "SLACK_SIGNING_SECRET" in result.stderr


def test_as_it_stands_no_messaging_channel_is_on():
    assert [channel.name() for channel in channels_of(ROOT / "credentials.yml")] == ["website"]


# --- the pages ---


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="the pages use curl and openssl")
@pytest.mark.parametrize("name", [platform.channel.name() for platform in ATTACKED])
def test_the_commands_of_the_page_are_accepted_by_the_server(server, name):
    page_of_channel = (ROOT / "docs" / "channels" / f"{name}.md").read_text(encoding="utf-8")
    _, commands, _ = page_of_channel.split("## Try it from a terminal")[1].split("```", 2)
    script = commands.replace("http://", "").replace("localhost:5005", server.base).replace("YOUR_ID", "1111119")
    before = server.taken_in()
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], env={**os.environ, **SECRETS}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "HTTP/1.1 200 OK" in done.stdout, done.stdout
    assert server.taken_in() == before + 1


@pytest.mark.parametrize("platform", ATTACKED, ids=[platform.name for platform in ATTACKED])
def test_a_page_and_the_credentials_name_every_setting_and_every_variable(platform):
    page_of_channel = (ROOT / "docs" / "channels" / f"{platform.channel.name()}.md").read_text(encoding="utf-8")
    listed = (ROOT / "credentials.yml").read_text(encoding="utf-8")
    assert f"docs/channels/{platform.channel.name()}.md" in listed
    for name, variable in platform.channel.REQUIRED.items():
        assert f"`{variable}`" in page_of_channel and f"#   {name}: ${{{variable}}}" in listed
    for name in (*platform.channel.OPTIONAL, "messages_per_minute"):
        assert f"`{name}`" in page_of_channel
