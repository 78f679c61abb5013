"""From probabilities and named complaints to what the assistant does: answer, offer, or decline."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.understanding.conditions import OTHER, Condition, Mention
from assistant.understanding.topics import OUTSIDE

UNSURE = "unsure"
FAQ = "faq"
SMALLTALK = "smalltalk"
OPEN_NOW = "open_now"
HOURS = "hours_location"  # the topic that answers it as well
CALL_BACK = "call_back"
PERSON = "talk_to_person"  # the topic of one who asks for a person in any way
TOO_LONG = "too_long"
MENU = "menu"  # all there is to ask; `menu/risks` is one section of it
HAND_OVER = "hand_over"  # to a person: choosing among stored questions has led nowhere
# Topics that ask whether it helps one complaint: which one is decided by the complaint that was named.
ONE_CONDITION = {
    "neck_pain", "shoulder_pain", "low_back_pain", "tension_headache", "sciatica", "tennis_elbow", "plantar_fasciitis",
    "chronic_muscle_pain", "restricted_motion", "sports_injury", "repetitive_strain", "posture", OTHER,
}  # fmt: skip

# How many times more probable a complaint becomes by being named, and by a body part of it being named.
NAME_COUNTS = 30.0
PART_COUNTS = 3.0


@dataclass(frozen=True)
class Thresholds:
    """Where a probability is enough. Chosen on held-back examples; see docs/decisions/0002-topic-classifier.md.

    Attributes:
        outside: that it is out of scope, above which the message is declined.
        outside_named: the same for a message that names a complaint, which speaks for a question about its treatment.
        floor: of the best topic, below which it is not answered.
        offer: of the best three topics together, below which not even a choice is offered.
        call_back: of a request to be called back, below which it is answered with how to reach a person.
    """

    outside: float = 0.45
    outside_named: float = 0.85
    floor: float = 0.35
    offer: float = 0.3
    call_back: float = 0.6


@dataclass(frozen=True)
class Decision:
    """What was understood.

    Attributes:
        intent: `faq`, `smalltalk`, `open_now`, `menu`, `call_back`, `unsure`, `hand_over`, `out_of_scope`, `too_long`, or the tier of a
            warning sign.
        label: the full label, such as `faq/price` or `smalltalk/greet`; for `unsure` the best guess.
        confidence: the calibrated probability of what was decided.
        outside: the probability that the message is outside what the assistant is for.
        ranking: all labels it could have been answered with, best first, with their probabilities.
        in_context: whether it was understood from the topic answered before.
        why: the rule that decided, for an editor who wonders.
    """

    intent: str
    label: str
    confidence: float
    outside: float
    ranking: list[tuple[str, float]] = field(default_factory=list)
    in_context: bool = False
    why: str = ""


def decide(probabilities: dict[str, float], outside: float, mentions: list[Mention], thresholds: Thresholds) -> Decision:
    """Decide on one message from the probability of each label, that it is outside, and the complaints it names."""
    topics = {label: share for label, share in probabilities.items() if label != OUTSIDE}
    resolved = resolve_person(resolve_condition(topics, mentions), thresholds.call_back)
    ranking = sorted(resolved.items(), key=lambda item: -item[1])
    best, confidence = ranking[0] if ranking else ("", 0.0)
    offer = sum(share for _, share in ranking[:3])
    named = any(not mention.is_part for mention in mentions)
    limit, name = (thresholds.outside_named, "outside_named") if named else (thresholds.outside, "outside")
    if outside >= limit:
        return Decision(OUTSIDE, OUTSIDE, outside, outside, ranking, why=f"{outside:.2f} reaches '{name}' {limit}")
    if offer < thresholds.offer:
        return Decision(
            OUTSIDE, OUTSIDE, outside, outside, ranking, why=f"the best three, {offer:.2f}, are below 'offer' {thresholds.offer}"
        )
    if confidence < thresholds.floor:
        return Decision(UNSURE, best, confidence, outside, ranking, why=f"the best, {confidence:.2f}, is below 'floor' {thresholds.floor}")
    why = f"the best, {confidence:.2f}, reaches 'floor' {thresholds.floor}"
    return Decision(best.partition("/")[0], best, confidence, outside, ranking, why=why)


def resolve_condition(topics: dict[str, float], mentions: list[Mention]) -> dict[str, float]:
    """Topics with the single-complaint ones gathered under the complaint that was named.

    Asking about one complaint is one question, whichever complaint it is: its probability is the sum over the thirteen topics. Which
    one it is, the words of the lexicon and the classifier decide together: neither "not migraine" nor "back handspring" decides alone.
    """
    asked = {label: share for label, share in topics.items() if _is_one_condition(label)}
    if not asked:
        return topics
    named = {f"{FAQ}/{mention.condition.topic}": PART_COUNTS if mention.is_part else NAME_COUNTS for mention in _telling(mentions)}
    chosen = max(asked, key=lambda label: asked[label] * named.get(label, 1))
    rest = {label: share for label, share in topics.items() if label not in asked}
    return {**rest, chosen: sum(asked.values())}


def resolve_person(topics: dict[str, float], call_back: float) -> dict[str, float]:
    """Topics with the two ways of asking for a person as one: how to reach one, and to be called back where that is probable enough."""
    asked = [label for label in (CALL_BACK, f"{FAQ}/{PERSON}") if label in topics]
    if CALL_BACK not in asked:
        return topics
    chosen = CALL_BACK if topics[CALL_BACK] >= call_back else f"{FAQ}/{PERSON}"
    return {**{label: share for label, share in topics.items() if label not in asked}, chosen: sum(topics[label] for label in asked)}


def main_condition(mentions: list[Mention]) -> Condition | None:
    """The complaint a message is about, if it names one."""
    telling = _telling(mentions)
    return telling[0].condition if telling else None


def _telling(mentions: list[Mention]) -> list[Mention]:
    """Named complaints; body parts count only where nothing is named ("heel" in "heel of my hand after carpal tunnel")."""
    return [mention for mention in mentions if not mention.is_part] or mentions


def _is_one_condition(label: str) -> bool:
    family, _, topic = label.partition("/")
    return family == FAQ and topic in ONE_CONDITION


def topic_of(decision: Decision) -> str | None:
    """The topic a decision answers with, if it does."""
    also = {OPEN_NOW: HOURS, CALL_BACK: PERSON}
    return also.get(decision.intent) or (decision.label.partition("/")[2] if decision.intent == FAQ else None)


def family(label: str) -> str:
    """What is asked, as far as two questions in a row differ by it: two complaints in a row are one question ("neck and shoulder pain")."""
    return "one condition" if _is_one_condition(label) else "a person" if label in (CALL_BACK, f"{FAQ}/{PERSON}") else label
