"""The component that looks for warning signs."""

from __future__ import annotations

from functools import partial

import pytest
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import BotUttered, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.components.red_flags import NEAR_MISS, RED_FLAGS, VERDICT, RedFlags
from assistant.components.spacy_document import SpacyDocument
from assistant.components.topic_classifier import TopicClassifier
from assistant.safety.alarms import Alarm
from assistant.safety.rules import TIERS
from assistant.safety.triage import LONG, Limits, Verdict
from assistant.understanding.embeddings import of_examples
from assistant.understanding.memory import REACH
from assistant.understanding.text import clean
from tests.shared import configured

NOTHING = Verdict()
SIGN = "my throat is closing up"  # the rules find it


class Says:
    """A learned detector that says of a text what is written down for it, and of any other that it is harmless."""

    words = ("swollen",)

    def __init__(self, alarms=None):
        self._alarms = alarms or {}
        self.asked = []

    def alarms(self, texts, embeddings):
        assert embeddings.shape == (len(texts), 384)
        self.asked += texts
        return [Alarm(*self._alarms.get(text, (0.0, "same_day"))) for text in texts]


@pytest.fixture
def judge(graph, spacy_document):
    """The verdict of the component, with a learned detector, after the given events of the conversation."""
    storage, resource, _ = graph

    def judged(text, model, events=(), **config):
        tracker = DialogueStateTracker.from_events("conversation", list(events)) if events else None
        component = RedFlags(config, storage, resource, model)
        return component.process(spacy_document.process([Message({TEXT: text})]), tracker)[0].get(VERDICT)

    return judged


# --- the rules ---


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        pytest.param(SIGN, ["RF2"], id="a sign"),
        pytest.param("I fainted at the clinic. My throat is closing up", ["RF2", "RF17"], id="the most urgent of two first"),
        pytest.param("/suicidal", ["RF12"], id="behind a slash"),
        pytest.param("does it hurt", [], id="none"),
        pytest.param("", [], id="nothing"),
        pytest.param("\U0001f494", [], id="no word"),
    ],
)
def test_every_message_gets_its_findings_and_a_verdict(spacy_document, red_flags, text, flags):
    (message,) = red_flags.process(spacy_document.process([Message({TEXT: text})]))
    found = message.get(RED_FLAGS)
    assert [finding.flag.id for finding in found] == flags
    assert message.get(VERDICT).tier == (found[0].flag.tier if found else None)
    assert message.get(VERDICT).if_now is None


def test_each_message_of_several_gets_its_own(spacy_document, red_flags):
    messages = [Message({TEXT: text}) for text in ("does it hurt", SIGN, "what does it cost")]
    processed = red_flags.process(spacy_document.process(messages))
    assert [len(message.get(RED_FLAGS)) for message in processed] == [0, 1, 0]
    assert [message.get(VERDICT).tier for message in processed] == [None, "emergency", None]


# --- both detectors ---


@pytest.mark.parametrize(
    ("text", "alarm", "tier", "if_now"),
    [
        pytest.param("something odd", (0.9, "crisis"), "crisis", None, id="an alarm where no rule fires"),
        pytest.param("something odd", (0.2, "crisis"), None, "crisis", id="a doubt where no rule fires"),
        pytest.param("something odd", (0.1, "crisis"), None, None, id="neither"),
        pytest.param(SIGN, (0.1, "crisis"), "emergency", None, id="a rule that stands"),
        pytest.param(SIGN, (0.0, "crisis"), None, "emergency", id="a rule that is denied"),
        pytest.param("somthing ODD", (0.9, "crisis"), "crisis", None, id="in words mended"),
    ],
)
def test_the_verdict_is_that_of_both_detectors(judge, text, alarm, tier, if_now):
    model = Says({text: alarm, "something odd": alarm})
    model.words = ("something",)
    verdict = judge(text, model)
    assert (verdict.tier, verdict.if_now) == (tier, if_now)


def test_a_message_too_long_to_be_answered_is_judged_by_its_sentences(judge):
    message = f"{'it is nice. ' * LONG}this feels odd"
    assert judge(message, Says({"this feels odd": (0.9, "crisis")})).tier == "crisis"


@pytest.mark.parametrize(
    ("config", "tier", "if_now"),
    [
        ({}, None, "crisis"),
        ({"alarm": 0.25}, "crisis", None),
        ({"doubt": 0.5}, None, None),
        ({"alarm": 0.25, "doubt": 0.5, "name": "a component"}, "crisis", None),
    ],
    ids=["by default", "alarm", "doubt", "with what is no limit"],
)
def test_the_configuration_sets_the_limits(judge, config, tier, if_now):
    verdict = judge("something odd", Says({"something odd": (0.25, "crisis")}), **config)
    assert (verdict.tier, verdict.if_now) == (tier, if_now)


def test_config_yml_sets_every_limit_by_its_name():
    assert set(configured("RedFlags")) == set(vars(Limits()))


# --- what was said before ---


def said(intent, text="a message"):
    return UserUttered(text, intent={"name": intent}, parse_data={"text": clean(text)})


@pytest.mark.parametrize("tier", TIERS)
def test_after_a_safety_text_a_few_answers_carry_the_warning_of_its_tier(judge, tier):
    for answered in range(REACH + 2):
        events = [said("faq"), said(tier), BotUttered("a safety text"), *[said("faq"), BotUttered("an answer")] * answered]
        verdict = judge("what does it cost", Says(), events)
        assert (verdict.tier, verdict.if_now) == (None, tier if answered < REACH else None)


def test_of_two_safety_texts_the_more_urgent_is_warned_of_while_it_is_recent(judge):
    events = [said("emergency"), said("same_day"), said("faq")]
    assert judge("what does it cost", Says(), events).if_now == "emergency"
    assert judge("what does it cost", Says(), [*events, said("faq")]).if_now == "same_day"


def test_a_message_without_letters_carries_the_warning_too(judge):
    assert judge("2", Says(), [said("crisis")]).if_now == "crisis"


def test_a_doubt_does_not_take_the_place_of_a_more_urgent_warning(judge):
    model = Says({"something odd": (0.2, "same_day")})
    assert judge("something odd", model, [said("emergency")]).if_now == "emergency"


def test_a_doubt_more_urgent_than_the_warning_after_a_safety_text_takes_its_place(judge):
    model = Says({"something odd": (0.2, "emergency")})
    assert judge("something odd", model, [said("same_day")]).if_now == "emergency"


@pytest.mark.parametrize("intent", ["faq", "smalltalk", "out_of_scope", "unsure", None])
def test_after_anything_else_an_answer_carries_no_warning(judge, intent):
    assert judge("what does it cost", Says(), [said(intent)]) == NOTHING


def test_another_alarm_after_a_safety_text_is_one(judge):
    assert judge("something odd", Says({"something odd": (0.9, "same_day")}), [said("emergency")]).tier == "same_day"


def test_in_a_new_session_nothing_was_said_before(judge):
    model = Says({"a message. something odd": (0.9, "crisis"), "something odd": (0.2, "crisis")})
    assert judge("what does it cost", model, [said("emergency"), SessionStarted()]) == NOTHING
    assert judge("something odd", model, [said("faq"), SessionStarted()]).tier is None
    assert judge("something odd", model, [said("faq")]).tier == "crisis"


@pytest.mark.parametrize(
    ("events", "before"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param([said("faq", "i was treated")], "i was treated", id="a message"),
        pytest.param([said("faq", "i was treated"), said("faq", "today")], "today", id="the last of two"),
        pytest.param([said("faq", "i was treated"), said("emergency", SIGN)], None, id="one that raised the alarm"),
        pytest.param([said("emergency", SIGN), said("faq", "i was treated")], "i was treated", id="one after the alarm"),
    ],
)
def test_a_message_is_judged_together_with_the_one_before_unless_that_raised_the_alarm(judge, events, before):
    model = Says({"something odd": (0.2, "same_day")})
    judge("something odd", model, events)
    assert model.asked == ["something odd", *([f"{before}. something odd"] if before else [])]


def test_the_message_before_is_read_as_a_message_is(judge):
    model = Says({"something odd": (0.2, "same_day")})
    judge("something odd", model, [said("faq", "My  knee isn\N{RIGHT SINGLE QUOTATION MARK}t SWOOLLEN")])
    assert model.asked[1] == "my knee isn't swollen. something odd"


# --- training ---

EXAMPLES = {
    "emergency": ["I can't breathe at all", "crushing chest pain right now", "my lips are blue"],
    "crisis": ["I want to die", "I want to kill myself", "I am going to end my life"],
    "safeguarding": ["my partner hits me", "my husband hits me every day", "he touched my breast"],
    "same_day": ["my calf is swollen and hot", "my leg is swollen since yesterday", "I have a fever since the session"],
    NEAR_MISS: ["can it cause chest pain", "the price is killing me", "can the leg get swollen from it"],
    "faq/price": ["how much does it cost", "what is the price", "is it expensive"],
}


def training_data(examples=EXAMPLES):
    return TrainingData([Message.build(text, label) for label, texts in examples.items() for text in texts])


@pytest.fixture(scope="module")
def loaded(graph):
    """The component trained on a few examples beside those of data/safety.yml, and loaded."""
    storage, _, context = graph
    own = (storage, Resource("red flags"), context)
    data = training_data()
    data.training_examples += [Message({TEXT: "no intent"}), Message.build("", "emergency")]
    assert RedFlags.create(RedFlags.get_default_config(), *own).train(data) == own[1]
    return RedFlags.load(RedFlags.get_default_config(), *own)


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("my wife can't breathe at all and her lips are blue", "emergency"),
        ("I want to end my life", "crisis"),
        ("my husband hits me", "safeguarding"),
        ("my calf is hot and swollen since yesterday", "same_day"),
        ("what is the price of it", None),
        ("can it cause swollen legs", None),
    ],
)
def test_a_trained_component_raises_the_alarm_by_tier(spacy_document, loaded, text, tier):
    (message,) = loaded.process(spacy_document.process([Message({TEXT: text})]))
    assert message.get(VERDICT).tier == tier


def test_the_detector_is_trained_on_every_example_and_on_what_the_rules_are_held_to_which_counts_more(graph, monkeypatch, content):
    seen = []

    class Watched:
        @classmethod
        def fit(cls, texts, embeddings, labels, weights):
            assert len(embeddings) == len(texts) == len(labels) == len(weights)
            seen.extend(zip(texts, labels, weights))
            return cls()

        def save(self, directory):
            pass

    monkeypatch.setattr("assistant.components.red_flags.AlarmModel", Watched)
    storage, _, context = graph
    RedFlags.create({}, storage, Resource("watched"), context).train(training_data())
    held_to = [(text, flag.tier) for flag in content.safety.red_flags for text in flag.examples]
    held_to += [(text, NEAR_MISS) for flag in content.safety.red_flags for text in flag.near_misses]
    assert sorted((text, label) for text, label, weight in seen if weight > 1) == sorted((clean(text), label) for text, label in held_to)
    assert [(text, label) for text, label, weight in seen if weight == 1] == [
        (text, label) for label, texts in EXAMPLES.items() for text in texts
    ]


def test_a_training_repeated_embeds_nothing_anew(graph, monkeypatch, tmp_path, encoder):
    """Both components keep their embeddings in one file."""
    asked = []

    class Counting:
        def encode(self, texts):
            asked.append(texts)
            return encoder.encode(texts)

    monkeypatch.setattr("assistant.understanding.embeddings.load_encoder", Counting)
    for module in ("red_flags", "topic_classifier"):
        monkeypatch.setattr(f"assistant.components.{module}.of_examples", partial(of_examples, kept=tmp_path / "embeddings.npz"))
    data = training_data(EXAMPLES | {"faq/booking": ["can I  book \U0001f937\u200d", "how do I book", "how can I book"]})
    storage, _, context = graph
    for _ in range(2):
        asked.clear()
        for component in (RedFlags, TopicClassifier):
            component.create({}, storage, Resource(component.__name__), context).train(data)
    assert asked == []


def test_training_data_is_left_as_it_is(red_flags):
    data = TrainingData([Message({TEXT: SIGN})])
    assert red_flags.process_training_data(data) is data
    assert data.training_examples[0].data == {TEXT: SIGN}


def test_it_needs_the_document():
    assert RedFlags.required_components() == [SpacyDocument]


# --- embedding ahead ---


@pytest.mark.parametrize("typed", ["Does dry needling   hurt, is it REALY safe?", "/is it safe", "\u2018Ow\u2019 \U0001f494"])
def test_a_message_that_was_embedded_ahead_is_not_embedded_again(spacy_document, red_flags, encoder, monkeypatch, typed):
    embedded, embed = [], encoder._embed
    monkeypatch.setattr(encoder, "_embed", lambda text: embedded.append(text) or embed(text))
    encoder._cache.clear()
    assert red_flags.embed_ahead(typed)
    red_flags.process(spacy_document.process([Message({TEXT: typed})]))
    assert len(embedded) == 1


def test_what_has_no_letters_is_not_embedded_ahead(red_flags):
    assert [red_flags.embed_ahead(typed) for typed in ("", "/", "07700 900123", "\U0001f494")] == [None] * 4
