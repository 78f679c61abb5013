"""The topic classifier: logistic regression on the sentence embedding together with word and character n-grams."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.understanding.linear import Linear, NGrams, fit_softmax, softmax
from assistant.understanding.text import common_words

OUTSIDE = "out_of_scope"  # the label of messages outside what the others are about
# Log-odds that a message is outside: a logistic regression on those of the background label and on the best score among the others,
# fitted on questions held back (docs/decisions/0008-out-of-scope.md).
BACKGROUND_COUNTS = 1.4
FAMILIAR_COUNTS = -0.43
OUTSIDE_BIAS = 4.5

# Measured on examples held back in turn (docs/decisions/0002-topic-classifier.md).
EMBEDDING_WEIGHT = 2.0
INVERSE_REGULARISATION = 5.0
PASSES = 20  # in training; docs/decisions/0018-training-by-steps.md
AFTER_WEIGHT = 5.0  # of the topic answered last, beside the words of the message
# Share of the examples that mean something alone which are trained as if they came after some topic: they teach that it hardly matters.
ALONE_AFTER = 0.08


class TopicModel:
    """Scores a message against every label it was trained on.

    The probabilities of a regularised multinomial logistic regression are near calibrated as they are: a temperature fitted on held-back
    examples (Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2) came out at 0.93 and cost a second training.
    `tests/understanding/test_calibration.py` holds them to it.

    The topic that was answered last, where there is one, shifts the scores: "how long?" means one thing after the price and another after
    the bruises. How far, is learned from follow-up messages (decision 6).

    Attributes:
        labels: the labels, in the order of the columns that `probabilities` returns.
        topics: the topics that may have been answered last.
        words: those that several messages had in training: what a misspelt one may be mended to.
    """

    def __init__(
        self,
        labels: list[str],
        linear: Linear,
        topics: list[str],
        shifts: np.ndarray,
        words: list[str],
    ) -> None:
        self.labels = labels
        self.topics = topics
        self.words = words
        self._shifts = dict(zip(topics, shifts))  # shifts: (topics, labels)
        self._linear = linear  # an output for each label

    @classmethod
    def fit(
        cls, texts: Sequence[str], embeddings: np.ndarray, labels: Sequence[str], after: Sequence[str | None] | None = None
    ) -> TopicModel:
        """Train on messages, their embeddings (float32, one row each), their labels, and for follow-ups the topic they come after.

        Raises:
            ValueError: if there are fewer than two labels.
        """
        if len(set(labels)) < 2:
            raise ValueError(f"the topic classifier needs examples of at least two labels, found {len(set(labels))}")
        ngrams = NGrams()
        terms = ngrams.fit(texts)
        topics = sorted({topic for topic in after or () if topic})
        came_after = _one_hot(after or [None] * len(texts), topics)
        names, targets = np.unique(labels, return_inverse=True)
        dense = np.hstack([embeddings * EMBEDDING_WEIGHT, came_after * AFTER_WEIGHT]).astype(np.float32)
        found, bias = fit_softmax(dense, terms, targets, INVERSE_REGULARISATION, PASSES)
        size, end = embeddings.shape[1], dense.shape[1]
        weights = np.vstack([found[:size] * EMBEDDING_WEIGHT, found[end:]])
        shifts = found[size:end] * AFTER_WEIGHT
        return cls([str(name) for name in names], Linear(ngrams, weights, bias), topics, shifts, common_words(texts))

    def probabilities(self, texts: Sequence[str], embeddings: np.ndarray, after: str | None = None) -> np.ndarray:
        """Calibrated probabilities, shape (len(texts), len(labels)); each row sums to 1.

        Args:
            after: the topic that was answered last, for messages that follow up on it.
        """
        return softmax(self.scores(texts, embeddings) + self._shifts.get(after or "", 0.0))

    def shares(self, scores: np.ndarray, after: str | None = None) -> dict[str, float]:
        """The probability of each label, from one row of `scores` and the topic that was answered last."""
        (shares,) = softmax((scores + self._shifts.get(after or "", 0.0))[None, :])
        return dict(zip(self.labels, shares.tolist()))

    def outside(self, scores: np.ndarray) -> float:
        """The calibrated probability that a message is outside what the labels are about, from one row of `scores`.

        It is apart from the ranking: a message may be nearer to one label than to all others and yet be far from it.
        """
        if OUTSIDE not in self.labels:
            return 0.0
        background = self.shares(scores)[OUTSIDE]
        familiar = max(score for label, score in zip(self.labels, scores.tolist()) if label != OUTSIDE)
        log_odds = BACKGROUND_COUNTS * _logit(background) + FAMILIAR_COUNTS * familiar + OUTSIDE_BIAS
        return 1 / (1 + math.exp(-log_odds))

    def scores(self, texts: Sequence[str], embeddings: np.ndarray) -> np.ndarray:
        """Log-odds before normalisation, shape (len(texts), len(labels))."""
        return self._linear.scores(texts, embeddings)

    def save(self, directory: Path) -> None:
        """Write the model as JSON and NumPy arrays, which loading cannot turn into code."""
        described = {"labels": self.labels, "topics": self.topics, "words": self.words}
        described["shifts"] = [self._shifts[topic].tolist() for topic in self.topics]
        (directory / "topics.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
        self._linear.save(directory, "topics")

    @classmethod
    def load(cls, directory: Path) -> TopicModel:
        """Read what `save` wrote."""
        described: dict[str, Any] = json.loads((directory / "topics.json").read_text(encoding="utf-8"))
        shifts = np.array(described["shifts"]).reshape(len(described["topics"]), len(described["labels"]))
        return cls(described["labels"], Linear.load(directory, "topics"), described["topics"], shifts, described["words"])


def _one_hot(after: Sequence[str | None], topics: list[str]) -> np.ndarray:
    """A row for each message with a 1 under the topic it comes after; for a few messages that mean something alone, under any topic."""
    random = np.random.default_rng(0)
    rows = np.zeros((len(after), len(topics)), dtype=np.float32)
    for row, topic in zip(rows, after):
        if topic:
            row[topics.index(topic)] = 1
        elif topics and random.random() < ALONE_AFTER:
            row[random.integers(len(topics))] = 1
    return rows


def _logit(share: float) -> float:
    return math.log((share + 1e-4) / (1 - share + 1e-4))
