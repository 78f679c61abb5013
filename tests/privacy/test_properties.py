"""What holds of any text at all."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.privacy.names import lists
from assistant.privacy.redaction import Redactor, redact
from assistant.privacy.spans import KINDS

# Pieces that the finders look for, so that chance puts them side by side
PIECES = st.sampled_from(
    [
        "my name is",
        "im ",
        "dave",
        "Rose ",
        "Okafor",
        "dr ",
        "07700 ",
        "900123",
        "4111 1111 1111 1111",
        "@",
        "gmail",
        ".com",
        " at ",
        " dot ",
        "dob ",
        "3/4/81",
        "4th of march",
        "born ",
        "nhs ",
        "number ",
        "flat 3, ",
        "12 ",
        "high ",
        "street",
        "LS6 2QN",
        "rue de ",
        "oh ",
        "double ",
        "seven ",
        "www.",
        "/x?id=1",
        "insta ",
        "reg ",
        "AB12 CDE",
        "[name]",
        "[phone]",
        "\n",
        ", ",
        ". ",
        "'s ",
        "-",
        "here",
        "thanks ",
        "(",
        "+44 ",
        "£45",
        "é",
        "ß",
        "İ",
        "١٢٣",
        "\x00",
        "\x01",
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join))
# Words that no list has as a name and no pattern begins with
PLAIN_WORDS = st.lists(
    st.sampled_from(
        [
            "does",
            "it",
            "hurt",
            "after",
            "needling",
            "my",
            "sore",
            "back",
            "how",
            "long",
            "until",
            "can",
            "we",
            "stop",
            "will",
            "that",
            "help",
            "or",
            "not",
        ]
    ),
    max_size=20,
)
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
GROWTH = max(len(kind) for kind in KINDS) + 2


@MANY
@given(TEXTS)
def test_it_never_fails_and_the_result_is_bounded(text):
    assert len(redact(text).text) <= GROWTH * (len(text) + 1)


@MANY
@given(TEXTS)
def test_redacting_again_changes_nothing(text):
    once = redact(text).text
    assert redact(once) == (once, set())


@MANY
@given(TEXTS)
def test_the_kinds_named_are_those_in_the_text(text):
    redaction = redact(text)
    assert all(f"[{kind}]" in redaction.text for kind in redaction.kinds)
    assert bool(redaction.kinds) == (redaction.text != text)


@MANY
@given(TEXTS)
def test_the_places_found_are_in_order_and_apart(text):
    spans = Redactor().find(text)
    assert all(span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


@MANY
@given(PLAIN_WORDS)
def test_words_without_a_digit_or_a_name_stay(words):
    text = " ".join(words)
    assert redact(text).text == text


@MANY
@given(st.text(alphabet="0123456789", min_size=10, max_size=12), st.sampled_from(["", " ", ".", "-"]))
def test_no_digit_of_an_announced_number_stays(digits, between):
    typed = between.join(re.findall(r"\d{1,5}", digits))
    assert not re.search(r"\d", redact(f"call me on {typed} please").text)


@MANY
@given(st.sampled_from(sorted(lists().given)))
def test_every_listed_name_is_found_where_it_is_announced(name):
    assert redact(f"my name is {name} and it hurts").text == "my name is [name] and it hurts"
