from __future__ import annotations

from datetime import date

import pytest

from assistant.content.answers import KNOWN_BLANKS, split_sentences

KEY = "utter_faq/price"


ANSWER = """\
  - text: >-
      A first visit costs {clinic.first_visit_price}.
      Ask us.
      Call {clinic.phone}.
    metadata:
      question: What is the price?
      sources: [[CLINIC], [], [POL8, BO20]]
      reviewed: "2026-02-03"
      kind: handoff
      next: [booking]
      notice: true

"""


@pytest.fixture
def file(project):
    """The real answers about the clinic, in which the one to be broken reads as above whatever it says today."""
    path = project.data / "faq" / "clinic.yml"
    project.change_answer(path, KEY, r"(?s)  - text: .*", ANSWER)
    return path


def test_the_real_answers_have_no_fault(project, faults_of):
    assert faults_of(project.load_answers) == []


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One sentence.", ["One sentence."]),
        ("A question? An answer.", ["A question?", "An answer."]),
        ("Stop! Look.", ["Stop!", "Look."]),
        ("  Two lines.\nOne text. ", ["Two lines.", "One text."]),
        ("It is 0.2 to 0.35 mm wide. It is steel.", ["It is 0.2 to 0.35 mm wide.", "It is steel."]),
        ("Call {clinic.phone}. Wait.", ["Call {clinic.phone}.", "Wait."]),
        ("", []),
    ],
)
def test_a_text_is_split_where_a_sentence_ends(text, sentences):
    assert split_sentences(text) == sentences


def test_an_answer_is_read_with_all_that_belongs_to_it(project, file):
    answer = project.load_answers()[KEY]
    assert answer.key == KEY
    assert answer.topic == "price"
    assert answer.sentences == ["A first visit costs {clinic.first_visit_price}.", "Ask us.", "Call {clinic.phone}."]
    assert answer.sources == [["CLINIC"], [], ["POL8", "BO20"]]
    assert answer.question == "What is the price?"
    assert answer.reviewed == date(2026, 2, 3)
    assert answer.kind == "handoff"
    assert answer.next == ["booking"]
    assert answer.notice


def test_what_an_answer_does_not_say_of_itself_is_left_empty(project, file):
    project.change_answer(file, KEY, r"(?s)    metadata:.*", "")
    answer = project.load_answers()[KEY]
    assert answer.kind == "answer"
    assert not answer.notice
    assert (answer.sources, answer.question, answer.reviewed, answer.next) == ([], "", None, [])


def test_a_text_of_no_topic_has_none(project):
    assert project.load_answers()["utter_out_of_scope"].topic == ""


@pytest.mark.parametrize(
    ("pattern", "replacement", "named"),
    [
        pytest.param(r"\{clinic\.phone\}", "{clinic.fone}", ["{clinic.fone}", "did you mean {clinic.phone}?"], id="misspelt blank"),
        pytest.param(r"\{clinic\.phone\}", "{zzz}", ["{zzz}", *KNOWN_BLANKS], id="blank of no profile"),
        pytest.param(r"\{clinic\.phone\}", "{clinic.phone", ["brace"], id="blank left open"),
        pytest.param(r"\{clinic\.phone\}", "clinic.phone}", ["brace"], id="blank not opened"),
        pytest.param(r"sources: \[\[", "sources: [[ZZ99, ", ["'ZZ99'", "sources.md"], id="unknown source"),
        pytest.param(r"sources: \[", "sources: [[], ", ["'sources'", "4", "3"], id="one list of sources too many"),
        pytest.param(r"sources: \[\[.*?\], ", "sources: [", ["'sources'", "2", "3"], id="one list of sources too few"),
        pytest.param(r"sources: .*", "sources: [CLINIC]", ["'sources'", "list"], id="sources not by sentence"),
        pytest.param(r"sources: .*", "sources: CLINIC", ["'sources'", "list"], id="sources no list"),
        pytest.param(r'reviewed: ".*"', "reviewed: 2026-11-22", ["'reviewed' is 2026-11-22 without quotes"], id="unquoted date"),
        pytest.param(r'reviewed: ".*"', 'reviewed: "22/11/2026"', ["'reviewed'", "'22/11/2026'"], id="date in another order"),
        pytest.param(r'reviewed: ".*"', 'reviewed: "2026-02-30"', ["'reviewed'", "'2026-02-30'"], id="no such day"),
        pytest.param(r"question:", "qestion:", ["unknown metadata 'qestion'; did you mean 'question'?"], id="unknown metadata"),
        pytest.param(r"kind: handoff", "kind: joke", ["'kind'", "'joke'", "handoff", "decline"], id="unknown kind"),
        pytest.param(r"- text:", "- txt:", ["'text'"], id="text missing"),
        pytest.param(r"(?s)- text: .*?    metadata", '- text: " "\n    metadata', ["'text'"], id="text empty"),
        pytest.param(r"(?s)- text: .*?    metadata", "- text: 45\n    metadata", ["'text'"], id="text a number"),
        pytest.param(r"- text: >-\n", "- text: >-\n      First.\n\n\n", ["'text'", "blank line"], id="two paragraphs"),
        pytest.param(r"  - text:", "  - text: Another one.\n  - text:", ["one"], id="two answers"),
        pytest.param(r"(?s)  - text: .*", "    []\n\n", ["one"], id="no answer"),
        pytest.param(r"(?s)  - text: .*", "  - Just words.\n\n", ["one"], id="an answer without keys"),
        pytest.param(r"(?s)\n  - text: .*", " Just words.\n\n", ["one"], id="no list"),
    ],
)
def test_a_fault_names_file_answer_and_what_is_wrong(project, faults_of, file, pattern, replacement, named):
    project.change_answer(file, KEY, pattern, replacement)
    # An answer with a fault is not there for others to lead to, which shows as faults of theirs
    fault = next(fault for fault in faults_of(project.load_answers) if fault.startswith(f"clinic.yml: {KEY}: "))
    assert [part for part in named if part not in fault] == []


def test_a_next_topic_without_an_answer_is_a_fault_of_the_answer_that_leads_to_it(project, faults_of, file):
    project.change_answer(file, KEY, r"next: \[", "next: [no_such_topic, ")
    (fault,) = faults_of(project.load_answers)
    assert KEY in fault
    assert "'no_such_topic'" in fault


def test_an_answer_that_stands_twice_in_a_file_is_a_fault(project, faults_of, file):
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text.rstrip()}\n\n  {KEY}:\n  - text: Another price.\n", encoding="utf-8")
    assert any(fault.startswith("clinic.yml") and KEY in fault and "line" in fault for fault in faults_of(project.load_answers))


def test_an_answer_that_stands_in_two_files_is_a_fault(project, faults_of):
    replies = project.data / "replies.yml"
    replies.write_text(f"{replies.read_text(encoding='utf-8').rstrip()}\n\n  {KEY}:\n  - text: Another price.\n", encoding="utf-8")
    (fault,) = faults_of(project.load_answers)
    assert fault.startswith("replies.yml")
    assert f"'{KEY}'" in fault


def test_a_file_that_is_missing_is_a_fault(project, faults_of):
    (project.data / "smalltalk.yml").unlink()
    (fault,) = faults_of(project.load_answers)
    assert fault.startswith("smalltalk.yml")


def test_broken_yaml_is_a_fault_that_names_file_and_line(project, faults_of, file):
    text = file.read_text(encoding="utf-8").rstrip() + "\n\tindented: by a tab\n"
    file.write_text(text, encoding="utf-8")
    assert any(
        fault.startswith("clinic.yml") and f"line {text.count(chr(10))} cannot" in fault for fault in faults_of(project.load_answers)
    )


def test_faults_of_all_files_are_told_at_once(project, faults_of):
    project.change_answer(project.data / "faq" / "clinic.yml", KEY, r"\{clinic\.phone\}", "{clinic.fone}")
    project.change_answer(project.data / "faq" / "risks.yml", "utter_faq/safety", r'reviewed: ".*"', 'reviewed: "soon"')
    project.change_answer(project.data / "faq" / "risks.yml", "utter_faq/safety", r"question:", "qestion:")
    project.change(project.data / "smalltalk.yml", r"kind: smalltalk", "kind: chat")
    faults = "\n".join(faults_of(project.load_answers))
    for part in ("{clinic.fone}", "'soon'", "'qestion'", "'chat'"):
        assert part in faults
