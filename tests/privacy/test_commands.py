"""What is taken for a command about one's data, and what is not."""

from __future__ import annotations

import pytest

from assistant.privacy.commands import FORGET_CONFIRMED, FORGET_DECLINED, FORGET_ME, MY_DATA, command_in
from assistant.safety.rules import project_rules
from tests.shared import held_out, unseen

FORGET = [
    *("forget me", "Forget me!", "please forget me", "forget about me", "forget everything", "forget everything I said"),
    *("delete my data", "DELETE MY DATA", "can you delete my data?", "erase my personal data", "delete all my data now"),
    *("remove my details", "delete this chat", "wipe this conversation", "delete our conversation please", "clear chat"),
    *("delete the chat history", "delete everything"),
    *("delete everything you know about me", "erase what you have on me", "delete everything I've told you", "i want you to forget me"),
]  # fmt: skip
SHOW = [
    *("what do you know about me", "What do you know about me?", "what have you stored about me", "what data do you have about me"),
    *("what did you save about me", "what's stored about me", "what information do you hold on me?", "show me my data"),
    *("tell me what you know about me",),
]  # fmt: skip
OTHERS = [
    *("can i delete my data", "how do i delete my chat", "do you keep my data", "is this chat saved", "who reads this", "is it private"),
    *("forget it", "forget that", "delete my appointment", "what do you know about dry needling", "what do you know", "what about me", ""),
    *("forget me, i want to die", "delete my data and does it hurt", "i want to forget everything and die"),
]  # fmt: skip


@pytest.mark.parametrize("text", FORGET)
def test_who_wants_to_be_forgotten_is_understood(text):
    assert command_in(text, asked=False) == FORGET_ME


@pytest.mark.parametrize("text", SHOW)
def test_who_wants_to_know_what_is_kept_is_understood(text):
    assert command_in(text, asked=False) == MY_DATA


@pytest.mark.parametrize("text", OTHERS)
@pytest.mark.parametrize("asked", [False, True])
def test_a_question_or_a_longer_message_is_no_command(text, asked):
    assert command_in(text, asked) is None


@pytest.mark.parametrize(
    "text", ["yes", "Yes.", "yes please", "yes, delete it", "delete me", "ok", "y", "sure, do it", "go ahead", "I confirm"]
)
def test_a_yes_counts_only_where_one_was_asked_for(text):
    assert command_in(text, asked=True) == FORGET_CONFIRMED
    assert command_in(text, asked=False) is None


@pytest.mark.parametrize("text", ["no", "No thanks", "no, keep it", "don't", "cancel", "not now", "do not delete it", "never mind"])
def test_a_no_counts_only_where_a_yes_was_asked_for(text):
    assert command_in(text, asked=True) == FORGET_DECLINED
    assert command_in(text, asked=False) is None


@pytest.mark.parametrize("text", ["me", "it", "everything", "please", "yes it hurts", "no pain no gain", "yes but not the call"])
def test_what_is_neither_yes_nor_no_deletes_nothing(text):
    assert command_in(text, asked=True) is None


@pytest.mark.parametrize("text", FORGET)
def test_asked_twice_it_still_wants_a_yes(text):
    assert command_in(text, asked=True) in (FORGET_ME, FORGET_CONFIRMED)


def test_no_warning_sign_and_no_held_out_question_is_taken_for_a_command():
    signs = [text for flag in project_rules().red_flags for text in (*flag.examples, *flag.near_misses)] + [case.text for case in unseen()]
    assert len(signs) > 1_000
    assert not [text for text in signs if command_in(text, asked=False)]
    held = [pair for name in ("questions.yml", "as_searched.yml", "other_voices.yml") for pair in held_out(name)]
    taken = {intent for text, intent in held if command_in(text, asked=False)}
    assert len(held) > 1_000
    assert taken <= {"faq/privacy_about_bot"}  # whose topic the reply to a command names


def test_a_long_message_is_not_even_looked_at():
    assert command_in("please " * 10_000 + "forget me", asked=True) is None
