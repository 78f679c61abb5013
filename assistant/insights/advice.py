"""What to write next: everything that would serve patients better, the most served first."""

from __future__ import annotations

from typing import NamedTuple

from assistant.content.renderer import Content
from assistant.insights.figures import Figures, Topic
from assistant.insights.groups import GAP, SMALLEST, Groups

SHORT = 90  # characters of a wording in a sentence
FEW_VOTES = 5
POOR = 0.6  # share of helpful votes below which an answer is worth another look
FEW_OFFERS = 20
SELDOM = 0.5  # of the usual share of offers that are chosen


class Advice(NamedTuple):
    """One thing to do.

    Attributes:
        served: the conversations or messages that it would have served in the period.
        about: what, in a few words for a list.
        what: to do, as a sentence.
        why: as a sentence.
        link: the id of the place in the report that has more, or nothing.
    """

    served: int
    about: str
    what: str
    why: str
    link: str = ""


def advice(figures: Figures, groups: Groups, content: Content) -> list[Advice]:
    """What to do next, the most served first."""
    found = [*_groups(groups, content), *_complaints(figures), *_topics(figures, content)]
    return sorted(found, key=lambda one: (-one.served, one.what))


def _groups(groups: Groups, content: Content) -> list[Advice]:
    return [
        Advice(
            group.conversations,
            f"“{short(group.wordings[0])}”",
            f"Write an answer to “{short(group.wordings[0])}”",
            f"Asked in {group.conversations} conversations, and not answered. "
            f"The nearest topic is “{question_of(content, group.nearest[0][0])}”.",
            f"group-{number}",
        )
        for number, group in enumerate(groups.shown, start=1)
        if group.sort == GAP
    ]


def _complaints(figures: Figures) -> list[Advice]:
    return [
        Advice(
            len(conversations),
            complaint,
            f"Write what there is to say about {complaint}",
            f"Named in {len(conversations)} conversations. It has no answer of its own, and the patient is sent to a person.",
            "complaints",
        )
        for complaint, conversations in figures.complaints.items()
        if len(conversations) >= SMALLEST
    ]


def _topics(figures: Figures, content: Content) -> list[Advice]:
    found = []
    usual = usually_chosen(figures)
    for name, topic in figures.topics.items():
        question, votes = question_of(content, name), topic.helpful + topic.unhelpful
        if votes >= FEW_VOTES and topic.helpful < POOR * votes:
            why = f"{topic.unhelpful} of {votes} patients who said so did not find it helpful. It was given {topic.given} times."
            found.append(Advice(topic.unhelpful, f"the answer to “{question}”", f"Rework the answer to “{question}”", why, "topics"))
        if topic.without_fact >= SMALLEST:
            why = f"{topic.without_fact} times the answer lacked a fact and sent the patient to a person."
            found.append(
                Advice(topic.without_fact, f"the answer to “{question}”", f"Fill in what clinic.yml lacks for “{question}”", why, "topics")
            )
        if is_seldom_chosen(topic, usual):
            why = (
                f"It was offered {topic.offered} times to patients whose question was unclear, and chosen {topic.chosen} times. Either its "
                "wording on the button does not say what it answers, or its examples draw other questions."
            )
            missed = round(topic.offered * usual - topic.chosen)
            found.append(
                Advice(missed, f"the answer to “{question}”", f"Look at the question “{question}” and its examples", why, "topics")
            )
    return found


def usually_chosen(figures: Figures) -> float:
    """The share of offered questions that are chosen, over all topics."""
    offered = sum(topic.offered for topic in figures.topics.values())
    return sum(topic.chosen for topic in figures.topics.values()) / offered if offered else 0.0


def is_seldom_chosen(topic: Topic, usual: float) -> bool:
    """Whether a topic is offered often and chosen much less than others."""
    return topic.offered >= FEW_OFFERS and topic.chosen < SELDOM * usual * topic.offered


def short(text: str, most: int = SHORT) -> str:
    """A text that fits a line."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def question_of(content: Content, topic: str) -> str:
    """The stored question of a topic, or its name where it has none."""
    answer = content.answers.get(f"utter_faq/{topic}")
    return answer.question if answer and answer.question else topic.replace("_", " ")
