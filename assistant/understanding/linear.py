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
        for vectorizer in self._vectorizers:
            vectorizer.fit([text.lower() for text in texts])
        self._idf = [vectorizer.idf_ for vectorizer in self._vectorizers]
        return self.transform(texts)

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


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities of each row of scores."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
