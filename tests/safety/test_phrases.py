"""The language of warning signs, tried by what each phrase finds in a text."""

from __future__ import annotations

import pytest
from spacy.matcher import Matcher

from assistant.safety.phrases import PhraseError, compile_phrase, words_of
from assistant.understanding.text import english

GROUPS = {"pain": ["pain", "ache*", "killing me"], "breathe": ["breathe", "breath"]}


def finds(phrase, text):
    """Whether every part of the phrase is found somewhere in the text."""
    doc = english().make_doc(text)
    for part in compile_phrase(phrase, GROUPS):
        matcher = Matcher(english().vocab)
        matcher.add("part", part)
        if not matcher(doc):
            return False
    return True


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        pytest.param("can not breathe", "i can not breathe", True, id="words"),
        pytest.param("can not breathe", "i breathe and can not stop", False, id="words in another order"),
        pytest.param("can not breathe", "i can not", False, id="a word missing"),
        pytest.param("can not breathe", "can not one two three breathe", True, id="three words between"),
        pytest.param("can not breathe", "can not one two three four breathe", False, id="four words between"),
        pytest.param("chest pain", "chest . pain", False, id="a full stop between"),
        pytest.param("chest pain", "my chest? pain", False, id="a question mark between"),
        pytest.param("chest pain", "my chest, pain", True, id="a comma between"),
        pytest.param("can not", "i can't", True, id="can't is can not"),
        pytest.param("can not", "i cant", True, id="cant is can not"),
        pytest.param("can not", "i cannot", True, id="cannot is can not"),
        pytest.param("can't sleep", "can not sleep", True, id="can't in the phrase"),
        pytest.param("light-headed", "so light-headed now", True, id="hyphen"),
        pytest.param("chest", "MY CHEST", True, id="capitals in the text"),
        pytest.param("Chest", "my chest", True, id="capitals in the phrase"),
        pytest.param("Breath*", "breathing", True, id="capitals in a word with a star"),
        pytest.param("breath*", "breathing", True, id="star for an ending"),
        pytest.param("breath*", "breath", True, id="star for nothing"),
        pytest.param("breath*", "outbreath", False, id="no star for a beginning"),
        pytest.param("breath", "breathing", False, id="no star, no ending"),
        pytest.param("(lip|lips|face) blue", "my lips are blue", True, id="one of a choice"),
        pytest.param("(lip|lips|face) blue", "my hand is blue", False, id="none of a choice"),
        pytest.param("(lip|swell*) blue", "swelling, blue", True, id="a star in a choice"),
        pytest.param("(out of|short of) breath", "short of breath", True, id="several words in a choice"),
        pytest.param("(out of|short of) breath", "short breath", False, id="half of an alternative"),
        pytest.param("(out of|short of) breath", "out again of breath", False, id="a word inside an alternative"),
        pytest.param("( lip | face ) blue", "face blue", True, id="spaces in a choice"),
        pytest.param("chest {pain}", "chest pain", True, id="group"),
        pytest.param("chest {pain}", "my chest is killing me", True, id="several words in a group"),
        pytest.param("chest {pain}", "my chest aches", True, id="a star in a group"),
        pytest.param("chest {pain}", "my chest is fine", False, id="nothing of the group"),
        pytest.param("({pain}|odd) {breathe}", "odd breath", True, id="a group in a choice, the word"),
        pytest.param("({pain}|odd) {breathe}", "killing me to breathe", True, id="a group in a choice, the group"),
        pytest.param("({pain}|odd) {breathe}", "good breath", False, id="a group in a choice, neither"),
        pytest.param("chest + {pain}", "the pain is in my chest", True, id="parts in any order"),
        pytest.param("chest + {pain}", "the pain is in my leg", False, id="one part only"),
    ],
)
def test_a_phrase_finds_what_it_says(phrase, text, expected):
    assert finds(phrase, text) is expected


def test_a_plus_parts_a_phrase():
    assert len(compile_phrase("a + b c+({pain}|d)", GROUPS)) == 3


@pytest.mark.parametrize(
    ("phrase", "named"),
    [
        pytest.param("chest + {hurting}", "{hurting}", id="unknown group"),
        pytest.param("chest (a|{hurting})", "{hurting}", id="unknown group in a choice"),
        pytest.param("chest + ({pain} now|a)", "{pain} now", id="a group beside a word in a choice"),
        pytest.param("chest + (lip|lips", "(lip|lips", id="open bracket"),
        pytest.param("lip|lips)", "lip|lips)", id="closed bracket"),
        pytest.param("chest {pain", "chest {pain", id="open brace"),
        pytest.param("lip|lips", "lip|lips", id="bar without brackets"),
        pytest.param("((lip|lips) blue)", "((lip|lips) blue)", id="brackets in brackets"),
        pytest.param("chest & back", "chest & back", id="another sign"),
        pytest.param("chest. pain", "chest. pain", id="full stop"),
        pytest.param("", "''", id="nothing"),
        pytest.param("chest +", "''", id="nothing after the plus"),
        pytest.param("chest + + pain", "''", id="nothing between two pluses"),
        pytest.param("chest ()", "()", id="empty choice"),
        pytest.param("chest (lip|)", "(lip|)", id="empty alternative"),
    ],
)
def test_a_phrase_that_cannot_be_read_is_named(phrase, named):
    with pytest.raises(PhraseError) as raised:
        compile_phrase(phrase, GROUPS)
    assert named in str(raised.value)


def test_an_unknown_group_is_told_with_the_known_ones():
    with pytest.raises(PhraseError, match="known are breathe, pain"):
        compile_phrase("{hurting}", GROUPS)


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        pytest.param("chest pain", {"chest", "pain"}, id="words"),
        pytest.param("(lip|lips) + blue", {"lip", "lips", "blue"}, id="choice and parts"),
        pytest.param("chest {pain}", {"chest"}, id="not a group's name"),
        pytest.param("breath* hard", {"hard"}, id="not the beginning of a word"),
        pytest.param("Chest pain", {"chest", "pain"}, id="capitals"),
    ],
)
def test_the_spelling_vocabulary_is_the_plain_words(phrase, words):
    assert words_of(phrase) == words
