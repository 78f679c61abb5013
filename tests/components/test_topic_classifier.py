"""The intent classifier: trained on a few examples, and with a model that says what a test wants."""

from __future__ import annotations

import json

import numpy as np
import pytest
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.components.red_flags import NEAR_MISS, RED_FLAGS, VERDICT
from assistant.components.spacy_document import SpacyDocument
from assistant.components.topic_classifier import EXPLAINED, RANKED, TopicClassifier
from assistant.safety.detector import Finding
from assistant.safety.rules import TIERS, RedFlag
from assistant.safety.triage import Verdict
from assistant.understanding.decision import FAQ, HOURS, Thresholds
from assistant.understanding.message import LONGEST
from tests.shared import configured

EXAMPLES = {
    "faq/price": ["how much does it cost", "what is the price", "is it expensive", "what do you charge", "how much for a session"],
    "faq/pain_during": ["does it hurt", "is it painful", "will I feel the needle", "how sore is it", "does the needle sting"],
    "faq/sciatica": ["does it help sciatica", "is it good for sciatica", "can you treat sciatica", "sciatica", "my sciatica is bad"],
    "faq/neck_pain": ["does it help neck pain", "is it good for a stiff neck", "can you treat my neck", "neck pain", "my neck is bad"],
    "smalltalk/greet": ["hello", "hi there", "good morning", "hey", "hello there"],
    "open_now": ["are you open now", "is the clinic open today", "are you open right now", "can I come in now", "is somebody there today"],
    "out_of_scope": ["tell me a joke", "who won the football", "what is the capital of France", "sing a song", "write a poem"],
}
OPENING = f"{FAQ}/{HOURS}"


class Says:
    """A model that gives every message the same probabilities, or fails the test if it is asked.

    Args:
        followed: the probabilities of a message after the topic `price`, where they are others.
    """

    words = ()

    def __init__(self, followed=None, **shares):
        self._alone = {label.replace("__", "/"): share for label, share in shares.items()}
        self._followed = followed or self._alone

    def scores(self, texts, embeddings):
        assert self._alone, f"the model was asked about {texts}"
        assert embeddings.shape == (len(texts), 384)
        return np.zeros((len(texts), len(self._alone)))

    def shares(self, scores, after=None):
        assert scores.shape == (len(self._alone),)
        return self._followed if after == "price" else self._alone

    def outside(self, scores):
        return self.shares(scores).get("out_of_scope", 0.0)


NEVER_ASKED = Says()


def examples(texts_of_labels):
    return TrainingData([Message.build(text, label) for label, texts in texts_of_labels.items() for text in texts])


@pytest.fixture(scope="module")
def trained(graph):
    classifier = TopicClassifier.create(TopicClassifier.get_default_config(), *graph)
    assert classifier.train(examples(EXAMPLES)) == graph[1]
    return classifier


@pytest.fixture(scope="module")
def loaded(trained, graph):
    return TopicClassifier.load(TopicClassifier.get_default_config(), *graph)


@pytest.fixture(scope="module")
def understand(loaded, read):
    """A message as the loaded classifier leaves it."""
    return lambda text: loaded.process([read(text)])[0]


@pytest.fixture
def understand_by(graph, read):
    """A message as a classifier with the given model leaves it, after the given events of the conversation.

    The verdict on it is that of the rules, unless another is given.
    """
    storage, resource, _ = graph

    def understood(text, model, events=(), verdict=None, **config):
        tracker = DialogueStateTracker.from_events("conversation", list(events)) if events else None
        message = read(text)
        if verdict:
            message.set(VERDICT, verdict)
        return TopicClassifier(config, storage, resource, model).process([message], tracker)[0]

    return understood


def intent(message):
    return message.get(INTENT)["name"]


def selected(message):
    """The stored answer that Rasa will look up, by retrieval intent."""
    selection = message.get("response_selector", {})
    return {family: chosen["response"]["utter_action"] for family, chosen in selection.items() if family != "all_retrieval_intents"}


@pytest.mark.parametrize(
    ("text", "name", "answers"),
    [
        pytest.param("how much is it", "faq", {"faq": "utter_faq/price"}, id="a question"),
        pytest.param("is dry needling painful", "faq", {"faq": "utter_faq/pain_during"}, id="another question"),
        pytest.param("can it help my sciatica", "faq", {"faq": "utter_faq/sciatica"}, id="a complaint"),
        pytest.param("hello there!", "smalltalk", {"smalltalk": "utter_smalltalk/greet"}, id="small talk"),
        pytest.param("is the clinic open now", "open_now", {"faq": f"utter_{OPENING}"}, id="open now"),
        pytest.param("what is the capital of Spain", "out_of_scope", {}, id="out of scope"),
        pytest.param("/how much does it cost", "faq", {"faq": "utter_faq/price"}, id="a question behind a slash"),
    ],
)
def test_a_trained_classifier_sets_intent_and_answer(understand, text, name, answers):
    message = understand(text)
    assert intent(message) == name
    assert selected(message) == answers


def test_the_selection_is_what_a_response_selector_says(understand):
    message = understand("what is the price")
    selection = message.get("response_selector")
    assert selection["all_retrieval_intents"] == ["faq", "smalltalk"]
    assert selection["faq"]["response"]["intent_response_key"] == "faq/price"
    assert selection["faq"]["response"]["confidence"] == message.get(INTENT)["confidence"]
    assert selection["faq"]["ranking"] == [{"intent_response_key": "faq/price", "confidence": message.get(INTENT)["confidence"]}]


def test_the_ranking_begins_with_the_topic_and_falls(understand):
    ranking = understand("what is the price").get(INTENT_RANKING_KEY)
    confidences = [entry["confidence"] for entry in ranking]
    assert ranking[0]["name"] == "faq/price"
    assert confidences == sorted(confidences, reverse=True)
    # Of the two complaints only one could be meant, and what is out of scope cannot be answered.
    assert len(ranking) == len(EXAMPLES) - 2


def test_the_ranking_is_not_endless(understand_by):
    shares = {f"faq__topic_{number}": 0.0625 for number in range(16)}
    message = understand_by("what is the price", Says(**shares))
    assert len(message.get(INTENT_RANKING_KEY)) == len(message.get("understanding")["topics"]) == RANKED


def test_a_classifier_that_was_not_loaded_says_so(graph, read):
    with pytest.raises(RuntimeError, match="asked before"):
        TopicClassifier.create({}, *graph).process([read("what is the price")])


def test_everything_set_travels_into_the_tracker(understand):
    handed_on = understand("does it help sciatica").as_dict(only_output_properties=True)
    assert {INTENT, INTENT_RANKING_KEY, "understanding", "response_selector"} <= set(handed_on)


@pytest.mark.parametrize(
    ("text", "tier", "flags"),
    [
        pytest.param("my lips look blue", "emergency", ["RF1"], id="a sign"),
        pytest.param("how much does it cost? my lips look blue", "emergency", ["RF1"], id="a sign in a question"),
        pytest.param("/suicidal", "crisis", ["RF12"], id="a sign in a command"),
        pytest.param(
            "what is the price " * 60 + ". my partner hits me", "safeguarding", ["RF22"], id="a sign in a message that is too long"
        ),
        pytest.param("I fainted at the clinic. my lips look blue", "emergency", ["RF1", "RF17"], id="the most urgent of two"),
    ],
)
def test_a_warning_sign_wins_over_every_topic(understand_by, text, tier, flags):
    message = understand_by(text, NEVER_ASKED)
    assert message.get(INTENT) == {"name": tier, "confidence": 1.0}
    assert message.get("understanding")["tier"] == tier
    assert message.get("understanding")["red_flags"] == flags
    assert selected(message) == {}


@pytest.mark.parametrize(
    ("text", "part", "absent"),
    [
        pytest.param("my throat is closing up", "adrenaline pen", None, id="a sign's own sentences"),
        pytest.param("my throat is closing up. I was pricked by a needle", "adrenaline pen", "soap", id="none of a less urgent sign"),
        pytest.param("my lips look blue", "", "adrenaline", id="a sign that adds nothing"),
    ],
)
def test_only_the_signs_of_the_tier_add_their_sentences(understand_by, text, part, absent):
    adds = understand_by(text, NEVER_ASKED).get("understanding")["adds"]
    assert part in adds
    assert absent is None or absent not in adds
    assert part or not adds


def test_a_sentence_that_two_signs_add_is_said_once(trained, read):
    message = read("something")
    signs = [RedFlag(name, name, "crisis", [], [], [], [], adds, [], []) for name, adds in (("a", "Sit."), ("b", "Rest."), ("c", "Sit."))]
    message.set(RED_FLAGS, [Finding(sign, "something") for sign in signs])
    message.set(VERDICT, Verdict("crisis", None, "a, b, c"))
    trained.process([message])
    assert message.get("understanding")["adds"] == "Sit. Rest."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("   ", id="spaces"),
        pytest.param("12345", id="digits"),
        pytest.param("?!...", id="marks"),
        pytest.param("\U0001f494\U0001f44d", id="emoji"),
        pytest.param("/", id="a slash"),
        pytest.param("/greet", id="an intent"),
        pytest.param('/smalltalk{"x":1}', id="an intent with entities"),
        pytest.param("/restart", id="a command"),
    ],
)
def test_a_command_or_a_message_without_letters_is_out_of_scope(understand_by, text):
    message = understand_by(text, NEVER_ASKED)
    assert message.get(INTENT) == {"name": "out_of_scope", "confidence": 1.0}
    assert message.get(INTENT_RANKING_KEY) == []
    assert selected(message) == {}


@pytest.mark.parametrize(
    ("length", "name"), [pytest.param(LONGEST, "faq", id="the longest"), pytest.param(LONGEST + 1, "too_long", id="one more")]
)
def test_a_message_longer_than_a_question_is_not_answered_as_one(understand_by, length, name):
    message = understand_by(("price " * length)[: length - 1] + "s", Says(faq__price=1.0))
    assert intent(message) == name
    assert bool(selected(message)) is (name == "faq")


# --- the verdict on warning signs ---


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("something odd", id="a question"),
        pytest.param("what is the price? is it painful?", id="several"),
        pytest.param("price " * LONGEST, id="too long"),
        pytest.param("/restart", id="a command"),
        pytest.param("2", id="a choice"),
    ],
)
def test_a_verdict_of_a_tier_comes_before_everything_though_no_rule_fired(understand_by, text, tier):
    events = [asked("faq/safety"), replied("price", "booking")]
    message = understand_by(text, NEVER_ASKED, events, Verdict(tier, None, "the detector"))
    understanding = message.get("understanding")
    assert message.get(INTENT) == {"name": tier, "confidence": 1.0}
    assert (understanding["tier"], understanding["red_flags"], understanding["adds"], understanding["if_now"]) == (tier, [], "", None)
    assert [(part["label"], part["why"]) for part in understanding["read"]] == [(tier, "the detector")]
    assert selected(message) == {}


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("something odd", "faq", id="a question"),
        pytest.param("/restart", "out_of_scope", id="a command"),
        pytest.param("12345", "out_of_scope", id="no letters"),
        pytest.param("price " * LONGEST, "too_long", id="too long"),
    ],
)
def test_a_verdict_of_a_warning_is_handed_on_and_decides_nothing(understand_by, text, name, tier):
    message = understand_by(text, Says(faq__price=1.0), verdict=Verdict(None, tier, "a doubt"))
    assert intent(message) == name
    assert message.get("understanding")["if_now"] == tier


def test_a_sign_of_the_rules_that_is_denied_is_answered_and_still_told(understand_by):
    message = understand_by("my throat is closing up", Says(faq__price=1.0), verdict=Verdict(None, "emergency", "denied"))
    assert selected(message) == {"faq": "utter_faq/price"}
    assert message.get("understanding")["red_flags"] == ["RF2"]
    assert message.get("understanding")["adds"] == ""


def test_without_a_warning_sign_there_is_no_warning(understand):
    assert understand("what is the price").get("understanding")["if_now"] is None


def test_a_sign_of_another_tier_than_the_verdict_adds_nothing(understand_by):
    message = understand_by("my throat is closing up", NEVER_ASKED, verdict=Verdict("crisis", None, "the detector"))
    assert intent(message) == "crisis"
    assert message.get("understanding")["adds"] == ""


def test_examples_of_warning_signs_and_of_what_resembles_them_train_no_topic(graph):
    labels = ["faq/price", "faq/pain_during", "smalltalk/greet"]
    signs = {label: ["zebedee hurts", "zebedee is swollen", "zebedee feels odd"] for label in (*TIERS, NEAR_MISS)}
    storage, _, context = graph
    other = type(graph[1])("topics alone")
    TopicClassifier.create({}, storage, other, context).train(examples({label: EXAMPLES[label] for label in labels} | signs))
    with storage.read_from(other) as directory:
        described = json.loads((directory / "topics.json").read_text(encoding="utf-8"))
        assert described["labels"] == sorted(labels)
        assert not [path.name for path in directory.iterdir() if b"zebedee" in path.read_bytes()]


# --- limits ---


@pytest.mark.parametrize(
    ("config", "name"),
    [
        ({"outside": 0.125}, "out_of_scope"),
        ({"outside": 0.5, "floor": 0.25, "offer": 0.25}, "faq"),
        ({"outside": 0.5, "floor": 0.5, "offer": 0.25}, "unsure"),
        ({"outside": 0.5, "floor": 0.25, "offer": 0.625}, "out_of_scope"),
    ],
)
def test_the_configuration_sets_the_limits(understand_by, config, name):
    shares = Says(out_of_scope=0.125, faq__price=0.375, faq__booking=0.125, faq__safety=0.0625)
    assert intent(understand_by("something", shares, **config)) == name


def test_config_yml_sets_every_limit_by_its_name():
    assert set(configured("TopicClassifier")) == set(vars(Thresholds()))


def test_an_unsure_message_has_its_best_guess_and_the_topics_to_offer(understand_by):
    message = understand_by("something", Says(smalltalk__greet=0.125, faq__price=0.25, faq__booking=0.1875, out_of_scope=0.375))
    assert intent(message) == "unsure"
    assert message.get("understanding")["topics"] == ["price", "booking"]
    assert message.get("understanding")["outside"] == 0.375


@pytest.mark.parametrize(
    ("text", "condition", "answer"),
    [
        pytest.param("does it help sciatica", "sciatica", "utter_faq/sciatica", id="named"),
        pytest.param("does it help my neck", "neck pain", "utter_faq/neck_pain", id="a body part"),
        pytest.param("does it help lupus", "lupus", "utter_faq/condition_other", id="not listed"),
        pytest.param("does it help", None, "utter_faq/neck_pain", id="none"),
    ],
)
def test_the_complaint_that_is_named_decides_which_is_answered(understand_by, text, condition, answer):
    message = understand_by(text, Says(faq__neck_pain=0.375, faq__sciatica=0.25, faq__condition_other=0.25, faq__price=0.125))
    assert message.get("understanding")["condition"] == condition
    assert selected(message) == {"faq": answer}


def test_each_message_of_several_is_decided_on_its_own(loaded, read):
    messages = loaded.process([read(text) for text in ("what is the price", "my lips look blue", "/greet")])
    assert [intent(message) for message in messages] == ["faq", "emergency", "out_of_scope"]


def test_examples_without_an_intent_or_a_text_are_passed_over(graph):
    data = examples({"faq/price": EXAMPLES["faq/price"], "faq/pain_during": EXAMPLES["faq/pain_during"]})
    data.training_examples += [Message({"text": "no intent"}), Message.build("", "faq/booking")]
    storage, _, context = graph
    other = type(graph[1])("other")
    TopicClassifier.create({}, storage, other, context).train(data)
    with storage.read_from(other) as directory:
        assert '"labels": ["faq/pain_during", "faq/price"]' in (directory / "topics.json").read_text(encoding="utf-8")


def test_one_label_is_not_enough_to_train_on(graph):
    data = examples({"faq/price": EXAMPLES["faq/price"]})
    with pytest.raises(ValueError, match="at least two labels, found 1"):
        TopicClassifier.create({}, *graph).train(data)


def test_it_needs_the_words():
    assert TopicClassifier.required_components() == [SpacyDocument]


@pytest.mark.parametrize("text", ["are you opne now", "are you ooen now", "Are U OPENN now"])
def test_a_slip_of_the_pen_makes_no_difference(understand, text):
    """Not in a word that three examples have."""
    assert understand(text).get(INTENT_RANKING_KEY) == understand("are you open now").get(INTENT_RANKING_KEY)


# --- what was said before ---


def asked(*parts, intent="faq", condition=None, topic=None):
    """A message of the patient that was understood so."""
    understanding = {"parts": list(parts), "condition": condition, "condition_topic": topic}
    return UserUttered("a message", intent={"name": intent}, parse_data={"understanding": understanding})


def replied(*topics):
    """A reply with a button for each topic."""
    return BotUttered("a reply", {"buttons": [{"title": topic, "payload": topic, "topic": topic} for topic in topics]})


@pytest.mark.parametrize(
    ("events", "text", "name", "answers"),
    [
        pytest.param([asked("faq/safety"), replied("price", "booking")], "2", "faq", {"faq": "utter_faq/booking"}, id="offered"),
        pytest.param(
            [asked("faq/safety"), replied("price"), BotUttered("more"), replied("booking")],
            "the second one",
            "faq",
            {"faq": "utter_faq/booking"},
            id="offered in two messages",
        ),
        pytest.param(
            [asked("faq/safety"), BotUttered("a reply", {"buttons": [{"title": "Call", "payload": "tel:1"}]}), replied("price")],
            "1",
            "faq",
            {"faq": "utter_faq/price"},
            id="a button that is no question is not counted",
        ),
        pytest.param(
            [asked("faq/safety"), replied("price"), asked("faq/risks"), replied("booking")],
            "1",
            "faq",
            {"faq": "utter_faq/booking"},
            id="offered last",
        ),
        pytest.param([replied("price"), asked("faq/safety")], "1", "out_of_scope", {}, id="offered before anything was asked"),
        pytest.param([asked("faq/safety"), replied("price"), asked("faq/risks")], "1", "out_of_scope", {}, id="offered too long ago"),
        pytest.param([asked("unsure", intent="unsure"), replied("price")], "no", "hand_over", {}, id="refused when unsure"),
        pytest.param([asked("faq/safety"), replied("price")], "none of these", "hand_over", {}, id="refused after an answer"),
    ],
)
def test_what_was_offered_is_picked_without_the_model(understand_by, events, text, name, answers):
    message = understand_by(text, NEVER_ASKED, events)
    assert intent(message) == name
    assert selected(message) == answers


@pytest.mark.parametrize(("before", "name"), [("unsure", "hand_over"), ("faq", "unsure")])
def test_who_is_not_understood_twice_is_handed_over(understand_by, before, name):
    shares = Says(faq__price=0.1875, faq__booking=0.1875, faq__safety=0.1875)
    message = understand_by("something", shares, [asked("faq/safety", intent=before)])
    assert intent(message) == message.get("understanding")["tier"] == name
    assert selected(message) == {}


@pytest.mark.parametrize(
    ("text", "events", "answer", "condition"),
    [
        pytest.param("does it help", [], "utter_faq/booking", None, id="nothing before"),
        pytest.param("does it help", [asked("faq/price")], "utter_faq/neck_pain", None, id="a topic before"),
        pytest.param(
            "does it help",
            [asked("faq/sciatica", condition="sciatica", topic="sciatica"), asked("faq/price")],
            "utter_faq/sciatica",
            "sciatica",
            id="a complaint remembered",
        ),
        pytest.param(
            "does it help lupus",
            [asked("faq/sciatica", condition="sciatica", topic="sciatica"), asked("faq/price")],
            "utter_faq/condition_other",
            "lupus",
            id="a complaint named anew",
        ),
        pytest.param(
            "does it help",
            [asked("faq/sciatica", condition="sciatica", topic="sciatica"), asked("faq/booking")],
            "utter_faq/booking",
            "sciatica",
            id="as before, after another topic",
        ),
    ],
)
def test_a_follow_up_is_answered_for_the_complaint_remembered(understand_by, text, events, answer, condition):
    followed = {"faq/neck_pain": 0.375, "faq/sciatica": 0.25, "faq/condition_other": 0.25}
    message = understand_by(text, Says(followed, faq__booking=0.5, faq__safety=0.25), events)
    assert selected(message) == {"faq": answer}
    assert message.get("understanding")["condition"] == condition


def test_a_message_that_stands_alone_has_not_the_complaint_remembered(understand_by):
    events = [asked("faq/sciatica", condition="sciatica", topic="sciatica")]
    message = understand_by("where are you", Says(faq__booking=1.0), events)
    assert selected(message) == {"faq": "utter_faq/booking"}
    assert message.get("understanding")["condition"] is None


# --- several questions ---


@pytest.mark.parametrize(
    ("text", "parts", "answers"),
    [
        ("how much does it cost", ["faq/price"], {"faq": "utter_faq/price"}),
        ("hello there", ["smalltalk/greet"], {"smalltalk": "utter_smalltalk/greet"}),
        ("how much does it cost? is it painful?", ["faq/price", "faq/pain_during"], {"faq": "utter_faq/price"}),
        ("is it painful and are you open now", ["faq/pain_during", OPENING], {"faq": "utter_faq/pain_during"}),
        ("what is the capital of France? is it painful?", ["out_of_scope", "faq/pain_during"], {"faq": "utter_faq/pain_during"}),
        ("what is the capital of France? are you open now?", ["out_of_scope", OPENING], {"faq": f"utter_{OPENING}"}),
    ],
)
def test_every_question_is_answered_and_the_first_that_can_be_is_the_intent(understand, text, parts, answers):
    message = understand(text)
    assert message.get("understanding")["parts"] == parts
    assert selected(message) == answers


# --- why, for an editor who wonders ---


def test_what_was_read_tells_each_part_and_why(understand_by):
    message = understand_by("something", Says(faq__price=0.75, faq__booking=0.125, out_of_scope=0.125))
    (read,) = message.get("understanding")["read"]
    assert set(read) == {"start", "end", "label", "why", "in_context", "outside", "ranking"}
    assert (read["label"], read["in_context"], read["outside"]) == ("faq/price", False, 0.125)
    assert read["ranking"] == [["faq/price", 0.75], ["faq/booking", 0.125]]
    assert "0.75" in read["why"]


def test_what_was_read_ranks_only_the_best(understand_by):
    shares = {f"faq__topic_{number}": 0.0625 for number in range(16)}
    (read,) = understand_by("something", Says(**shares)).get("understanding")["read"]
    assert len(read["ranking"]) == EXPLAINED


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Is it painful?", ["is it painful?"]),
        ("  how much does it cost? IS IT PAINFUL?", ["how much does it cost", "is it painful"]),
        ("/how much does it cost and is it painful", ["how much does it cost", "is it painful"]),
        ("No, I meant the price", ["the price"]),
        ("my lips look blue", ["my lips look blue"]),
        ("/restart", ["restart"]),
        ("", [""]),
    ],
)
def test_what_was_read_tells_where_each_part_stands_in_the_text(understand, text, pieces):
    message = understand(text)
    read = message.get("understanding")["read"]
    assert [message.get("text")[part["start"] : part["end"]].lower() for part in read] == pieces
    assert [part["label"].partition("/")[0] for part in read].count(intent(message)) >= 1


def test_a_follow_up_is_told_in_what_was_read(understand_by):
    message = understand_by("and then", Says({"faq/booking": 0.75}, faq__price=0.5), [asked("faq/price")])
    assert [part["in_context"] for part in message.get("understanding")["read"]] == [True]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("my lips look blue", "RF1 of data/safety.yml", id="a warning sign"),
        pytest.param("/restart", "command", id="a command"),
        pytest.param("12345", "no letters", id="no letters"),
    ],
)
def test_the_reason_is_told_where_the_model_was_not_asked(understand_by, text, reason):
    (read,) = understand_by(text, NEVER_ASKED).get("understanding")["read"]
    assert reason in read["why"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("zebedee asks the price", id="a question"),
        pytest.param("zebedee? zebedee asks the price and zebedee feels pain", id="several"),
        pytest.param("zebedee " * LONGEST, id="too long"),
        pytest.param("/zebedee", id="a command"),
        pytest.param("zebedee, my lips look blue", id="a warning sign"),
        pytest.param("does it help sciatica, zebedee", id="a complaint"),
        pytest.param("no i meant zebedee", id="behind an opener"),
    ],
)
def test_what_was_read_holds_no_text_of_the_patient(understand, text):
    assert "zebedee" not in json.dumps(understand(text).get("understanding")).lower()
