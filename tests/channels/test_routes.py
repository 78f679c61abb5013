"""The website channel within the process, in front of a bot that is slow, broken or not ready, for clients at several addresses."""

from __future__ import annotations

import asyncio
import re

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.bot import IN_MEMORY
from assistant.channels import turn, website
from assistant.channels.sessions import Sessions
from assistant.channels.website import Settings, WebsiteInput, settings_from
from assistant.components.tracker_store import ConversationStore
from assistant.content.clinic import load_clinic
from assistant.paths import CLINIC
from assistant.storage.database import Database
from tests.channels.client import Parrot, Within

SECRET = "of-these-tests-only-" * 4
SITE = "https://clinic.example"


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("NEEDLING_SECRET", SECRET)


def within(**settings):
    return Within(WebsiteInput(Settings(**settings)))


def meanwhile(bot):
    """Two events for a bot that waits while it has a message: it has one; it may go on."""
    has, may = asyncio.Event(), asyncio.Event()

    async def wait(_):
        has.set()
        await may.wait()

    bot.during = wait
    return has, may


# --- what reaches the bot ---


def test_a_client_chooses_no_conversation_channel_intent_or_metadata():
    chosen = {"conversation": "mine", "sender": "mine", "sender_id": "mine", "channel": "shell", "input_channel": "shell"}
    chosen |= {"intent": "faq/price", "parse_data": {"intent": {"name": "faq/price"}}, "metadata": {"a": 1}, "kind": "answer"}

    async def story():
        site = within()
        token = await site.begin()
        answer = await site.ask("POST", "/messages", {"message": "hello", **chosen}, token)
        (heard,) = site.bot.heard
        assert answer.status == 200
        assert (heard.text, heard.input_channel, heard.metadata, heard.parse_data) == ("hello", "website", None, None)
        assert heard.sender_id == Sessions(SECRET).read(token).name

    asyncio.run(story())


@pytest.mark.parametrize(
    "text", ["/faq/price", "/restart", '/faq/price{"a": 1}', "<b>", "a" * 2000, "ünï 💉", "a\x00b"], ids=lambda text: text[:10]
)
def test_a_message_reaches_the_bot_as_it_was_written(text):
    async def story():
        site = within()
        await site.say(await site.begin(), text)
        assert [heard.text for heard in site.bot.heard] == [text]

    asyncio.run(story())


@pytest.mark.parametrize("half", ["\\ud83d", "\\ude00", "\\ude00\\ud83d"])
def test_half_a_character_is_replaced_and_the_rest_answered_and_kept(half):
    async def story():
        site = within()
        token = await site.begin()
        answer = await site.ask("POST", "/messages", f'{{"message": "I have chest pain {half}"}}'.encode(), token)
        assert answer.body["messages"][0]["text"].startswith("You said: I have chest pain \ufffd")
        turns = (await site.ask("GET", "/history", token=token)).body["turns"]
        assert [turn["message"] for turn in turns] == [sent.text for sent in site.bot.heard] != []

    asyncio.run(story())


def test_a_message_without_an_id_is_answered_each_time():
    async def story():
        site = within()
        token = await site.begin()
        for _ in range(2):
            await site.say(token, "hello")
        assert len({heard.message_id for heard in site.bot.heard}) == 2

    asyncio.run(story())


def test_a_message_id_counts_within_its_own_session_only():
    async def story():
        site = within()
        for message in ("mine", "yours"):
            answer = await site.say(await site.begin(), message, id="message-1")
            assert answer.body["messages"][0]["text"] == f"You said: {message}"

    asyncio.run(story())


def test_a_message_sent_again_before_its_answer_is_answered_once():
    async def story():
        site = within()
        token = await site.begin()
        has, may = meanwhile(site.bot)
        first = asyncio.create_task(site.say(token, "hello", id="message-1"))
        await has.wait()
        second = asyncio.create_task(site.say(token, "hello", id="message-1"))
        for _ in range(50):  # as far as it gets
            await asyncio.sleep(0)
        may.set()
        answers = await asyncio.gather(first, second)
        assert answers[0].body["messages"] == answers[1].body["messages"] != []
        assert len(site.bot.heard) == 1

    asyncio.run(story())


# --- failures ---


async def broken(message):
    raise RuntimeError(f"no answer to {message.text}")


async def endless(_):
    await asyncio.Event().wait()


@pytest.mark.parametrize(("during", "kind"), [(broken, "RuntimeError"), (endless, "TimeoutError")], ids=["a failure", "a time-out"])
def test_the_patient_gets_an_apology_with_a_phone_number_and_the_log_a_reference_without_the_text(monkeypatch, caplog, during, kind):
    monkeypatch.setattr(turn, "LONGEST_WAIT", 0.05)
    caplog.set_level("DEBUG")

    async def story():
        site = within()
        site.bot.during = during
        return await site.say(await site.begin(), "my secret ailment")

    answer = asyncio.run(story())
    (apology,) = answer.body["messages"]
    facts = load_clinic(CLINIC).facts
    reference = re.search(r"Reference: ([0-9a-f]{8})$", apology["text"])
    assert (answer.status, apology["kind"]) == (200, "handoff")
    assert facts["phone"] in apology["text"] and facts["emergency_number"] in apology["text"]
    assert reference and reference[1] in caplog.text and kind in caplog.text
    assert "ailment" not in caplog.text + apology["text"]


def test_a_message_that_got_an_apology_may_be_sent_again_under_its_id():
    async def story():
        site = within()
        token = await site.begin()
        site.bot.during = broken
        (apology,) = (await site.say(token, "hello", id="message-1")).body["messages"]
        site.bot.during = None
        (reply,) = (await site.say(token, "hello", id="message-1")).body["messages"]
        assert apology["kind"] == "handoff" and reply["text"] == "You said: hello"

    asyncio.run(story())


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "/messages", {"message": "hello"}), ("GET", "/history", None), ("DELETE", "/session", None), ("GET", "/ready", None)],
)
def test_a_bot_that_is_not_ready_says_when_to_try_again(method, path, body):
    async def story():
        site = within()
        token = await site.begin()
        site.bot.ready = False
        answer = await site.ask(method, path, body, token)
        assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0
        site.bot.ready = True
        assert (await site.ask(method, path, body, token)).status < 300

    asyncio.run(story())


# --- forgetting, and what was said long ago ---


def test_what_was_under_way_when_a_conversation_was_forgotten_is_forgotten_too():
    async def story():
        site = within()
        token = await site.begin()
        has, may = meanwhile(site.bot)
        said = asyncio.create_task(site.say(token, "my secret ailment"))
        await has.wait()
        forgotten = asyncio.create_task(site.ask("DELETE", "/session", token=token))
        for _ in range(50):  # as far as it gets
            await asyncio.sleep(0)
        may.set()
        await asyncio.gather(said, forgotten)
        assert list(await site.bot.tracker_store.keys()) == []

    asyncio.run(story())


def test_history_goes_back_beyond_a_pause_after_which_rasa_begins_anew():
    async def story():
        store = ConversationStore(Domain.empty(), store=Database(IN_MEMORY))
        site = Within(bot=Parrot(store))
        token = await site.begin()
        name = Sessions(SECRET).read(token).name
        events = []
        for text in ("before the pause", "after it"):
            events += [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
            events += [UserUttered(text, message_id=text.replace(" ", "-")), BotUttered("yes")]
        await store.save(DialogueStateTracker.from_events(name, events))
        turns = (await site.ask("GET", "/history", token=token)).body["turns"]
        assert [turn["message"] for turn in turns] == ["before the pause", "after it"]
        await site.say(token, "before the pause", id="before-the-pause")
        assert site.bot.heard == []

    asyncio.run(story())


# --- limits ---


def test_a_session_that_writes_too_often_is_told_when_to_go_on_and_others_are_not_held_up():
    async def story():
        site = within(messages_per_minute=2)
        busy, calm = await site.begin(), await site.begin()
        answers = [await site.say(busy, "hello") for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 429]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 30
        assert (await site.say(calm, "hello")).status == 200
        assert len(site.bot.heard) == 3

    asyncio.run(story())


def test_an_address_that_writes_too_often_is_held_up_in_every_session():
    async def story():
        site = within(messages_per_minute_of_an_address=2)
        answers = [await site.say(await site.begin(), "hello") for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 429]
        assert answers[-1].headers["Retry-After"]
        assert (await site.say(await site.begin(), "hello", address="10.0.0.2")).status == 200

    asyncio.run(story())


def test_a_long_message_counts_for_its_address_as_often_as_it_is_long():
    async def story():
        site = within(messages_per_minute_of_an_address=10)
        token, long = await site.begin(), "a" * website.LONGEST_MESSAGE
        assert [(await site.say(token, text)).status for text in (long, "hello", long, "hello")] == [200, 200, 429, 200]

    asyncio.run(story())


def test_an_address_that_begins_too_many_sessions_is_held_up_and_may_go_on_with_those_it_has():
    async def story():
        site = within(sessions_per_minute_of_an_address=1)
        token = await site.begin()
        refused = await site.ask("POST", "/session")
        assert refused.status == 429 and 1 <= int(refused.headers["Retry-After"]) <= 60
        assert (await site.ask("POST", "/session", token=token)).status == 200
        assert (await site.ask("POST", "/session", address="10.0.0.2")).status == 201

    asyncio.run(story())


def test_feedback_counts_as_a_message():
    async def story():
        site = within(messages_per_minute=1)
        token = await site.begin()
        answers = [await site.ask("POST", "/feedback", {"topic": "price", "helpful": True}, token) for _ in range(2)]
        assert [answer.status for answer in answers] == [204, 429]

    asyncio.run(story())


def test_the_same_message_again_is_not_counted():
    async def story():
        site = within(messages_per_minute=1)
        token = await site.begin()
        for _ in range(3):
            assert (await site.say(token, "hello", id="message-1")).status == 200

    asyncio.run(story())


def test_another_address_in_a_header_changes_nothing():
    async def story():
        site = within(sessions_per_minute_of_an_address=1)
        await site.begin()
        for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
            assert (await site.ask("POST", "/session", **{header: "for=10.0.0.9" if header == "Forwarded" else "10.0.0.9"})).status == 429

    asyncio.run(story())


def test_a_listed_site_may_read_that_it_is_held_up():
    async def story():
        site = within(sessions_per_minute_of_an_address=1, origins=(SITE,))
        await site.begin()
        refused = await site.ask("POST", "/session", Origin=SITE)
        assert (refused.status, refused.headers["Access-Control-Allow-Origin"]) == (429, SITE)
        assert "Retry-After" in refused.headers["Access-Control-Expose-Headers"]

    asyncio.run(story())


# --- settings ---


def test_settings_are_what_credentials_yml_says():
    assert settings_from(None) == settings_from({}) == Settings()
    assert settings_from({"origins": [SITE], "messages_per_minute": 5}) == Settings(origins=(SITE,), messages_per_minute=5)


@pytest.mark.parametrize(
    "given",
    [
        {"origin": [SITE]},
        {"origins": SITE},
        {"origins": ["*"]},
        {"origins": ["clinic.example"]},
        {"origins": [SITE + "/"]},
        {"origins": [SITE + "/page"]},
        {"origins": ["ftp://clinic.example"]},
        {"origins": ["https://somebody@clinic.example"]},
        {"origins": [5]},
        {"messages_per_minute": 0},
        {"messages_per_minute": True},
        {"messages_per_minute": "20"},
        {"sessions_per_minute_of_an_address": 1.5},
        {"messages_per_minute_of_an_address": None},
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_used_is_named(given):
    (name,) = given
    with pytest.raises(ValueError, match=f"credentials.yml.*{name}.*expected"):
        settings_from(given)
