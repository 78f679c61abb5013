"""The real answers: that every topic has one, and that each rests on sources, was reviewed and warns where it must."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from assistant import paths
from assistant.content.faults import read_yaml

GROUPS = {
    "about": "what_is how_it_works trigger_points twitch_response vs_acupuncture evidence invasive needles",
    "conditions": "conditions_treated neck_pain shoulder_pain low_back_pain tension_headache sciatica tennis_elbow plantar_fasciitis"
    " chronic_muscle_pain restricted_motion sports_injury repetitive_strain posture condition_other",
    "results": "benefits speed_of_relief number_of_sessions lasting_results",
    "session": "session_steps pain_during session_length preparation consent",
    "afterwards": "side_effects soreness_duration aftercare heat_or_ice activity_after when_to_call",
    "risks": "safety serious_risks collapsed_lung infection fainting_needle_fear",
    "suitability": "candidacy who_should_avoid pregnancy blood_thinners implants health_conditions children",
    "providers": "who_performs training_regulation combine_with_therapy electrical_stimulation",
    "clinic": "price insurance_referral booking hours_location talk_to_person privacy_about_bot",
}
TOPICS = [topic for topics in GROUPS.values() for topic in topics.split()]
every_topic = pytest.mark.parametrize("topic", TOPICS)

QUESTION_LENGTH = 70  # characters
EXAMPLES, EXAMPLES_BESIDE = 70, 10


@pytest.fixture(scope="session")
def places():
    """For each response key the data files it stands in, once for each of its texts."""
    found = {}
    for path in sorted(paths.DATA.rglob("*.yml")):
        for key, variations in (read_yaml(path).get("responses") or {}).items():
            found.setdefault(key, []).extend([path] * len(variations))
    return found


def cited_by(answer):
    return {name for names in answer.sources for name in names}


def test_the_contract_lists_59_topics_once_each():
    assert len(TOPICS) == len(set(TOPICS)) == 59


def test_no_answer_is_to_a_topic_outside_the_contract(places):
    assert {key for key in places if key.startswith("utter_faq")} - {f"utter_faq/{topic}" for topic in TOPICS} == set()


@every_topic
def test_a_topic_has_exactly_one_answer(places, topic):
    assert [path.parent.name for path in places.get(f"utter_faq/{topic}", [])] == ["faq"]


@every_topic
def test_an_answer_has_a_stored_question_that_fits_a_button(content, topic):
    question = content.answers[f"utter_faq/{topic}"].question
    assert question.endswith("?")
    assert question == question.strip()
    assert len(question) <= QUESTION_LENGTH


def test_no_two_answers_have_the_same_stored_question(content):
    asked = Counter(answer.question.lower() for answer in content.answers.values() if answer.question)
    assert [question for question, times in asked.items() if times > 1] == []


@every_topic
def test_an_answer_gives_sources_for_each_sentence_and_at_least_one_in_all(content, topic):
    answer = content.answers[f"utter_faq/{topic}"]
    assert len(answer.sources) == len(answer.sentences)
    assert cited_by(answer)


@every_topic
def test_an_answer_corrects_a_wrong_claim_only_beside_evidence_or_a_policy(content, sources, topic):
    answer = content.answers[f"utter_faq/{topic}"]
    for sentence, cited in zip(answer.sentences, answer.sources):
        wrong = [name for name in cited if sources[name].standing == "wrong as worded"]
        beside = [name for name in cited if sources[name].standing is None and name != "CLINIC"]
        assert not wrong or beside, f"{wrong} alone: {sentence}"


@every_topic
def test_an_answer_does_not_cite_the_example_of_what_not_to_write(content, sources, topic):
    assert "DA" in sources
    assert "DA" not in cited_by(content.answers[f"utter_faq/{topic}"])


@every_topic
def test_an_answer_was_reviewed_and_not_in_the_future(content, topic):
    reviewed = content.answers[f"utter_faq/{topic}"].reviewed
    assert reviewed is not None
    assert reviewed <= date.today()


def test_the_profile_and_the_warning_signs_were_reviewed_and_not_in_the_future(content):
    assert content.clinic.reviewed <= date.today()
    assert date.fromisoformat(content.safety.reviewed) <= date.today()


@every_topic
def test_an_answer_leads_to_two_or_three_other_topics(content, topic):
    following = content.answers[f"utter_faq/{topic}"].next
    assert len(following) in (2, 3)
    assert len(set(following) - {topic}) == len(following)
    assert set(following) <= set(TOPICS)


@every_topic
def test_an_answer_either_answers_or_hands_over(content, topic):
    reply = content.reply(f"utter_faq/{topic}")
    assert reply["kind"] in ("answer", "handoff")
    assert reply["topics"] == [topic]
    assert reply["sources"]


@every_topic
def test_a_topic_has_enough_examples(examples, topic):
    assert len(examples[f"faq/{topic}"]) >= EXAMPLES


@every_topic
def test_a_topic_has_typical_examples_beside_its_answer(places, topic):
    (path,) = places[f"utter_faq/{topic}"]
    (block,) = [block for block in read_yaml(path)["nlu"] if block["intent"] == f"faq/{topic}"]
    assert len(re.findall(r"^- ", block["examples"], re.MULTILINE)) >= EXAMPLES_BESIDE


@pytest.mark.parametrize("topic", [*GROUPS["risks"].split(), *GROUPS["suitability"].split()])
def test_an_answer_on_risks_or_suitability_says_that_it_is_no_advice(content, topic):
    assert content.answers[f"utter_faq/{topic}"].notice


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        pytest.param("low_back_pain", [r"\bbladder\b|\bbowel\b"], id="low_back_pain"),
        pytest.param("sciatica", [r"\bbladder\b|\bbowel\b"], id="sciatica"),
        pytest.param("tension_headache", [r"\bsudden\b"], id="tension_headache"),
        pytest.param("collapsed_lung", [r"\bchest\b|\bbreath", r"\{clinic\.emergency_number\}"], id="collapsed_lung"),
        pytest.param("infection", [r"\bheat\b|\bhot\b", r"\bfever\b"], id="infection"),
    ],
)
def test_an_answer_names_its_own_warning_signs(content, topic, words):
    text = " ".join(content.answers[f"utter_faq/{topic}"].sentences)
    assert [word for word in words if not re.search(word, text, re.IGNORECASE)] == []


def test_the_answer_on_blood_thinners_rests_on_the_policy_on_medicines(content):
    assert "POL2" in cited_by(content.answers["utter_faq/blood_thinners"])


def test_the_answer_on_blood_thinners_never_says_to_stop_or_skip_them(content):
    text = " ".join(content.answers["utter_faq/blood_thinners"].sentences)
    # Bleeding may fail to stop, which is a warning sign; nothing else in the answer may stop
    text = re.sub(r"\bbleeding that (will|does) not stop\b", "", text, flags=re.IGNORECASE)
    assert re.findall(r"\b(?:stop|skip|paus|miss)\w*", text, re.IGNORECASE) == []
