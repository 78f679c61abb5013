"""The log: nothing in it that a patient wrote, at any level and in both formats, and each line with its request."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest
import structlog
from rasa.core.channels.channel import UserMessage
from sanic.response import text

from assistant import logs
from assistant.bot import load_bot
from assistant.channels.contract import ContractOutput
from assistant.logs import REQUEST_HEADER, REQUEST_ID
from tests.channels.client import Within

WORDS = "kumquat marmalade"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@pytest.fixture(autouse=True)
def as_it_was():
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    yield
    root.setLevel(before[0])
    root.handlers[:] = before[1]


@pytest.fixture
def configured(monkeypatch):
    """Configures the log for a level and a format."""

    def configure(level="DEBUG", form="text", libraries=""):
        monkeypatch.setattr(logs, "LEVEL", level)
        monkeypatch.setenv("LOG_FORMAT", form)
        monkeypatch.setenv("LOG_LIBRARIES", libraries)
        logs.configure()

    return configure


@pytest.fixture(scope="module")
def bot():
    return asyncio.run(load_bot(keeps=False))


def chat(bot, name):
    async def story():
        for message in (f"does it hurt, {WORDS}", f"/{WORDS.split()[0]}", "forget me", "yes"):
            await bot.handle_message(UserMessage(message, ContractOutput(), name))

    asyncio.run(story())


@pytest.mark.parametrize("form", logs.FORMATS)
@pytest.mark.parametrize("level", LEVELS)
def test_what_a_patient_writes_is_in_no_log(bot, configured, capsys, level, form):
    configured(level, form)
    chat(bot, f"{level} {form}")
    logged = capsys.readouterr().err
    assert not [word for word in WORDS.split() if word in logged]


def test_on_purpose_the_libraries_may_tell_it(bot, configured, capsys):
    configured("DEBUG", libraries="1")
    chat(bot, "on purpose")
    assert WORDS in capsys.readouterr().err


@pytest.mark.parametrize("level", LEVELS)
def test_our_own_lines_follow_the_level_and_those_of_libraries_only_warnings(configured, capsys, level):
    configured(level)
    for name in LEVELS:
        logging.getLogger("assistant.courier").log(logging.getLevelName(name), f"ours {name}")
        logging.getLogger("rasa.core.processor").log(logging.getLevelName(name), f"theirs {name}")
        getattr(structlog.get_logger(), name.lower())(f"events {name}", text=WORDS)
    logged = capsys.readouterr().err
    for number, name in enumerate(LEVELS):
        told = number >= LEVELS.index(level)
        assert (f"ours {name}" in logged) is told
        assert (f"theirs {name}" in logged) is (told and number >= 2)
        assert (f"events {name}" in logged) is (told and number >= 2)
    assert WORDS not in logged


@pytest.mark.parametrize("form", logs.FORMATS)
def test_of_an_error_the_kind_and_the_place_are_told_and_not_what_it_was_about(configured, capsys, form):
    configured("ERROR", form)
    try:
        raise ValueError(WORDS)
    except ValueError:
        logging.getLogger("sanic.error").exception("Exception occurred\nwhile handling %s", WORDS)
    logged = capsys.readouterr().err
    assert "Exception occurred" in logged and "ValueError" in logged and "test_logs.py" in logged
    assert WORDS not in logged


def test_a_line_of_json_has_its_time_level_logger_and_request(configured, capsys):
    configured("INFO", "json")
    logging.getLogger("assistant.serve").info("It says “hello”.")
    line = json.loads(capsys.readouterr().err)
    assert line.pop("time").startswith("20")
    assert line == {"level": "info", "logger": "assistant.serve", "request": "-", "message": "It says “hello”."}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("LEVEL", "LOUD", "LOG_LEVEL is 'LOUD'; expected DEBUG"), ("LOG_FORMAT", "xml", "LOG_FORMAT is 'xml'; expected text or json")],
)
def test_a_wrong_setting_stops_the_start(monkeypatch, name, value, said):
    if name == "LEVEL":
        monkeypatch.setattr(logs, name, value)
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=said):
        logs.configure()


# --- the request's name ---


def within():
    site = Within()
    logs.install(site._app)

    async def logged(_):
        logging.getLogger("assistant.channels").info("one line")
        return text("")

    site._app.add_route(logged, "/webhooks/website/logged")
    return site


def test_every_answer_names_its_request_and_so_does_every_line_of_the_log(configured, capsys):
    configured("INFO", "json")

    async def story():
        site = within()
        return [(await site.ask("GET", "/logged")).headers[REQUEST_HEADER] for _ in range(2)]

    names = asyncio.run(story())
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "one line" in line]
    assert [line["request"] for line in lines] == names
    assert len(set(names)) == 2
    assert all(REQUEST_ID.fullmatch(name) for name in names)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("0123abcd", True),
        ("7f3e2a90-1b2c-4d5e-8f90-abcdefabcdef", True),
        ("short", False),
        ("a" * 65, False),
        ("my name is anna", False),
        ("anna@mail.example", False),
        ('x" injected="1', False),
        ("", False),
    ],
)
def test_a_proxys_name_for_a_request_is_taken_only_where_it_is_a_plain_token(given, taken):
    async def story():
        return (await within().ask("GET", "/health", **{REQUEST_HEADER: given})).headers[REQUEST_HEADER]

    assert (asyncio.run(story()) == given) is taken


def test_requests_at_the_same_time_keep_their_names(configured, capsys):
    configured("INFO", "json")

    async def story():
        site = within()
        given = [f"request-{number}" for number in range(10)]
        answers = await asyncio.gather(*(site.ask("GET", "/logged", **{REQUEST_HEADER: name}) for name in given))
        return given, [answer.headers[REQUEST_HEADER] for answer in answers]

    given, told = asyncio.run(story())
    assert told == given
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "one line" in line]
    assert sorted(line["request"] for line in lines) == sorted(given)


def test_the_log_goes_to_standard_error(configured, capsys):
    configured("INFO")
    logging.getLogger("assistant").info("here")
    assert capsys.readouterr().out == ""
