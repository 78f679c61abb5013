"""The form through the trained bot and a real action server: every way it can end, and what is kept of it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from itertools import count

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.domain import SessionConfig
from rasa.shared.core.events import UserUttered
from sqlalchemy import select

from assistant import logs, paths
from assistant.bot import load_bot
from assistant.channels.contract import ContractOutput
from assistant.components.action_endpoint import ActionEndpoint
from assistant.content.reply import ASK_TO_CALL
from assistant.storage import database as with_database
from assistant.storage.schema import CALL_BACKS, METADATA
from tests.servers import free_port, listens

NAME, PHONE, TIME = "Zebedee Quill", "07700 900871", "tuesday after 4, my sciatica is grumbling"
ASK = "can somebody ring me back please"
NUMBERS = count()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("form")


@pytest.fixture(scope="module")
def given(folder):
    """The environment of both processes."""
    port = str(free_port())
    given = {
        "DATABASE_URL": f"sqlite:///{folder / 'assistant.db'}",
        "ACTIONS_PORT": port,
        "ACTIONS_URL": f"http://127.0.0.1:{port}/webhook",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        with_database.database.cache_clear()
        yield given
        with_database.database().close()
    with_database.database.cache_clear()


@pytest.fixture(scope="module")
def action_server(given, folder):
    with (folder / "actions.log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-m", "actions"], cwd=paths.ROOT, env={**os.environ, **given}, stdout=log, stderr=log)
        while not listens(int(given["ACTIONS_PORT"])):
            assert server.poll() is None, (folder / "actions.log").read_text()
            time.sleep(0.1)
        yield server
        server.terminate()
        server.wait(timeout=10)


@pytest.fixture(scope="module")
def bot(given):
    logs.configure()
    return asyncio.run(load_bot())


class Chat:
    """One conversation."""

    def __init__(self, bot):
        self._bot = bot
        self.name = f"conversation {next(NUMBERS)}"

    def say(self, *messages):
        """The replies to the last of the messages."""
        for message in messages:
            output = ContractOutput()
            asyncio.run(self._bot.handle_message(UserMessage(message, output, self.name, input_channel="website")))
            assert output.replies and all(reply["text"].strip() for reply in output.replies), message
        return output.replies

    def tracker(self):
        return asyncio.run(self._bot.tracker_store.retrieve(self.name))

    def is_asked(self):
        return self.tracker().active_loop_name is not None

    def row(self):
        """What the table of requests has of the conversation."""
        with with_database.database().read() as connection:
            rows = connection.execute(select(CALL_BACKS).where(CALL_BACKS.c.conversation == self.name)).all()
        assert len(rows) < 2
        return rows[0] if rows else None


@pytest.fixture
def chat(bot, action_server):
    return Chat(bot)


@pytest.fixture
def alone(bot, monkeypatch):
    """A conversation while there is no action server."""
    monkeypatch.setattr(bot.processor, "action_endpoint", ActionEndpoint(f"http://127.0.0.1:{free_port()}/webhook"))
    return Chat(bot)


def the_only(replies):
    (reply,) = replies
    return reply


# --- the way through ---


def test_four_answers_make_a_request(chat):
    begun = the_only(chat.say(ASK))
    assert (begun["kind"], begun["topics"]) == ("handoff", ["talk_to_person"])
    assert "name" in begun["text"] and "health" in begun["text"] and "cancel" in begun["text"]
    assert "number" in the_only(chat.say(NAME))["text"]
    assert "time" in the_only(chat.say(PHONE))["text"]
    asked = the_only(chat.say(TIME))
    assert asked["buttons"][0]["payload"] == "Booking a visit"
    done = the_only(chat.say("Booking a visit"))
    assert "working day" in done["text"] and ("open now" in done["text"] or "closed now" in done["text"])
    row = chat.row()
    assert (row.state, row.name, row.contact, row.good_time, row.topic, row.channel) == (
        "open", NAME, "+44 7700 900871", "tuesday after 4", "booking", "website",
    )  # fmt: skip
    assert not chat.is_asked()
    assert the_only(chat.say("how much does it cost"))["topics"] == ["price"]


@pytest.mark.parametrize("message", [ASK_TO_CALL, "call me back", "I'd like someone to phone me"])
def test_it_begins_by_the_button_and_by_many_words(chat, message):
    chat.say(message)
    assert chat.is_asked() and chat.row().state == "draft"


def test_the_button_is_also_chosen_by_its_number(chat):
    offered = the_only(chat.say("I want to talk to a person"))["buttons"]
    assert offered[0]["payload"] == ASK_TO_CALL
    chat.say("1")
    assert chat.is_asked()


@pytest.mark.parametrize(
    ("answer", "topic"),
    [
        ("1", "booking"), ("prices", "prices"), ("A question about treatment", "treatment"), ("4", "other"), ("skip", ""), ("5", ""),
        ("no", ""), ("my neck is stiff", "treatment"), ("what I owe you", "prices"), ("blah blah", "other"),
    ],
)  # fmt: skip
def test_the_topic_is_one_of_the_clinics_list_or_none_and_never_the_words(chat, answer, topic):
    chat.say(ASK, NAME, PHONE, "any time", answer)
    row = chat.row()
    assert row.state == "open" and row.topic in ({topic, "other"} if " " in answer else {topic})


def test_a_second_request_of_a_conversation_is_another(chat):
    chat.say(ASK, NAME, PHONE, "any time", "skip", ASK, "Somebody Else", "dawn@mail.example", "mornings", "skip")
    with with_database.database().read() as connection:
        rows = connection.execute(select(CALL_BACKS).where(CALL_BACKS.c.conversation == chat.name)).all()
    assert sorted(row.name for row in rows) == ["Somebody Else", NAME]


@pytest.mark.parametrize(
    "name",
    [
        "Dawn Price",
        "May Hope",
        "Will Sharp",
        "Bill Cash",
        "Rose Needle",
        "Hope Cost",
        "Mark Booker",
        "Nguyễn Thị Minh Khai",
        "李小龙",
        "Faith Payne",
    ],
)
def test_a_name_is_taken_as_a_name(chat, name):
    chat.say(ASK, name)
    assert chat.row().name == name


def test_a_greeting_or_a_yes_is_no_name(chat):
    for word in ("yes", "ok", "Hello", "/restart", ASK_TO_CALL, "please call me"):
        assert "name" in the_only(chat.say(ASK if word == "yes" else word))["text"]
    assert chat.row().name == ""


# --- every other way it ends ---

SO_FAR = [[ASK], [ASK, NAME], [ASK, NAME, PHONE], [ASK, NAME, PHONE, "any time"]]
every_question = pytest.mark.parametrize("so_far", SO_FAR, ids=["name", "contact", "time", "topic"])


@every_question
@pytest.mark.parametrize("stop", ["cancel", "Never mind", "no, stop please"])
def test_cancel_ends_it_and_deletes_what_was_given(chat, so_far, stop):
    said = the_only(chat.say(*so_far, stop))
    assert "deleted" in said["text"]
    assert chat.row() is None and not chat.is_asked()
    assert the_only(chat.say("does it hurt"))["topics"] == ["pain_during"]


@every_question
@pytest.mark.parametrize("sign", ["I had needling yesterday and now I cannot breathe", "I want to kill myself"])
def test_a_warning_sign_gets_the_safety_text_alone_and_ends_it(chat, so_far, sign):
    said = the_only(chat.say(*so_far, sign))
    assert said["kind"] == "red_flag" and said["buttons"] == []
    assert chat.row() is None and not chat.is_asked()
    assert chat.say("thanks")[0]["kind"] == "smalltalk"


@every_question
@pytest.mark.parametrize(("question", "topic"), [("how much does it cost?", "price"), ("does it hurt?", "pain_during")])
def test_a_clear_question_is_answered_and_the_form_asks_again(chat, so_far, question, topic):
    before = the_only(chat.say(*so_far))["text"]
    answer, again = chat.say(question)
    assert answer["topics"] == [topic]
    assert again["kind"] == "handoff" and chat.is_asked() and again["text"].splitlines()[0][-20:] == before.splitlines()[0][-20:]
    rest = [NAME, PHONE, "any time", "skip"][len(so_far) - 1 :]
    chat.say(*rest)
    assert chat.row().state == "open"


def test_a_question_about_the_opening_hours_is_answered_with_whether_it_is_open(chat):
    texts = [reply["text"] for reply in chat.say(ASK, NAME, "are you open now?")]
    assert len(texts) == 3 and any("open now" in text or "closed now" in text for text in texts)
    assert chat.is_asked()


@pytest.mark.parametrize(
    ("so_far", "wrong", "expected"),
    [(SO_FAR[0], "12345", "Sam Lee"), (SO_FAR[1], "12345", "area code"), (SO_FAR[2], "purple", "Monday morning")],
)
def test_a_wrong_value_is_asked_for_again_and_the_third_ends_it_with_the_phone_number(chat, content, so_far, wrong, expected):
    chat.say(*so_far)
    for _ in range(2):
        again = the_only(chat.say(wrong))
        assert expected in again["text"] and chat.is_asked()
    assert content.clinic.facts["phone"] in the_only(chat.say(wrong))["text"]
    assert chat.row() is None and not chat.is_asked()


def test_a_wrong_value_counts_no_more_after_a_right_one(chat):
    chat.say(ASK, "12345", "12345", NAME, "12", "12")
    assert chat.is_asked()


def test_an_expired_session_ends_it(chat, bot, monkeypatch):
    chat.say(ASK, NAME)
    monkeypatch.setattr(bot.processor.domain, "session_config", SessionConfig(0.00001, False))
    time.sleep(0.01)
    assert the_only(chat.say("how much does it cost"))["topics"] == ["price"]
    assert not chat.is_asked()


# --- the action server is down ---


def test_without_the_action_server_an_apology_comes_with_the_phone_number(alone, content):
    said = the_only(alone.say(ASK))
    assert content.clinic.facts["phone"] in said["text"] and (said["kind"], said["topics"]) == ("handoff", ["talk_to_person"])
    assert not alone.is_asked()
    assert the_only(alone.say("how much does it cost"))["topics"] == ["price"]
    assert the_only(alone.say("are you open now"))["topics"] == ["hours_location"]


@every_question
def test_where_it_goes_down_in_between_the_draft_goes_and_an_apology_comes(chat, so_far, content, bot, monkeypatch):
    chat.say(*so_far)
    monkeypatch.setattr(bot.processor, "action_endpoint", ActionEndpoint(f"http://127.0.0.1:{free_port()}/webhook"))
    if len(so_far) > 1:
        assert chat.say("how much does it cost?")[0]["topics"] == ["price"]
    said = the_only(chat.say([NAME, PHONE, "any time", "skip"][len(so_far) - 1]))
    assert content.clinic.facts["phone"] in said["text"]
    assert chat.row() is None and not chat.is_asked()
    assert the_only(chat.say("does it hurt"))["topics"] == ["pain_during"]


@pytest.mark.parametrize(("last", "kind"), [("cancel", "handoff"), ("I had needling and now I cannot breathe", "red_flag")])
def test_cancel_and_warning_signs_need_no_action_server(chat, bot, monkeypatch, last, kind):
    chat.say(ASK, NAME)
    monkeypatch.setattr(bot.processor, "action_endpoint", ActionEndpoint(f"http://127.0.0.1:{free_port()}/webhook"))
    assert the_only(chat.say(last))["kind"] == kind
    assert chat.row() is None and not chat.is_asked()


def test_after_it_comes_back_the_form_begins_anew(chat, bot, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(bot.processor, "action_endpoint", ActionEndpoint(f"http://127.0.0.1:{free_port()}/webhook"))
        chat.say(ASK)
    chat.say(ASK, NAME, PHONE, "any time", "skip")
    assert chat.row().state == "open"


# --- what is kept ---


def test_what_identifies_somebody_is_in_the_table_of_requests_and_nowhere_else(chat):
    chat.say(ASK, f"my name is {NAME}", "12", f"{PHONE} or zebedee@mail.example", TIME, "my sciatica")
    row = chat.row()
    assert (row.name, row.contact) == (NAME, "+44 7700 900871, zebedee@mail.example")
    secrets = ("zebedee", "quill", "900871", "sciatica", "grumbling")
    for event in chat.tracker().events:
        described = event.as_dict()
        assert not [secret for secret in secrets if secret in json.dumps(described).lower()], described


def test_each_value_is_marked_as_private_and_a_question_is_not(chat):
    chat.say(ASK, NAME, "how much does it cost?", PHONE, "any time", "skip")
    marks = [event.parse_data.get("understanding", {}).get("private") for event in chat.tracker().events if isinstance(event, UserUttered)]
    assert marks == [None, "name", None, "contact", "time", "topic"]


def test_no_health_detail_is_in_the_table(chat):
    chat.say(ASK, NAME, f"{PHONE}, my sciatica", TIME, "my sciatica is grumbling")
    assert "sciatica" not in str(chat.row()) and "grumbling" not in str(chat.row())


def test_a_draft_that_was_deleted_meanwhile_ends_the_form(chat):
    chat.say(ASK, NAME)
    with with_database.database().begin() as connection:
        connection.execute(CALL_BACKS.delete().where(CALL_BACKS.c.conversation == chat.name))
    said = the_only(chat.say(PHONE))
    assert "cannot" in said["text"] and chat.row() is None and not chat.is_asked()


@pytest.mark.parametrize("typed", [(), (NAME,), (NAME, PHONE)])
def test_who_wants_to_be_forgotten_while_the_form_asks_is_forgotten_with_what_they_gave(chat, typed):
    chat.say(ASK, *typed)
    asked, *_ = chat.say("forget me")
    assert "yes or no" in asked["text"] and chat.row() is not None
    said = chat.say("yes")
    assert "deleted" in said[0]["text"] and "called back" in said[-1]["text"]
    assert chat.row() is None and chat.tracker() is None
    assert the_only(chat.say("does it hurt"))["topics"] == ["pain_during"]


def test_who_thinks_better_of_it_goes_on_with_the_form(chat):
    chat.say(ASK, NAME, "delete my data", "no")
    assert chat.is_asked()
    chat.say(PHONE, "any time", "skip")
    assert chat.row().state == "open" and chat.row().name == NAME


def test_the_tables_are_those_that_are_looked_at_here():
    assert {"call_backs", "events", "feedback", "outbox"} <= set(METADATA.tables)
