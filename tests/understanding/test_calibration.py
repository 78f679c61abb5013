"""The trained model's probabilities mean what they say, on questions it was not trained on."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.understanding.encoder import load_encoder
from assistant.understanding.text import clean, without_treatment
from tests.shared import held_out


@pytest.fixture(scope="module")
def judged(model):
    """For each held-out question the probabilities of all labels, its own label, and the model's labels."""
    questions = held_out("questions.yml")
    texts = [clean(text) for text, _ in questions]
    embeddings = load_encoder().encode([without_treatment(text) for text in texts])
    return model.probabilities(texts, embeddings), np.array([label for _, label in questions]), np.array(model.labels)


def test_confidence_is_near_the_share_that_is_right(judged):
    """Expected calibration error over ten bins (Guo et al. 2017)."""
    probabilities, answers, labels = judged
    confidence, right = probabilities.max(axis=1), labels[probabilities.argmax(axis=1)] == answers
    bins = np.minimum((confidence * 10).astype(int), 9)
    error = sum(abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins))
    assert error <= 0.06


def test_what_is_outside_scores_higher_than_what_is_inside(judged):
    """Area under the ROC curve of the out-of-scope probability."""
    probabilities, answers, labels = judged
    score, outside = probabilities[:, labels == "out_of_scope"][:, 0], answers == "out_of_scope"
    above = (score[outside][:, None] > score[~outside][None, :]).mean()
    assert outside.sum() >= 30
    assert above >= 0.95
