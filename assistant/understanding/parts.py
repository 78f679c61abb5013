"""Takes apart a message that asks several questions, with or without punctuation, and leaves alone one that asks one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from spacy.tokens import Doc, Span

from assistant.understanding.decision import FAQ, ONE_CONDITION, OUTSIDE, Decision

MOST_CUTS = 6  # places at which a message may be cut; the pieces between any two of them are classified in one batch
SHORTEST = 2  # words of a part
SURE = 0.6  # probability from which a part stands by itself
SURE_WITHOUT_ASKING = 0.8  # the same for a part that has no word of a question in it: "also the price"
CLEARLY_SURE = 0.8  # from which two clearly separate questions are two, however certain the whole seems
FRAGMENT = 5  # words up to which a piece may be a fragment of its neighbour
KEYWORDS = 4  # words up to which a part needs no question in it: "also the price"
ENDS = {".", "!", "?", ";", ","}
JOINS = {"and", "also", "plus", "but", "then", "&", "/", "-", "oh", "ps", "btw", "additionally", "another"}
BEGINS = {
    "how", "what", "when", "where", "who", "why", "which", "is", "are", "do", "does", "can", "could", "will", "would", "should",
}  # fmt: skip
ASKS = BEGINS | {"am", "did", "may", "have", "has", "any", "whether", "tell"}
ANSWERED = {FAQ, "open_now", "smalltalk"}
POINTS_BACK = {"that", "this", "those", "these"}


class Part(NamedTuple):
    """One question of a message, with what was decided on it."""

    span: Span
    decision: Decision


Decide = Callable[[Sequence[Span]], list[Decision]]


def split(doc: Doc, whole: Decision, decide: Decide) -> list[Part]:
    """The questions of a message, in order; one part where it asks one question.

    Args:
        whole: what was decided on the whole message.
        decide: decides on several stretches of it at once.

    The cuts are chosen so that the parts are, on the whole, as certain as possible, every part is certain enough to stand by itself, and
    neighbours ask different things. Where no cut could give two parts that stand, nothing is decided, so most messages cost nothing.
    """
    alone = [Part(doc[:], whole)]
    bounds = [0, *_cuts(doc), len(doc)]
    pieces = [doc[start:end] for number, start in enumerate(bounds) for end in bounds[number + 1 :]]
    able = [piece for piece in pieces if len(piece) < len(doc) and not _is_fragment(piece)]
    if not any(_sequences(able, len(doc))):
        return alone
    decided = {(piece.start, piece.end): decision for piece, decision in zip(able, decide([_core(piece) for piece in able]))}
    standing = [Part(piece, decided[piece.start, piece.end]) for piece in able if _stands(piece, decided[piece.start, piece.end])]
    candidates = [(whole.confidence, 1, alone)]
    for spans in _sequences([part.span for part in standing], len(doc)):
        parts = [Part(span, decided[span.start, span.end]) for span in spans]
        if _differ(parts):
            certainty = sum(part.decision.confidence for part in parts) / len(parts)
            clear = _is_sure(parts[0]) and all(_is_sure(part) and _begins_clearly(part.span) for part in parts[1:])
            candidates.append((round(certainty + clear, 6), len(parts), parts))
    *_, best = max(candidates, key=lambda candidate: candidate[:2])
    answering = [part for part in best if part.decision.intent != "smalltalk"]
    return answering if len(answering) > 1 else alone


def _sequences(spans: list[Span], end: int, start: int = 0) -> Iterator[list[Span]]:
    """Every way to get from the first token to the last by spans that follow one another."""
    if start == end:
        yield []
    for span in spans:
        if span.start == start:
            yield from ([span, *rest] for rest in _sequences(spans, end, span.end))


def _cuts(doc: Doc) -> list[int]:
    """Token positions at which a part may begin."""
    found = []
    for position in range(1, len(doc)):
        before, here = doc[position - 1].norm_, doc[position].norm_
        if before in ENDS or here in JOINS or (here in BEGINS and before not in ASKS | JOINS):
            found.append(position)
    strong = [position for position in found if doc[position - 1].norm_ in ENDS or doc[position].norm_ in JOINS]
    # Where there are too many, those that punctuation or a joining word marks are kept.
    return (found if len(found) <= MOST_CUTS else strong)[:MOST_CUTS]


def _core(span: Span) -> Span:
    """The span without the joining words and the punctuation around it."""
    doc, start, end = span.doc, span.start, span.end
    while start < end - 1 and (doc[start].norm_ in JOINS or doc[start].is_punct):
        start += 1
    while end - 1 > start and doc[end - 1].is_punct:
        end -= 1
    return doc[start:end]


def _words(span: Span) -> list[str]:
    return [token.norm_ for token in span if token.norm_ not in JOINS and not token.is_punct]


def _asks(span: Span) -> bool:
    return any(token.norm_ in ASKS or token.text == "?" for token in span)


def _is_fragment(span: Span) -> bool:
    """Whether a piece belongs to its neighbour: "how many minutes | do they stay in", "... | is that the same?"."""
    words = _words(span)
    return len(words) < SHORTEST or (len(words) <= FRAGMENT and (bool(POINTS_BACK.intersection(words)) or not _ends_clearly(span)))


def _ends_clearly(span: Span) -> bool:
    doc, end = span.doc, span.end
    return end == len(doc) or doc[end - 1].norm_ in ENDS or doc[end].norm_ in JOINS


def _begins_clearly(span: Span) -> bool:
    """Whether it begins where a sentence does, or with a question or a keyword after a comma or a joining word."""
    before, words = span.doc[span.start - 1].norm_, _words(span)
    joined = span[0].norm_ in JOINS or before == ","
    return before in ENDS - {","} or (joined and bool(words) and (words[0] in ASKS or len(words) <= KEYWORDS))


def _stands(span: Span, decision: Decision) -> bool:
    """Whether a piece can be a part: of a kind that is answered or declined, and certain enough."""
    if decision.intent == OUTSIDE:
        return _asks(span) and decision.confidence >= SURE_WITHOUT_ASKING
    return decision.intent in ANSWERED and decision.confidence >= (SURE if _asks(span) else SURE_WITHOUT_ASKING)


def _is_sure(part: Part) -> bool:
    """Whether a part is certain, and is a question or as short as a keyword: a longer statement may only introduce what is asked."""
    return part.decision.confidence >= CLEARLY_SURE and (_asks(part.span) or len(_words(part.span)) <= KEYWORDS)


def _differ(parts: list[Part]) -> bool:
    """Whether neighbours ask different things; two complaints in a row are one question ("neck and shoulder pain")."""
    return all(_asked(first.decision) != _asked(second.decision) for first, second in pairwise(parts))


def _asked(decision: Decision) -> str:
    family, _, topic = decision.label.partition("/")
    return "one condition" if family == FAQ and topic in ONE_CONDITION else decision.label
