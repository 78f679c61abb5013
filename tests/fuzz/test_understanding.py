"""Any text as a message: it is read, looked through for warning signs, taken apart and decided on, and what that costs is bounded."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.content.reply import Reply, messages_of
from assistant.safety import detector as detectors
from assistant.safety.detector import Detector
from assistant.safety.rules import TIERS, project_rules
from assistant.understanding.choices import chosen, without_opener
from assistant.understanding.conditions import ConditionFinder
from assistant.understanding.decision import Thresholds
from assistant.understanding.memory import Memory
from assistant.understanding.message import Understander
from assistant.understanding.parts import MOST_CUTS, find_cuts
from assistant.understanding.text import LONGEST_MESSAGE, Speller, clean, english, lower, without_treatment
from assistant.understanding.topics import TopicModel
from tests.fuzz.strategies import WORDS, messages, values
from tests.shared import real_lexicon, real_reader, trained

PIECES = MOST_CUTS * (MOST_CUTS + 1) // 2 + MOST_CUTS + 2  # stretches between any two of the places a message may be cut at


@cache
def reader():
    return real_reader()


@cache
def rules():
    return Detector(project_rules(), english().vocab)


@cache
def finder():
    return ConditionFinder(real_lexicon())


class Counting:
    """An encoder that makes up embeddings from the texts alone, and counts how many it was asked for."""

    def __init__(self):
        self.asked = 0

    def __call__(self, texts):
        self.asked += len(texts)
        rows = np.array([[(hash(text) >> shift & 255) / 255 for shift in range(48)] * 8 for text in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@cache
def understander():
    return Understander(trained(TopicModel.load, "topics.json"), Counting(), Thresholds())


@given(message=messages(longest=7_000))
def test_any_text_becomes_one_line_of_plain_characters(message):
    cleaned = clean(message)
    assert len(cleaned) <= LONGEST_MESSAGE and cleaned == " ".join(cleaned.split()) and cleaned.isprintable()
    assert len(lower(cleaned)) == len(cleaned)
    without_treatment(cleaned)


@given(message=messages())
def test_any_text_is_looked_through_for_warning_signs_in_bounded_work(message):
    looked_at = 0
    silenced = rules()._is_silenced

    def counted(*arguments):
        nonlocal looked_at
        looked_at += 1
        return silenced(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules(), "_is_silenced", counted)
        findings = rules().find(reader().read(clean(message)))
    assert [TIERS.index(finding.flag.tier) for finding in findings] == sorted(TIERS.index(finding.flag.tier) for finding in findings)
    windows = 1 + len(message) // (detectors.WINDOW - detectors.OVERLAP)
    assert looked_at <= windows * len(rules()._signs) * detectors.MOST_SILENCED


@given(sign=st.sampled_from([flag.examples[0] for flag in project_rules().red_flags if flag.examples]), before=messages(longest=1_500))
def test_a_warning_sign_is_found_behind_anything(sign, before):
    # A text may end in a denial or a question, which would silence the sign; a full stop and "now" end both.
    doc = reader().read(clean(f"{before}. \n. Right now. {sign}"))
    assert rules().find(doc)


@given(
    message=messages(),
    memory=st.builds(
        Memory,
        st.sampled_from([None, "price", "pain_during"]),
        st.just([]),
        st.lists(st.sampled_from(["price", "booking"]), max_size=3),
        st.booleans(),
    ),
)
def test_any_text_is_taken_apart_into_parts_of_itself_in_bounded_work(message, memory):
    doc = reader().read(clean(message))
    understander()._encode.asked = 0
    parts = understander().understand(doc, finder().find(doc), memory)
    assert parts and all(0 <= part.span.start <= part.span.end <= len(doc) for part in parts)
    starts = [part.span.start for part in parts]
    assert starts == sorted(starts)
    assert understander()._encode.asked <= PIECES
    assert len(find_cuts(doc)) <= MOST_CUTS
    assert chosen(doc, memory.offered, memory.unsure) is None or memory.offered
    assert without_opener(doc).span.end <= len(doc)


@given(word=st.one_of(st.text(max_size=40), st.sampled_from(WORDS)), vocabulary=st.lists(st.text(min_size=1, max_size=12), max_size=20))
def test_any_word_is_mended_to_a_word_of_the_vocabulary_or_left(word, vocabulary):
    speller = Speller(vocabulary)
    assert speller.correct(word) in {word, *vocabulary}
    assert isinstance(speller.mend(word), str)


@given(message=st.one_of(st.dictionaries(st.sampled_from(["text", "kind", "topics", "sources", "reviewed", "buttons", "custom"]), values)))
def test_any_stored_message_of_the_bot_is_a_reply_of_the_contract_or_named_as_none(message):
    # What is no list in the place of one cannot have come from the bot.
    listed = {name: value if isinstance(value, list) or name in ("text", "kind", "reviewed") else [] for name, value in message.items()}
    for reply in messages_of(listed):
        assert set(reply) == set(Reply.__annotations__)
        assert isinstance(reply["text"], str) and isinstance(reply["kind"], str) and isinstance(reply["buttons"], list)
