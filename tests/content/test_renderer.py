from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from assistant import paths
from assistant.content.answers import Answer
from assistant.content.clinic import CALL_BACK, KEYS, LOOK, Clinic
from assistant.content.faults import read_yaml
from assistant.content.renderer import NOTICE, OFFERED, Content, fill
from assistant.content.reply import ASK_TO_CALL, Reply
from assistant.content.sources import Source
from assistant.safety.rules import TIERS, SafetyRules

PHONE = "01632 960001"
# Facts that answers may say and a clinic may leave out
UNSAID = {"closed_dates", "retention_days", "reviewer", "disclaimer", *CALL_BACK, *(f"chat_{name}" for name in LOOK)}  # in no answer
OPTIONAL = [name for name, key in KEYS.items() if not key.required and name not in UNSAID]
IF_NOW = "If it is so now, call the ambulance."


def answer(key="utter_faq/price", **fields):
    usual = {
        "sentences": ["A first visit costs {clinic.first_visit_price}.", "Prices may change.", "Call {clinic.phone}."],
        "sources": [["CLINIC"], ["AB20", "POL1"], ["CLINIC"]],
        "kind": "answer",
        "question": "What does it cost?",
        "reviewed": date(2026, 5, 1),
        "next": [],
        "notice": False,
        "next_check": date(9999, 1, 1),
    }
    return Answer(key, **{**usual, **fields})


@pytest.fixture
def clinic():
    facts = {"name": "Somewhere", "phone": PHONE, "first_visit_price": "£60", "emergency_number": "the ambulance", "reviewer": "A. Person"}
    return Clinic(facts, date(2026, 6, 1), ZoneInfo("Europe/London"), None, frozenset())


@pytest.fixture
def content_of(clinic):
    """Content with the given answers, and facts taken from the profile or put into it."""

    def content_of(*answers, without=(), **facts):
        profile = replace(clinic, facts={name: fact for name, fact in {**clinic.facts, **facts}.items() if name not in without})
        register = {name: Source(name, f"Title of {name}") for name in ("CLINIC", "AB20", "POL1")}
        texts = {"emergency": "Call {clinic.emergency_number} now. {adds} Wait."}
        safety = SafetyRules("2026-04-01", texts, {"emergency": "If it is so now, call {clinic.emergency_number}."}, {}, {}, [])
        return Content(profile, register, {answer.key: answer for answer in answers}, safety)

    return content_of


@pytest.mark.parametrize(
    ("text", "facts", "filled"),
    [
        pytest.param("No blank.", {}, "No blank.", id="no blank"),
        pytest.param("Call {a} or {b}.", {"a": "1", "b": "2"}, "Call 1 or 2.", id="two blanks"),
        pytest.param("Call {a} or {a}.", {"a": "1"}, "Call 1 or 1.", id="one blank twice"),
        pytest.param("{a}.", {"a": "You can pay by card."}, "You can pay by card.", id="the fact's full stop gives way"),
        pytest.param("{a}, or ask.", {"a": "Pay at 5 p.m."}, "Pay at 5 p.m., or ask.", id="a full stop within a sentence stays"),
        pytest.param("{a}", {"a": "Ask us."}, "Ask us.", id="a full stop at the end stays"),
        pytest.param("{a} do it.", {"a": "physiotherapists"}, "Physiotherapists do it.", id="a sentence begins with a capital"),
        pytest.param("Done by {a}.", {"a": "physiotherapists"}, "Done by physiotherapists.", id="no capital within"),
        pytest.param("{a}.", {"a": "{b}"}, "{b}.", id="a fact is not filled itself"),
        pytest.param(r"{a}.", {"a": r"\1 off"}, r"\1 off.", id="a backslash is a backslash"),
        pytest.param("{a} and {b}.", {"a": "1"}, None, id="a fact is missing"),
        pytest.param("{a}.", {"a": ""}, ".", id="an empty fact is given"),
    ],
)
def test_blanks_are_filled_from_the_facts(text, facts, filled):
    assert fill(text, facts) == filled


def test_a_reply_fills_the_blanks_and_keeps_the_order_of_the_sentences(content_of):
    reply = content_of(answer()).reply("utter_faq/price")
    places = [reply["text"].find(part) for part in ("£60", "may change", PHONE)]
    assert -1 not in places
    assert places == sorted(places)
    assert reply["kind"] == "answer"
    assert reply["topics"] == ["price"]


def test_a_reply_has_the_fields_of_the_contract(content_of):
    assert set(content_of(answer()).reply("utter_faq/price")) == set(Reply.__annotations__)


def test_there_is_no_reply_without_an_answer(content_of):
    with pytest.raises(KeyError):
        content_of(answer()).reply("utter_faq/parking")


def test_sources_are_told_once_each_with_their_titles_in_the_order_they_are_cited(content_of):
    sources = content_of(answer()).reply("utter_faq/price")["sources"]
    assert sources == [{"id": name, "title": f"Title of {name}"} for name in ("CLINIC", "AB20", "POL1")]


def test_a_fact_the_clinic_leaves_out_takes_its_sentence_and_sources_and_hands_over_to_a_person(content_of):
    price = answer(sentences=["It costs {clinic.first_visit_price}.", "Prices may change."], sources=[["CLINIC"], ["AB20"]])
    reply = content_of(price, without=["first_visit_price"]).reply("utter_faq/price")
    assert "costs" not in reply["text"]
    assert "{" not in reply["text"]
    assert reply["text"].startswith("Prices may change.")
    assert PHONE in reply["text"]
    assert reply["kind"] == "handoff"
    assert reply["topics"] == ["price"]
    assert [source["id"] for source in reply["sources"]] == ["AB20"]


def test_an_answer_that_loses_all_its_sentences_still_hands_over(content_of):
    price = answer(sentences=["It costs {clinic.first_visit_price}."], sources=[["CLINIC"]], notice=True)
    reply = content_of(price, without=["first_visit_price"]).reply("utter_faq/price")
    assert PHONE in reply["text"].splitlines()[0]
    assert reply["text"] == reply["text"].strip()
    assert reply["kind"] == "handoff"
    assert reply["sources"] == []


def test_a_price_missing_from_the_profile_becomes_a_handover(project):
    project.give(phone=f'"{PHONE}"', follow_up_price="£45")
    project.leave_out("first_visit_price")
    reply = project.load().reply("utter_faq/price")
    assert reply["kind"] == "handoff"
    assert PHONE in reply["text"]
    assert "£45" in reply["text"]
    assert "{" not in reply["text"]


@pytest.mark.parametrize("fact", OPTIONAL)
def test_any_optional_fact_the_real_profile_leaves_out_becomes_a_handover_and_other_sentences_stay(content, fact):
    facts = {f"clinic.{name}": f"the {name}" for name in KEYS if name != fact}
    clinic = replace(content.clinic, facts={name.removeprefix("clinic."): text for name, text in facts.items()})
    without = Content(clinic, content.sources, content.answers, content.safety)
    uses = [answer for answer in content.answers.values() if any(f"{{clinic.{fact}}}" in sentence for sentence in answer.sentences)]
    assert uses, f"no answer says {fact}"
    for answer in uses:
        reply = without.reply(answer.key)
        assert reply["kind"] == "handoff", answer.key
        assert "the phone" in reply["text"], answer.key
        for sentence in answer.sentences:
            said = fill(sentence, {**facts, "condition": "that condition"})
            assert said is None or said in reply["text"], answer.key


@pytest.mark.parametrize("notice", [True, False])
def test_the_notice_stands_alone_at_the_end_of_an_answer_that_asks_for_it(content_of, notice):
    text = content_of(answer(notice=notice)).reply("utter_faq/price")["text"]
    assert text.splitlines()[1:] == ([NOTICE] if notice else [])


@pytest.mark.parametrize(
    ("kind", "key", "topics"),
    [
        ("answer", "utter_faq/price", ["price"]),
        ("handoff", "utter_faq/price", ["price"]),
        ("smalltalk", "utter_smalltalk/greet", []),
        ("decline", "utter_out_of_scope", []),
        ("suggest", "utter_suggest", []),
        ("answer", "utter_suggest", []),
    ],
)
def test_only_an_answer_to_a_question_has_a_topic(content_of, kind, key, topics):
    reply = content_of(answer(key, kind=kind)).reply(key)
    assert reply["topics"] == topics
    assert reply["kind"] == kind


@pytest.mark.parametrize(
    ("reviewed", "sources", "shown"),
    [
        pytest.param(date(2026, 5, 1), [["AB20"]], "2026-05-01", id="no fact of the clinic"),
        pytest.param(date(2026, 5, 1), [["CLINIC"]], "2026-05-01", id="the answer is older than the profile"),
        pytest.param(date(2026, 7, 1), [["CLINIC"]], "2026-06-01", id="the profile is older than the answer"),
        pytest.param(date(2026, 7, 1), [["AB20"]], "2026-07-01", id="the profile is older and not cited"),
        pytest.param(None, [["CLINIC"]], "2026-06-01", id="the profile alone has a date"),
        pytest.param(None, [], "", id="no date"),
    ],
)
def test_the_review_date_is_that_of_the_oldest_part(content_of, reviewed, sources, shown):
    price = answer(sentences=["It depends."], sources=sources, reviewed=reviewed)
    assert content_of(price).reply("utter_faq/price")["reviewed"] == shown


def test_a_sentence_taken_out_does_not_date_the_reply(content_of):
    price = answer(
        sentences=["It costs {clinic.first_visit_price}.", "It depends."], sources=[["CLINIC"], ["AB20"]], reviewed=date(2026, 7, 1)
    )
    assert content_of(price).reply("utter_faq/price")["reviewed"] == "2026-06-01"
    assert content_of(price, without=["first_visit_price"]).reply("utter_faq/price")["reviewed"] == "2026-07-01"


@pytest.mark.parametrize(("condition", "named"), [("golfer's elbow", "golfer's elbow"), (None, "that condition"), ("", "that condition")])
def test_the_complaint_is_named_back(content_of, condition, named):
    other = answer("utter_faq/condition_other", sentences=["We cannot say whether it helps with {condition}."], sources=[])
    reply = content_of(other).reply("utter_faq/condition_other", condition)
    assert f"with {named}." in reply["text"]
    assert reply["kind"] == "answer"


def test_buttons_are_the_stored_questions_of_the_next_topics_in_their_order(content_of):
    asked = [
        answer(next=["booking", "silent", "unknown", "needles"]),
        answer("utter_faq/needles", question="What are the needles like?"),
        answer("utter_faq/booking", question="How do I book?"),
        answer("utter_faq/silent", question=""),
    ]
    assert content_of(*asked).reply("utter_faq/price")["buttons"] == [
        {"title": "How do I book?", "payload": "How do I book?", "topic": "booking"},
        {"title": "What are the needles like?", "payload": "What are the needles like?", "topic": "needles"},
    ]


@pytest.mark.parametrize("number", [0, 1, OFFERED, OFFERED + 2])
def test_an_offer_has_the_first_few_topics_as_buttons_and_the_text_of_its_reply(content_of, number):
    topics = [f"topic{place}" for place in range(number)]
    suggest = answer("utter_suggest", kind="suggest", next=["topic0"])
    content = content_of(suggest, *(answer(f"utter_faq/{topic}", question=f"{topic}?") for topic in topics))
    offer = content.offer("utter_suggest", topics)
    assert [button["topic"] for button in offer["buttons"]] == topics[:OFFERED]
    assert offer["text"] == content.reply("utter_suggest")["text"]
    assert offer["kind"] == "suggest"


@pytest.mark.parametrize(
    ("adds", "lines"),
    [
        pytest.param("", ["the ambulance", "Wait"], id="no sentence of the sign"),
        pytest.param("Sit down.", ["the ambulance", "Sit down", "Wait"], id="a sentence of the sign"),
        pytest.param("Sit down. Breathe.", ["the ambulance", "Sit down", "Breathe", "Wait"], id="two sentences of the sign"),
        pytest.param("Or call {clinic.phone}.", ["the ambulance", PHONE, "Wait"], id="a fact in the sentence of the sign"),
    ],
)
def test_a_safety_reply_has_a_filled_sentence_a_line_and_no_gap(content_of, adds, lines):
    reply = content_of(answer()).safety_reply("emergency", adds)
    said = reply["text"].splitlines()
    assert [part in line for part, line in zip(lines, said)] == [True] * len(lines)
    assert len(said) == len(lines)
    assert all(line == " ".join(line.split()) for line in said)
    assert not set("{}") & set(reply["text"])
    assert reply["kind"] == "red_flag"
    assert reply["reviewed"] == "2026-04-01"
    assert (reply["topics"], reply["sources"], reply["buttons"]) == ([], [], [])


def test_the_content_of_the_real_files_has_no_fault(project, faults_of):
    assert faults_of(project.load) == []


def test_faults_of_profile_answers_and_warning_signs_are_told_at_once(project, faults_of):
    project.give(timezone="Nowhere")
    project.change(project.data / "replies.yml", r"\{clinic\.phone\}", "{clinic.fone}")
    project.change(project.data / "safety.yml", r"tier: emergency", "tier: urgent")
    told = "\n".join(faults_of(project.load))
    for part in ("'timezone'", "{clinic.fone}", "'urgent'"):
        assert part in told


def test_a_fault_in_the_register_does_not_hide_those_of_the_profile(project, faults_of):
    project.change(project.sources, r"\| supported \|", "| true |")
    project.leave_out("phone")
    told = "\n".join(faults_of(project.load))
    assert "'true'" in told
    assert "'phone'" in told


def test_the_replies_to_several_questions_are_one_with_everything_in_it_and_each_by_itself(content):
    several = content.replies(["faq/pain_during", "faq/soreness_duration", "out_of_scope"])
    assert [part["kind"] for part in several["parts"]] == ["answer", "answer", "decline"]
    assert several["topics"] == ["pain_during", "soreness_duration"]
    assert several["kind"] == "answer"
    assert all(part["text"] in several["text"] for part in several["parts"])
    assert {source["id"] for source in several["sources"]} == {source["id"] for part in several["parts"] for source in part["sources"]}


def test_several_replies_offer_what_they_did_not_answer_and_give_the_notice_once_both_at_the_end(content):
    several = content.replies(["faq/side_effects", "faq/soreness_duration"])
    assert [NOTICE in part["text"] for part in several["parts"]] == [False, True]
    assert several["text"].count(NOTICE) == 1 and several["text"].endswith(several["parts"][-1]["text"])
    assert [len(part["buttons"]) for part in several["parts"]] == [0, OFFERED]
    assert not {button["topic"] for button in several["buttons"]} & set(several["topics"])


# --- with what to do if a sign is there now ---


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("answer", "utter_faq/price"),
        ("handoff", "utter_faq/price"),
        ("smalltalk", "utter_smalltalk/greet"),
        ("decline", "utter_out_of_scope"),
        ("suggest", "utter_suggest"),
    ],
)
@pytest.mark.parametrize("notice", [True, False], ids=["a notice", "no notice"])
def test_a_warning_stands_on_a_line_of_its_own_and_the_notice_stays_last(content_of, kind, key, notice):
    content = content_of(answer(key, kind=kind, notice=notice))
    said, *below = content.reply(key, if_now="emergency")["text"].splitlines()
    assert said == content.reply(key)["text"].splitlines()[0]
    assert below == ([IF_NOW, NOTICE] if notice else [IF_NOW])


def test_a_warning_changes_nothing_but_the_text(content_of):
    content = content_of(answer(next=["booking"]), answer("utter_faq/booking", question="How do I book?"))
    warned, plain = content.reply("utter_faq/price", if_now="emergency"), content.reply("utter_faq/price")
    assert warned["buttons"]
    assert {**warned, "text": plain["text"]} == plain
    assert content.reply("utter_faq/price") == plain


def test_a_warning_follows_the_handover_of_a_fact_that_is_not_given(content_of):
    content = content_of(answer(), without=["first_visit_price"])
    reply = content.reply("utter_faq/price", if_now="emergency")
    assert reply["kind"] == "handoff"
    assert reply["text"].splitlines() == [content.reply("utter_faq/price")["text"], IF_NOW]


def test_an_offer_carries_a_warning_and_keeps_what_it_offers(content_of):
    content = content_of(answer(question="What does it cost?"), answer("utter_suggest", kind="suggest", sentences=["Which?"], sources=[]))
    offer = content.offer("utter_suggest", ["price"], if_now="emergency")
    assert offer["text"] == f"Which?\n{IF_NOW}"
    assert [button["topic"] for button in offer["buttons"]] == ["price"]


@pytest.mark.parametrize("notice", [True, False], ids=["a notice", "no notice"])
def test_of_several_replies_the_last_carries_the_warning_before_the_notice(content_of, notice):
    keys = ["utter_faq/price", "utter_faq/pain", "utter_out_of_scope_part"]
    answers = [answer(key, sentences=[f"About {key[-5:]}."], sources=[], notice=notice and key != keys[-1]) for key in keys]
    several = content_of(*answers).replies(["faq/price", "faq/pain", "out_of_scope"], if_now="emergency")
    below = [IF_NOW, NOTICE] if notice else [IF_NOW]
    assert [part["text"].splitlines()[1:] for part in several["parts"]] == [[], [], below]
    assert several["text"].splitlines()[3:] == below
    assert several["text"].count(IF_NOW) == 1


@pytest.mark.parametrize("tier", TIERS)
def test_each_tier_has_a_warning_of_its_own_with_every_blank_filled(content, tier):
    warnings = {name: content.reply("utter_faq/price", if_now=name)["text"].splitlines()[1] for name in TIERS}
    assert list(warnings.values()).count(warnings[tier]) == 1
    assert not set("{}") & set(warnings[tier])


# --- call backs ---


def offered(reply):
    return [button["payload"] for button in reply["buttons"]]


def test_a_call_back_is_offered_last_under_an_answer_and_first_under_a_handover(content):
    under_an_answer, under_a_handover = (offered(content.reply(f"utter_faq/{topic}")) for topic in ("candidacy", "talk_to_person"))
    assert under_an_answer.index(ASK_TO_CALL) == len(under_an_answer) - 1 == OFFERED - 1
    assert under_a_handover.index(ASK_TO_CALL) == 0 and len(under_a_handover) == OFFERED


def test_a_clinic_that_does_not_say_when_it_calls_back_offers_none(content):
    clinic = replace(content.clinic, facts={name: fact for name, fact in content.clinic.facts.items() if name != "call_back"})
    without = Content(clinic, content.sources, content.answers, content.safety)
    assert [key for key in without.answers if ASK_TO_CALL in offered(without.reply(key))] == []
    assert ASK_TO_CALL in offered(content.reply("utter_hand_over"))


def test_a_call_back_is_offered_with_every_answer_on_suitability_and_where_a_person_is_asked_for(content):
    suitability = read_yaml(paths.DATA / "faq" / "suitability.yml")["responses"]
    offering = {key for key, found in content.answers.items() if found.call_back}
    assert offering == {*suitability, "utter_faq/talk_to_person", "utter_faq/booking", "utter_hand_over"}


@pytest.mark.parametrize("key", ["utter_faq/talk_to_person", "utter_hand_over", "utter_call_back_done"])
def test_who_is_handed_over_is_told_whether_the_clinic_is_open_now(content, key, monkeypatch):
    monkeypatch.setattr(Clinic, "now", lambda clinic: datetime(2026, 11, 24, 10, tzinfo=clinic.timezone))
    assert "We are open now, until 19:00 today." in content.reply(key)["text"]
    monkeypatch.setattr(Clinic, "now", lambda clinic: datetime(2026, 12, 25, 10, tzinfo=clinic.timezone))
    assert "We are closed now." in content.reply(key)["text"]
