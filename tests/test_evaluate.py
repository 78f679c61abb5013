"""Reading the cases that scripts/evaluate replies to, and the replies of the full bot."""

from __future__ import annotations

import asyncio
import json

import pytest

from assistant import logs
from assistant.content.answers import KINDS
from assistant.content.reply import Reply
from assistant.evaluate import LineError, evaluate, read_cases


def test_blank_lines_are_passed_over_and_fields_are_kept():
    assert list(read_cases(['{"text": "a", "label": 1}', "", '{"turns": ["b", "c"]}'])) == [
        {"text": "a", "label": 1},
        {"turns": ["b", "c"]},
    ]


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"text": 5}', '{"turns": []}', '{"turns": [1]}', '{"turns": "a"}'])
def test_a_line_that_is_no_case_is_named(line):
    with pytest.raises(LineError, match="line 2"):
        list(read_cases(['{"text": "a"}', line]))


@pytest.fixture(scope="module")
def results():
    logs.configure()
    cases = [
        {"text": "does it hurt"},
        {"text": "my chest hurts"},
        {"text": "is it used for migraines"},
        {"turns": ["what side effects are there", "and how long for?"]},
        {"turns": ["what happens at a session", "and how long for?"]},
        {"turns": ["hello", "are you open now?", "thank you"]},
        {"text": "¿cuánto cuesta?"},
        {"text": "👍"},
        {"text": " "},
        {"text": "<script>alert(1)</script>"},
        {"text": "does it hurt " * 400},
        {"text": "chatter " * 100 + "my chest hurts when i breathe"},
        {"text": "will it hurt and how long am i sore after, also whats the price"},
        {"text": "/faq"},
        {"text": '/faq{"condition": "x"}'},
        {"text": "/my chest hurts"},
    ]
    evaluated = asyncio.run(evaluate(cases))
    assert not any("understood" in result for result in evaluated)
    return {str(case.get("text", case.get("turns")))[:60]: result["replies"] for case, result in zip(cases, evaluated)}


def kinds(results, start):
    replies = next(value for key, value in results.items() if key.startswith(start))
    return [[message["kind"] for message in turn] for turn in replies]


def test_every_turn_gets_a_reply_with_every_field_of_the_contract(results):
    for replies in results.values():
        for turn in replies:
            assert turn
            for message in turn:
                assert set(message) == set(Reply.__annotations__)
                assert message["kind"] in KINDS
                assert message["text"].strip()
                json.dumps(message)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("does it hurt", "answer"),
        ("my chest hurts", "red_flag"),
        ("is it used for migraines", "handoff"),
        ("¿cu", "decline"),
        ("👍", "decline"),
        (" ", "decline"),
        ("<script>", "decline"),
        ("does it hurt does", "decline"),
        ("chatter", "red_flag"),
        ("/faq", "decline"),
        ("/faq{", "decline"),
        ("/my chest", "red_flag"),
    ],
)
def test_each_kind_of_message_gets_its_kind_of_reply(results, start, expected):
    assert kinds(results, start) == [[expected]]


def test_opening_hours_come_without_the_action_server(results):
    assert kinds(results, "['hello'") == [["smalltalk"], ["answer"], ["smalltalk"]]


def test_an_answer_has_sources_a_date_and_buttons(results):
    (message,) = results["does it hurt"][0]
    assert message["sources"] and message["reviewed"] and len(message["buttons"]) >= 2
    assert all(button["payload"] == button["title"] for button in message["buttons"])


def test_several_questions_get_an_answer_each_in_order(results):
    assert [message["topics"] for message in results["will it hurt and how long am i sore after, also whats the pr"][0]] == [
        ["pain_during"],
        ["soreness_duration"],
        ["price"],
    ]


@pytest.mark.parametrize(("before", "topic"), [("what side", "soreness_duration"), ("what happens", "session_length")])
def test_a_follow_up_means_what_was_answered_before_it(results, before, topic):
    """Here and not among the stories: Rasa's story test reads each message without the conversation before it."""
    (_, turn) = next(replies for turns, replies in results.items() if turns.startswith(f"['{before}"))
    assert turn[0]["topics"] == [topic]


def test_an_explanation_of_every_turn_is_added_where_it_is_wanted():
    cases = [{"turns": ["what does it cost", "does it hurt and are you open on Sunday"]}, {"text": "my chest hurts", "label": 1}]
    first, second = asyncio.run(evaluate(cases, explain=True))
    assert len(first["understood"]) == len(first["replies"]) == 2
    assert [len(turn["parts"]) for turn in first["understood"]] == [1, 2]
    assert first["understood"][0]["parts"][0]["text"] == "what does it cost"
    assert second["label"] == 1
    (turn,) = second["understood"]
    assert turn["red_flags"] and "data/safety.yml" in turn["parts"][0]["why"]


def test_a_safety_text_stands_alone(results):
    (message,) = results["my chest hurts"][0]
    assert message["buttons"] == message["topics"] == []
