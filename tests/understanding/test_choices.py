"""Short messages that pick one of the questions offered before them, and openers before what is meant."""

from __future__ import annotations

import pytest

from assistant.understanding.choices import NONE, NUMBERS, chosen, menu_asked_for, without_opener
from assistant.understanding.text import Reader, clean

OFFERED = ["price", "booking", "safety"]
FIRST, SECOND, THIRD = OFFERED
READER = Reader([])


def pick(message, offered=OFFERED, unsure=False):
    return chosen(READER.read(clean(message)), offered, unsure)


def opened(message):
    span, new_subject = without_opener(READER.read(clean(message)))
    return span.text, new_subject


@pytest.mark.parametrize("unsure", [True, False], ids=["unsure", "answered"])
@pytest.mark.parametrize(
    ("message", "topic"),
    [
        ("1", FIRST),
        ("2", SECOND),
        ("3", THIRD),
        ("2.", SECOND),
        ("#2", SECOND),
        ("(2)", SECOND),
        ("2!", SECOND),
        ("2 please", SECOND),
        pytest.param("2 plz", SECOND),
        ("option 2 please", SECOND),
        ("Option 2", SECOND),
        ("number two", SECOND),
        ("no. 2", SECOND),
        ("nr 3", THIRD),
        ("button 1", FIRST),
        ("first", FIRST),
        ("1st", FIRST),
        ("top", FIRST),
        ("third", THIRD),
        ("last", THIRD),
        ("first one", FIRST),
        ("the first one", FIRST),
        ("the top one", FIRST),
        ("the second one", SECOND),
        ("the second", SECOND),
        ("the second one please", SECOND),
        ("the 2nd option", SECOND),
        ("the middle one", SECOND),
        ("third one thanks", THIRD),
        ("last one", THIRD),
        ("the last one please", THIRD),
        ("the bottom one", THIRD),
        ("yes, the first one", FIRST),
        ("ok 3 then", THIRD),
        ("i want the last one", THIRD),
        ("no i meant 2", SECOND),
        ("i mean the third question", THIRD),
        ("option one", FIRST),
        ("number one please", FIRST),
        ("it's the second one", SECOND),
        ("i'll take 2", SECOND),
        ("I'd like the first one", FIRST),
    ],
)
def test_a_number_or_a_place_picks_what_was_offered_there(message, topic, unsure):
    assert pick(message, unsure=unsure) == topic


@pytest.mark.parametrize(
    ("message", "topic"),
    [("one", FIRST), ("One.", FIRST), ("one please", FIRST), ("one question", FIRST), ("two", SECOND), ("two please", SECOND)],
)
def test_a_bare_number_word_picks_only_from_questions_that_were_the_whole_reply(message, topic):
    assert pick(message, unsure=True) == topic
    assert pick(message, unsure=False) is None


@pytest.mark.parametrize("unsure", [True, False], ids=["unsure", "answered"])
@pytest.mark.parametrize(
    "message",
    [
        "none",
        "none of these",
        "none of those really",
        "None of the above.",
        "no, none of them, sorry",
        "neither",
        "neither of them",
        "not any of these",
        "not one of those",
        "not that",
        "nope, not those",
        "something else",
        "no, something else please",
    ],
)
def test_all_that_was_offered_can_be_refused(message, unsure):
    assert pick(message, unsure=unsure) == NONE


@pytest.mark.parametrize("message", ["no", "No.", "nope", "nah", "not really", "no thanks", "no thank you"])
def test_a_bare_no_refuses_only_questions_that_were_the_whole_reply(message):
    assert pick(message, unsure=True) == NONE
    assert pick(message, unsure=False) is None


@pytest.mark.parametrize("unsure", [True, False], ids=["unsure", "answered"])
@pytest.mark.parametrize(
    "message",
    [
        "how many sessions do i need",
        "what does it cost",
        "the price",
        "is it the second session that hurts",
        "first time, does it hurt",
        "the first session",
        "last night it hurt",
        "a second opinion",
        "two sessions a week",
        "one more question",
        "which one",
        "none of your business",
        "neither leg works",
        "is there something else that helps",
        "no pain at all after?",
        "no, does it hurt",
        "not sure",
        "1 and 2",
        "2 or 3",
        "not 2",
        "yes",
        "ok",
        "thanks",
        "?",
        "",
    ],
)
def test_what_picks_nothing_and_refuses_nothing(message, unsure):
    assert pick(message, unsure=unsure) is None


@pytest.mark.parametrize("message", ["0", "4", "the fourth one", "option 5", "12", "22", "99999999999"])
def test_a_number_that_was_not_offered_picks_nothing(message):
    assert pick(message, unsure=True) is None


@pytest.mark.parametrize(
    ("message", "offered", "topic"),
    [
        ("the last one", [FIRST, SECOND], SECOND),
        ("the last one", [FIRST], FIRST),
        ("2", [FIRST], None),
        ("the fifth one", ["a", "b", "c", "d", "e"], "e"),
        ("4", ["a", "b", "c", "d", "e"], "d"),
    ],
)
def test_places_are_counted_among_what_was_offered(message, offered, topic):
    assert pick(message, offered) == topic


@pytest.mark.parametrize("message", ["2", "the last one", "none of these", "no"])
def test_where_nothing_was_offered_nothing_is_picked_or_refused(message):
    assert pick(message, offered=[], unsure=True) is None


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ("no i meant the price", "the price"),
        ("No, I meant the price", "the price"),
        ("no no i mean the price", "the price"),
        ("sorry, i mean for my knee", "my knee"),
        ("oops i meant my knee", "my knee"),
        ("i meant does it hurt", "does it hurt"),
        ("wait, i was asking about the price", "the price"),
        ("no i am asking for my knee", "my knee"),
        ("i wanted to know how long it takes", "how long it takes"),
        ("thats not what i asked, how long does it take", "how long does it take"),
        ("that's not what i meant. how long does it take?", "how long does it take?"),
        ("no that is not what i asked, i meant the price", "the price"),
        ("not what i asked - how long does it take", "how long does it take"),
        ("wrong one, i meant the price", "the price"),
        ("wrong answer. what does it cost", "what does it cost"),
    ],
)
def test_a_correction_is_taken_off_and_the_subject_stays(message, meant):
    assert opened(message) == (meant, False)


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ("change of subject, whats your address", "whats your address"),
        ("Change of subject: where are you?", "where are you?"),
        ("another question: does it hurt", "does it hurt"),
        ("another question does it hurt", "does it hurt"),
        ("ok thanks, another question. does it hurt", "does it hurt"),
        ("thank you! one more thing, does it hurt", "does it hurt"),
        ("just one more question, does it hurt", "does it hurt"),
        ("different question, does it hurt", "does it hurt"),
        ("a different question: does it hurt", "does it hurt"),
        ("i have another question, does it hurt", "does it hurt"),
        ("i also have a different question does it hurt", "does it hurt"),
        ("last question does it hurt", "does it hurt"),
        ("sir one more doubt how much it costs", "how much it costs"),
        ("on another note, does it hurt", "does it hurt"),
        ("unrelated: does it hurt", "does it hurt"),
    ],
)
def test_a_change_of_subject_is_taken_off_and_told(message, meant):
    assert opened(message) == (meant, True)


@pytest.mark.parametrize(
    "message",
    [
        "no",
        "no pain at all after?",
        "no, does it hurt",
        "sorry, does it hurt",
        "actually does it hurt",
        "ok thanks",
        "what i meant was the price",
        "my doctor said no i meant the price",
        "i meaningfully ask",
        "different questions people ask",
        "another questionnaire to fill in",
        "another session",
        "next time will it hurt",
        "new patient form",
        "unrelatedly it hurts",
        "can i ask another question, does it hurt",
        "does it hurt",
        "i meant to ask",
        "",
    ],
)
def test_what_only_looks_like_an_opener_stays_whole(message):
    assert opened(message) == (message, False)


@pytest.mark.parametrize(
    "message", ["i meant", "no i mean", "thats not what i asked", "wrong one", "change of subject", "another question?", "new query: 12"]
)
def test_an_opener_that_nothing_follows_stays_whole(message):
    assert opened(message) == (message, False)


# --- the menu ---

SECTIONS = {"Questions about the risks": "risks", "Questions about how it works": "about"}


@pytest.mark.parametrize(
    "message", ["menu", "MENU", "Menu!", "the menu please", "show me the options", "options?", "help", "Help.", "topics", "main menu"]
)
def test_a_whole_message_may_ask_for_the_menu(message):
    assert menu_asked_for(READER.read(clean(message)), SECTIONS) == ""


@pytest.mark.parametrize("message", ["Questions about the risks", "questions about the risks?", " QUESTIONS ABOUT THE RISKS "])
def test_a_section_is_asked_for_as_its_button_writes_it(message):
    assert menu_asked_for(READER.read(clean(message)), SECTIONS) == "risks"


@pytest.mark.parametrize(
    "message",
    ["help me", "does it help", "please help i cant breathe", "what are my options", "risks", "questions about the price", "", "5"],
)
def test_no_other_message_asks_for_it(message):
    assert menu_asked_for(READER.read(clean(message)), SECTIONS) is None


@pytest.mark.parametrize(("message", "place"), [("7", 7), ("the ninth one", 9), ("number eight", 8), ("14", 14), ("10th please", 10)])
def test_a_long_menu_is_picked_from_by_number(message, place):
    offered = [f"topic_{number}" for number in range(1, 15)]
    assert pick(message, offered, unsure=True) == f"topic_{place}"


def test_there_is_a_number_for_every_question_of_the_longest_menu(content):
    assert max(len(content.sections), *(len(content.menu(section.name)["buttons"]) for section in content.sections)) <= len(NUMBERS)
