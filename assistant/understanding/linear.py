"""A linear model on the sentence embedding together with word and character n-grams: what the topic model and the alarm model share."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

# Of the training: measured on examples held back (docs/decisions/0018-training-by-steps.md).
BATCH = 1024
LEAST_STEPS = 400  # few examples are passed over more often
STEP = 0.2  # falls to nothing in even steps


class NGrams:
    """TF-IDF of words and of characters within words; kept as a list of terms and their weights, so nothing is unpickled.

    Args:
        longest: words that a term of words may have; where that is more than one, a term must stand in two texts.
    """

    def __init__(self, longest: int = 1, terms: list[list[str]] | None = None, weights: list[list[float]] | None = None) -> None:
        self.longest = longest
        least = 1 if longest == 1 else 2
        self._vectorizers = [
            TfidfVectorizer(sublinear_tf=True, token_pattern=r"(?u)\b\w+\b", ngram_range=(1, longest), min_df=least, dtype=np.float32),
            TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 4), min_df=3, dtype=np.float32),
        ]
        self._analyzers = [vectorizer.build_analyzer() for vectorizer in self._vectorizers]
        for vectorizer, names, idf in zip(self._vectorizers, terms or [], weights or []):
            vectorizer.vocabulary_ = vectorizer.vocabulary = {name: number for number, name in enumerate(names)}
            vectorizer.idf_ = np.array(idf)
        self._idf = [vectorizer.idf_ for vectorizer in self._vectorizers] if terms else []  # scikit-learn sums it up at every look

    def fit(self, texts: Sequence[str]) -> csr_matrix:
        """Learn the terms of `texts`; returns the texts as `transform` does."""
        lowered = [text.lower() for text in texts]
        found = [vectorizer.fit_transform(lowered) for vectorizer in self._vectorizers]
        self._idf = [vectorizer.idf_ for vectorizer in self._vectorizers]
        return hstack(found, format="csr", dtype=np.float32)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Sparse float32 of shape (len(texts), number of terms)."""
        lowered = [text.lower() for text in texts]
        return hstack([vectorizer.transform(lowered) for vectorizer in self._vectorizers], format="csr", dtype=np.float32)

    def row(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """The columns and values of one text: what `transform` gives, without building matrices, in a fifth of the time."""
        columns: list[int] = []
        values: list[np.ndarray] = []
        start = 0
        lowered = text.lower()
        for vectorizer, analyze, idf in zip(self._vectorizers, self._analyzers, self._idf):
            vocabulary = vectorizer.vocabulary_
            counts = Counter(vocabulary[term] for term in analyze(lowered) if term in vocabulary)
            found = np.fromiter(counts, dtype=np.int64, count=len(counts))
            weights = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * idf[found]
            columns += [start + column for column in counts]
            values.append(weights / (np.linalg.norm(weights) or 1.0))
            start += len(vocabulary)
        return np.array(columns, dtype=np.int64), np.concatenate(values)

    def described(self) -> dict[str, Any]:
        """What makes it again, as JSON: the terms of each vectorizer in column order, and their inverse document frequencies."""
        return {
            "longest": self.longest,
            "terms": [list(vectorizer.get_feature_names_out()) for vectorizer in self._vectorizers],
            "weights": [[round(float(weight), 5) for weight in vectorizer.idf_] for vectorizer in self._vectorizers],
        }


class Linear:
    """Weights and a bias for each output."""

    def __init__(self, ngrams: NGrams, weights: np.ndarray, bias: np.ndarray) -> None:
        self._ngrams = ngrams
        self._weights = weights  # (embedding + terms, outputs)
        self._bias = bias

    def scores(self, texts: Sequence[str], embeddings: np.ndarray) -> np.ndarray:
        """Log-odds, shape (len(texts), outputs), of texts and their embeddings, one row each."""
        size = embeddings.shape[1]
        scores = embeddings @ self._weights[:size] + self._bias
        for number, text in enumerate(texts):
            columns, values = self._ngrams.row(text)
            scores[number] += values @ self._weights[size + columns]
        return np.asarray(scores)

    def save(self, directory: Path, name: str) -> None:
        """Write the model as JSON and NumPy arrays, which loading cannot turn into code."""
        (directory / f"{name}.ngrams.json").write_text(json.dumps(self._ngrams.described(), ensure_ascii=False), encoding="utf-8")
        np.savez(directory / f"{name}.weights.npz", weights=self._weights.astype(np.float16), bias=self._bias)

    @classmethod
    def load(cls, directory: Path, name: str) -> Linear:
        """Read what `save` wrote."""
        described: dict[str, Any] = json.loads((directory / f"{name}.ngrams.json").read_text(encoding="utf-8"))
        with np.load(directory / f"{name}.weights.npz", allow_pickle=False) as arrays:
            # Row by row in memory: a message takes a few hundred of twenty thousand rows.
            return cls(NGrams(**described), np.ascontiguousarray(arrays["weights"], dtype=np.float32), arrays["bias"])


def fit_softmax(
    dense: np.ndarray, terms: csr_matrix, targets: np.ndarray, strength: float, passes: int, counts: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Multinomial logistic regression with an L2 penalty, by Adam (Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization").

    A few passes reach a loss that L-BFGS takes ten times as long for, and the columns of terms stay sparse.

    Args:
        dense, terms: the features, side by side, shapes (messages, features) and (messages, terms).
        targets: the number of each message's label, from 0.
        strength: inverse of the penalty, as scikit-learn's C.
        passes: how often each message is looked at.
        counts: how much each message counts; 1 where none are given.

    Returns:
        Weights, float32 of shape (features + terms, labels), and the bias of each label.
    """
    messages, size = dense.shape
    end = size + terms.shape[1]
    wanted = np.eye(targets.max() + 1, dtype=np.float32)[targets]
    counts = np.ones(messages) if counts is None else counts
    penalty = 1 / (strength * counts.sum())
    share = (counts / counts.mean()).astype(np.float32)[:, None]
    weights = np.zeros((end + 1, wanted.shape[1]), dtype=np.float32)  # the last row is the bias
    batches = max(1, messages // BATCH)
    passes = max(passes, -(-LEAST_STEPS // batches))
    gradient, adam = np.empty_like(weights), Adam(weights.shape, passes * batches)
    random = np.random.default_rng(0)
    for _ in range(passes):
        for batch in np.array_split(random.permutation(messages), batches):
            seen, said = dense[batch], terms[batch]
            off = softmax(seen @ weights[:size] + said @ weights[size:end] + weights[end]) - wanted[batch]
            off *= share[batch] / len(batch)
            np.multiply(weights, penalty, out=gradient)
            gradient[:size] += seen.T @ off
            gradient[size:end] += said.T @ off
            gradient[end] = off.sum(axis=0)
            weights -= adam.step(gradient)
    return weights[:end], weights[end]


class Adam:
    """Steps down a gradient, each weight by its own measure; in place, because the weights are millions.

    Args:
        shape: of the weights.
        steps: that will be taken.
    """

    MEAN, SQUARE, SMALL = 0.9, 0.999, 1e-8  # the paper's

    def __init__(self, shape: tuple[int, ...], steps: int) -> None:
        self._steps = steps
        self._taken = 0
        self._mean, self._square, self._work = (np.zeros(shape, dtype=np.float32) for _ in range(3))

    def step(self, gradient: np.ndarray) -> np.ndarray:
        """What to take from the weights; valid until the next step."""
        self._taken += 1
        work = self._work
        self._mean *= self.MEAN
        self._mean += np.multiply(gradient, 1 - self.MEAN, out=work)
        self._square *= self.SQUARE
        np.square(gradient, out=work)
        work *= 1 - self.SQUARE
        self._square += work
        np.divide(self._square, 1 - self.SQUARE**self._taken, out=work)
        np.sqrt(work, out=work)
        work += self.SMALL
        np.divide(self._mean, work, out=work)
        work *= STEP * (1 - (self._taken - 1) / self._steps) / (1 - self.MEAN**self._taken)
        return work


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities of each row of scores."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
