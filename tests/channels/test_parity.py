"""The same conversations over the website, the shell and every messaging channel give the same kinds, topics and safety texts."""

from __future__ import annotations

import asyncio
import json
from itertools import count

import pytest
from sqlalchemy import select

from assistant import logs
from assistant.bot import load_bot
from assistant.channels.conversation import turns
from assistant.channels.pseudonyms import pseudonym
from assistant.channels.rendering import MESSENGER, SHELL, SLACK, SMS, TELEGRAM, WHATSAPP, render
from assistant.channels.website import Settings, WebsiteInput
from assistant.content.faults import read_yaml
from assistant.paths import ROOT
from assistant.storage.database import Database
from assistant.storage.schema import OUTBOX
from tests.channels.client import Within
from tests.channels.phones import Phones
from tests.channels.platforms import PLATFORMS, Platform

SECRET = "of-these-tests-only-" * 4
EVERY = 6  # one of so many of the held-out conversations: all of them would take minutes
MEDIA = {"SMS": SMS, "WhatsApp": WHATSAPP, "Messenger": MESSENGER, "Telegram": TELEGRAM, "Slack": SLACK}
NUMBERS = count(1)


def conversations():
    """What people write in each conversation of the tests, and in one of a menu picked from by number."""
    stories = [story for path in sorted((ROOT / "tests" / "conversations").glob("*.yml")) for story in read_yaml(path)["stories"]]
    written = [[step["user"].strip() for step in story["steps"] if "user" in step] for story in stories]
    lines = (ROOT / "tests" / "heldout" / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
    held_out = [json.loads(line)["turns"] for line in lines]
    return [*written, *held_out[::EVERY], ["menu", "4", "3", "Questions about the clinic", "last one"]]


async def over_the_website(site, written):
    token = await site.begin()
    return [(await site.say(token, text)).body["messages"] for text in written]


def sender_of(platform: Platform, person: int) -> str:
    return {"SMS": f"+4477009{person:05}", "WhatsApp": f"+4478009{person:05}", "Slack": f"U{person:09}"}.get(platform.name, str(person))


async def over_a_channel(phones, platform, written, person):
    """The replies to each message as they are stored, and the calls to the platform that tell them."""
    sender, told = sender_of(platform, person), []
    known = {"WhatsApp": f"whatsapp:{sender}", "Slack": f"T061EG9R6 {sender}"}.get(platform.name, sender)
    conversation = pseudonym(SECRET, "conversation", platform.channel.name(), known)
    for text in written:
        assert (await phones.receive(platform, platform.says(text, next(NUMBERS), sender)))[0] == 200
        tracker = await phones.bot.tracker_store.retrieve_full_tracker(conversation)
        with phones.database.begin() as connection:
            calls = [json.loads(row.payload)["calls"] for row in connection.execute(select(OUTBOX))]
            connection.execute(OUTBOX.delete())
        assert len(calls) == 1
        told.append((turns(tracker)[-1][1], calls[0]))
    return told


def text_of(call):
    """What a person reads of a call."""
    message = call.get("message", call)
    blocks = message.get("blocks")
    return blocks[0]["text"]["text"] if blocks else message.get("text") or message["Body"]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """For each conversation what the website said, and what each channel kept and sends."""
    logs.configure()
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('parity') / 'assistant.db'}")

    async def through_all():
        bot = await load_bot(keeps=False)
        often = 10**9
        site = Within(WebsiteInput(Settings((), often, often, often)), bot)
        async with Phones(database, "http://127.0.0.1:9", bot) as phones:
            return [
                (
                    await over_the_website(site, written),
                    {platform.name: await over_a_channel(phones, platform, written, person) for platform in PLATFORMS},
                )
                for person, written in enumerate(conversations(), start=10_000)
            ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEEDLING_SECRET", SECRET)
        yield asyncio.run(through_all())
    database.close()


def kinds_and_topics(replies):
    return [(reply["kind"], reply["topics"], reply["sources"], reply["reviewed"]) for reply in replies]


@pytest.mark.parametrize("name", MEDIA)
def test_every_conversation_gets_the_same_kinds_topics_and_words(told, name):
    assert len(told) >= 90
    for website, channels in told:
        for said, (stored, _) in zip(website, channels[name]):
            assert kinds_and_topics(stored) == kinds_and_topics(said)
            assert [reply["text"] for reply in stored] == [reply["text"] for reply in said]
            assert [reply["buttons"] for reply in stored] == [reply["buttons"] for reply in said]


@pytest.mark.parametrize("name", MEDIA)
def test_what_is_sent_is_what_the_website_says_in_the_manner_of_the_medium(told, name):
    for website, channels in told:
        for said, (_, calls) in zip(website, channels[name]):
            assert [text_of(call) for call in calls] == [part.text for part in render(said, MEDIA[name])]


@pytest.mark.parametrize("name", [*MEDIA, "shell"])
def test_every_safety_text_is_whole_and_first(told, name):
    seen = 0
    for website, channels in told:
        for place, said in enumerate(website):
            if [reply["kind"] for reply in said][:1] != ["red_flag"]:
                continue
            seen += 1
            first = render(said, SHELL)[0].text if name == "shell" else text_of(channels[name][place][1][0])
            assert first == said[0]["text"]
    assert seen >= 5


def test_the_conversations_cover_every_kind_and_most_topics(told):
    replies = [reply for website, _ in told for said in website for reply in said]
    assert {reply["kind"] for reply in replies} == {"answer", "handoff", "suggest", "decline", "red_flag", "smalltalk"}
    assert len({topic for reply in replies for topic in reply["topics"]}) > 50


def test_a_section_and_a_question_of_it_are_picked_by_number_on_every_channel(told):
    website, channels = told[-1]
    for said in [website, *([stored for stored, _ in channel] for channel in channels.values())]:
        menu, section, answer, clinic, last = said
        assert [len(menu[0]["buttons"]), len(section[0]["buttons"])] == [9, 5]
        assert (answer[0]["kind"], answer[0]["topics"]) == ("answer", ["collapsed_lung"])
        assert clinic[0]["kind"] == "suggest" and last[0]["topics"] == ["privacy_about_bot"]
