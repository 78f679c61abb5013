"""Takes apart a message that asks several questions, with or without punctuation, and leaves alone one that asks one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, Span

from assistant.understanding.decision import CALL_BACK, FAQ, OPEN_NOW, OUTSIDE, SMALLTALK, Decision, family, topic_of

MOST_CUTS = 8  # places at which a message may be cut; the pieces between any two of them are classified in one batch
POINTED = 5  # words up to which a part that says "that" or "this" may belong to what it points at
SHORT = 2

ENDS = {".", "!", "?", ";", "\n"}
JOINS = {"and", "also", "plus", "but", "then", "&", "/", "-", "oh", "ps", "btw", "additionally", "another"}
QUESTION_WORDS = {"how", "what", "when", "where", "who", "why", "which"}
VERBS = {"is", "are", "do", "does", "can", "could", "will", "would", "should", "am", "did", "may", "have", "has", "was"}
SUBJECTS = {
    "i", "it", "you", "u", "we", "he", "she", "they", "this", "that", "these", "there", "any", "my", "your", "the",
}  # fmt: skip
ASKS = QUESTION_WORDS | VERBS | {"any", "whether", "tell"}
# After these a question word goes on with the sentence: "tell me how", "is that why".
LEADS = ASKS | JOINS | {"to", "about", "know", "of", "on", "in", "for", "with", "me", "at", "from", "that"}
# Words that bind others into a phrase: a message with one is no mere list of keywords.
BINDS = (LEADS | SUBJECTS | {"not", "no", "be", "get", "got", "need", "want", "please", "after", "before", "during"}) - QUESTION_WORDS
POINTS_BACK = {"that", "this", "those", "these"}

# In log-odds; found by search on messages with one to four questions written for it (docs/decisions/0005-several-questions.md).
LEAST, MOST = 0.02, 0.99  # a probability beyond these counts as these
STATEMENT = -1.8  # a part in which nothing is asked
BRIEF = -1.6
POINTING = -3.1
DECLINED = -3.9
CUT = {
    "sentence": -0.9,
    "joined question": 2.2,
    "joined": -1.9,
    "question after comma": -2.1,
    "comma": -3.0,
    "question word": -3.2,
    "question verb": -3.3,
    "keyword": -1.0,
    "or": -9.6,
}
KEYWORDS = 6  # words up to which a message may be a mere list of keywords: "price parking how long"


class Part(NamedTuple):
    """One question of a message, with what was decided on it."""

    span: Span
    decision: Decision


class Cut(NamedTuple):
    """A place where a part may begin: a token's position, and a key of `CUT`."""

    position: int
    kind: str


# Decides on a stretch of the message, given the topic asked about before it.
Ask = Callable[[str | None], Decision]
Prepare = Callable[[Sequence[Span]], Sequence[Ask]]


def split(doc: Doc | Span, whole: Ask, prepare: Prepare, after: str | None = None) -> list[Part]:
    """The questions of a message, in order; one part where it asks one question.

    Args:
        whole: decides on the whole message.
        prepare: makes ready to decide on several stretches of it.
        after: the topic answered before the message.

    The most likely of all ways to cut the message is sought (Viterbi), a semi-Markov model: each part counts by the log-odds of its
    decision, each cut by how often such a place separates two questions. Neighbours must ask different things. A message without a
    place to cut costs nothing.
    """
    alone = [Part(doc[:], whole(after))]
    cuts = find_cuts(doc)
    if not cuts:
        return alone
    bounds = [0, *(cut.position for cut in cuts), len(doc)]
    pieces = {(i, j): core(doc[bounds[i] : bounds[j]]) for j in range(1, len(bounds)) for i in range(j)}
    last = len(bounds) - 1
    asks = dict(zip(pieces, prepare(list(pieces.values())))) | {(0, last): whole}
    parts = most_likely(lambda key, before: Part(pieces[key], asks[key](before)), cuts, after)
    answering = [part for part in parts if part.decision.intent != SMALLTALK]
    return answering or alone


def most_likely(make: Callable[[tuple[int, int], str | None], Part], cuts: Sequence[Cut], after: str | None) -> list[Part]:
    """The best sequence of parts from the first bound of a message to the last.

    Args:
        make: the part between two bounds, given by their numbers, and the topic asked about before it.
    """
    last = len(cuts) + 1
    # For each bound, by what the last part before it asks: the score of the best way to get there, and the way.
    reached: list[dict[str, tuple[float, list[Part]]]] = [{"": (0.0, [])}]
    for j in range(1, last + 1):
        here: dict[str, tuple[float, list[Part]]] = {}
        for i in range(j):
            place = CUT[cuts[i - 1].kind] if i else 0.0
            for score, before in reached[i].values():
                part = make((i, j), _topic_before(before, after))
                if (i, j) != (0, last) and not _stands(part.decision):
                    continue
                asked = family(part.decision.label)
                if before and asked == family(before[-1].decision.label):
                    continue
                total = score + place + weight(part)
                if asked not in here or total > here[asked][0]:
                    here[asked] = (total, [*before, part])
        reached.append(here)
    return max(reached[last].values(), key=lambda way: way[0])[1]


def _topic_before(parts: list[Part], after: str | None) -> str | None:
    return next((topic for part in reversed(parts) if (topic := topic_of(part.decision))), after)


def weight(part: Part) -> float:
    """How much speaks for a part, in log-odds."""
    words = _words(part.span)
    asks = any(word in ASKS for word in words) or _ends_as_question(part.span)
    certainty = min(max(part.decision.confidence, LEAST), MOST)
    found = math.log(certainty / (1 - certainty))
    if not asks:
        found += STATEMENT
    if len(words) <= SHORT:
        found += BRIEF
    if len(words) <= POINTED and POINTS_BACK.intersection(words):
        found += POINTING
    if part.decision.intent == OUTSIDE:
        found += DECLINED
    return found


def find_cuts(doc: Doc | Span) -> list[Cut]:
    """The places at which a part may begin, in order; where there are too many, the likeliest of them."""
    found: list[Cut] = []
    begun = 0  # where the last part would begin
    otherwise = "keyword" if _lists_keywords(doc) else None
    for position in range(1, len(doc)):
        kind = _kind(doc, position) or otherwise
        # Between two cuts stands at least one word that is no joining word and no number, and after the last one too.
        if kind and _says_something(doc[begun:position]) and _says_something(doc[position:]):
            found.append(Cut(position, kind))
            begun = position
    likeliest = sorted(found, key=lambda cut: -CUT[cut.kind])[:MOST_CUTS]
    return sorted(likeliest)


def core(span: Span) -> Span:
    """The span without the joining words and the punctuation around it."""
    doc, start, end = span.doc, span.start, span.end
    while start < end - 1 and (doc[start].norm_ in JOINS or doc[start].is_punct):
        start += 1
    while end - 1 > start and doc[end - 1].is_punct:
        end -= 1
    return doc[start:end]


def _kind(doc: Doc | Span, position: int) -> str | None:
    before, here = doc[position - 1].norm_, doc[position].norm_
    if before in ENDS:
        return "sentence"
    if here == "or":
        return "or"
    if here in JOINS:
        following = position
        while following < len(doc) and (doc[following].norm_ in JOINS or doc[following].is_punct):
            following += 1
        return "joined question" if _begins(doc, following) else "joined"
    begins = _begins(doc, position)
    if before == ",":
        return "question after comma" if begins else "comma"
    if doc[position].like_num and _begins(doc, position + 1):
        return "joined question"
    if begins == "question word" and before not in LEADS:
        return begins
    return begins if begins == "question verb" and before not in ASKS | JOINS else None


def _lists_keywords(doc: Doc | Span) -> bool:
    words = [token.norm_ for token in doc if not token.is_punct]
    return len(words) <= KEYWORDS and not BINDS.intersection(words)


def _begins(doc: Doc | Span, position: int) -> str | None:
    """How a question begins at a token, if one does."""
    if position >= len(doc):
        return None
    if doc[position].norm_ in QUESTION_WORDS:
        return "question word"
    followed = doc[position + 1].norm_ if position + 1 < len(doc) else ""
    return "question verb" if doc[position].norm_ in VERBS and followed in SUBJECTS else None


def _words(span: Doc | Span) -> list[str]:
    return [token.norm_ for token in span if token.norm_ not in JOINS and not token.is_punct]


def _says_something(span: Doc | Span) -> bool:
    return any(any(map(str.isalpha, word)) for word in _words(span))


def _ends_as_question(span: Span) -> bool:
    return span.end < len(span.doc) and span.doc[span.end].norm_ == "?"


def _stands(decision: Decision) -> bool:
    """Whether a piece can be a part: of a kind that is answered or declined."""
    return decision.intent in (FAQ, OPEN_NOW, CALL_BACK, SMALLTALK, OUTSIDE)
