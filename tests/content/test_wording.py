"""The wording of every real text a patient may read."""

from __future__ import annotations

import re

import pytest
import textstat

from assistant import paths
from assistant.content.answers import BLANK, split_sentences
from assistant.content.clinic import KEYS
from assistant.content.faults import read_yaml

FILES = [*sorted((paths.DATA / "faq").glob("*.yml")), paths.DATA / "smalltalk.yml", paths.DATA / "replies.yml"]
CLINIC = read_yaml(paths.ROOT / "clinic.yml")
SAFETY = read_yaml(paths.DATA / "safety.yml")
every_answer = pytest.mark.parametrize("key", [key for path in FILES for key in read_yaml(path)["responses"]])
every_warning = pytest.mark.parametrize(
    ("tier", "adds"),
    [
        *(pytest.param(tier, "", id=tier) for tier in SAFETY["texts"]),
        *(pytest.param(sign["tier"], sign["adds"], id=f"{sign['tier']} {sign['id']}") for sign in SAFETY["red_flags"] if "adds" in sign),
    ],
)
every_warning_beside_an_answer = pytest.mark.parametrize("tier", SAFETY["if_now"])

WORDS, WORDS_A_SENTENCE = 95, 20
GRADE, PLAIN_GRADE = 8, 6
# Read by somebody who may be unwell
PLAIN = {
    *("side_effects", "soreness_duration", "aftercare", "heat_or_ice", "activity_after", "when_to_call"),
    *("safety", "serious_risks", "collapsed_lung", "infection", "fainting_needle_fear"),
}
# What a text may not say, and the topic that may say it to correct it
BANNED = {
    r"\bnon-?invasive": None,
    r"\bnatural": "invasive",
    r"\btoxin": "aftercare",
    r"\bimmediate": None,
    r"\blong-lasting\b": None,
    r"\beffective": None,
    r"\bcur(?:e|es|ed|ing)\b": None,
    r"\bproven\b": None,
    r"\bguarantee": None,
    r"\bis safe\b": None,
    r"\byou can have it\b": None,
    r"\byou cannot have it\b": None,
    r"\bplease be advised\b": None,
    r"!": None,
}
FACT_LIKE = {
    "a phone number": r"\+\d|\d(?:[ ()-]*\d){4,}",
    "an emergency number": r"(?<![\d,.])(?:000|111|112|911|988|999)(?![\d,])",
    "a price": r"[£$€₹]|\b\d+(?:\.\d\d)?\s?(?:pounds?|quid|dollars?|euros?|rupees?|GBP|USD|EUR|AUD)\b",
    "a clock time": r"\b\d{1,2}:\d\d\b|\b\d{1,2}(?:[.:]\d\d)?\s?[ap]\.?m\b|\bo'clock\b",
    "an address on the web": r"\S@\S|https?://|www\.",
}


def stored(content, key):
    return " ".join(content.answers[key].sentences)


def shown(content, key):
    """The answer itself, which is one paragraph, without the notes below it."""
    return content.reply(key)["text"].partition("\n")[0]


def said_against_the_rule(text, topic=""):
    return [found[0] for words, allowed in BANNED.items() if allowed != topic for found in re.finditer(words, text, re.I)]


@every_answer
def test_an_answer_is_short_enough_for_a_chat(content, key):
    assert len(shown(content, key).split()) <= WORDS


@every_answer
def test_the_sentences_of_an_answer_are_short(content, key):
    assert [sentence for sentence in content.answers[key].sentences if len(sentence.split()) > WORDS_A_SENTENCE] == []


@every_warning
def test_the_sentences_of_a_warning_are_short(tier, adds):
    sentences = split_sentences(" ".join(f"{SAFETY['texts'][tier]} {adds}".replace("{adds}", "").split()))
    assert [sentence for sentence in sentences if len(sentence.split()) > WORDS_A_SENTENCE] == []


@every_warning_beside_an_answer
def test_a_warning_beside_an_answer_is_two_short_sentences_at_most(tier):
    sentences = split_sentences(SAFETY["if_now"][tier])
    assert len(sentences) <= 2
    assert [sentence for sentence in sentences if len(sentence.split()) > WORDS_A_SENTENCE] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_answers_are_one_paragraph_each(path):
    responses = read_yaml(path)["responses"]
    assert [key for key, variations in responses.items() for response in variations if "\n" in response["text"].strip()] == []


@every_answer
def test_an_answer_is_easy_to_read(content, key):
    assert textstat.flesch_kincaid_grade(shown(content, key)) <= (PLAIN_GRADE if content.answers[key].topic in PLAIN else GRADE)


@every_warning
def test_a_warning_is_easier_still_to_read(content, tier, adds):
    assert textstat.flesch_kincaid_grade(content.safety_reply(tier, adds)["text"]) <= PLAIN_GRADE


def test_warnings_beside_an_answer_are_as_easy_to_read(content):
    warnings = {tier: content.reply("utter_smalltalk/greet", if_now=tier)["text"].splitlines()[1] for tier in SAFETY["if_now"]}
    assert [tier for tier, warning in warnings.items() if textstat.flesch_kincaid_grade(warning) > PLAIN_GRADE] == []


@every_warning_beside_an_answer
def test_a_warning_beside_an_answer_says_when_it_holds(tier):
    assert re.match(r"If\b.*\b(now|happening)\b", SAFETY["if_now"][tier])


@every_answer
def test_an_answer_promises_nothing_and_uses_no_banned_word(content, key):
    assert said_against_the_rule(stored(content, key), content.answers[key].topic) == []


@every_warning
def test_a_warning_promises_nothing_and_uses_no_banned_word(tier, adds):
    assert said_against_the_rule(f"{SAFETY['texts'][tier]} {adds}") == []


@every_warning_beside_an_answer
def test_a_warning_beside_an_answer_promises_nothing_and_uses_no_banned_word(tier):
    assert said_against_the_rule(SAFETY["if_now"][tier]) == []


def values_of(value):
    if isinstance(value, dict | list):
        return [part for item in (value.values() if isinstance(value, dict) else value) for part in values_of(item)]
    return [] if isinstance(value, int) else [str(value).strip().rstrip(".").lower()]


@every_answer
def test_an_answer_contains_no_value_of_the_clinic_profile(content, key):
    text = stored(content, key).lower()
    assert [value for value in values_of(CLINIC) if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text)] == []


@every_answer
def test_a_number_of_the_clinic_profile_stands_only_where_published_evidence_says_it(content, sources, key):
    numbers = {str(value) for value in CLINIC.values() if isinstance(value, int)}
    answer = content.answers[key]
    for sentence, cited in zip(answer.sentences, answer.sources or [[]] * len(answer.sentences)):
        evidence = [name for name in cited if sources[name].standing is None and not name.startswith(("POL", "CLINIC"))]
        assert evidence or not numbers & set(re.findall(r"\d+", sentence)), sentence


@every_answer
def test_an_answer_contains_nothing_that_looks_like_a_clinic_fact(content, key):
    assert {what: found for what, digits in FACT_LIKE.items() if (found := re.findall(digits, stored(content, key), re.I))} == {}


@every_warning
def test_a_warning_contains_nothing_that_looks_like_a_clinic_fact(tier, adds):
    text = f"{SAFETY['texts'][tier]} {adds}"
    assert {what: found for what, digits in FACT_LIKE.items() if (found := re.findall(digits, text, re.I))} == {}


@every_warning_beside_an_answer
def test_a_warning_beside_an_answer_contains_nothing_that_looks_like_a_clinic_fact(tier):
    assert {what: found for what, digits in FACT_LIKE.items() if (found := re.findall(digits, SAFETY["if_now"][tier], re.I))} == {}


@every_warning
def test_a_warning_names_only_facts_that_no_clinic_can_leave_out(tier, adds):
    blanks = set(BLANK.findall(f"{SAFETY['texts'][tier]} {adds}")) - {"adds"}
    assert blanks - {f"clinic.{name}" for name, key in KEYS.items() if key.required} == set()


@every_answer
def test_no_blank_of_an_answer_reaches_the_patient(content, key):
    assert re.findall(r"[{}]", shown(content, key)) == []


@every_warning
def test_no_blank_of_a_warning_reaches_the_patient(content, tier, adds):
    assert re.findall(r"\{.*?\}", content.safety_reply(tier, adds)["text"]) == []
