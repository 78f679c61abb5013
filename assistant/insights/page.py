"""The report as one HTML page that needs nothing else, and its figures as CSV."""

from __future__ import annotations

import csv
import hashlib
import io
from base64 import b64encode
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.content.clinic import DAYS, Clinic
from assistant.content.renderer import Content
from assistant.insights import pictures
from assistant.insights.advice import Advice, question_of, short
from assistant.insights.blocks import block
from assistant.insights.figures import ENDS, QUESTIONS, Figures
from assistant.insights.groups import GAP, OUTSIDE, SMALLEST, VAGUE, Group, Groups
from assistant.insights.history import Earlier, figures_kept
from assistant.insights.reading import Period
from assistant.safety.rules import TIERS

HERE = Path(__file__).parent
# The sorts of groups in the order of the report, each with its heading and what is said of it.
SORTS = {
    GAP: ("About needling or the clinic", "Likely gaps: an answer could be written."),
    VAGUE: (
        "Too vague to answer",
        "The assistant offered questions to choose from. There is nothing to write, unless a wording means one thing to you.",
    ),
    OUTSIDE: (
        "Likely outside on purpose",
        "Other medicine, other businesses, chit-chat. The line is drawn by how surely the assistant refused, and is not always right: "
        "look them through.",
    ),
}
WORDINGS = 6  # of a group that are shown; all that can be examples stand in its block
# Similarity from which the answer to the nearest topic may already be what was asked for: of the questions held out for the 59 topics, each
# topic's own lie at .52 or nearer to it, half of them at .72.
CLOSE = 0.52
OFTEN = 15  # topics that are shown at once
OPEN = 8  # groups that are shown open; the others are a click away


class Report(NamedTuple):
    """Everything the page says."""

    figures: Figures
    groups: Groups
    advice: list[Advice]
    before: Earlier | None
    content: Content
    known: frozenset[str]
    made: date


def page(report: Report) -> str:
    """The report as HTML."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"thousands": thousands, "short": short, "day": day, "span": span, "capital": capital}
    style = (HERE / "report.css").read_text(encoding="utf-8")
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    figures, groups, content = report.figures, report.groups, report.content
    topics = {answer.topic for key, answer in content.answers.items() if key.startswith("utter_faq/")}
    numbered = list(enumerate(groups.shown, start=1))
    return environment.get_template("report.html").render(
        report=report,
        figures=figures,
        groups=groups,
        clinic=content.clinic.facts["name"],
        zone=content.clinic.facts["timezone"],
        span=span(figures.period),
        style=Markup(style),  # noqa: S704 our own file
        # Nothing may be loaded or run; only this very style applies.
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        sentences=sentences(report),
        tiles=tiles(figures),
        sorts={sort: [(number, group) for number, group in numbered if group.sort == sort] for sort in SORTS},
        block=lambda group: block(group, report.known, topics),
        question=lambda topic: question_of(content, topic),
        standing=lambda group: standing(group, report.before),
        topics=sorted(figures.topics.items(), key=lambda item: (-item[1].given, item[0])),
        most_given=max((topic.given for topic in figures.topics.values()), default=0),
        complaints=sorted(
            ((name, len(asked)) for name, asked in figures.complaints.items() if len(asked) >= SMALLEST), key=lambda item: -item[1]
        ),
        rare_complaints=sum(len(asked) < SMALLEST for asked in figures.complaints.values()),
        reviews=reviews(report),
        changes=changes(report),
        pictures=pictures,
        opening=opening(content.clinic),
        **CONSTANTS,
    )


CONSTANTS = {
    "ends": ENDS,
    "questions": QUESTIONS,
    "tiers": TIERS,
    "days_of_week": DAYS,
    "smallest": SMALLEST,
    "wordings": WORDINGS,
    "close": CLOSE,
    "about": SORTS,
    "open": OPEN,
    "often": OFTEN,
    "gap": GAP,
}


def sentences(report: Report) -> list[str]:
    """What was asked, what was not answered, and what to do next: a sentence each."""
    figures, groups = report.figures, report.groups
    if not figures.messages:
        return [
            f"Nobody wrote anything {span(figures.period)}.",
            "So nothing was left without an answer.",
            "If you expected messages, see whether the assistant runs, and whether it writes to the database that this report read.",
        ]
    return [_asked(report), _not_answered(figures, groups), _next(report.advice)]


def _asked(report: Report) -> str:
    figures = report.figures
    given = sorted(((topic.given, name) for name, topic in figures.topics.items() if topic.given), key=lambda item: (-item[0], item[1]))
    most = [f"“{question_of(report.content, name)}”" for _, name in given[:3]]
    about = f", most often {listed(most)}" if most else ""
    when = capital(span(figures.period))
    return f"{when}, patients had {plural(figures.visits, 'conversation')} and asked {plural(figures.asked, 'question')}{about}."


def _not_answered(figures: Figures, groups: Groups) -> str:
    if not figures.unanswered:
        return "Every question got an answer or a person to turn to."
    share = percent(len(figures.unanswered), figures.asked)
    told = f"{plural(len(figures.unanswered), 'question')} got no answer ({share} of all)"
    gaps = [group for group in groups.shown if group.sort == GAP]
    if not gaps:
        return f"{told}; no {SMALLEST} conversations asked the same that you could answer."
    wanted = listed([f"“{short(group.wordings[0])}” ({group.conversations})" for group in gaps[:3]])
    return f"{told}; of those that you could answer, most conversations asked {wanted}."


def _next(found: list[Advice]) -> str:
    if not found:
        return "There is nothing to do: no question, topic or fact stands out."
    first = listed([f"{one.about} ({thousands(one.served)})" for one in found[:3]])
    more = f"; {plural(len(found) - 3, 'more thing')} to do, ranked, below" if len(found) > 3 else ""
    return f"Begin with {first}{more}."


def capital(text: str) -> str:
    """A text that begins a sentence."""
    return text[:1].upper() + text[1:]


def tiles(figures: Figures) -> list[tuple[str, str]]:
    """The figures of the first screen: each with what it counts."""
    votes = sum(topic.helpful + topic.unhelpful for topic in figures.topics.values())
    helpful = sum(topic.helpful for topic in figures.topics.values())
    requests = figures.call_backs["open"] + figures.call_backs["done"]
    return [
        (thousands(figures.visits), "conversations"),
        (thousands(figures.asked), "questions"),
        (percent(figures.kinds["answer"], figures.asked), "of questions answered"),
        (percent(helpful, votes), f"of {thousands(votes)} votes: helpful"),
        (thousands(sum(figures.tiers.values())), "warning signs met with a safety text"),
        (thousands(requests), "requests to be called back"),
    ]


def standing(group: Group, before: Earlier | None) -> str:
    """How a group stands to the report before."""
    if before is None:
        return ""
    asked = before.asked_before(group)
    return f"{asked} in the report before" if asked else "new since the report before"


def changes(report: Report) -> list[tuple[str, float, float]]:
    """Each figure with what it was in the report before and is now; none without such a report."""
    if report.before is None:
        return []
    now = figures_kept(report.figures, report.groups)
    return [(name, report.before.figures[name], number) for name, number in now.items() if name in report.before.figures]


def reviews(report: Report) -> list[tuple[str, int, str]]:
    """The topics that were given though nobody has signed them or their review has lapsed, with how often; as it stands today."""
    standing_of = {review.name.removeprefix("faq/"): review for review in report.content.reviews() if review.name.startswith("faq/")}
    found = []
    for name, topic in report.figures.topics.items():
        if topic.given and (review := standing_of.get(name)):
            lacks = [
                *(["signed by no clinician"] if not review.is_signed() else []),
                *([f"was due on {review.due}"] if review.has_lapsed(report.made) else []),
            ]
            if lacks:
                found.append((name, topic.given, ", ".join(lacks)))
    return sorted(found, key=lambda item: (-item[1], item[0]))


def opening(clinic: Clinic) -> list[list[bool]] | None:
    """For each weekday and hour whether the clinic is usually open at half past."""
    if clinic.week is None:
        return None
    return [[any(part.start <= time(hour, 30) < part.end for part in spans) for hour in range(24)] for spans in clinic.week]


def figures_as_csv(report: Report) -> str:
    """Every figure in a row: section, name, number."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("section", "name", "number"))
    rows.writerows(_rows(report))
    return out.getvalue()


def _rows(report: Report) -> Iterator[tuple[str, str, float]]:
    figures = report.figures
    yield from (("total", name, number) for name, number in figures_kept(figures, report.groups).items())
    yield from (("day", str(when), number) for when, number in figures.days.items())
    yield from (("reply", kind, number) for kind, number in figures.kinds.items())
    yield from (("channel", name, number) for name, number in figures.channels.items())
    yield from (("warning sign", tier, figures.tiers[tier]) for tier in TIERS)
    yield from (("call back", state, number) for state, number in figures.call_backs.items())
    yield from (("ended after", kind, number) for kind, number in figures.ended.items())
    for weekday, row in zip(DAYS, figures.hours):
        yield from (("hour", f"{weekday} {hour:02}:00", number) for hour, number in enumerate(row))
    for name, topic in figures.topics.items():
        yield from ((f"topic {what}", name, number) for what, number in vars(topic).items())


def span(period: Period) -> str:
    """A period in words: "from 1 October to 31 October 2026"."""
    first, last = period
    if first == last:
        return f"on {day(first)}"
    return f"from {day(first) if first.year != last.year else f'{first.day} {first:%B}'} to {day(last)}"


def day(when: date) -> str:
    """A day in words: "1 October 2026"."""
    return f"{when.day} {when:%B %Y}"


def thousands(number: float) -> str:
    """A number with commas."""
    return f"{number:,}" if number != int(number) else f"{int(number):,}"


def plural(number: int, what: str) -> str:
    """A number of things: "1 question", "2 questions"."""
    return f"{thousands(number)} {what}{'' if number == 1 else 's'}"


def percent(part: int, whole: int) -> str:
    """A share, or a dash where there is nothing to share."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


def listed(items: list[str]) -> str:
    """Items in a sentence: "a, b and c"."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
