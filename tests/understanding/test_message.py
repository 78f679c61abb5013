"""Understanding a message in its conversation; sentences go through the real reader, what the model says of them is made up."""

from __future__ import annotations

from functools import cache

import pytest

from assistant.understanding import text as words_of_a_text
from assistant.understanding.conditions import Condition, Mention
from assistant.understanding.decision import Thresholds
from assistant.understanding.memory import Memory
from assistant.understanding.message import LONGEST, Understander
from assistant.understanding.text import Reader, clean
from tests.shared import Encode

READER = Reader([])
LIMITS = Thresholds(outside=0.5, floor=0.25, offer=0.25)
NOTHING = Memory()
CLEAR, VAGUE = 0.98, 0.375  # shares of a message that means something alone, and of one that hardly does
PRICE, PAIN, PAYMENT, BOOKING = "faq/price", "faq/pain_during", "faq/payment", "faq/booking"
UNSURE = {PRICE: 0.125, PAIN: 0.125, BOOKING: 0.125}
NECK = Condition("neck_pain", "neck pain")
SCIATICA = Condition("sciatica", "sciatica")


class Model:
    """Gives a text the shares written down for it, after a topic those for the topic where there are any.

    Args:
        alone: text to shares.
        followed: topic before and text to shares.
        words: those that misspelt ones are mended to.
    """

    def __init__(self, alone, followed=(), words=()):
        self.words = words
        self._alone = alone
        self._followed = dict(followed)

    def scores(self, texts, embeddings):
        assert embeddings.shape == (len(texts), 384)
        return texts

    def shares(self, text, after=None):
        return self._followed.get((after, text)) or self._alone.get(text, {"faq/something": VAGUE})

    def outside(self, text):
        return self.shares(text).get("out_of_scope", 0.0)


def never(*args):
    raise AssertionError(f"asked about {args}")


class Never:
    """A model that must not be asked."""

    words = ()
    scores = shares = outside = staticmethod(never)


@pytest.fixture(scope="module", autouse=True)
def one_dictionary():
    """Loaded once, and not for every model made up here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words_of_a_text, "SpellChecker", cache(words_of_a_text.SpellChecker))
        yield


def understand(message, model, memory=NOTHING, mentions=(), encode=None):
    doc = READER.read(clean(message))
    understander = Understander(model, encode or Encode(), LIMITS)
    return understander.understand(doc, list(mentions), memory)


def decided(*args, **kwargs):
    """The decision on a message that is one part."""
    (part,) = understand(*args, **kwargs)
    return part.decision


def labels(*args, **kwargs):
    return [part.decision.label for part in understand(*args, **kwargs)]


def mention(condition, message, word, is_part=False):
    return Mention(condition, message.index(word), message.index(word) + len(word), is_part)


# --- what was offered ---


@pytest.mark.parametrize("unsure", [True, False], ids=["unsure", "answered"])
@pytest.mark.parametrize(("message", "label"), [("2", BOOKING), ("the first one", PRICE), ("last one please", PAYMENT)])
def test_a_choice_is_answered_without_the_model(message, label, unsure):
    memory = Memory(topic="safety", offered=["price", "booking", "payment"], unsure=unsure)
    decision = decided(message, Never(), memory, encode=never)
    assert (decision.intent, decision.label, decision.confidence) == ("faq", label, 1.0)


@pytest.mark.parametrize(("message", "unsure"), [("none of these", True), ("none of these", False), ("no", True)])
def test_who_refuses_what_was_offered_is_handed_over(message, unsure):
    decision = decided(message, Never(), Memory(offered=["price", "booking"], unsure=unsure), encode=never)
    assert (decision.intent, decision.label, decision.confidence) == ("hand_over", "hand_over", 1.0)


@pytest.mark.parametrize("offered", [[], ["price"]], ids=["nothing", "too little"])
def test_a_number_that_was_not_offered_is_out_of_scope(offered):
    assert decided("2", Never(), Memory(offered=offered, unsure=True)).intent == "out_of_scope"


def test_a_question_is_answered_although_others_were_offered():
    model = Model({"does it hurt": {PAIN: CLEAR}})
    assert decided("does it hurt", model, Memory(offered=["price", "booking"], unsure=True)).label == PAIN


@pytest.mark.parametrize(
    ("memory", "intent"),
    [
        pytest.param(Memory(unsure=True), "hand_over", id="after questions to choose from"),
        pytest.param(Memory(offered=["price"], unsure=True), "hand_over", id="with what was offered remembered"),
        pytest.param(Memory(topic="price", offered=["payment"]), "unsure", id="after an answer"),
        pytest.param(NOTHING, "unsure", id="at the beginning"),
    ],
)
def test_who_is_not_understood_twice_is_handed_over(memory, intent):
    decision = decided("the thing with the stuff", Model({"the thing with the stuff": UNSURE}), memory)
    assert decision.intent == intent
    assert (decision.label == "hand_over") is (intent == "hand_over")


@pytest.mark.parametrize(
    ("shares", "intent"),
    [
        ({PAIN: CLEAR}, "faq"),
        ({PAIN: VAGUE}, "faq"),
        ({"smalltalk/thank": CLEAR}, "smalltalk"),
        ({"out_of_scope": CLEAR}, "out_of_scope"),
        ({"open_now": CLEAR}, "open_now"),
    ],
)
def test_who_is_understood_the_second_time_is_not_handed_over(shares, intent):
    assert decided("a message", Model({"a message": shares}), Memory(unsure=True)).intent == intent


# --- what was answered before ---


def test_a_follow_up_is_understood_from_the_topic_before():
    model = Model({"and for two": {PAIN: VAGUE}}, {("price", "and for two"): {PAYMENT: 0.5}})
    decision = decided("and for two", model, Memory(topic="price"))
    assert (decision.label, decision.confidence, decision.in_context) == (PAYMENT, 0.5, True)
    decision = decided("and for two", model)
    assert (decision.label, decision.confidence, decision.in_context) == (PAIN, VAGUE, False)


def test_what_nothing_was_sure_of_alone_may_be_a_follow_up():
    model = Model({"and for two": UNSURE}, {("price", "and for two"): {PAYMENT: CLEAR}})
    assert decided("and for two", model, Memory(topic="price", unsure=True)).label == PAYMENT


@pytest.mark.parametrize(
    ("followed", "label", "in_context"),
    [
        ({PAYMENT: CLEAR}, PAYMENT, True),
        ({"open_now": CLEAR}, "open_now", True),
        ({"smalltalk/capabilities": CLEAR}, PAIN, False),
        ({"out_of_scope": CLEAR}, PAIN, False),
        (UNSURE, PAIN, False),
    ],
)
def test_only_a_topic_is_followed_up_on(followed, label, in_context):
    model = Model({"and for two": {PAIN: VAGUE}}, {("price", "and for two"): followed})
    decision = decided("and for two", model, Memory(topic="price"))
    assert (decision.label, decision.in_context) == (label, in_context)


@pytest.mark.parametrize(
    ("message", "alone", "followed", "in_context"),
    [
        pytest.param("for two", {PAIN: 0.5}, 0.5, True, id="as sure"),
        pytest.param("for two", {PAIN: 0.5}, 0.4375, False, id="less sure"),
        pytest.param("and for two", {PAIN: 0.5}, 0.4375, True, id="less sure, and it goes on"),
        pytest.param("for them", {PAIN: 0.5}, 0.4375, True, id="less sure, and it points back"),
        pytest.param("for two", {"open_now": 0.5}, 0.4375, False, id="less sure than the opening hours"),
        pytest.param("for two", {"smalltalk/capabilities": 0.5}, 0.4375, True, id="less sure than small talk"),
    ],
)
def test_a_follow_up_is_surer_than_an_answer_to_the_message_alone_unless_its_words_point_back(message, alone, followed, in_context):
    model = Model({message: alone}, {("price", message): {PAYMENT: followed}})
    decision = decided(message, model, Memory(topic="price"))
    assert decision.in_context is in_context
    assert (decision.label == PAYMENT) is in_context


def test_a_follow_up_is_about_the_complaint_remembered_or_the_one_it_names():
    text = "and would it work"
    model = Model({text: {PAIN: VAGUE}}, {("price", text): {"faq/neck_pain": 0.375, "faq/sciatica": 0.25, "faq/posture": 0.25}})
    sciatica = [Mention(SCIATICA, 0, 0, is_part=True)]
    assert decided(text, model, Memory(topic="price")).label == "faq/neck_pain"
    assert decided(text, model, Memory(topic="price", mentions=sciatica)).label == "faq/sciatica"
    named = [Mention(Condition("posture", "posture"), 0, 3, is_part=True)]
    assert decided(text, model, Memory(topic="price", mentions=sciatica), named).label == "faq/posture"


def test_a_message_that_stands_alone_is_not_about_the_complaint_remembered():
    model = Model({"would it work": {"faq/neck_pain": 0.625, "faq/sciatica": 0.34375}})
    sciatica = [Mention(SCIATICA, 0, 0, is_part=True)]
    assert decided("would it work", model, Memory(topic="price", mentions=sciatica)).label == "faq/neck_pain"


@pytest.mark.parametrize(
    ("message", "in_context"),
    [
        pytest.param("what does it cost", False, id="clear alone"),
        pytest.param("what does that cost", True, id="that"),
        pytest.param("do those cost", True, id="those"),
        pytest.param("What are THEY", True, id="they, in capitals"),
        pytest.param("my neck has been bad for a year and a friend told me that it costs a lot", False, id="that of many words"),
        pytest.param("what does the thatcher cost", False, id="that within a word"),
    ],
)
def test_a_message_clear_alone_follows_up_only_where_its_few_words_refer_to_something(message, in_context):
    text = message.lower()
    model = Model({text: {PRICE: CLEAR}}, {("safety", text): {PAYMENT: CLEAR}})
    decision = decided(message, model, Memory(topic="safety"))
    assert (decision.label, decision.in_context) == ((PAYMENT, True) if in_context else (PRICE, False))


@pytest.mark.parametrize("label", ["smalltalk/thank", "smalltalk/greet", "smalltalk/goodbye"])
@pytest.mark.parametrize("message", ["ok cheers", "that was it"])
def test_thanks_and_greetings_stay_what_they_are(message, label):
    model = Model({message: {label: VAGUE}}, {("price", message): {PAYMENT: CLEAR}})
    decision = decided(message, model, Memory(topic="price"))
    assert (decision.label, decision.in_context) == (label, False)


def test_other_small_talk_may_be_a_follow_up():
    model = Model({"can you": {"smalltalk/capabilities": VAGUE}}, {("price", "can you"): {PAYMENT: CLEAR}})
    assert decided("can you", model, Memory(topic="price")).label == PAYMENT


# --- openers ---

OPENED = Model(
    {
        "the price": {PRICE: VAGUE},
        "no i meant the price": {"out_of_scope": CLEAR},
        "change of subject, the price": {"out_of_scope": CLEAR},
    },
    {("booking", "the price"): {PAYMENT: CLEAR}},
)


@pytest.mark.parametrize("message", ["no i meant the price", "change of subject, the price"])
def test_an_opener_is_taken_off_before_deciding(message):
    encode = Encode()
    (part,) = understand(message, OPENED, encode=encode)
    assert (part.span.text, part.decision.label) == ("the price", PRICE)
    assert encode.asked == [message, "the price"]


@pytest.mark.parametrize(
    ("message", "label", "in_context"),
    [
        pytest.param("the price", PAYMENT, True, id="no opener"),
        pytest.param("no i meant the price", PAYMENT, True, id="a correction"),
        pytest.param("change of subject, the price", PRICE, False, id="a change of subject"),
    ],
)
def test_after_a_change_of_subject_the_topic_before_does_not_count(message, label, in_context):
    decision = decided(message, OPENED, Memory(topic="booking"))
    assert (decision.label, decision.in_context) == (label, in_context)


def test_a_message_without_an_opener_is_embedded_once():
    encode = Encode()
    understand("the price", OPENED, encode=encode)
    assert encode.asked == ["the price"]


def test_behind_an_opener_a_complaint_is_the_one_named_there():
    message = "no i meant my sciatica"
    model = Model({"my sciatica": {"faq/neck_pain": 0.5, "faq/sciatica": 0.25}})
    assert decided(message, model, mentions=[mention(SCIATICA, message, "sciatica")]).label == "faq/sciatica"


def test_behind_an_opener_several_questions_are_taken_apart():
    model = Model({"what does it cost": {PRICE: CLEAR}, "does it hurt": {PAIN: CLEAR}})
    assert labels("another question: what does it cost? does it hurt?", model) == [PRICE, PAIN]


# --- several questions ---


def test_each_question_is_decided_on_alone():
    encode = Encode()
    model = Model({"what does dry needling cost": {PRICE: CLEAR}, "does it hurt": {PAIN: CLEAR}})
    assert labels("what does dry needling cost? does it hurt?", model, encode=encode) == [PRICE, PAIN]
    # Without the treatment's name, as in training
    assert {"what does it cost", "does it hurt"} <= set(encode.asked)


def test_the_second_question_may_follow_up_on_the_first():
    model = Model(
        {"what does it cost": {PRICE: CLEAR}, "and how would i do it": {PAIN: VAGUE}},
        {("price", "how would i do it"): {PAYMENT: CLEAR}, ("safety", "how would i do it"): {BOOKING: CLEAR}},
    )
    parts = understand("what does it cost? and how would i do it?", model, Memory(topic="safety"))
    assert [(part.decision.label, part.decision.in_context) for part in parts] == [(PRICE, False), (PAYMENT, True)]


WORKS = {"faq/neck_pain": 0.625, "faq/sciatica": 0.34375}


def test_a_complaint_named_once_is_meant_in_every_question():
    message = "what does it cost for sciatica? would it work"
    model = Model({"what does it cost for sciatica": {PRICE: CLEAR}, "would it work": WORKS})
    assert labels(message, model) == [PRICE, "faq/neck_pain"]
    assert labels(message, model, mentions=[mention(SCIATICA, message, "sciatica")]) == [PRICE, "faq/sciatica"]


def test_a_question_that_names_a_complaint_is_about_that_one():
    message = "what does it cost for sciatica? would it work on my neck"
    model = Model({"what does it cost for sciatica": {PRICE: CLEAR}, "would it work on my neck": WORKS})
    named = [mention(SCIATICA, message, "sciatica"), mention(NECK, message, "neck", is_part=True)]
    assert labels(message, model, mentions=named) == [PRICE, "faq/neck_pain"]


# --- what is not answered ---


@pytest.mark.parametrize("message", ["", "?!...", "12345", "\U0001f494\U0001f44d", "2"])
def test_a_message_without_letters_is_out_of_scope(message):
    decision = decided(message, Never(), Memory(topic="price"), encode=never)
    assert (decision.intent, decision.label, decision.outside) == ("out_of_scope", "out_of_scope", 1.0)


@pytest.mark.parametrize(("length", "intent"), [(LONGEST, "faq"), (LONGEST + 1, "too_long")])
def test_a_message_is_too_long_to_be_answered(length, intent):
    text = ("price " * length)[: length - 1] + "s"
    decision = decided(text, Model({text: {PRICE: 0.75, "out_of_scope": 0.25}}))
    assert (decision.intent, decision.outside) == (intent, 0.25)


def test_questions_of_a_message_that_is_too_long_are_not_answered_either():
    encode = Encode()
    assert labels("what does it cost? does it hurt? " * LONGEST, Model({}), encode=encode) == ["too_long"]
    assert len(encode.asked) == 1


# --- slips of the pen ---


@pytest.mark.parametrize(
    ("message", "mended"),
    [
        pytest.param("does the nedle hurt", "does the needle hurt", id="a letter missing"),
        pytest.param("does it hrut", "does it hurt", id="a word of four letters"),
        pytest.param("thx, tell me abt ur prices", "thanks, tell me about your prices", id="text-speak"),
        pytest.param("does the NEDLE hurt", "does the needle hurt", id="capitals"),
    ],
)
def test_a_message_is_mended_before_it_is_scored(message, mended):
    encode = Encode()
    (part,) = understand(message, Model({mended: {PAIN: CLEAR}}, words=["needle", "hurt"]), encode=encode)
    assert part.decision.label == PAIN
    # The patient's own words stay where they stand.
    assert part.span.text == message.lower()
    assert encode.asked[0] == mended


def test_every_question_is_mended():
    model = Model({"what does it cost": {PRICE: CLEAR}, "will the needle hurt": {PAIN: CLEAR}}, words=["needle", "cost"])
    assert labels("wot does it csot? will the nedle hurt?", model) == [PRICE, PAIN]


def test_behind_an_opener_words_are_mended_too():
    model = Model({"the needle": {PAIN: CLEAR}}, words=["needle"])
    assert decided("no i meant the nedle", model).label == PAIN


def test_a_slip_in_the_name_of_the_treatment_is_mended_before_it_is_taken_out():
    encode = Encode()
    understand("does dry neeedlimg hurt", Model({}, words=["needling"]), encode=encode)
    assert encode.asked == ["does it hurt"]


def test_a_word_the_model_does_not_know_is_not_mended():
    assert decided("does the nedle hurt", Model({"does the nedle hurt": {PAIN: CLEAR}})).label == PAIN


# --- why ---


@pytest.mark.parametrize(
    ("message", "memory", "why"),
    [
        pytest.param("2", Memory(offered=["price", "booking"]), "offered", id="a choice"),
        pytest.param("none of these", Memory(offered=["price"]), "offered", id="a refusal"),
        pytest.param("12345", NOTHING, "no letters", id="no letters"),
        pytest.param("word " * LONGEST, NOTHING, str(LONGEST), id="too long"),
        pytest.param("the thing", Memory(unsure=True), "once already", id="unsure twice"),
        pytest.param("the thing", NOTHING, "'floor'", id="unsure"),
        pytest.param("the price", NOTHING, "'floor'", id="an answer"),
    ],
)
def test_every_decision_tells_its_reason(message, memory, why):
    assert why in decided(message, Model({"the thing": UNSURE, "the price": {PRICE: CLEAR}}), memory).why


# --- the menu ---


@pytest.mark.parametrize(("message", "label"), [("menu", "menu"), ("Questions about the risks", "menu/risks")])
@pytest.mark.parametrize("memory", [NOTHING, Memory(topic="price", offered=["booking"], unsure=True)])
def test_who_asks_for_the_menu_gets_it_without_the_model(message, label, memory):
    understander = Understander(Never(), never, Thresholds(), {"Questions about the risks": "risks"})
    (part,) = understander.understand(READER.read(clean(message)), [], memory)
    assert (part.decision.intent, part.decision.label) == ("menu", label)


def test_a_section_is_picked_by_its_number():
    decision = decided("2", Never(), Memory(offered=["menu/about", "menu/risks"], unsure=True), encode=never)
    assert (decision.intent, decision.label) == ("menu", "menu/risks")
