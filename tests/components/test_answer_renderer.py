"""The answer renderer: what the bot says for an action, from the content files."""

from __future__ import annotations

import asyncio

import pytest
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from assistant import paths
from assistant.components.answer_renderer import AnswerRenderer
from assistant.content.faults import ContentError
from assistant.content.renderer import fill, project_content
from assistant.content.reply import ASK_TO_CALL, Reply
from assistant.safety.rules import TIERS


@pytest.fixture(scope="module")
def renderer():
    return AnswerRenderer()


@pytest.fixture
def say(renderer):
    """The reply to an action after a message that was understood so."""

    def said(action, **understood):
        events = [UserUttered("a message", parse_data={"understanding": understood})] if understood else []
        tracker = DialogueStateTracker.from_events("conversation", events)
        return asyncio.run(renderer.generate(action, tracker, "website"))

    return said


@pytest.mark.parametrize("tier", TIERS)
def test_a_warning_sign_gets_the_text_of_its_tier(say, tier):
    reply = say("utter_red_flag", tier=tier, adds="Sit still.")
    texts = {other: say("utter_red_flag", tier=other, adds="")["text"].split() for other in TIERS}
    assert reply["kind"] == "red_flag"
    assert "Sit still." in reply["text"]
    assert [other for other in TIERS if texts[other] == reply["text"].replace("Sit still.", "").split()] == [tier]
    assert "{" not in reply["text"]


def test_an_unsure_reply_offers_the_questions_of_the_best_topics(say):
    reply = say("utter_suggest", topics=["price", "booking", "pain_during", "aftercare"])
    assert [button["topic"] for button in reply["buttons"]] == ["price", "booking", "pain_during"]
    assert all(button["title"] == button["payload"] for button in reply["buttons"])


def test_an_answer_names_the_complaint_back(say):
    assert "lupus" in say("utter_faq/condition_other", condition="lupus")["text"].lower()
    assert "that condition" in say("utter_faq/condition_other", condition=None)["text"].lower()


def test_a_reply_needs_no_message_before_it(say):
    assert say("utter_faq/price")["topics"] == ["price"]


@pytest.fixture
def warning(content):
    """The warning of a tier, its blanks filled."""
    facts = {f"clinic.{name}": value for name, value in content.clinic.facts.items()}
    return lambda tier: fill(content.safety.if_now[tier], facts)


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(
    ("action", "understood"),
    [
        pytest.param("utter_faq/price", {}, id="an answer"),
        pytest.param("utter_faq/side_effects", {"parts": ["faq/side_effects"]}, id="an answer with a notice"),
        pytest.param("utter_faq/condition_other", {"condition": "lupus"}, id="an answer about a complaint"),
        pytest.param("utter_smalltalk/greet", {}, id="small talk"),
        pytest.param("utter_out_of_scope", {}, id="a refusal"),
        pytest.param("utter_too_long", {}, id="a message that was too long"),
        pytest.param("utter_hand_over", {}, id="a handover"),
        pytest.param("utter_suggest", {"topics": ["price"]}, id="questions to choose from"),
        pytest.param("utter_faq/price", {"parts": ["faq/price", "faq/pain_during"]}, id="several answers"),
    ],
)
def test_every_reply_to_a_message_in_doubt_carries_the_warning_of_the_tier(say, warning, action, understood, tier):
    plain, warned = (say(action, **understood, if_now=if_now)["text"].splitlines() for if_now in (None, tier))
    assert [line for line in warned if line != warning(tier)] == plain
    assert warned.count(warning(tier)) == 1 and warned[0] == plain[0]


def test_of_several_answers_the_last_carries_the_warning(say, warning):
    reply = say("utter_faq/price", parts=["faq/price", "faq/pain_during"], if_now="crisis")
    assert [warning("crisis") in part["text"] for part in reply["parts"]] == [False, True]


def test_a_safety_text_carries_no_warning_beside_it(say):
    understood = {"tier": "same_day", "adds": "Sit still."}
    assert say("utter_red_flag", **understood, if_now="emergency") == say("utter_red_flag", **understood)


@pytest.mark.parametrize("action", ["utter_faq/price", "utter_out_of_scope", "utter_smalltalk/greet"])
def test_a_reply_has_the_fields_of_the_contract(say, action):
    reply = say(action, condition=None)
    assert set(reply) == set(Reply.__annotations__)
    assert reply["text"]


def said_after(renderer, action, intents, understanding=None, **slots):
    """The reply to an action after messages that were understood so, with the slots as given."""
    understanding = understanding or {"topics": ["price"]}
    parsed = [{"intent": {"name": name}, "understanding": understanding} for name in intents]
    events = [UserUttered("a message", data["intent"], parse_data=data) for data in parsed]
    tracker = DialogueStateTracker.from_events("conversation", events, slots=[AnySlot(name, mappings=[]) for name in slots])
    for name, value in slots.items():
        tracker.update(SlotSet(name, value))
    return asyncio.run(renderer.generate(action, tracker, "website"))


def offers_a_call(reply):
    return [button["payload"] for button in reply["buttons"]].count(ASK_TO_CALL)


@pytest.mark.parametrize("action", ["utter_out_of_scope", "utter_suggest", "utter_too_long"])
def test_a_call_back_is_offered_after_two_messages_in_a_row_without_an_answer(renderer, action):
    assert offers_a_call(said_after(renderer, action, ["out_of_scope"])) == 0
    assert offers_a_call(said_after(renderer, action, ["faq", "out_of_scope"])) == 0
    assert offers_a_call(said_after(renderer, action, ["unsure", "out_of_scope"])) == 1
    assert offers_a_call(said_after(renderer, action, ["out_of_scope", "unsure"])) == 1


def test_a_call_back_is_never_offered_under_a_safety_text(renderer):
    safety = {"tier": "same_day", "adds": ""}
    assert said_after(renderer, "utter_red_flag", ["unsure", "out_of_scope", "same_day"], safety)["buttons"] == []


def test_the_form_begins_by_saying_what_is_kept_and_asks_shortly_after_an_interruption(renderer):
    ask = "utter_ask_call_back_name"
    begun, again = said_after(renderer, ask, ["call_back"]), said_after(renderer, ask, ["faq"])
    assert "health" in begun["text"] and len(again["text"]) < len(begun["text"])
    for reply in (begun, again):
        assert (reply["kind"], reply["topics"]) == ("handoff", ["talk_to_person"])


@pytest.mark.parametrize("field", ["name", "contact", "time"])
def test_what_was_not_what_was_asked_for_is_asked_for_with_what_was_expected(renderer, field):
    ask = f"utter_ask_call_back_{field}"
    plain = said_after(renderer, ask, ["inform"], call_back_wrong=0)["text"]
    assert said_after(renderer, ask, ["inform"], call_back_wrong=1)["text"] != plain
    assert said_after(renderer, ask, ["faq"], call_back_wrong=1)["text"] == plain


@pytest.mark.parametrize("tier", TIERS)
def test_what_the_form_asks_carries_the_warning_of_a_doubtful_message_too(renderer, warning, tier):
    assert warning(tier) in said_after(renderer, "utter_ask_call_back_time", ["inform"], {"if_now": tier})["text"]


def test_faulty_content_stops_the_start(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "CLINIC", tmp_path / "clinic.yml")
    project_content.cache_clear()
    with pytest.raises(ContentError, match=r"clinic\.yml: the file is missing"):
        AnswerRenderer()
