"""The learned detector of warning signs, trained on a handful of sentences with the real encoder."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.safety import alarms as alarms_module
from assistant.safety.alarms import Alarm, AlarmModel
from assistant.safety.rules import TIERS
from assistant.understanding.linear import fit_softmax, softmax

EXAMPLES = {
    "emergency": [
        "I can't breathe",
        "I have chest pain right now",
        "my throat is closing up",
        "my lips are blue and I can't breathe",
        "sudden chest pain after my session",
        "I have chest pain and my throat is tight",
    ],
    "crisis": [
        "I want to die",
        "I want to kill myself",
        "I am going to end my life",
        "I don't want to live any more",
        "I am thinking of killing myself",
    ],
    "safeguarding": [
        "my partner hits me",
        "my husband hits me and I am scared of him",
        "the therapist touched me where he should not",
        "he touched my breast",
        "my carer hits me and takes my money",
    ],
    "same_day": [
        "my calf is swollen and hot",
        "the spot where the needle went in is red and hot",
        "I have a fever since the session",
        "my leg is swollen since yesterday",
        "there is pus where the needle was",
    ],
    "near_miss": [
        "can it cause chest pain",
        "no chest pain at all",
        "does it make the calf swollen",
        "can you get a fever from it",
        "I am dying to know the price",
        "my back is killing me",
        "I had chest pain ten years ago",
        "no fever and no pus",
        "it hits the spot",
        "my breathing is fine",
    ],
    "faq/price": ["how much does it cost", "what is the price", "is it expensive", "what do you charge", "how much for a session"],
    "faq/pain_during": ["does it hurt", "is it painful", "will I feel the needle", "how sore is it", "does the needle sting"],
}
ALARMING = {
    "I have bad chest pain": "emergency",
    "help I can't breathe any more": "emergency",
    "I want to end my life": "crisis",
    "my boyfriend hits me": "safeguarding",
    "my leg is red hot and swollen": "same_day",
}
NEAR = ["can needling cause chest pain", "the price is killing me", "can the leg get swollen", "no fever at all"]
HARMLESS = ["what does a session cost", "is the needle painful"]
NEW = [*ALARMING, *NEAR, *HARMLESS]


def trained(encoder, examples=EXAMPLES, weight_of=None):
    texts = [text for label in examples for text in examples[label]]
    weights = [weight_of(text) for text in texts] if weight_of else None
    return AlarmModel.fit(texts, encoder.encode(texts), [label for label in examples for _ in examples[label]], weights)


@pytest.fixture(scope="module")
def model(encoder):
    return trained(encoder)


@pytest.fixture(scope="module")
def embeddings(encoder):
    return encoder.encode(NEW)


@pytest.fixture(scope="module")
def alarms(model, embeddings):
    """What the model says of each new sentence."""
    return dict(zip(NEW, model.alarms(NEW, embeddings)))


@pytest.mark.parametrize(("text", "tier"), ALARMING.items(), ids=list(ALARMING))
def test_a_warning_sign_alarms_in_its_tier(alarms, text, tier):
    assert alarms[text].probability > 0.6
    assert alarms[text].tier == tier


@pytest.mark.parametrize("text", [*NEAR, *HARMLESS])
def test_what_is_none_does_not_alarm_however_near_it_is(alarms, text):
    assert alarms[text].probability < 0.6


def test_every_warning_sign_is_likelier_than_any_near_miss_and_that_than_what_resembles_none(alarms):
    signs, near, harmless = ([alarms[text].probability for text in texts] for texts in (ALARMING, NEAR, HARMLESS))
    assert min(signs) > max(near) + 0.1
    assert np.mean(near) > np.mean(harmless)


def test_an_alarm_is_a_probability_and_a_tier(alarms):
    assert all(isinstance(alarm, Alarm) and type(alarm.probability) is float for alarm in alarms.values())
    assert all(0 < alarm.probability < 1 and alarm.tier in TIERS for alarm in alarms.values())


def test_of_no_message_there_is_no_alarm(model, encoder):
    assert model.alarms([], encoder.encode([])) == []


@pytest.mark.parametrize("text", ["", "qwrtzplk", "12345"])
def test_a_message_of_no_known_word_has_an_alarm_too(model, encoder, text):
    (alarm,) = model.alarms([text], encoder.encode([text]))
    assert 0 < alarm.probability < 1


def test_a_message_alarms_alone_as_among_others(model, embeddings, alarms):
    for number, text in enumerate(NEW):
        (alone,) = model.alarms([text], embeddings[number : number + 1])
        assert alone.probability == pytest.approx(alarms[text].probability, abs=1e-4)
        assert alone.tier == alarms[text].tier


def test_the_order_of_two_words_counts(model, encoder):
    one, other = model.alarms(["I have chest pain", "pain have I chest"], encoder.encode(["I have chest pain"] * 2))
    assert one.probability > other.probability + 0.01


def test_alarms_are_those_of_the_regressions(encoder, monkeypatch):
    fitted = []

    def watched(dense, terms, *arguments):
        weights, bias = fit_softmax(dense, terms, *arguments)
        fitted.append(softmax(np.hstack([dense, terms.toarray()]) @ weights + bias))
        return weights, bias

    monkeypatch.setattr(alarms_module, "fit_softmax", watched)
    model = trained(encoder)
    alarm, tiers = fitted
    texts = [text for texts in EXAMPLES.values() for text in texts]
    signs = [text for label in TIERS for text in EXAMPLES[label]]
    assert [found.probability for found in model.alarms(texts, encoder.encode(texts))] == pytest.approx(alarm[:, 1], abs=1e-4)
    assert [found.tier for found in model.alarms(signs, encoder.encode(signs))] == [TIERS[number] for number in tiers.argmax(axis=1)]


def test_words_count_beside_the_embedding(model, embeddings, alarms):
    worded = model.alarms(["I have chest pain, I can't breathe"] * len(NEW), embeddings)
    for text in HARMLESS:
        assert worded[NEW.index(text)].probability > alarms[text].probability


def test_the_embedding_counts_beside_the_words(model, embeddings):
    same_words = model.alarms(["my"] * len(NEW), embeddings)
    assert same_words[0].probability > same_words[-1].probability


def test_the_words_that_several_examples_have_are_kept(model):
    assert {"chest", "swollen"} <= set(model.words)
    assert not {"expensive", "throat"} & set(model.words)


def test_the_same_examples_make_the_same_model(encoder, embeddings, alarms):
    assert trained(encoder).alarms(NEW, embeddings) == list(alarms.values())


def test_in_another_order_the_examples_make_nearly_the_same_model(encoder, embeddings, alarms):
    turned = trained(encoder, {label: EXAMPLES[label][::-1] for label in reversed(EXAMPLES)}).alarms(NEW, embeddings)
    assert [alarm.tier for alarm in turned] == [alarm.tier for alarm in alarms.values()]
    assert [alarm.probability for alarm in turned] == pytest.approx([alarm.probability for alarm in alarms.values()], abs=0.02)


def test_what_harmless_examples_are_about_makes_no_difference(encoder, embeddings, alarms):
    renamed = {label if label in TIERS else f"smalltalk/{label}": texts for label, texts in EXAMPLES.items()}
    assert trained(encoder, renamed).alarms(NEW, embeddings) == list(alarms.values())


@pytest.mark.parametrize(
    ("text", "sign"), [("I had chest pain ten years ago", -1), ("sudden chest pain after my session", 1)], ids=["a near miss", "a sign"]
)
def test_an_example_that_counts_more_is_heeded_more(encoder, model, text, sign):
    heeding = trained(encoder, weight_of=lambda other: 5.0 if other == text else 1.0)
    before, after = (each.alarms([text], encoder.encode([text]))[0].probability for each in (model, heeding))
    assert (after - before) * sign > 0.05


def test_where_no_weights_are_given_each_example_counts_once(encoder, embeddings, alarms):
    assert trained(encoder, weight_of=lambda text: 1.0).alarms(NEW, embeddings) == list(alarms.values())


def test_a_saved_model_is_loaded_as_it_was(model, embeddings, alarms, tmp_path):
    model.save(tmp_path)
    loaded = AlarmModel.load(tmp_path)
    assert loaded.words == model.words
    again = loaded.alarms(NEW, embeddings)
    assert [alarm.tier for alarm in again] == [alarm.tier for alarm in alarms.values()]
    # Weights are saved as float16.
    assert [alarm.probability for alarm in again] == pytest.approx([alarm.probability for alarm in alarms.values()], abs=5e-3)


def test_a_loaded_model_is_saved_as_it_was(model, embeddings, tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    model.save(tmp_path / "first")
    loaded = AlarmModel.load(tmp_path / "first")
    loaded.save(tmp_path / "second")
    assert AlarmModel.load(tmp_path / "second").alarms(NEW, embeddings) == loaded.alarms(NEW, embeddings)


@pytest.mark.parametrize(
    ("absent", "named"),
    [
        *[pytest.param([tier], tier, id=f"no {tier}") for tier in TIERS],
        pytest.param([TIERS[0], TIERS[2]], f"{TIERS[0]}, {TIERS[2]}", id="two tiers wanting"),
        pytest.param([label for label in EXAMPLES if label not in TIERS], "harmless messages", id="nothing harmless"),
        pytest.param([*EXAMPLES], ", ".join([*TIERS, "harmless messages"]), id="nothing"),
    ],
)
def test_what_there_are_no_examples_of_is_named(encoder, absent, named):
    with pytest.raises(ValueError, match=f"needs examples of {named}$"):
        trained(encoder, {label: texts for label, texts in EXAMPLES.items() if label not in absent})
