"""Counts what happened in a period: how much, when, about what, and how it ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select

from assistant.content.clinic import Clinic
from assistant.content.renderer import Content
from assistant.insights.reading import Period, Question, Turn
from assistant.safety.rules import TIERS
from assistant.storage.database import Database
from assistant.storage.schema import CALL_BACKS, FEEDBACK
from assistant.understanding.conditions import OTHER

# How a question can end, in the words of the report.
ENDS = {
    "answer": "answered",
    "handoff": "handed over to a person",
    "suggest": "met with questions to choose from",
    "decline": "refused",
    "red_flag": "met with a safety text",
    "smalltalk": "small talk",
}
QUESTIONS = ("answer", "handoff", "suggest", "decline")  # kinds of reply to what was asked
WITHOUT_ANSWER = ("suggest", "decline", "handoff")  # after which a patient may give up


@dataclass
class Topic:
    """What happened with one topic.

    Attributes:
        given: how often it was answered or handed over.
        without_fact: how often it was handed over because `clinic.yml` lacks a fact.
        offered: how often its question was offered where the assistant was unsure; `chosen`, how often it was then chosen.
    """

    given: int = 0
    without_fact: int = 0
    offered: int = 0
    chosen: int = 0
    helpful: int = 0
    unhelpful: int = 0


@dataclass
class Figures:
    """What was counted in a period.

    Attributes:
        visits: conversations; one that is taken up again after an hour of silence counts again.
        people: different conversations, as they are stored.
        kinds: replies by kind; a message that asks two things gets two.
        days: for each day the visits that began on it.
        hours: messages by weekday, Monday first, and hour on the clinic's wall.
        while_closed: messages that came outside the opening hours, where the profile gives some.
        ended: the visits that ended right after a reply without an answer, by its kind.
        complaints: complaints without an answer of their own, with the conversations that named them.
        call_backs: requests by state.
    """

    period: Period
    visits: int = 0
    people: int = 0
    messages: int = 0
    private: int = 0
    silent: int = 0
    unreadable: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    days: dict[date, int] = field(default_factory=dict)
    hours: list[list[int]] = field(default_factory=lambda: [[0] * 24 for _ in range(7)])
    while_closed: int | None = None
    channels: Counter[str] = field(default_factory=Counter)
    tiers: Counter[str] = field(default_factory=Counter)
    warned: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    unsigned: int = 0
    lapsed: int = 0
    topics: dict[str, Topic] = field(default_factory=lambda: defaultdict(Topic))
    complaints: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    call_backs: Counter[str] = field(default_factory=Counter)
    unanswered: list[Question] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """Questions: small talk and warning signs are none."""
        return sum(self.kinds[kind] for kind in QUESTIONS)


def count(turns: Iterable[Turn], period: Period, content: Content) -> Figures:
    """Count the turns of a period."""
    clinic = content.clinic
    figures = Figures(period, days=dict.fromkeys(period.days(), 0), while_closed=None if clinic.week is None else 0)
    before: dict[str, Turn] = {}
    for turn in turns:
        last = before.get(turn.conversation)
        at = datetime.fromtimestamp(turn.time, clinic.timezone)
        if turn.begins:
            figures.visits += 1
            figures.days[at.date()] += 1
            figures.channels[turn.channel] += 1
            _end(figures, last)
        elif last:
            _choose(figures, last, turn)
        _count_turn(figures, turn, content)
        figures.hours[at.weekday()][at.hour] += 1
        if figures.while_closed is not None and not is_open(clinic, at):
            figures.while_closed += 1
        before[turn.conversation] = turn
    for turn in before.values():
        _end(figures, turn)
    figures.people = len(before)
    return figures


def _count_turn(figures: Figures, turn: Turn, content: Content) -> None:
    figures.messages += 1
    if turn.private:
        figures.private += 1
        return
    figures.silent += not turn.said
    figures.unsigned += turn.unsigned
    figures.lapsed += turn.lapsed
    figures.warned += bool(turn.understood.get("if_now"))
    if (tier := turn.understood.get("tier")) in TIERS:
        figures.tiers[tier] += 1
    if turn.understood.get("condition_topic") == OTHER and any(OTHER in said.topics for said in turn.said):
        figures.complaints[str(turn.understood["condition"])].add(turn.conversation)
    figures.unanswered += turn.unanswered
    for said in turn.said:
        figures.kinds[said.kind] += 1
        for topic in said.topics:
            figures.topics[topic].given += 1
            stored = content.answers.get(f"utter_faq/{topic}")
            figures.topics[topic].without_fact += said.kind == "handoff" and stored is not None and stored.kind == "answer"
        if said.kind == "suggest":
            for topic in said.offered:
                figures.topics[topic].offered += 1


def _choose(figures: Figures, last: Turn, turn: Turn) -> None:
    """What the patient chose, where the turn before offered something to choose from."""
    offered = {topic for said in last.said if said.kind == "suggest" for topic in said.offered}
    chosen = offered.intersection(topic for said in turn.said for topic in said.topics)
    for topic in chosen:
        figures.topics[topic].chosen += 1
    for question in last.unanswered:
        question.settled = bool(chosen)


def _end(figures: Figures, last: Turn | None) -> None:
    if last and not last.private and last.said and last.said[-1].kind in WITHOUT_ANSWER:
        figures.ended[last.said[-1].kind] += 1


def is_open(clinic: Clinic, at: datetime) -> bool:
    """Whether the clinic is open at a time on its wall."""
    return any(span.start <= at.time() < span.end for span in clinic.hours_on(at.date()))


def add_records(figures: Figures, database: Database, clinic: Clinic) -> None:
    """Add what patients said of answers, and the requests to be called back: numbers, not their words.

    Raises:
        StorageError: if the database cannot be read.
    """
    start, end = figures.period.seconds(clinic.timezone)
    votes = select(FEEDBACK.c.topic, FEEDBACK.c.helpful, func.count()).group_by(FEEDBACK.c.topic, FEEDBACK.c.helpful)
    requests = select(CALL_BACKS.c.state, func.count()).group_by(CALL_BACKS.c.state)
    with database.read() as connection:
        for topic, helpful, number in connection.execute(votes.where(FEEDBACK.c.day.between(*figures.period))):
            if helpful:
                figures.topics[topic].helpful += number
            else:
                figures.topics[topic].unhelpful += number
        begun = (CALL_BACKS.c.begun >= start) & (CALL_BACKS.c.begun < end)
        figures.call_backs.update({state: number for state, number in connection.execute(requests.where(begun))})
