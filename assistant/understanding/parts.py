"""Takes apart a message that asks several questions, with or without punctuation, and leaves alone one that asks one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from spacy.tokens import Doc

from assistant.understanding.decision import FAQ, ONE_CONDITION, OUTSIDE, Decision

MOST_CUTS = 6  # places at which a message may be cut; the pieces between any two of them are classified in one batch
SHORTEST = 2  # words of a part
SURE = 0.6  # probability from which a part stands by itself
SURE_WITHOUT_ASKING = 0.8  # the same for a part that has no word of a question in it: "also the price"
CLEARLY_SURE = 0.75  # from which two clearly separate questions are two, however certain the whole seems
FRAGMENT = 5  # words up to which a piece may be a fragment of its neighbour
KEYWORDS = 4  # words up to which a part needs no question in it: "also the price"
ENDS = {".", "!", "?", ";", ","}
JOINS = {"and", "also", "plus", "or", "but", "then", "&", "/", "-", "oh", "ps", "btw", "additionally", "another"}
BEGINS = {
    "how", "what", "when", "where", "who", "why", "which", "is", "are", "do", "does", "can", "could", "will", "would", "should",
}  # fmt: skip
ASKS = BEGINS | {"am", "did", "may", "have", "has", "any", "whether", "tell"}
POINTS_BACK = {"that", "this", "those", "these"}


class Part(NamedTuple):
    """One question of a message, with what was decided on it."""

    text: str
    decision: Decision


class Piece(NamedTuple):
    """A stretch of tokens, from `start` up to, not including, `end`."""

    start: int
    end: int


Decide = Callable[[Sequence[str]], list[Decision]]


def split(doc: Doc, whole: Decision, decide: Decide) -> list[Part]:
    """The questions of a message, in order; one part where it asks one question.

    Args:
        whole: what was decided on the whole message.
        decide: decides on several texts at once.

    The cuts are chosen so that the parts are, on the whole, as certain as possible, every part is certain enough to stand by itself, and
    neighbours ask different things.
    """
    cuts = _cuts(doc)
    alone = [Part(doc.text, whole)]
    if not cuts:
        return alone
    bounds = [0, *cuts, len(doc)]
    pieces = [Piece(start, end) for number, start in enumerate(bounds) for end in bounds[number + 1 :]]
    texts = {piece: _text(doc, piece) for piece in pieces}
    worth = [piece for piece in pieces if len(texts[piece].split()) >= SHORTEST and piece != Piece(0, len(doc))]
    decisions = dict(zip(worth, decide([texts[piece] for piece in worth])))
    decisions[Piece(0, len(doc))] = whole
    best = _best(doc, bounds, decisions)
    parts = [Part(texts[piece], decisions[piece]) for piece in best]
    answering = [part for part in parts if part.decision.intent != "smalltalk"]
    return answering if len(answering) > 1 else alone


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


def _text(doc: Doc, piece: Piece) -> str:
    start, end = piece
    while start < end and (doc[start].norm_ in JOINS or doc[start].is_punct):
        start += 1
    return doc[start:end].text.strip(" ,;.-&/")


def _asks(doc: Doc, piece: Piece) -> bool:
    return any(token.norm_ in ASKS or token.text == "?" for token in doc[piece.start : piece.end])


def _is_sure(doc: Doc, piece: Piece, decision: Decision) -> bool:
    """Whether a piece is certain, and is a question or as short as a keyword: a longer statement may only introduce what is asked."""
    return decision.confidence >= CLEARLY_SURE and (_asks(doc, piece) or piece.end - piece.start <= KEYWORDS)


def _is_clear(doc: Doc, piece: Piece, decision: Decision) -> bool:
    """Whether a sure piece begins where a sentence does, or where a question follows a comma or a joining word."""
    before = doc[piece.start - 1].norm_
    words = [token.norm_ for token in doc[piece.start : piece.end] if token.norm_ not in JOINS and not token.is_punct]
    joined = doc[piece.start].norm_ in JOINS or before == ","
    starts = before in ENDS - {","} or (joined and ((bool(words) and words[0] in ASKS) or len(words) <= KEYWORDS))
    return starts and _is_sure(doc, piece, decision)


def _best(doc: Doc, bounds: list[int], decisions: dict[Piece, Decision]) -> list[Piece]:
    """The sequence of pieces from the first bound to the last whose average certainty is the greatest."""
    whole = Piece(bounds[0], bounds[-1])
    standing = [piece for piece, decision in decisions.items() if piece != whole and _stands(doc, piece, decision)]
    candidates: list[tuple[float, list[Piece]]] = [(decisions[whole].confidence, [whole])]

    def extend(position: int, taken: list[Piece]) -> None:
        if position < bounds[-1]:
            for piece in standing:
                if piece.start == position:
                    extend(piece.end, [*taken, piece])
        elif _differ([decisions[piece] for piece in taken]):
            certainty = sum(decisions[piece].confidence for piece in taken) / len(taken)
            clear = all(_is_clear(doc, piece, decisions[piece]) for piece in taken[1:]) and _is_sure(doc, taken[0], decisions[taken[0]])
            candidates.append((certainty + (1.0 if clear else 0.0), taken))

    extend(bounds[0], [])
    return max(candidates, key=lambda candidate: candidate[0])[1]


def _stands(doc: Doc, piece: Piece, decision: Decision) -> bool:
    """Whether a piece can be a part: certain enough, of a kind that is answered or declined, and not a fragment of its neighbour."""
    words = [token.norm_ for token in doc[piece.start : piece.end] if not token.is_punct]
    if len(words) <= FRAGMENT and (POINTS_BACK.intersection(words) or not _ends_clearly(doc, piece)):
        return False
    if decision.intent not in (FAQ, "open_now", "smalltalk", OUTSIDE):
        return False
    asks = _asks(doc, piece)
    if decision.intent == OUTSIDE:
        return asks and decision.confidence >= SURE_WITHOUT_ASKING
    return decision.confidence >= (SURE if asks else SURE_WITHOUT_ASKING)


def _ends_clearly(doc: Doc, piece: Piece) -> bool:
    """Whether punctuation or a joining word ends the piece: "how many minutes | do they stay in" is no two questions."""
    return piece.end == len(doc) or doc[piece.end - 1].norm_ in ENDS or doc[piece.end].norm_ in JOINS


def _differ(decisions: list[Decision]) -> bool:
    """Whether neighbours ask different things; two complaints in a row are one question ("neck and shoulder pain")."""
    return all(_asked(first) != _asked(second) for first, second in pairwise(decisions))


def _asked(decision: Decision) -> str:
    family, _, topic = decision.label.partition("/")
    return "one condition" if family == FAQ and topic in ONE_CONDITION else decision.label
