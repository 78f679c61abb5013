"""Understands a message in its conversation: what it picks, what it follows up on, and each of the questions it asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np
from spacy.tokens import Doc, Span

from assistant.understanding.choices import NONE, chosen, menu_asked_for, without_opener
from assistant.understanding.conditions import Mention
from assistant.understanding.decision import (
    CALL_BACK,
    FAQ,
    HAND_OVER,
    MENU,
    OPEN_NOW,
    OUTSIDE,
    SMALLTALK,
    TOO_LONG,
    UNSURE,
    Decision,
    Thresholds,
    decide,
)
from assistant.understanding.encoder import Encode
from assistant.understanding.memory import Memory
from assistant.understanding.parts import Ask, Part, split
from assistant.understanding.text import Speller, without_treatment
from assistant.understanding.topics import TopicModel

LONGEST = 600  # characters; a longer message is not answered as one question
# Measured on conversations written for it (docs/decisions/0006-follow-ups.md).
MEANS_SOMETHING_ALONE = 0.8  # confidence from which a message is taken as it stands, whatever was answered before it
PART_MEANS_SOMETHING_ALONE = 0.5  # the same for a part of a message, whatever the part before it asks (decision 5)
REFERS = {"that", "those", "these", "them", "they"}  # a message of few words with one of these is never taken alone
GOES_ON = {"and", "so", "but", "even"}  # nor one that begins with one of these
FEW = 7
POLITE = {f"{SMALLTALK}/{name}" for name in ("greet", "goodbye", "thank")}


class Understander:
    """Decides what a message asks.

    Attributes:
        thresholds: where a probability is enough.
        sections: what is written to see a section of the menu, with the section's name.
    """

    def __init__(self, model: TopicModel, encode: Encode, thresholds: Thresholds, sections: Mapping[str, str] | None = None) -> None:
        self._model = model
        self._encode = encode
        self._speller = Speller(model.words)
        self.thresholds = thresholds
        self.sections = sections or {}

    def understand(self, doc: Doc, mentions: list[Mention], memory: Memory) -> list[Part]:
        """The questions of a message, in order, with what was decided on each; at least one.

        Args:
            mentions: the complaints named in it.
            memory: of the conversation before it.
        """

        def alone(decision: Decision) -> list[Part]:
            return [Part(doc[:], decision)]

        picked = chosen(doc, memory.offered, memory.unsure)
        if picked:
            is_label = picked == CALL_BACK or picked.startswith(f"{MENU}/")
            label = HAND_OVER if picked == NONE else picked if is_label else f"{FAQ}/{picked}"
            return alone(Decision(label.partition("/")[0], label, 1.0, 0.0, why="it picks from the questions that were offered"))
        section = menu_asked_for(doc, self.sections)
        if section is not None:
            return alone(Decision(MENU, f"{MENU}/{section}" if section else MENU, 1.0, 0.0, why="it asks for the menu"))
        if not any(character.isalpha() for character in doc.text):
            return alone(Decision(OUTSIDE, OUTSIDE, 1.0, 1.0, why="it has no letters"))
        (whole,) = self._asks([doc[:]], mentions, memory)
        if len(doc.text) > LONGEST:
            return alone(Decision(TOO_LONG, TOO_LONG, 1.0, whole(None).outside, why=f"it has more than {LONGEST} characters"))
        opened = without_opener(doc)
        if len(opened.span) < len(doc):
            (whole,) = self._asks([opened.span], mentions, memory)
        after = None if opened.new_subject else memory.topic
        parts = split(opened.span, whole, lambda spans: self._asks(spans, mentions, memory), after)
        if memory.unsure and all(part.decision.intent == UNSURE for part in parts):
            # Questions were offered once already: asking again would lead round in a loop.
            return alone(replace(parts[0].decision, intent=HAND_OVER, label=HAND_OVER, why="questions were offered once already"))
        return parts

    def _asks(self, spans: Sequence[Span], mentions: list[Mention], memory: Memory) -> list[Ask]:
        """What decides on each stretch of the message, once it is known what was asked before it."""
        texts = [self._speller.mend(span.text) for span in spans]
        scores = self._model.scores(texts, self._encode([without_treatment(text) for text in texts]))
        # A complaint named once is meant in every part.
        named = [[mention for mention in mentions if span.start_char <= mention.start < span.end_char] or mentions for span in spans]
        return [
            cache(partial(self._in_context, row, self._alone(row, own), span, own, memory)) for row, span, own in zip(scores, spans, named)
        ]

    def _alone(self, scores: np.ndarray, mentions: list[Mention]) -> Decision:
        return decide(self._model.shares(scores), self._model.outside(scores), mentions, self.thresholds)

    def _in_context(
        self, scores: np.ndarray, alone: Decision, span: Span, mentions: list[Mention], memory: Memory, after: str | None
    ) -> Decision:
        enough = MEANS_SOMETHING_ALONE if after == memory.topic else PART_MEANS_SOMETHING_ALONE
        clear = alone.confidence >= enough and not _refers(span)
        if after is None or clear or alone.label in POLITE:
            return alone
        followed = decide(self._model.shares(scores, after), alone.outside, mentions or memory.mentions, self.thresholds)
        if followed.intent not in (FAQ, OPEN_NOW):
            return alone
        # Read as a follow-up it must be surer than alone, unless its words point back.
        doubtful = alone.intent in (FAQ, OPEN_NOW, CALL_BACK) and followed.confidence < alone.confidence and not _refers(span)
        return alone if doubtful else replace(followed, in_context=True)


def _refers(span: Span) -> bool:
    return len(span) <= FEW and (span[0].norm_ in GOES_ON or any(token.norm_ in REFERS for token in span))
