"""The second detector of warning signs: learned, for wording that no rule foresaw."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.safety.rules import TIERS
from assistant.understanding.linear import Linear, NGrams, fit_softmax, softmax
from assistant.understanding.text import common_words

# Measured on messages kept apart (docs/decisions/0009-learned-alarms.md).
EMBEDDING_WEIGHT = 0.5
INVERSE_REGULARISATION = 8.0
PASSES = 40  # in training; docs/decisions/0018-training-by-steps.md
WORDS = 2  # "no chest pain" and "can it" are told from "chest pain" and "it" by pairs of words


class Alarm(NamedTuple):
    """What the learned detector says of a message.

    Attributes:
        probability: that it tells of a warning sign that is present now.
        tier: the tier it would be of.
        certainty: the probability of that tier among the tiers.
    """

    probability: float
    tier: str
    certainty: float = 1.0


class AlarmModel:
    """A logistic regression that tells warning signs from everything else, near misses above all, and another that tells the tiers apart.

    It is not one with the topic model: what looks like a warning sign and is none has no topic in common, and without the tiers among
    its labels the topic model is surer of its own.

    Attributes:
        words: those that several examples had: what a misspelt one may be mended to.
    """

    def __init__(self, linear: Linear, words: list[str]) -> None:
        self._linear = linear  # first output: log-odds of an alarm; then a score for each of TIERS
        self.words = words

    @classmethod
    def fit(cls, texts: Sequence[str], embeddings: np.ndarray, labels: Sequence[str], weights: Sequence[float] | None = None) -> AlarmModel:
        """Train on messages, their embeddings (float32, one row each) and labels: a tier, or anything else for what is no warning sign.

        Args:
            weights: how much each message counts; 1 where none are given.

        Raises:
            ValueError: if a tier has no example, or nothing is harmless.
        """
        missing = [tier for tier in TIERS if tier not in labels] + ([] if set(labels) - set(TIERS) else ["harmless messages"])
        if missing:
            raise ValueError(f"the alarm model needs examples of {', '.join(missing)}")
        ngrams = NGrams(longest=WORDS)
        terms = ngrams.fit(texts)
        dense = (embeddings * EMBEDDING_WEIGHT).astype(np.float32)
        alarming = np.isin(labels, TIERS)
        counts = None if weights is None else np.array(weights)
        # Of two labels either could be told by the other's weights, so that each bears half the penalty.
        alarm, alarm_bias = fit_softmax(dense, terms, alarming.astype(int), INVERSE_REGULARISATION / 2, PASSES, counts)
        tiers = np.array([TIERS.index(label) for label in labels if label in TIERS])
        tier, tier_bias = fit_softmax(dense[alarming], terms[alarming], tiers, INVERSE_REGULARISATION, PASSES)
        coefficients = np.hstack([alarm[:, 1:] - alarm[:, :1], tier])
        coefficients[: embeddings.shape[1]] *= EMBEDDING_WEIGHT
        bias = np.concatenate([alarm_bias[1:] - alarm_bias[:1], tier_bias])
        return cls(Linear(ngrams, coefficients, bias), common_words(texts))

    def alarms(self, texts: Sequence[str], embeddings: np.ndarray) -> list[Alarm]:
        """An alarm for each message."""
        scores = self._linear.scores(texts, embeddings)
        shares = softmax(scores[:, 1:])
        return [
            Alarm(float(1 / (1 + np.exp(-row[0]))), TIERS[int(tiers.argmax())], float(tiers.max())) for row, tiers in zip(scores, shares)
        ]

    def save(self, directory: Path) -> None:
        """Write the model."""
        (directory / "alarms.json").write_text(json.dumps(self.words, ensure_ascii=False), encoding="utf-8")
        self._linear.save(directory, "alarms")

    @classmethod
    def load(cls, directory: Path) -> AlarmModel:
        """Read what `save` wrote."""
        return cls(Linear.load(directory, "alarms"), json.loads((directory / "alarms.json").read_text(encoding="utf-8")))
