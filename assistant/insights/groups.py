"""Groups questions by meaning, and names the topic each group lies nearest to.

The encoder was tuned to tell our topics apart, which drew all messages outside them together. So distances are taken after what such
messages have in common is removed: the mean of the out-of-scope examples is subtracted, and the directions in which these spread most
are shortened ("whitened", softly). How much better that groups: docs/decisions/0015-insights.md.
"""

from __future__ import annotations

import math
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS as STOP_WORDS

from assistant import paths
from assistant.content.faults import read_yaml
from assistant.insights.reading import Question
from assistant.understanding.decision import FAQ, OUTSIDE, UNSURE
from assistant.understanding.embeddings import KEPT, of_examples
from assistant.understanding.encoder import Encode
from assistant.understanding.text import clean, without_treatment

GAP, VAGUE = "gap", "vague"  # sorts of groups; the third is `out_of_scope`
SMALLEST = 5  # conversations in a group whose wordings are shown: fewer might point at a person
# Chosen on half of the themes in tests/insights/themes.yml, measured on the other half.
APART = 0.85  # mean cosine distance above which two groups are not joined
SOFTEN = 0.1  # of the largest variance, added to each before its direction is shortened
MOST_CLUSTERED = 4_000  # wordings compared with all others; more than these join the group they are nearest to
# Mean log-odds of being outside, below which a group counts as a gap; about a probability of .98. Single messages are refused from .45 on:
# what is about the clinic and has no answer is refused less surely than what is not.
SURELY_OUTSIDE = 4.0
SUREST = 0.9999  # a probability beyond this counts as this
TELLING = 3  # words that name a group
NEAREST = 10  # examples of a topic that its similarity is the mean of


@dataclass(frozen=True)
class Space:
    """Where questions of a like meaning lie near each other.

    Attributes:
        labels: of the examples, such as `price`, or `out_of_scope`.
        examples: their places, shape (len(labels), dimension), each of length 1.
        mean, shortening: what is subtracted, and what each is multiplied with; shapes (dimension,) and (dimension, dimension).
        known: every example there is, as `bare` has it: it cannot be an example of another topic.
    """

    labels: np.ndarray
    examples: np.ndarray
    mean: np.ndarray
    shortening: np.ndarray
    known: frozenset[str] = frozenset()

    @classmethod
    def of(cls, labels: Sequence[str], examples: np.ndarray, known: Iterable[str] = ()) -> Space:
        """The space of some examples, from their embeddings; the labels are topics or `out_of_scope`."""
        names = np.array(labels)
        outside = examples[names == OUTSIDE]
        mean = outside.mean(axis=0)
        variances, directions = np.linalg.eigh(np.cov(outside - mean, rowvar=False))
        shorter = 1 / np.sqrt(variances.clip(0) / variances.max() + SOFTEN)
        shortening = directions * shorter
        return cls(names, unit((examples - mean) @ shortening), mean, shortening, frozenset(known))

    def place(self, embeddings: np.ndarray) -> np.ndarray:
        """Embeddings, shape (n, dimension), where those of a like meaning lie near each other; each of length 1."""
        return unit((embeddings - self.mean) @ self.shortening)

    def nearest(self, middle: np.ndarray, most: int = 3) -> list[tuple[str, float]]:
        """The topics whose examples lie nearest to a place, with the mean cosine of their ten nearest."""
        cosines = self.examples @ middle
        order = np.argsort(-cosines)
        found: dict[str, list[float]] = {}
        for label, cosine in zip(self.labels[order], cosines[order]):
            if label != OUTSIDE and len(found.setdefault(label, [])) < NEAREST:
                found[label].append(float(cosine))
        ranked = sorted(((label, float(np.mean(near))) for label, near in found.items()), key=lambda item: -item[1])
        return ranked[:most]


def project_space() -> Space:
    """The space of the project's own examples."""
    entries = [entry for path in sorted(paths.DATA.rglob("*.yml")) for entry in read_yaml(path).get("nlu") or []]
    written = [
        (line.removeprefix("- "), str(entry["intent"]))
        for entry in entries
        if isinstance(entry["examples"], str)  # the others mean something only after another question
        for line in entry["examples"].splitlines()
    ]
    wanted = [
        (clean(text), intent.removeprefix(f"{FAQ}/")) for text, intent in written if intent == OUTSIDE or intent.startswith(f"{FAQ}/")
    ]
    texts, labels = zip(*wanted)
    known = {bare(text) for text, _ in written}
    with TemporaryDirectory() as directory:
        # A copy: what training has kept may hold examples that are not asked for here, and would lose them.
        copy = Path(directory) / KEPT.name
        if KEPT.is_file():
            shutil.copy(KEPT, copy)
        return Space.of(labels, of_examples(texts, copy), known)


@dataclass(frozen=True)
class Group:
    """Questions of one meaning.

    Attributes:
        wordings: the different ones, each in one line; those nearest to the middle first.
        asked: how often it was asked.
        conversations: how many different ones asked it.
        settled: how often one of the questions offered instead was chosen.
        nearest: the topics it lies nearest to, with their similarity (cosine).
        outside: the mean probability that it is outside what the assistant is for.
        words: those that tell it from other groups.
        sort: `gap` where it is likely about needling or the clinic, so that an answer is missing; `vague`; or `out_of_scope`.
        middle: its place, of length 1.
    """

    wordings: list[str]
    asked: int
    conversations: int
    settled: int
    nearest: list[tuple[str, float]]
    outside: float
    words: list[str]
    sort: str
    middle: np.ndarray


@dataclass(frozen=True)
class Groups:
    """The groups of a period, the largest first.

    Attributes:
        shown: those of five conversations or more.
        small: how many are smaller, and of those only this is told.
        asked_small: questions in them.
    """

    shown: list[Group]
    small: int
    asked_small: int


def group(questions: Sequence[Question], space: Space, encode: Encode) -> Groups:
    """Group questions by meaning."""
    same: dict[str, list[Question]] = {}
    for question in questions:
        same.setdefault(bare(question.text), []).append(question)
    if not same:
        return Groups([], 0, 0)
    # The most frequent first, so that they are the ones compared with each other.
    wordings = sorted(same.values(), key=lambda found: (-len(found), found[0].text))
    embeddings = encode([without_treatment(clean(found[0].text)) for found in wordings])
    places = space.place(embeddings)
    numbers = cluster(places)
    clusters = [np.flatnonzero(numbers == number) for number in np.unique(numbers)]
    sizes = [len({question.conversation for index in members for question in wordings[index]}) for members in clusters]
    large = [members for members, size in zip(clusters, sizes) if size >= SMALLEST]
    small = [members for members, size in zip(clusters, sizes) if size < SMALLEST]
    vocabulary = Counter(word for found in wordings for word in set(words_of(found[0].text)))
    shown = [_group([wordings[index] for index in members], places[members], space, vocabulary) for members in large]
    shown.sort(key=lambda one: (-one.conversations, one.wordings[0]))
    return Groups(shown, len(small), sum(len(wordings[index]) for members in small for index in members))


def cluster(places: np.ndarray) -> np.ndarray:
    """A number for each place, the same for those of one group: average linkage on the cosine."""
    first, rest = places[:MOST_CLUSTERED], places[MOST_CLUSTERED:]
    if len(first) < 2:
        return np.zeros(len(places), dtype=int)
    numbers = fcluster(linkage(first, "average", metric="cosine"), APART, "distance")
    if not len(rest):
        return numbers
    middles = np.stack([unit(first[numbers == number].mean(axis=0, keepdims=True))[0] for number in np.unique(numbers)])
    cosines = rest @ middles.T
    joined = np.where(cosines.max(axis=1) >= 1 - APART, cosines.argmax(axis=1) + 1, 0)
    alone = joined == 0
    joined[alone] = numbers.max() + 1 + np.arange(alone.sum())
    return np.concatenate([numbers, joined])


def _group(wordings: list[list[Question]], places: np.ndarray, space: Space, vocabulary: Counter[str]) -> Group:
    questions = [question for found in wordings for question in found]
    weights = np.array([len(found) for found in wordings], dtype=float)[:, None]
    middle = unit((places * weights).sum(axis=0, keepdims=True))[0]
    central = np.argsort(-(places @ middle), kind="stable")
    outside = float(np.mean([question.outside for question in questions]))
    return Group(
        wordings=[in_one_line(wordings[index][0].text) for index in central],
        asked=len(questions),
        conversations=len({question.conversation for question in questions}),
        settled=sum(question.settled for question in questions),
        nearest=space.nearest(middle),
        outside=outside,
        words=telling([found[0].text for found in wordings], vocabulary),
        sort=sort_of(questions),
        middle=middle,
    )


def sort_of(questions: Sequence[Question]) -> str:
    """Whether questions that got no answer are likely about needling or the clinic, by how surely each was thought to be outside."""
    if 2 * sum(question.ranking[0][0] == UNSURE for question in questions) > len(questions):
        return VAGUE
    shares = [min(max(question.outside, 1 - SUREST), SUREST) for question in questions]
    odds = sum(math.log(share / (1 - share)) for share in shares) / len(shares)
    return GAP if odds < SURELY_OUTSIDE else OUTSIDE


def telling(texts: Sequence[str], vocabulary: Counter[str]) -> list[str]:
    """The words that tell some texts from all, the most telling first: frequent here, and rare elsewhere."""
    here = Counter(word for text in texts for word in set(words_of(text)))
    score = {word: number * math.log(1 + number * number / vocabulary[word]) for word, number in here.items()}
    return sorted(score, key=lambda word: (-score[word], word))[:TELLING]


def words_of(text: str) -> list[str]:
    """The words of a text that may name what it is about."""
    return [word for word in re.findall(r"[a-z]{3,}", text.lower()) if word not in STOP_WORDS]


def bare(text: str) -> str:
    """A text without what makes no difference to its meaning: capitals, punctuation, spaces; as it is, where that is all it has."""
    return " ".join(re.sub(r"[^\w\s]", "", text.lower()).split()) or text


def in_one_line(text: str) -> str:
    """A text in one line, without control characters and marks that turn the direction of what follows."""
    return " ".join("".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text).split())


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows of length 1; a row of nothing stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)
