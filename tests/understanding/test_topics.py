"""The topic model, trained on a handful of sentences with the real encoder."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.linear_model

from assistant.understanding.topics import NGrams, TopicModel, softmax

EXAMPLES = {
    "faq/price": [
        "how much does it cost",
        "what is the price",
        "is it expensive",
        "what do you charge",
        "how much for a session",
        "what are your fees",
    ],
    "faq/pain_during": [
        "does it hurt",
        "is it painful",
        "will I feel the needle",
        "how sore is it while you do it",
        "does the needle sting",
        "is it an uncomfortable treatment",
    ],
    "faq/booking": [
        "how do I book",
        "can I make an appointment",
        "do you have a slot on Monday",
        "I want to book a session",
        "how can I get an appointment",
        "book me in please",
    ],
}
NEW = {
    "what would a session cost me": "faq/price",
    "is the needle painful": "faq/pain_during",
    "an appointment please": "faq/booking",
    "is it sore": "faq/pain_during",
}


def trained(encoder, labels):
    texts = [text for label in labels for text in EXAMPLES[label]]
    return TopicModel.fit(texts, encoder.encode(texts), [label for label in labels for _ in EXAMPLES[label]])


@pytest.fixture(scope="module")
def model(encoder):
    return trained(encoder, EXAMPLES)


@pytest.fixture(scope="module")
def embeddings(encoder):
    return encoder.encode(list(NEW))


def test_the_labels_are_those_of_the_examples(model):
    assert sorted(model.labels) == sorted(EXAMPLES)


def test_probabilities_have_a_column_for_each_label_and_sum_to_one(model, embeddings):
    shares = model.probabilities(list(NEW), embeddings)
    assert shares.shape == (len(NEW), len(EXAMPLES))
    assert (shares >= 0).all()
    assert shares.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_a_new_sentence_has_the_topic_it_is_about(model, embeddings):
    shares = model.probabilities(list(NEW), embeddings)
    assert [model.labels[best] for best in shares.argmax(axis=1)] == list(NEW.values())


def test_capitals_make_no_difference_to_the_words(model, embeddings):
    shouted = model.probabilities([text.upper() for text in NEW], embeddings)
    assert np.array_equal(shouted, model.probabilities(list(NEW), embeddings))


def test_words_count_beside_the_embedding(model, embeddings):
    others = model.probabilities(["what is the price"] * len(NEW), embeddings)
    assert (others[:, model.labels.index("faq/price")] > model.probabilities(list(NEW), embeddings)[:, model.labels.index("faq/price")])[
        1:
    ].all()


def test_terms_made_anew_weigh_as_they_did():
    texts = [text for texts in EXAMPLES.values() for text in texts]
    learned = NGrams()
    learned.fit(texts)
    again = NGrams(learned.terms(), learned.weights())
    assert learned.transform(texts).shape == (len(texts), sum(map(len, learned.terms())))
    assert again.transform(texts).toarray() == pytest.approx(learned.transform(texts).toarray(), abs=1e-4)


@pytest.mark.parametrize("labels", [list(EXAMPLES)[:2], list(EXAMPLES)], ids=["two labels", "three labels"])
def test_the_probabilities_are_those_of_the_regression(encoder, embeddings, monkeypatch, labels):
    fitted = []

    class Watched(sklearn.linear_model.LogisticRegression):
        def fit(self, features, targets):
            fitted.append((self, features))
            return super().fit(features, targets)

    monkeypatch.setattr(sklearn.linear_model, "LogisticRegression", Watched)
    model = trained(encoder, labels)
    texts = [text for label in labels for text in EXAMPLES[label]]
    ((regression, features),) = fitted
    assert list(regression.classes_) == model.labels
    assert model.probabilities(texts, encoder.encode(texts)) == pytest.approx(regression.predict_proba(features), abs=1e-3)


def test_a_saved_model_is_loaded_as_it_was(model, embeddings, tmp_path):
    model.save(tmp_path)
    loaded = TopicModel.load(tmp_path)
    assert loaded.labels == model.labels
    # Weights are saved as float16.
    assert loaded.probabilities(list(NEW), embeddings) == pytest.approx(model.probabilities(list(NEW), embeddings), abs=5e-3)


def test_a_loaded_model_is_saved_as_it_was(model, embeddings, tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    model.save(tmp_path / "first")
    loaded = TopicModel.load(tmp_path / "first")
    loaded.save(tmp_path / "second")
    again = TopicModel.load(tmp_path / "second")
    assert np.array_equal(again.probabilities(list(NEW), embeddings), loaded.probabilities(list(NEW), embeddings))


def test_the_same_examples_make_the_same_model(encoder, model, embeddings):
    again = trained(encoder, EXAMPLES)
    assert np.array_equal(again.probabilities(list(NEW), embeddings), model.probabilities(list(NEW), embeddings))


@pytest.mark.parametrize("labels", [[], ["faq/price"]], ids=["no label", "one label"])
def test_fewer_than_two_labels_cannot_be_told_apart(encoder, labels):
    with pytest.raises(ValueError, match=f"at least two labels, found {len(labels)}"):
        trained(encoder, labels)


@pytest.mark.parametrize(
    ("scores", "shares"),
    [
        pytest.param([0, 0], [0.5, 0.5], id="equal"),
        pytest.param([0, np.log(3)], [0.25, 0.75], id="three to one"),
        pytest.param([1000, 0], [1, 0], id="very large"),
        pytest.param([-1000, -1000], [0.5, 0.5], id="very small"),
    ],
)
def test_scores_become_probabilities(scores, shares):
    assert softmax(np.array([scores, scores], dtype=np.float32)) == pytest.approx(np.array([shares, shares]), abs=1e-6)
