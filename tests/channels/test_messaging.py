"""The messaging channels: what reaches the bot, what the platforms get, what fails, and what is kept of it."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from sqlalchemy import select

from assistant.channels import messaging, turn
from assistant.channels.messaging import settings_from
from assistant.channels.pseudonyms import pseudonym
from assistant.channels.refusals import COUNTED
from assistant.content.clinic import load_clinic
from assistant.paths import CLINIC
from assistant.storage import outbox
from assistant.storage.database import Database, StorageDownError
from assistant.storage.schema import OUTBOX, RECEIVED
from tests.channels.phones import Phones, Scripted, reply
from tests.channels.platforms import (
    BY_NAME,
    FORM,
    PLATFORMS,
    SECRETS,
    Failure,
    FakePlatforms,
    Webhook,
    messenger_event,
    slack_signed,
    slack_tap,
)

FACTS = load_clinic(CLINIC).facts
SMS, WHATSAPP, MESSENGER, TELEGRAM, SLACK = PLATFORMS
each_platform = pytest.mark.parametrize("platform", PLATFORMS, ids=[platform.name for platform in PLATFORMS])


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("NEEDLING_SECRET", "of-these-tests-only-" * 4)


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path / 'assistant.db'}")
    yield opened
    opened.close()


@pytest.fixture
def fake():
    with FakePlatforms() as platforms:
        yield platforms
    assert platforms.wrong == []


def run(database, fake, story, bot=None, **settings):
    async def told():
        async with Phones(database, fake.base, bot, **settings) as phones:
            return await story(phones)

    return asyncio.run(told())


def texts(fake):
    return [sent.text for sent in fake.sent]


def rows(database, table):
    with database.begin() as connection:
        return connection.execute(select(table)).all()


# --- what comes in and goes out ---


@each_platform
def test_a_message_is_answered_to_whoever_sent_it(database, fake, platform):
    async def story(phones):
        status, body = await phones.receive(platform, platform.says("does it <hurt> & why", 1))
        assert (status, body) == (200, b"<Response/>" if platform.content_type == FORM else b"")
        await phones.deliver()
        (heard,) = phones.bot.heard
        assert heard.text == "does it <hurt> & why"
        assert heard.input_channel == platform.channel.name()

    run(database, fake, story)
    assert [(sent.to, sent.text) for sent in fake.sent] == [(platform.sender, "You said: does it <hurt> & why")]
    assert rows(database, OUTBOX) == []


@each_platform
def test_the_parts_of_a_long_reply_come_whole_and_in_order(database, fake, platform):
    sentences = [f"This is sentence number {number} of a reply that is long." for number in range(120)]
    bot = Scripted(long=[reply(" ".join(sentences), buttons=("Why?",))])

    async def story(phones):
        await phones.receive(platform, platform.says("long", 1))
        await phones.deliver()

    run(database, fake, story, bot)
    assert len(fake.sent) > 1
    told = " ".join(" ".join(texts(fake)).split())
    assert told.startswith(" ".join(sentences))


@pytest.mark.parametrize("platform", [MESSENGER, TELEGRAM, SLACK], ids=lambda platform: platform.name)  # their webhooks are JSON
def test_half_a_character_does_not_keep_a_message_from_being_answered(database, fake, platform):
    async def story(phones):
        await phones.receive(platform, platform.says("does it hurt \ud83d", 1))
        await phones.deliver()

    run(database, fake, story)
    assert texts(fake) == ["You said: does it hurt \ufffd"]


@each_platform
def test_a_choice_is_a_button_that_comes_back_as_its_question_or_a_number(database, fake, platform):
    bot = Scripted(menu=[reply("Choose.", buttons=("Does it hurt at all, or not?", "Price?"))])

    async def story(phones):
        await phones.receive(platform, platform.says("menu", 1))
        await phones.deliver()

    run(database, fake, story, bot)
    (sent,) = fake.sent
    if platform in (SMS, WHATSAPP):
        assert sent.text.endswith("1. Does it hurt at all, or not?\n2. Price?") and not sent.choices
    else:
        assert sent.choices == ["Does it hurt at all, or not?", "Price?"]
        assert ("1. Does it hurt" in sent.text) == (platform is MESSENGER)


@pytest.mark.parametrize(
    ("platform", "webhook"),
    [
        (MESSENGER, MESSENGER.says("1", 2, quick_reply={"payload": "Does it hurt?"})),
        (MESSENGER, MESSENGER.webhook(messenger_event({"postback": {"title": "Pain", "payload": "Does it hurt?", "mid": "m_3"}}, "674"))),
        (MESSENGER, MESSENGER.webhook(messenger_event({"postback": {"title": "Pain", "payload": "Does it hurt?"}}, "674"))),
        (
            SLACK,
            Webhook({"Content-Type": FORM, **slack_signed(tap := slack_tap("Does it hurt?", "U21"), SECRETS["SLACK_SIGNING_SECRET"])}, tap),
        ),
        (TELEGRAM, TELEGRAM.says("Does it hurt?", 2)),
    ],
)
def test_a_tap_on_a_button_asks_its_stored_question(database, fake, platform, webhook):
    async def story(phones):
        for _ in range(2):
            assert (await phones.receive(platform, webhook))[0] == 200
        assert [heard.text for heard in phones.bot.heard] == ["Does it hurt?"]

    run(database, fake, story)


@pytest.mark.parametrize(("written", "heard"), [("/start", "hello"), ("/start campaign", "hello"), ("/help", "help"), ("/price", "/price")])
def test_telegrams_own_commands_are_read_as_words(database, fake, written, heard):
    async def story(phones):
        await phones.receive(TELEGRAM, TELEGRAM.says(written, 1))
        assert [message.text for message in phones.bot.heard] == [heard]

    run(database, fake, story)


def test_slacks_marks_for_links_and_people_are_taken_off(database, fake):
    async def story(phones):
        marked = b"<@U2> is <http://clinic.example|clinic.example> ok &lt;now&gt; &amp; later"
        body = SLACK.body("WRITTEN", "Ev1", "U1").replace(b"WRITTEN", marked)
        await phones.receive(SLACK, SLACK.webhook(body))
        assert phones.bot.heard[0].text == "is clinic.example ok <now> & later"

    run(database, fake, story)


def picture(**more):
    return messenger_event({"message": {"mid": "m", "attachments": [{"type": "image", "payload": {}}], **more}}, MESSENGER.sender)


MEDIA = [
    (SMS, SMS.says("", 1, NumMedia="1", MediaUrl0="https://media.example/1", MediaContentType0="image/jpeg")),
    (WHATSAPP, WHATSAPP.says("", 1, NumMedia="1", MediaContentType0="audio/ogg")),
    (WHATSAPP, WHATSAPP.says("", 1, Latitude="51.5", Longitude="-0.1")),
    (MESSENGER, MESSENGER.webhook(picture())),
    (MESSENGER, MESSENGER.webhook(picture(sticker_id=3))),
    (TELEGRAM, TELEGRAM.says(None, 1, photo=[{"file_id": "a", "width": 90, "height": 90}])),
    (TELEGRAM, TELEGRAM.says(None, 1, voice={"file_id": "a", "duration": 3})),
    (TELEGRAM, TELEGRAM.says(None, 1, sticker={"file_id": "a", "emoji": "x"})),
    (SLACK, SLACK.says("", 1, subtype="file_share", files=[{"id": "F1", "mimetype": "image/png"}])),
]  # fmt: skip


@pytest.mark.parametrize(("platform", "webhook"), MEDIA)
def test_who_sends_no_text_is_told_to_write_or_to_call(database, fake, platform, webhook):
    async def story(phones):
        for _ in range(2):
            assert (await phones.receive(platform, webhook))[0] == 200
        await phones.deliver()
        assert phones.bot.heard == []

    run(database, fake, story)
    (sent,) = fake.sent
    assert "only read text" in sent.text and FACTS["phone"] in sent.text


@pytest.mark.parametrize(
    ("platform", "webhook"),
    [
        (SMS, SMS.says("is this normal", 1, NumMedia="1")),
        (MESSENGER, MESSENGER.says("is this normal", 1, attachments=[{"type": "image"}])),
        (TELEGRAM, TELEGRAM.says(None, 1, photo=[{"file_id": "a"}], caption="is this normal")),
        (SLACK, SLACK.says("is this normal", 1, subtype="file_share", files=[{"id": "F1"}])),
    ],
)
def test_who_sends_text_with_a_picture_is_answered_and_told_that_only_the_text_was_read(database, fake, platform, webhook):
    async def story(phones):
        await phones.receive(platform, webhook)
        await phones.deliver()

    run(database, fake, story)
    answer, told = fake.sent
    assert answer.text == "You said: is this normal" and "only read text" in told.text


NOISE = {
    "a report of what became of a message": (SMS, SMS.webhook(b"MessageSid=SM1&MessageStatus=delivered&From=%2B44&To=%2B45")),
    "STOP, which Twilio answers": (SMS, SMS.says("STOP", 1, OptOutType="STOP")),
    "the page's own words": (MESSENGER, MESSENGER.says("an echo", 1, is_echo=True)),
    "that something was delivered": (MESSENGER, MESSENGER.webhook(messenger_event({"delivery": {"mids": ["m"], "watermark": 1}}, "674"))),
    "that something was read": (MESSENGER, MESSENGER.webhook(messenger_event({"read": {"watermark": 1}}, "674"))),
    "a reaction": (MESSENGER, MESSENGER.webhook(messenger_event({"reaction": {"mid": "m", "emoji": "x"}}, "674"))),
    "an edited message": (MESSENGER, MESSENGER.webhook(messenger_event({"message_edit": {"mid": "m", "text": "b"}}, "674"))),
    "another object": (MESSENGER, MESSENGER.webhook(b'{"object": "instagram", "entry": []}')),
    "an edited message of Telegram": (TELEGRAM, TELEGRAM.webhook(b'{"update_id": 1, "edited_message": {"text": "a"}}')),
    "a group": (TELEGRAM, TELEGRAM.says("a", 1, chat={"id": -100, "type": "supergroup", "title": "g"})),
    "a bot": (TELEGRAM, TELEGRAM.says("a", 1, **{"from": {"id": 5, "is_bot": True}})),
    "a new member": (TELEGRAM, TELEGRAM.says(None, 1, new_chat_members=[{"id": 1}])),
    "a channel": (TELEGRAM, TELEGRAM.webhook(b'{"update_id": 1, "channel_post": {"text": "a"}}')),
    "somebody who blocked the bot": (TELEGRAM, TELEGRAM.webhook(b'{"update_id": 1, "my_chat_member": {"chat": {"type": "private"}}}')),
    "the bot's own words": (SLACK, SLACK.says("a", 1, bot_id="B1")),
    "a message of another bot": (SLACK, SLACK.says("a", 1, subtype="bot_message")),
    "a changed message": (SLACK, SLACK.says("a", 1, subtype="message_changed")),
    "a deleted message": (SLACK, SLACK.says("a", 1, subtype="message_deleted")),
    "a channel of Slack": (SLACK, SLACK.says("a", 1, channel_type="channel")),
    "a mention": (SLACK, SLACK.says("a", 1, type="app_mention")),
}


@pytest.mark.parametrize(("platform", "webhook"), NOISE.values(), ids=NOISE)
def test_the_noise_of_machines_is_accepted_and_not_answered(database, fake, platform, webhook):
    async def story(phones):
        assert (await phones.receive(platform, webhook))[0] == 200
        assert phones.bot.heard == []

    run(database, fake, story)
    assert rows(database, OUTBOX) == rows(database, RECEIVED) == []


def test_the_platform_makes_sure_that_the_address_is_ours(database, fake):
    async def story(phones):
        token = SECRETS["MESSENGER_VERIFY_TOKEN"]
        query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={}"
        assert await phones.receive(MESSENGER, Webhook({}, b"", "GET", query.format(token))) == (200, b"1158201444")
        for wrong in ("wrong", token[:-1], "", "t%C3%B6ken"):
            assert await phones.receive(MESSENGER, Webhook({}, b"", "GET", query.format(wrong))) == (403, b"")
        assert await phones.receive(MESSENGER, Webhook({}, b"", "GET")) == (403, b"")
        challenge = SLACK.webhook(json.dumps({"token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV", "type": "url_verification"}).encode())
        assert await phones.receive(SLACK, challenge) == (200, b"3eZbrw1aBm2rZgRNFdxV")
        assert await phones.receive(SLACK, challenge._replace(headers={"Content-Type": "application/json"})) == (403, b"")

    run(database, fake, story)


def test_several_people_in_one_webhook_are_all_answered(database, fake):
    first, second = (json.loads(MESSENGER.body("hello", f"m_{person}", f"67{person}"))["entry"][0] for person in (1, 2))
    body = json.dumps({"object": "page", "entry": [first, second]}).encode()

    async def story(phones):
        await phones.receive(MESSENGER, MESSENGER.webhook(body))
        await phones.deliver()

    run(database, fake, story)
    assert sorted(sent.to for sent in fake.sent) == ["671", "672"]


# --- once ---


@each_platform
def test_a_message_that_is_sent_again_is_answered_once(database, fake, platform):
    async def story(phones):
        for _ in range(3):
            assert (await phones.receive(platform, platform.says("hello", 1)))[0] == 200
            await phones.deliver()
        assert (await phones.receive(platform, platform.says("hello", 2)))[0] == 200
        await phones.deliver()

    run(database, fake, story)
    assert len(fake.sent) == 2


@each_platform
def test_a_message_that_is_sent_again_while_it_is_being_answered_is_answered_once(database, fake, platform):
    async def slow(_):
        await asyncio.sleep(0.05)

    async def story(phones):
        phones.bot.during = slow
        await asyncio.gather(*(phones.receive(platform, platform.says("hello", 1)) for _ in range(4)))
        await phones.deliver()
        assert len(phones.bot.heard) == 1

    run(database, fake, story)
    assert len(fake.sent) == 1


def test_a_message_that_two_servers_get_at_once_is_answered_once(database, fake):
    async def slow(_):
        await asyncio.sleep(0.05)

    async def story(phones):
        async with Phones(database, fake.base) as other:
            other.bot.during = phones.bot.during = slow
            await asyncio.gather(*(server.receive(SMS, SMS.says("hello", 1)) for server in (phones, other)))
            await asyncio.gather(phones.deliver(), other.deliver())

    run(database, fake, story)
    assert len(fake.sent) == 1


def test_a_server_that_died_after_the_turn_answers_from_the_conversation(database, fake, monkeypatch):
    async def story(phones):
        def dies(*_):
            raise StorageDownError("gone")

        with monkeypatch.context() as patch:
            patch.setattr(messaging.outbox, "put", dies)
            assert (await phones.receive(TELEGRAM, TELEGRAM.says("hello", 1)))[0] == 503
        assert rows(database, RECEIVED) == []
        assert (await phones.receive(TELEGRAM, TELEGRAM.says("hello", 1)))[0] == 200
        await phones.deliver()
        assert len(phones.bot.heard) == 1

    run(database, fake, story)
    assert texts(fake) == ["You said: hello"]


def test_two_people_who_write_the_same_are_both_answered(database, fake):
    async def story(phones):
        for number, sender in enumerate(["1111117", "1111118"]):
            await phones.receive(TELEGRAM, TELEGRAM.says("hello", number, sender))
        await phones.deliver()
        assert len({heard.sender_id for heard in phones.bot.heard}) == 2

    run(database, fake, story)
    assert sorted(sent.to for sent in fake.sent) == ["1111117", "1111118"]


# --- failures of ours ---


@each_platform
@pytest.mark.parametrize("failing", ["raises", "hangs", "is silent"])
def test_where_the_bot_fails_the_patient_gets_the_phone_number(database, fake, platform, failing, monkeypatch, caplog):
    monkeypatch.setattr(turn, "LONGEST_WAIT", 0.05)

    async def during(message):
        if failing == "hangs":
            await asyncio.Event().wait()
        raise RuntimeError(message.text)

    async def story(phones):
        phones.bot.during = during if failing != "is silent" else None
        assert (await phones.receive(platform, platform.says("zygomatic", 1)))[0] == 200
        await phones.deliver()

    run(database, fake, story, Scripted(zygomatic=[]))
    (sent,) = fake.sent
    assert FACTS["phone"] in sent.text and FACTS["emergency_number"] in sent.text and "Reference" in sent.text
    assert "zygomatic" not in caplog.text


@each_platform
@pytest.mark.parametrize("error", [StorageDownError("gone"), RuntimeError("zygomatic")], ids=["the database is down", "anything else"])
def test_where_nothing_can_be_kept_the_platform_is_asked_to_send_again_or_the_patient_to_call(
    database, fake, platform, error, monkeypatch, caplog
):
    def down(*_):
        raise error

    async def story(phones):
        monkeypatch.setattr(messaging.received, "knows", down)
        return await phones.receive(platform, platform.says("hello", 1))

    status, body = run(database, fake, story)
    assert type(error).__name__ in caplog.text and "zygomatic" not in caplog.text
    if platform in (SMS, WHATSAPP):
        assert status == 200 and f"call {FACTS['phone']}" in body.decode() and body.startswith(b"<Response><Message>")
    else:
        assert (status, body) == (503, b"")


@each_platform
def test_while_the_bot_is_not_ready_the_platform_is_asked_to_send_again(database, fake, platform):
    async def story(phones):
        phones.bot.ready = False
        status, body = await phones.receive(platform, platform.says("hello", 1))
        assert status == 503 or FACTS["phone"].encode() in body

    run(database, fake, story)
    assert rows(database, RECEIVED) == []


def test_who_writes_too_often_is_told_so_once(database, fake):
    async def story(phones):
        for number in range(10):
            await phones.receive(SMS, SMS.says("hello", number))
        await phones.receive(SMS, SMS.says("hello", 11, "+447700900999"))
        await phones.deliver()
        assert len(phones.bot.heard) == 4

    run(database, fake, story, messages_per_minute=3)
    assert len(fake.sent) == 5
    (told,) = [text for text in texts(fake) if "more messages" in text]
    assert FACTS["phone"] in told and FACTS["emergency_number"] in told


# --- failures of theirs ---

PASSING = [
    (SMS, Failure(500)),
    (SMS, Failure(429, {"code": 20429})),
    (SMS, Failure(401, {"code": 20003})),
    (MESSENGER, Failure(500)),
    (MESSENGER, Failure(400, {"error": {"code": 613}})),
    (MESSENGER, Failure(400, {"error": {"code": 190}})),
    (MESSENGER, Failure(400, {"error": {"code": 1200, "is_transient": True}})),
    (TELEGRAM, Failure(502)),
    (TELEGRAM, Failure(401, {"ok": False})),
    (TELEGRAM, Failure(429, {"ok": False, "parameters": {"retry_after": 1}})),
    (SLACK, Failure(503)),
    (SLACK, Failure(200, {"ok": False, "error": "ratelimited"})),
    (SLACK, Failure(200, {"ok": False, "error": "invalid_auth"})),
    (SLACK, Failure(200)),
]
HOPELESS = [
    (SMS, Failure(400, {"code": 21610})),
    (SMS, Failure(403)),
    (MESSENGER, Failure(400, {"error": {"code": 10, "error_subcode": 2018278}})),
    (MESSENGER, Failure(400, {"error": {"code": 551}})),
    (TELEGRAM, Failure(403, {"ok": False, "description": "Forbidden: bot was blocked by the user"})),
    (TELEGRAM, Failure(400, {"ok": False, "description": "Bad Request: chat not found"})),
    (SLACK, Failure(200, {"ok": False, "error": "channel_not_found"})),
]


@pytest.mark.parametrize(("platform", "failure"), PASSING)
def test_a_platform_in_trouble_gets_the_reply_later(database, fake, platform, failure, monkeypatch):
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.01)
    fake.failures = [failure]

    async def story(phones):
        await phones.receive(platform, platform.says("hello", 1))
        await phones.courier.send_due()
        assert fake.sent == []
        await asyncio.sleep(1.1 if failure.status == 429 and platform is TELEGRAM else 0.05)
        await phones.deliver()

    run(database, fake, story)
    assert texts(fake) == ["You said: hello"]


@pytest.mark.parametrize(("platform", "failure"), HOPELESS)
def test_a_refusal_for_good_is_given_up_at_once(database, fake, platform, failure):
    fake.failures = [failure]

    async def story(phones):
        await phones.receive(platform, platform.says("hello", 1))
        await phones.deliver()

    run(database, fake, story)
    (dead,) = outbox.dead(database)
    assert (dead.kind, dead.attempts, fake.sent) == (platform.channel.name(), 1, [])
    assert "hello" not in dead.error and platform.sender not in dead.error


@pytest.mark.parametrize(
    ("platform", "failure"),
    [
        (SMS, Failure(429, {}, {"Retry-After": "40"})),
        (SLACK, Failure(429, {}, {"Retry-After": "40"})),
        (TELEGRAM, Failure(429, {"ok": False, "parameters": {"retry_after": 40}})),
    ],
)
def test_a_platform_that_says_when_is_left_alone_until_then(database, fake, platform, failure):
    fake.failures = [failure]

    async def story(phones):
        await phones.receive(platform, platform.says("hello", 1))
        await phones.deliver()

    run(database, fake, story)
    (row,) = rows(database, OUTBOX)
    assert 30 < row.due - time.time() <= 40


def test_after_a_failure_in_the_middle_of_a_reply_only_the_rest_is_sent(database, fake, monkeypatch):
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.01)
    bot = Scripted(three=[reply("One."), reply("Two."), reply("Three.")])

    async def story(phones):
        await phones.receive(TELEGRAM, TELEGRAM.says("three", 1))
        taken = fake.take

        def fails_once(*call):
            if len(fake.sent) == 1 and fake.tried == 1:
                fake.failures = [Failure(500)]
            return taken(*call)

        monkeypatch.setattr(fake, "take", fails_once)
        await phones.courier.send_due()
        assert texts(fake) == ["One."]
        await asyncio.sleep(0.05)
        await phones.deliver()

    run(database, fake, story, bot)
    assert texts(fake) == ["One.", "Two.", "Three."]


def test_two_replies_to_one_person_do_not_mix(database, fake):
    bot = Scripted(a=[reply(f"a{part}") for part in range(4)], b=[reply(f"b{part}") for part in range(4)])

    async def story(phones):
        await phones.receive(SLACK, SLACK.says("a", 1))
        await phones.receive(SLACK, SLACK.says("b", 2))
        await phones.deliver()

    run(database, fake, story, bot)
    assert texts(fake) == [*(f"a{part}" for part in range(4)), *(f"b{part}" for part in range(4))]


def test_a_platform_that_cannot_be_reached_is_tried_again_and_its_address_not_logged(database, caplog):
    async def story():
        async with Phones(database, "http://127.0.0.1:9") as phones:
            await phones.receive(TELEGRAM, TELEGRAM.says("hello", 1))
            await phones.deliver()

    asyncio.run(story())
    (row,) = rows(database, OUTBOX)
    assert (row.attempts, row.dead) == (1, False)
    assert "ClientConnector" in row.error
    assert SECRETS["TELEGRAM_TOKEN"] not in row.error + caplog.text


# --- what is kept ---


@each_platform
def test_no_id_of_a_platform_is_in_the_stored_conversation_and_no_secret_in_the_outbox(database, fake, platform, caplog):
    async def story(phones):
        await phones.receive(platform, platform.says("zygomatic", 7))
        store = phones.bot.tracker_store
        (conversation,) = await store.keys()
        tracker = await store.retrieve_full_tracker(conversation)
        stored = conversation + json.dumps([event.as_dict() for event in tracker.events])
        assert platform.sender.lstrip("+") not in stored and platform.body("", platform.number(7), platform.sender).decode() not in stored
        assert len(conversation) == 64
        (waiting,) = rows(database, OUTBOX)
        assert platform.sender.lstrip("+") in waiting.payload
        assert not [name for name, secret in SECRETS.items() if secret in waiting.payload]
        await phones.deliver()

    run(database, fake, story)
    assert rows(database, OUTBOX) == []
    (received,) = rows(database, RECEIVED)
    assert len(received.key) == 64
    assert platform.sender not in caplog.text and "zygomatic" not in caplog.text


def test_a_pseudonym_depends_on_every_part_and_on_the_key():
    names = [("sms", "1"), ("sms1", ""), ("", "sms1"), ("sms", "2"), ("sms", "1", "")]
    assert len({*(pseudonym("key", *parts) for parts in names), pseudonym("other", "sms", "1")}) == len(names) + 1
    assert pseudonym("key", "sms", "1") == pseudonym("key", "sms", "1")


def test_a_refusal_is_counted_and_logged_without_a_word_of_the_message(database, fake, caplog):
    before = COUNTED["telegram", "wrong secret token"]

    async def story(phones):
        body = TELEGRAM.body("zygomatic", "1", TELEGRAM.sender)
        assert await phones.receive(TELEGRAM, TELEGRAM.webhook(body, "wrong")) == (403, b"")

    run(database, fake, story)
    assert COUNTED["telegram", "wrong secret token"] == before + 1
    (line,) = [record.getMessage() for record in caplog.records]
    assert "telegram" in line and "wrong secret token" in line and "zygomatic" not in line


# --- settings ---


@pytest.mark.parametrize("platform", [platform for platform in PLATFORMS if platform is not WHATSAPP], ids=lambda platform: platform.name)
def test_every_missing_secret_is_told_with_its_setting_and_its_variable(platform):
    with pytest.raises(ValueError) as caught:
        settings_from(platform.channel, {"messages_per_minute": 5})
    for name, variable in platform.channel.REQUIRED.items():
        assert f"'{name}'" in str(caught.value) and variable in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"toekn": "x"}, "no setting 'toekn'"),
        ({"messages_per_minute": 0}, "whole number from 1"),
        ({"messages_per_minute": True}, "whole number from 1"),
        ({"token": 5}, "put it in quotes"),
        ({"secret_token": "short"}, "16 or more"),
        ({"api_url": "api.telegram.org"}, "https://"),
    ],
)
def test_a_wrong_setting_is_told_with_what_was_expected(wrong, said):
    given = {name: SECRETS[variable] for name, variable in BY_NAME["Telegram"].channel.REQUIRED.items()}
    with pytest.raises(ValueError, match=said):
        settings_from(BY_NAME["Telegram"].channel, {**given, **wrong})


def test_a_secret_that_does_not_last_stops_the_start(monkeypatch):
    monkeypatch.delenv("NEEDLING_SECRET")
    with pytest.raises(SystemExit, match="NEEDLING_SECRET is not set"):
        TELEGRAM.channel(TELEGRAM.settings("http://localhost"))
