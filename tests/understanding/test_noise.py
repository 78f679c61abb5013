"""The generator of hurried, dictated and texted messages, which measured tests use."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from rapidfuzz.distance import OSA

from assistant import paths
from tests.noise import ABBREVIATIONS, noisy

LONG = "please could you tell me whether the needles will leave bruises because I really want to go swimming after my treatment"
MESSAGES = [
    "Does it hurt?",
    "How much does a session cost, and can I pay by card?",
    "I'm on blood thinners. Is that a problem?",
    "hi",
    "no",
    "a",
    "\u00bfCu\u00e1nto cuesta?",
    "Is it \u00a350 for 30 minutes?",
    "OK...",
    "why",
    "that",
    LONG,
]
SEEDS = range(60)


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("seed", [0, 1, 7])
def test_the_same_message_and_seed_give_the_same_text(message, seed):
    first = noisy(message, seed)
    random.seed(1)
    random.random()
    assert noisy(message, seed) == first


def test_another_run_gives_the_same_text():
    """Python seeds its own hashes anew in each run."""
    code = f"from tests.noise import noisy; print(noisy({LONG!r}, 3))"
    for seed in ("1", "2"):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(paths.ROOT)}
        run = subprocess.run([sys.executable, "-c", code], env=environment, cwd=paths.ROOT, capture_output=True, text=True, check=True)
        assert run.stdout.strip() == noisy(LONG, 3)


def test_other_seeds_give_other_texts():
    assert len({noisy(LONG, seed) for seed in SEEDS}) > len(SEEDS) / 2


def test_of_two_messages_the_slips_are_not_at_the_same_places():
    """The message counts beside the seed."""
    kept = [[word == "bruises" for word in noisy(f"{word} bruises " * 40, 0).split()] for word in ("will", "does")]
    assert kept[0] != kept[1]


@pytest.mark.parametrize("message", MESSAGES)
def test_no_message_becomes_empty(message):
    assert all(noisy(message, seed).strip() for seed in SEEDS)


@pytest.mark.parametrize("message", [message for message in MESSAGES if len(message.split()) > 4])
def test_most_words_stay(message):
    """Leaving aside what is abbreviated, which half of the words are that can be."""
    plain = [word for word in noisy_free(message) if word not in ABBREVIATIONS]
    stayed = [sum(word in noisy(message, seed).split() for word in plain) / len(plain) for seed in SEEDS]
    assert sum(stayed) / len(stayed) > 0.8


def noisy_free(message):
    """The words of a message without capitals and marks."""
    return "".join(letter for letter in message.lower() if letter.isalnum() or letter in " \u00a3").split()


def test_some_words_slip():
    assert any(noisy("swimming bruises needles session", seed) != "swimming bruises needles session" for seed in SEEDS)


def test_a_slip_is_one_letter_and_never_the_first():
    slipped = {noisy("bruises", seed) for seed in range(400)} - {"bruises"}
    assert len({len(word) for word in slipped}) == 3
    for word in slipped:
        assert OSA.distance(word, "bruises") == 1
        assert word[0] == "b"


@pytest.mark.parametrize("word", ["how", "it", "a", "12345", "t12l5"])
def test_short_words_and_numbers_never_slip(word):
    assert {noisy(word, seed) for seed in range(200)} == {word}


@pytest.mark.parametrize("word", sorted(ABBREVIATIONS))
def test_a_word_that_has_an_abbreviation_is_abbreviated_at_times(word):
    found = {noisy(word, seed) for seed in SEEDS}
    assert {word, ABBREVIATIONS[word]} <= found


def test_capitals_apostrophes_and_punctuation_are_left_out():
    assert noisy("IT'S ok, is it?") == "its ok is it"


def test_a_space_is_missed_at_times_in_a_message_of_several_words():
    found = [len(noisy("is it ok to go on", seed).split()) for seed in range(200)]
    assert set(found) == {5, 6}
    assert found.count(6) > found.count(5)
