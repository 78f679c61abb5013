"""The topic model, trained on a handful of sentences with the real encoder."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.understanding import topics
from assistant.understanding.linear import Linear, NGrams, fit_softmax, softmax
from assistant.understanding.topics import OUTSIDE, TopicModel

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


@pytest.fixture(scope="module")
def followed(encoder):
    """A model that has seen "how much" as a follow-up on two topics."""
    texts = [text for label in EXAMPLES for text in EXAMPLES[label]]
    labels = [label for label in EXAMPLES for _ in EXAMPLES[label]]
    follow_ups = ["how much", "and how much is that", "so how much then"] * 2
    after = [None] * len(texts) + ["booking"] * 3 + ["pain_during"] * 3
    labels += ["faq/price"] * 3 + ["faq/pain_during"] * 3
    texts += follow_ups
    return TopicModel.fit(texts, encoder.encode(texts), labels, after)


@pytest.mark.parametrize(("after", "label"), [("booking", "faq/price"), ("pain_during", "faq/pain_during")])
def test_a_follow_up_is_about_what_the_topic_before_it_makes_it(followed, encoder, after, label):
    (row,) = followed.scores(["how much then"], encoder.encode(["how much then"]))
    shares = followed.shares(row, after)
    assert max(shares, key=shares.get) == label


@pytest.mark.parametrize("after", [None, "booking", "a topic nothing was asked after"])
def test_the_shares_of_a_row_of_scores_are_its_probabilities(followed, encoder, after):
    texts = list(NEW)
    embeddings = encoder.encode(texts)
    for row, probabilities in zip(followed.scores(texts, embeddings), followed.probabilities(texts, embeddings, after)):
        assert followed.shares(row, after) == pytest.approx(dict(zip(followed.labels, probabilities.tolist())), abs=1e-6)


def test_a_row_of_scores_is_that_of_its_text(followed, encoder):
    texts = list(NEW)
    embeddings = encoder.encode(texts)
    together = followed.scores(texts, embeddings)
    assert together.shape == (len(texts), len(followed.labels))
    assert softmax(together) == pytest.approx(followed.probabilities(texts, embeddings), abs=1e-6)
    for number, text in enumerate(texts):
        assert followed.scores([text], embeddings[number : number + 1])[0] == pytest.approx(together[number], abs=1e-4)


def test_a_topic_that_nothing_was_asked_after_changes_nothing(followed, encoder):
    (row,) = followed.scores(["how much"], encoder.encode(["how much"]))
    assert followed.shares(row, "safety") == followed.shares(row)


def test_capitals_make_no_difference_to_the_words(model, embeddings):
    shouted = model.probabilities([text.upper() for text in NEW], embeddings)
    assert np.array_equal(shouted, model.probabilities(list(NEW), embeddings))


def test_words_count_beside_the_embedding(model, embeddings):
    others = model.probabilities(["what is the price"] * len(NEW), embeddings)
    assert (others[:, model.labels.index("faq/price")] > model.probabilities(list(NEW), embeddings)[:, model.labels.index("faq/price")])[
        1:
    ].all()


@pytest.mark.parametrize("labels", [list(EXAMPLES)[:2], list(EXAMPLES)], ids=["two labels", "three labels"])
def test_the_probabilities_are_those_of_the_regression(encoder, embeddings, monkeypatch, labels):
    fitted = []

    def watched(dense, terms, *arguments):
        found = fit_softmax(dense, terms, *arguments)
        fitted.append((np.hstack([dense, terms.toarray()]), found))
        return found

    monkeypatch.setattr(topics, "fit_softmax", watched)
    model = trained(encoder, labels)
    texts = [text for label in labels for text in EXAMPLES[label]]
    ((features, (weights, bias)),) = fitted
    assert model.labels == sorted(labels)
    assert model.probabilities(texts, encoder.encode(texts)) == pytest.approx(softmax(features @ weights + bias), abs=1e-3)


def test_a_saved_model_is_loaded_as_it_was(model, embeddings, tmp_path):
    model.save(tmp_path)
    loaded = TopicModel.load(tmp_path)
    assert loaded.labels == model.labels
    assert loaded.words == model.words
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


def test_the_words_that_several_examples_share_are_kept(model):
    assert {"book", "does"} <= set(model.words)
    assert not {"needle", "expensive"} & set(model.words)


def test_the_shifts_of_the_topics_before_are_saved(followed, encoder, tmp_path):
    followed.save(tmp_path)
    loaded = TopicModel.load(tmp_path)
    (row,) = followed.scores(["how much then"], encoder.encode(["how much then"]))
    assert loaded.topics == followed.topics == ["booking", "pain_during"]
    for after in followed.topics:
        assert loaded.shares(row, after) == pytest.approx(followed.shares(row, after))
        assert loaded.shares(row, after) != pytest.approx(loaded.shares(row), abs=1e-3)


# --- outside ---


def of_labels(*labels):
    """A model that knows labels and nothing else."""
    nothing = np.zeros(len(labels), dtype=np.float32)
    return TopicModel(list(labels), Linear(NGrams(), nothing[None], nothing), [], nothing[None], [])


WITH_BACKGROUND = of_labels("faq/price", OUTSIDE, "faq/booking")


def outside(*scores, model=WITH_BACKGROUND):
    return model.outside(np.array(scores, dtype=np.float32))


def test_the_larger_the_share_of_the_background_the_more_probably_it_is_outside():
    found = [outside(2, background, 0) for background in (-30, -6, -2, 0, 2, 6, 30)]
    assert found == sorted(found) and len(set(found)) == len(found)
    assert 0 <= found[0] < 0.1 and 0.9 < found[-1] <= 1


def test_the_more_familiar_a_message_is_the_less_probably_it_is_outside():
    """The scores all higher: the shares are the same."""
    found = [outside(2 + familiar, familiar, familiar) for familiar in (-5, 0, 5, 10)]
    assert found == sorted(found, reverse=True) and len(set(found)) == len(found)


def test_how_familiar_is_told_by_the_best_label_that_is_no_background():
    assert outside(3, 1, 0) == outside(0, 1, 3)
    # The share of the background is one half each time.
    assert outside(np.log(2), np.log(4), np.log(2)) > outside(np.log(200), np.log(400), np.log(200))


def test_without_a_background_nothing_is_outside():
    assert outside(-50, -50, model=of_labels("faq/price", "faq/booking")) == 0.0


def test_a_trained_background_draws_what_it_resembles(encoder):
    texts = [text for label in EXAMPLES for text in EXAMPLES[label]]
    labels = [label for label in EXAMPLES for _ in EXAMPLES[label]]
    jokes = ["tell me a joke", "who won the football", "sing me a song", "write a poem", "what is the capital of France", "bake a cake"]
    model = TopicModel.fit(texts + jokes, encoder.encode(texts + jokes), labels + [OUTSIDE] * len(jokes))
    asked = ["tell me a poem about football", "what would a session cost me"]
    far, near = (model.outside(row) for row in model.scores(asked, encoder.encode(asked)))
    assert far > near


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
