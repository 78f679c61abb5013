"""The linear model: the terms it is made of, and the scores it gives."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from assistant.understanding.linear import Linear, NGrams, fit_softmax, softmax

TEXTS = [
    "how much does it cost",
    "what does it cost me",
    "does it hurt",
    "Does the needle hurt at all?",
    "no chest pain",
    "no pain at all, no chest pain",
    "my chest hurts, it is the needle",
]
UNSEEN = ["does chest pain cost", "pain pain pain", "NO CHEST", "qwrtz", ""]
every_length = pytest.mark.parametrize("longest", [1, 2], ids=["words", "pairs of words"])


def fitted(longest=1):
    ngrams = NGrams(longest)
    ngrams.fit(TEXTS)
    return ngrams


def words_of(ngrams):
    return ngrams.described()["terms"][0]


def test_of_single_words_each_is_a_term():
    assert {"chest", "cost", "much", "needle"} <= set(words_of(fitted()))
    assert not [term for term in words_of(fitted()) if " " in term]


def test_a_pair_of_words_is_a_term_where_two_texts_have_it():
    pairs = {term for term in words_of(fitted(2)) if " " in term}
    assert {"no chest", "chest pain", "does it"} <= pairs
    assert not {"how much", "chest hurts", "no pain"} & pairs
    assert "chest" in words_of(fitted(2))


def test_no_term_is_longer_than_asked_for():
    assert max(len(term.split()) for term in words_of(fitted(2))) == 2


def test_pairs_tell_apart_what_single_words_do_not():
    order = ["chest no pain", "no chest pain"]
    words, pairs = (fitted(longest).transform(order).toarray() for longest in (1, 2))
    of_words = len(words_of(fitted(2)))
    assert np.array_equal(words[0], words[1])
    assert not np.array_equal(pairs[0, :of_words], pairs[1, :of_words])


@every_length
def test_learning_gives_the_texts_as_they_are_read_afterwards(longest):
    ngrams = NGrams(longest)
    assert np.array_equal(ngrams.fit(TEXTS).toarray(), ngrams.transform(TEXTS).toarray())


@every_length
@pytest.mark.parametrize("text", TEXTS + UNSEEN)
def test_a_row_is_what_the_matrix_has_for_the_text(longest, text):
    ngrams = fitted(longest)
    matrix = ngrams.transform([text])
    columns, values = ngrams.row(text)
    row = np.zeros(matrix.shape[1], dtype=np.float32)
    row[columns] = values
    assert row == pytest.approx(matrix.toarray()[0], abs=1e-6)


@every_length
def test_capitals_make_no_difference(longest):
    ngrams = fitted(longest)
    shouted = [text.upper() for text in TEXTS]
    assert np.array_equal(ngrams.transform(shouted).toarray(), ngrams.transform(TEXTS).toarray())
    assert words_of(ngrams) == [term.lower() for term in words_of(ngrams)]
    for text, loud in zip(TEXTS, shouted):
        assert [part.tolist() for part in ngrams.row(loud)] == [part.tolist() for part in ngrams.row(text)]


@every_length
def test_terms_described_and_made_anew_weigh_as_they_did(longest):
    learned = fitted(longest)
    described = json.loads(json.dumps(learned.described()))
    again = NGrams(**described)
    assert described["longest"] == again.longest == longest
    assert learned.transform(TEXTS).shape == (len(TEXTS), sum(map(len, described["terms"])))
    assert again.transform(TEXTS + UNSEEN).toarray() == pytest.approx(learned.transform(TEXTS + UNSEEN).toarray(), abs=1e-4)
    for text in TEXTS + UNSEEN:
        (columns, values), (same, weights) = learned.row(text), again.row(text)
        assert columns.tolist() == same.tolist()
        assert weights == pytest.approx(values, abs=1e-4)
    assert again.described() == described


@pytest.fixture
def linear():
    """Weights made up for embeddings of three numbers and the terms of the texts, for two outputs."""
    ngrams = fitted(2)
    terms = sum(map(len, ngrams.described()["terms"]))
    random = np.random.default_rng(1)
    return Linear(ngrams, random.normal(size=(3 + terms, 2)).astype(np.float32), np.array([0.5, -1.5], dtype=np.float32))


@pytest.fixture
def embeddings():
    return np.random.default_rng(2).normal(size=(len(TEXTS), 3)).astype(np.float32)


def test_a_score_is_the_weighted_sum_of_embedding_and_terms_and_the_bias(linear, embeddings):
    features = np.hstack([embeddings, linear._ngrams.transform(TEXTS).toarray()])
    scores = linear.scores(TEXTS, embeddings)
    assert scores.shape == (len(TEXTS), 2)
    assert scores == pytest.approx(features @ linear._weights + [0.5, -1.5], abs=1e-4)


def test_a_text_is_scored_alone_as_among_others(linear, embeddings):
    together = linear.scores(TEXTS, embeddings)
    for number, text in enumerate(TEXTS):
        assert linear.scores([text], embeddings[number : number + 1])[0] == pytest.approx(together[number], abs=1e-5)


def test_a_text_without_a_known_term_is_scored_by_its_embedding(linear):
    (score,) = linear.scores(["qwrtz"], np.zeros((1, 3), dtype=np.float32))
    assert score.tolist() == [0.5, -1.5]


def test_scoring_changes_no_embedding(linear, embeddings):
    before = embeddings.copy()
    linear.scores(TEXTS, embeddings)
    assert np.array_equal(embeddings, before)


def test_two_models_saved_beside_each_other_are_loaded_as_they_were(linear, embeddings, tmp_path):
    other = Linear(fitted(1), np.ones((3 + sum(map(len, fitted(1).described()["terms"])), 1), dtype=np.float32), np.zeros(1))
    linear.save(tmp_path, "one")
    other.save(tmp_path, "other")
    # Weights are saved as float16.
    assert Linear.load(tmp_path, "one").scores(TEXTS, embeddings) == pytest.approx(linear.scores(TEXTS, embeddings), abs=1e-2)
    assert Linear.load(tmp_path, "other").scores(TEXTS, embeddings) == pytest.approx(other.scores(TEXTS, embeddings), abs=1e-2)


def test_a_loaded_model_is_saved_as_it_was(linear, embeddings, tmp_path):
    linear.save(tmp_path, "first")
    loaded = Linear.load(tmp_path, "first")
    loaded.save(tmp_path, "second")
    assert np.array_equal(Linear.load(tmp_path, "second").scores(TEXTS, embeddings), loaded.scores(TEXTS, embeddings))


def test_nothing_saved_could_be_turned_into_code(linear, tmp_path):
    linear.save(tmp_path, "model")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.ngrams.json", "model.weights.npz"]
    with np.load(tmp_path / "model.weights.npz", allow_pickle=False) as arrays:
        assert {name: arrays[name].dtype.kind for name in arrays} == {"weights": "f", "bias": "f"}


# --- training ---


def made_up(messages=300, labels=4):
    """Features of messages that tell their labels, but not wholly: dense ones, sparse ones, and the labels' numbers."""
    random = np.random.default_rng(3)
    targets = random.integers(labels, size=messages)
    dense = random.normal(size=(messages, 5)).astype(np.float32) + np.eye(labels, 5, dtype=np.float32)[targets]
    terms = csr_matrix((random.random((messages, 30)) < 0.1).astype(np.float32) * (1 + np.eye(labels, 30, dtype=np.float32)[targets]))
    return dense, terms, targets


def loss(dense, terms, targets, strength, found, counts=1.0):
    """What the training makes small, as scikit-learn has it."""
    weights, bias = found
    shares = softmax(np.hstack([dense, terms.toarray()]) @ weights + bias)
    return -(counts * np.log(shares[np.arange(len(targets)), targets])).sum() + (weights**2).sum() / 2 / strength


@pytest.mark.parametrize("strength", [0.1, 1.0, 5.0])
def test_training_comes_as_near_to_the_best_weights_as_makes_no_difference(strength):
    dense, terms, targets = made_up()
    best = LogisticRegression(C=strength, max_iter=1_000, tol=1e-8).fit(np.hstack([dense, terms.toarray()]), targets)
    least = loss(dense, terms, targets, strength, (best.coef_.T, best.intercept_))
    assert loss(dense, terms, targets, strength, fit_softmax(dense, terms, targets, strength, 10)) <= least * 1.01


def test_a_message_that_counts_twice_counts_as_two():
    dense, terms, targets = made_up()
    counts = np.where(targets == 0, 2.0, 1.0)
    twice = np.repeat(np.arange(len(targets)), counts.astype(int))
    counted = fit_softmax(dense, terms, targets, 1.0, 10, counts)
    assert loss(dense[twice], terms[twice], targets[twice], 1.0, counted) == pytest.approx(
        loss(dense[twice], terms[twice], targets[twice], 1.0, fit_softmax(dense[twice], terms[twice], targets[twice], 1.0, 10)), rel=0.01
    )


def test_training_twice_gives_the_same_weights():
    first, second = fit_softmax(*made_up(), 1.0, 10), fit_softmax(*made_up(), 1.0, 10)
    assert all(np.array_equal(one, other) for one, other in zip(first, second))


def test_every_weight_has_its_place():
    dense, terms, targets = made_up()
    weights, bias = fit_softmax(dense, terms, targets, 1.0, 10)
    assert (weights.shape, bias.shape, weights.dtype) == ((5 + 30, 4), (4,), np.float32)
