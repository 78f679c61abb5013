"""What is kept of a patient, told and deleted by chat: through the trained bot, with the action server down."""

from __future__ import annotations

import asyncio

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy import func, select

from assistant import bot as assistant_bot
from assistant.bot import load_bot
from assistant.channels.contract import ContractOutput
from assistant.channels.conversation import store_of
from assistant.components.own_actions import OwnActions
from assistant.storage.database import Database, StorageDownError
from assistant.storage.schema import CALL_BACKS, ERASURES, EVENTS


@pytest.fixture(scope="module")
def bot():
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ACTIONS_URL", "http://127.0.0.1:9/webhook")  # nobody listens there
        yield asyncio.run(load_bot(keeps=False))


@pytest.fixture
def database(bot):
    kept = store_of(bot).database
    with kept.begin() as connection:
        for table in (EVENTS, CALL_BACKS, ERASURES):
            connection.execute(table.delete())
    store_of(bot).read_again()
    return kept


def say(bot, *messages, name="somebody"):
    """The replies to the last of some messages."""

    async def story():
        for message in messages:
            output = ContractOutput()
            await bot.handle_message(UserMessage(message, output, name))
        return output.replies

    return asyncio.run(story())


def number(database, table):
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar()


def ask_to_be_called(database, name):
    with database.begin() as connection:
        connection.execute(CALL_BACKS.insert().values(id=name, conversation=name, state="open", begun=1.0, name="Sam", contact="x"))


def test_what_is_kept_is_told(bot, database):
    (reply,) = say(bot, "does it hurt", "what do you know about me")
    assert (reply["kind"], reply["topics"]) == ("handoff", ["privacy_about_bot"])
    assert "1 message of yours" in reply["text"] and "30 days" in reply["text"]


def test_a_request_to_be_called_back_is_told_and_deleted_too(bot, database):
    ask_to_be_called(database, "somebody")
    told = say(bot, "what have you stored about me")
    forgotten = say(bot, "delete my data", "yes")
    assert "called back" in told[1]["text"] and "called back" in forgotten[1]["text"]
    assert number(database, CALL_BACKS) == 0


def test_forgetting_asks_once_and_then_leaves_nothing_of_the_conversation_not_even_this_turn(bot, database):
    say(bot, "does it hurt")
    say(bot, "does it hurt", name="somebody else")
    others = number(database, EVENTS) // 2
    (asked,) = say(bot, "forget me")
    assert "yes or no" in asked["text"] and number(database, EVENTS) > others
    (done,) = say(bot, "Yes, delete it")
    assert done["kind"] == "handoff" and "deleted" in done["text"] and "hello@clinic.example" in done["text"]
    assert number(database, EVENTS) == others
    with database.read() as connection:
        assert set(connection.execute(select(EVENTS.c.conversation))) == {("somebody else",)}
    assert number(database, ERASURES) == 1


def test_a_conversation_goes_on_anew_after_it_was_forgotten(bot, database):
    say(bot, "does it hurt", "forget me", "yes")
    (reply,) = say(bot, "and is it expensive")
    assert reply["topics"] == ["price"]
    (reply,) = say(bot, "what do you know about me")
    assert "1 message of yours" in reply["text"]


@pytest.mark.parametrize("answer", ["no", "no thanks", "keep it"])
def test_who_says_no_loses_nothing(bot, database, answer):
    (reply,) = say(bot, "does it hurt", "forget me", answer)
    assert "nothing was deleted" in reply["text"]
    assert number(database, EVENTS) > 0 == number(database, ERASURES)


def test_a_yes_that_comes_later_deletes_nothing(bot, database):
    say(bot, "forget me", "does it hurt", "yes")
    assert number(database, EVENTS) > 0 == number(database, ERASURES)


@pytest.mark.parametrize("message", ["forget me, i want to kill myself", "forget me i cannot breathe since the needling"])
@pytest.mark.parametrize("before", ["hello", "forget me"])
def test_a_warning_sign_comes_first(bot, database, before, message):
    (reply,) = say(bot, before, message)
    assert reply["kind"] == "red_flag"
    assert number(database, ERASURES) == 0


@pytest.mark.parametrize("question", ["is this chat private", "who can read what i write here", "how long do you keep my messages"])
def test_a_question_about_privacy_is_answered(bot, database, question):
    (reply,) = say(bot, question)
    assert (reply["kind"], reply["topics"]) == ("answer", ["privacy_about_bot"])
    assert "kept for 30 days" in reply["text"] and "forget me" in reply["text"]


@pytest.mark.parametrize(
    ("messages", "said"), [(("forget me", "yes"), "nothing was deleted"), (("what do you know about me",), "cannot look")]
)
def test_while_the_database_is_down_it_says_so_and_deletes_nothing(bot, database, monkeypatch, messages, said):
    say(bot, "does it hurt", *messages[:-1])
    before = number(database, EVENTS)

    def down(*_, **__):
        raise StorageDownError("sqlite://: does not answer (locked).")

    with monkeypatch.context() as patched:
        patched.setattr(Database, "begin", down)
        patched.setattr(Database, "read", down)
        (reply,) = say(bot, messages[-1])
    assert said in reply["text"]
    say(bot, "hello")
    assert number(database, EVENTS) > before


def test_other_actions_go_to_the_action_server():
    asked = []

    class Server(EndpointConfig):
        async def request(self, *_, **named):
            asked.append(named["json"]["next_action"])
            return {"events": [], "responses": []}

    own = OwnActions(Server("http://actions.example"))
    own.store = object()
    asyncio.run(own.request(json={"next_action": "action_open_now", "sender_id": "x"}))
    assert (own.url, asked) == ("http://actions.example", ["action_open_now"])


def test_rasa_runs_them_by_the_endpoint_it_was_given(bot):
    """An upgrade of Rasa that hands on another object would send them to the action server."""
    assert isinstance(bot.processor.action_endpoint, OwnActions)
    assert assistant_bot.OwnActions is OwnActions
