"""Cleaning a message, reading its words, and mending slips."""

from __future__ import annotations

import random
from string import ascii_lowercase

import pytest
from rapidfuzz.distance import OSA

from assistant.understanding.text import (
    ABBREVIATIONS,
    COMMON,
    LONG_WORD,
    LONGEST_MESSAGE,
    SHORTEST_CORRECTED,
    SHORTEST_MENDED,
    SPELLINGS,
    Reader,
    Speller,
    clean,
    common_words,
    dictionary,
    without_treatment,
)

VOCABULARY = ["breathe", "chest", "swelling", "paralysed", "feeling", "needling", "pain", "numb", "two words", "light-headed"]


@pytest.fixture(scope="module")
def norms():
    """The words a text is read as."""
    reader = Reader(VOCABULARY)
    return lambda text: [token.norm_ for token in reader.read(text)]


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        pytest.param("does it hurt", "does it hurt", id="nothing to do"),
        pytest.param("  does \t it\r\n\nhurt  ", "does it hurt", id="spaces and line ends"),
        pytest.param("does\x00it\x07hurt\x1b", "does it hurt", id="control characters"),
        pytest.param("does\u200bit\u202ehurt\ufeff", "does it hurt", id="characters without a width"),
        pytest.param("can\N{RIGHT SINGLE QUOTATION MARK}t", "can't", id="curly apostrophe"),
        pytest.param("\uff44oes it \ufb01t", "does it fit", id="wide letters and ligatures"),
        pytest.param("e\u0301paule", "\u00e9paule", id="an accent joined to its letter"),
        pytest.param("it hurts \U0001f494", "it hurts \U0001f494", id="emoji kept"),
        pytest.param("lone \ud83d half", "lone half", id="half of an emoji"),
        pytest.param("", "", id="nothing"),
        pytest.param(" \n\t ", "", id="only spaces"),
    ],
)
def test_a_message_is_cleaned(typed, cleaned):
    assert clean(typed) == cleaned


@pytest.mark.parametrize(
    "character",
    [
        pytest.param("a", id="a letter"),
        pytest.param("\ufdfa", id="a character that stands for eighteen"),
    ],
)
def test_a_message_is_read_up_to_its_longest(character):
    assert 0 < len(clean(character * 2 * LONGEST_MESSAGE)) <= LONGEST_MESSAGE


def test_a_message_of_the_longest_length_is_whole():
    assert clean("a" * LONGEST_MESSAGE) == "a" * LONGEST_MESSAGE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("I CAN'T", ["i", "can", "not"], id="capitals and a contraction"),
        pytest.param("i cant", ["i", "can", "not"], id="no apostrophe"),
        pytest.param("i carnt", ["i", "can", "not"], id="as it sounds"),
        pytest.param("u dunno", ["you", "do", "not", "know"], id="text-speak"),
        pytest.param("hurts cuz i fell 2day", ["hurts", "because", "i", "fell", "today"], id="text-speak with a number"),
        pytest.param("burn your thumb", ["burn", "your", "thumb"], id="no text-speak inside a word"),
    ],
)
def test_a_message_is_read_as_plain_words(norms, text, words):
    assert norms(text) == words


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        pytest.param("breethe", "breathe", id="a letter changed"),
        pytest.param("braethe", "breathe", id="two letters swapped"),
        pytest.param("brathe", "breathe", id="a letter dropped"),
        pytest.param("breatthe", "breathe", id="a letter added"),
        pytest.param("Breethe", "breathe", id="a capital"),
        pytest.param("paralyzd", "paralysed", id="two slips in a long word"),
        pytest.param("neeling", "needling", id="as near to a word with another first letter"),
    ],
)
def test_a_slip_in_a_known_word_is_mended(norms, typed, mended):
    assert norms(typed) == [mended]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("chess", id="a dictionary word"),
        pytest.param("felling", id="another dictionary word"),
        pytest.param("xreathe", id="another first letter"),
        pytest.param("nmb", id="a short word"),
        pytest.param("chst", id="a short word of a long one"),
        pytest.param("paing", id="near a short word of the vocabulary"),
        pytest.param("brxxthe", id="two slips in a word of middle length"),
        pytest.param("parxxxsed", id="three slips in a long word"),
        pytest.param("ch3st", id="a digit"),
        pytest.param("qwrtzplk", id="no word at all"),
    ],
)
def test_any_other_word_is_left_alone(norms, typed):
    assert norms(typed) == [typed]


def test_mending_changes_only_what_a_word_is_matched_by():
    assert Reader(VOCABULARY).read("my braethe").text == "my braethe"


def test_without_a_vocabulary_nothing_is_mended():
    assert [token.norm_ for token in Reader([]).read("braethe")] == ["braethe"]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        pytest.param("does dry needling hurt", "does it hurt", id="the name"),
        pytest.param("Does Dry Needling hurt", "Does it hurt", id="capitals"),
        pytest.param("does dry-needling hurt", "does it hurt", id="hyphen"),
        pytest.param("does dryneedling hurt", "does it hurt", id="one word"),
        pytest.param("is a dry needle session safe", "is a it safe", id="a session"),
        pytest.param("dry needling therapy price", "it price", id="therapy"),
        pytest.param("is DN safe", "is it safe", id="dn"),
        pytest.param("is IMS safe", "is it safe", id="ims"),
        pytest.param("is my skin dry", "is my skin dry", id="another dry"),
        pytest.param("the rims hurt", "the rims hurt", id="inside a word"),
        pytest.param("it it it hurts", "it hurts", id="a word repeated"),
        pytest.param("my back my back hurts", "my back hurts", id="two words repeated"),
        pytest.param("does dry needling dry needling hurt", "does it hurt", id="the name repeated"),
        pytest.param("The the price", "The price", id="repeated with a capital"),
        pytest.param("is this issue is new", "is this issue is new", id="part of a word is no repetition"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_the_name_of_the_treatment_and_repetitions_are_taken_out(text, rest):
    assert without_treatment(text) == rest


# --- words mended for the classifier ---


@pytest.fixture(scope="module")
def speller():
    return Speller(["needle", "hurt", "cost", "gain", "chest", "appointments", "apple pie"], 4)


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        pytest.param("nedle", "needle", id="a letter dropped"),
        pytest.param("neddle", "needle", id="a letter changed"),
        pytest.param("nedele", "needle", id="two letters swapped"),
        pytest.param("needlle", "needle", id="a letter added"),
        pytest.param("hrut", "hurt", id="a word of the shortest length"),
        pytest.param("apointmnts", "appointments", id="two slips in a long word"),
        pytest.param("needle", "needle", id="a word of the vocabulary"),
    ],
)
def test_a_slip_is_mended_by_the_vocabulary(speller, typed, mended):
    assert speller.correct(typed) == speller.mend(typed) == mended
    # And again, from memory
    assert speller.correct(typed) == mended


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("pain", id="pain is no gain"),
        pytest.param("paim", id="a slip in pain is no gain"),
        pytest.param("cast", id="a dictionary word near another"),
        pytest.param("chess", id="another"),
        pytest.param("yurt", id="a dictionary word with another first letter"),
        pytest.param("xeedle", id="another first letter"),
        pytest.param("hrt", id="too short"),
        pytest.param("nxxdle", id="two slips in a word of middle length"),
        pytest.param("apxxxntments", id="three slips in a long word"),
        pytest.param("qwrtzplk", id="far from every word"),
        pytest.param("needl3", id="a digit"),
        pytest.param("12345", id="a number"),
        pytest.param("l4l5", id="a name with digits"),
        pytest.param("applx", id="near a phrase of the vocabulary"),
        pytest.param("", id="nothing"),
    ],
)
def test_any_other_word_stays_as_it_is(speller, word):
    assert speller.correct(word) == speller.mend(word) == word


def test_of_two_words_the_nearer_is_taken():
    assert Speller(["treatments", "treatment"], 4).correct("treatmnt") == "treatment"
    assert Speller(["treatmentally", "treatments"], 4).correct("treatmnts") == "treatments"


def slips(words, chance):
    """Each word with a letter added, dropped, changed, and with two neighbours swapped; and with two slips."""
    for word in words:
        for _ in range(4):
            place, letter = chance.randrange(1, len(word)), chance.choice(ascii_lowercase)
            before, after = word[:place], word[place:]
            slip = chance.choice(
                [before + letter + after, before + after[1:], before + letter + after[1:], before[:-1] + after[:1] + before[-1] + after[1:]]
            )
            yield slip
            yield slip[:1] + chance.choice(ascii_lowercase) + slip[1:]


def nearest_of_all(word, vocabulary):
    """The same as `Speller`, by comparing with every word in turn."""
    allowed = 2 if len(word) >= LONG_WORD else 1
    distances = [(OSA.distance(word, known), known) for known in vocabulary if known[0] == word[0]]
    distance, known = min(distances, default=(allowed + 1, word))
    return known if distance <= allowed else word


def test_the_nearest_word_is_the_one_that_comparing_with_all_of_them_finds():
    chance = random.Random(8)
    vocabulary = sorted(
        chance.sample([word for word in dictionary().word_frequency.words() if word.isalpha() and 4 <= len(word) <= 14], 1500)
    )
    speller, mended = Speller(vocabulary), 0
    for word in slips(vocabulary, chance):
        assert speller._nearest(word) == nearest_of_all(word, vocabulary)
        mended += speller._nearest(word) != word
    assert mended > 3_000


@pytest.mark.parametrize(("shortest", "mended"), [(4, "hurt"), (5, "hrut")])
def test_words_shorter_than_the_shortest_are_not_mended(shortest, mended):
    assert Speller(["hurt"], shortest).correct("hrut") == mended


def test_for_the_trained_models_shorter_words_are_mended_than_for_the_rules():
    assert SHORTEST_MENDED < SHORTEST_CORRECTED
    assert Speller(["hurt"]).correct("hrut") == "hurt"
    assert [token.norm_ for token in Reader(["hurt"]).read("hrut")] == ["hrut"]


# Words by how many texts have them: "sting" more than enough, "needle" enough, "price" too few; "ouch" is often in one text only.
SHARED = ["sting needle", "a STING, needle?", "sting-Needle price", "sting price 30", "ouch ouch ouch ouch", "30 30"]


@pytest.mark.parametrize(("texts", "words"), [(SHARED, ["needle", "sting"]), (SHARED[:2], []), ([], [])], ids=["some", "none", "no text"])
def test_words_that_several_texts_share_are_common(texts, words):
    assert COMMON == 3
    assert common_words(texts) == words


def test_a_longer_word_is_not_mended_to_one_that_is_too_short():
    assert Speller(["hurt"], 5).correct("hurtt") == "hurtt"


def test_without_words_nothing_is_mended_by_them():
    assert Speller([], 4).mend("nedle") == "nedle"


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("thx", "thanks"),
        ("abt", "about"),
        ("u", "you"),
        ("r u open 2day", "are you open today"),
        ("thx, wot abt b4?", "thanks, what about before?"),
        ("gonna hrut", "going to hurt"),
        ("does the nedle, um, hrut?", "does the needle, um, hurt?"),
        ("  a nedle\n", "  a needle\n"),
        ("it costs \u00a350 + 2 needles", "it costs \u00a350 + 2 needles"),
        ("thxx ru", "thxx ru"),
        ("i can't, i don't", "i can't, i don't"),
        ("", ""),
    ],
)
def test_text_speak_is_written_out_and_the_rest_stays_in_its_place(speller, typed, mended):
    assert speller.mend(typed) == mended


@pytest.mark.parametrize("written", [*ABBREVIATIONS, *SPELLINGS])
def test_what_text_speak_stands_for_is_no_text_speak(speller, written):
    meant = speller.mend(written)
    assert meant != written
    assert speller.mend(meant) == meant


@pytest.mark.parametrize(
    ("vocabulary", "text"),
    [
        pytest.param(["were"], "they weren't", id="a word that an apostrophe ends"),
        pytest.param(["pale"], "mon \u00e9paule", id="a word that begins with an accent"),
        pytest.param([], "w/o a referral", id="without"),
    ],
)
def test_a_word_is_not_torn_to_be_mended(vocabulary, text):
    assert Speller(vocabulary, 4).mend(text) == text


def test_text_speak_too_short_to_look_for_warning_signs_by_is_not_written_out_there(norms):
    assert norms("thx abt") == ["thx", "abt"]
