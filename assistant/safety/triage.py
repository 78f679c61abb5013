"""Decides from both detectors whether a message gets the safety text alone, an answer with a warning, or just an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from spacy.tokens import Doc

from assistant.safety.alarms import Alarm, AlarmModel
from assistant.safety.detector import Finding
from assistant.safety.phrases import SENTENCE_BREAKS
from assistant.safety.rules import TIERS
from assistant.understanding.encoder import Encode
from assistant.understanding.text import without_treatment

LONG = 40  # words from which the sentences of a message are also judged alone: one among many weighs little in the whole
SHORTEST = 8  # words from which a sentence is judged alone, and not together with the next
OVERRULES = 0.8  # probability of its tier from which the detector sends a more urgent text than the rules


@dataclass(frozen=True)
class Limits:
    """Probabilities of the learned detector. Chosen on messages kept apart; see docs/decisions/0009-learned-alarms.md.

    Attributes:
        alarm: from which the safety text is sent although no rule fired.
        alarm_in_part: the same for one sentence of a long message, and for a message read together with the one before it.
        doubt: from which an answer carries what to do if it is happening now.
        denied: below which a rule that fired alone gives an answer with that warning, and not the safety text alone.
    """

    alarm: float = 0.35
    alarm_in_part: float = 0.8
    doubt: float = 0.15
    denied: float = 0.1


class Verdict(NamedTuple):
    """What the detectors say together.

    Attributes:
        tier: whose safety text is sent alone, if one is.
        if_now: the tier whose warning an answer carries, if one does.
        why: for an editor who wonders; empty where nothing was found.
    """

    tier: str | None = None
    if_now: str | None = None
    why: str = ""


class Triage:
    """Weighs the findings of the rules and the learned detector. The detector raises by itself; alone it silences nothing wholly."""

    def __init__(self, model: AlarmModel, encode: Encode, mend: Callable[[str], str], limits: Limits) -> None:
        self._model = model
        self._encode = encode
        self._mend = mend
        self.limits = limits

    def assess(self, doc: Doc, findings: Sequence[Finding], before: str = "") -> Verdict:
        """The verdict on a message.

        Args:
            findings: of the rules, the most urgent tier first.
            before: the message before it, where that raised no alarm: a sign may be told in two messages.
        """
        if not any(character.isalpha() for character in doc.text):
            return Verdict()
        whole, *parts = self._alarms([doc.text, *_passages(doc)])
        raised = [whole] if whole.probability >= self.limits.alarm else []
        raised += [alarm for alarm in parts if alarm.probability >= self.limits.alarm_in_part]
        if before and whole.probability >= self.limits.doubt:
            # Only what adds to the message before counts, or every message after a worrying one would alarm.
            raised += [alarm for alarm in self._alarms([f"{before}. {doc.text}"]) if alarm.probability >= self.limits.alarm_in_part]
        likeliest = max(parts, key=lambda alarm: alarm.probability, default=whole)
        stands = bool(findings) and max(whole.probability, likeliest.probability) >= self.limits.denied
        by_rule = [(finding.flag.tier, f"{finding.flag.id} of data/safety.yml") for finding in findings]
        if stands:
            # A rule knows its tier; the detector sends a more urgent text only where it is sure of that too.
            raised = [alarm for alarm in raised if alarm.certainty >= OVERRULES]
        by_model = [(alarm.tier, f"the learned detector: {alarm.probability:.2f}") for alarm in raised]
        if sent := [*(by_rule if stands else []), *by_model]:
            return Verdict(min((tier for tier, _ in sent), key=TIERS.index), None, ", ".join(why for _, why in sent))
        if by_rule:
            return Verdict(None, by_rule[0][0], f"{by_rule[0][1]}, against the learned detector")
        if whole.probability >= self.limits.doubt or likeliest.probability >= self.limits.alarm:
            doubted = max(whole, likeliest, key=lambda alarm: alarm.probability)
            return Verdict(None, doubted.tier, f"the learned detector is in doubt: {doubted.probability:.2f}")
        return Verdict()

    def embedded(self, text: str) -> str:
        """What is embedded of the text of a whole message, in lower case."""
        return without_treatment(self._mend(text))

    def _alarms(self, texts: Sequence[str]) -> list[Alarm]:
        mended = [self._mend(text) for text in texts]
        return self._model.alarms(mended, self._encode([without_treatment(text) for text in mended]))


def _passages(doc: Doc) -> list[str]:
    """The sentences of a long message, very short ones together with what follows, very long ones in pieces; none of a short message."""
    if len(doc) <= LONG:
        return []
    passages, start = [], 0
    for token in doc:
        length = token.i + 1 - start
        if (token.norm_ in SENTENCE_BREAKS and length >= SHORTEST) or length == LONG:
            passages.append(doc[start : token.i + 1].text)
            start = token.i + 1
    return [*passages, doc[start:].text] if start < len(doc) else passages
