"""A conversation read from Rasa's tracker."""

from __future__ import annotations

import pytest
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.components.history import FORM, asked_in_form, turns_of
from assistant.content.reply import call_back_button
from assistant.understanding.memory import REACH, Turn


def turns(*events):
    return turns_of(DialogueStateTracker.from_events("conversation", list(events)))


def asked(text, intent="faq", **understanding):
    return UserUttered(text, intent={"name": intent}, parse_data={"understanding": understanding})


def replied(*topics):
    """A reply with a button for each topic."""
    return BotUttered("a reply", {"buttons": [{"title": topic, "payload": topic, "topic": topic} for topic in topics]})


def test_each_message_is_a_turn_with_what_was_understood_and_the_questions_under_the_reply():
    found = turns(asked("the price", parts=["faq/price"]), replied("booking", "payment"), asked("thanks", "smalltalk"), replied())
    assert found == [
        Turn("faq", {"parts": ["faq/price"]}, ["booking", "payment"], "the price"),
        Turn("smalltalk", {}, [], "thanks"),
    ]


@pytest.mark.parametrize("tracker", [None, DialogueStateTracker.from_events("conversation", [])], ids=["no tracker", "no event"])
def test_before_the_first_message_there_is_no_turn(tracker):
    assert turns_of(tracker) == []


def test_a_message_that_was_not_understood_is_a_turn_too():
    assert turns(UserUttered("a message"), UserUttered(None, intent={"name": "faq"})) == [
        Turn("", {}, [], "a message"),
        Turn("faq", {}, [], ""),
    ]


def test_what_was_offered_in_several_messages_was_offered_together():
    assert turns(asked("a"), replied("price"), BotUttered("no buttons"), replied("booking", "payment"))[0].offered == [
        "price",
        "booking",
        "payment",
    ]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(None, id="no data"),
        pytest.param({}, id="no buttons"),
        pytest.param({"buttons": None}, id="buttons that are none"),
        pytest.param({"buttons": [{"title": "Call", "payload": "tel:1"}]}, id="a button that is no question"),
    ],
)
def test_only_questions_are_offered(data):
    assert turns(asked("a"), BotUttered("a reply", data)) == [Turn("faq", {}, [], "a")]


def test_what_is_said_before_the_first_message_is_in_no_turn():
    assert turns(BotUttered("welcome"), replied("price"), asked("a")) == [Turn("faq", {}, [], "a")]


def test_other_events_change_nothing():
    events = [
        asked("a"),
        ActionExecuted("utter_faq"),
        replied("price"),
        SlotSet("slot", "value"),
        ActionExecuted("action_listen"),
        asked("b"),
    ]
    assert [turn.text for turn in turns(*events)] == ["a", "b"]


@pytest.mark.parametrize(
    ("events", "texts"),
    [
        pytest.param([SessionStarted(), asked("a")], ["a"], id="at the beginning"),
        pytest.param([asked("a"), replied("price"), SessionStarted(), asked("b")], ["b"], id="between two messages"),
        pytest.param([asked("a"), replied("price"), SessionStarted()], [], id="after all messages"),
        pytest.param([asked("a"), SessionStarted(), asked("b"), SessionStarted(), asked("c")], ["c"], id="twice"),
    ],
)
def test_when_a_session_starts_what_was_said_before_is_forgotten(events, texts):
    assert [turn.text for turn in turns(*events)] == texts


def test_what_is_said_as_a_session_starts_belongs_to_no_message_before_it():
    assert turns(asked("a"), SessionStarted(), replied("price"), asked("b")) == [Turn("faq", {}, [], "b")]


def test_what_was_said_too_long_ago_to_be_meant_is_not_read():
    said = [event for number in range(REACH + 2) for event in (asked(str(number)), replied(f"topic_{number}"))]
    assert [(turn.text, turn.offered) for turn in turns(*said)] == [(str(n), [f"topic_{n}"]) for n in range(2, REACH + 2)]


def test_reading_a_conversation_twice_gives_the_same():
    tracker = DialogueStateTracker.from_events("conversation", [asked("a"), replied("price")])
    assert turns_of(tracker) == turns_of(tracker)


def test_the_offer_of_a_call_back_is_chosen_by_its_place_like_a_question():
    offered = BotUttered("a reply", {"buttons": [dict(call_back_button()), {"title": "a", "payload": "a", "topic": "talk_to_person"}]})
    assert turns(asked("a"), offered) == [Turn("faq", {}, ["call_back", "talk_to_person"], "a")]


def test_what_the_form_asked_for_is_known_while_it_asks():
    def form(*events):
        slots = [AnySlot("requested_slot", mappings=[])]
        return asked_in_form(DialogueStateTracker.from_events("conversation", list(events), slots=slots))

    begun = [ActiveLoop(FORM), SlotSet("requested_slot", "call_back_contact")]
    assert form(*begun) == "contact"
    assert form(*begun, ActiveLoop(None)) is None
    assert form(SlotSet("requested_slot", "call_back_contact")) is None
    assert form(ActiveLoop("another"), SlotSet("requested_slot", "call_back_contact")) is None
    assert form(ActiveLoop(FORM)) is None
    assert asked_in_form(None) is None
