"""Turns a stored answer into a reply: blanks filled from the clinic's facts, sources and buttons attached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from assistant import paths
from assistant.content.answers import BLANK, Answer, load_answers, split_sentences
from assistant.content.clinic import Clinic, load_clinic
from assistant.content.faults import ContentError
from assistant.content.opening import open_now
from assistant.content.reply import Button, Reply, SeveralReplies, SourceNote, call_back_button
from assistant.content.reviews import UNSIGNED, Review, review_of, reviews_of
from assistant.content.sections import Section, load_sections
from assistant.content.sources import Source, load_sources
from assistant.safety.rules import SafetyRules, load_rules, project_rules

T = TypeVar("T")
NOTICE = "General information, not medical advice."  # where the clinic gives no disclaimer of its own
LAPSED = "This answer was to be checked again by {due}. Ask us whether it still holds."
HAND_OVER = "The clinic can tell you more: call {phone}."
OUTSIDE = "out_of_scope"
MENU = "menu"
OFFERED = 3  # stored questions offered when the assistant is not sure


class _Draft(NamedTuple):
    """A reply, and the notes that go below it."""

    reply: Reply
    notes: list[str]


class Content:
    """Everything the assistant can say, checked as a whole when it is made."""

    def __init__(
        self,
        clinic: Clinic,
        sources: dict[str, Source],
        answers: dict[str, Answer],
        safety: SafetyRules,
        sections: Sequence[Section] = (),
    ) -> None:
        self.clinic = clinic
        self.sources = sources
        self.answers = answers
        self.safety = safety
        self.sections = sections
        self.lapsed: Counter[str] = Counter()  # by topic, how often an answer was given whose review has lapsed

    @classmethod
    def load(cls, clinic: Path, data: Path, sources: Path) -> Content:
        """Read every content file.

        Raises:
            ContentError: with every fault found in all of them.
        """
        faults: list[str] = []

        def attempt(load: Callable[[], T]) -> T | None:
            try:
                return load()
            except ContentError as error:
                faults.extend(error.faults)
                return None

        is_projects = (data, sources) == (paths.DATA, paths.SOURCES)
        profile = attempt(lambda: load_clinic(clinic))
        register = attempt(lambda: load_sources(sources))
        menu = attempt(lambda: load_sections(data))
        # Without the register every citation would be a fault too, and hide the one that matters.
        if register is not None:
            files = [*sorted((data / "faq").glob("*.yml")), data / "smalltalk.yml", data / "replies.yml"]
            answers = attempt(lambda: load_answers(files, register))
            safety = attempt(lambda: project_rules() if is_projects else load_rules(data / "safety.yml", register))
        if profile is None or register is None or menu is None or answers is None or safety is None:
            raise ContentError(faults)
        return cls(profile, register, answers, safety, menu)

    def reviews(self) -> list[Review]:
        """Every review there is, the first due first."""
        return reviews_of(self.answers.values(), date.fromisoformat(self.safety.reviewed), self.clinic)

    def reply(self, key: str, condition: str | None = None, if_now: str | None = None, more: Mapping[str, str] | None = None) -> Reply:
        """The reply for a response name such as `utter_faq/price`.

        Args:
            condition: what to call the patient's complaint where the answer names it back.
            if_now: the tier of warning sign for which it says what to do if one is there now.
            more: facts that are known only now, for blanks that are not the clinic's.

        Raises:
            KeyError: if there is no such answer.
        """
        draft = self._draft(key, condition, more)
        return _with(draft.reply, [*self._warning(if_now), *draft.notes])

    def replies(self, parts: list[str], condition: str | None = None, if_now: str | None = None) -> SeveralReplies:
        """The replies to a message that asks several things, by their labels (`faq/price`, or `out_of_scope`), in order.

        For channels that send one text, it is one reply with everything in it; `parts` has them one by one for those that send several.
        """
        keys = ["utter_out_of_scope_part" if part == OUTSIDE else f"utter_{part}" for part in parts]
        drafts = [self._draft(key, condition) for key in keys]
        said = [draft.reply for draft in drafts]
        topics = [topic for reply in said for topic in reply["topics"]]
        offered = {button["topic"]: button for reply in said for button in reply["buttons"] if button["topic"] not in topics}
        # What stands at the end of several answers is said once, at the end of the last.
        notes = [*self._warning(if_now), *dict.fromkeys(note for draft in drafts for note in draft.notes)]
        said = [{**reply, "buttons": []} for reply in said]
        said[-1] = {**_with(said[-1], notes), "buttons": list(offered.values())[:OFFERED]}
        sources = {source["id"]: source for reply in said for source in reply["sources"]}
        return SeveralReplies(
            text="\n".join(reply["text"] for reply in said),
            kind=next((reply["kind"] for reply in said if reply["kind"] != "decline"), "decline"),
            topics=topics,
            sources=list(sources.values()),
            reviewed=min((reply["reviewed"] for reply in said if reply["reviewed"]), default=""),
            buttons=said[-1]["buttons"],
            parts=said,
        )

    def _draft(self, key: str, condition: str | None, more: Mapping[str, str] | None = None) -> _Draft:
        answer = self.answers[key]
        facts = {**self._facts(), "condition": condition or "that condition", **(more or {})}
        filled = [(fill(sentence, facts), cited) for sentence, cited in _with_sources(answer)]
        said = [(sentence, cited) for sentence, cited in filled if sentence is not None]
        text = " ".join(sentence for sentence, _ in said)
        kind = answer.kind
        if len(said) < len(filled):
            text = f"{text} {HAND_OVER.format(phone=self.clinic.facts['phone'])}".strip()
            kind = "handoff"
        cited = list(dict.fromkeys(name for _, names in said for name in names))
        reply = Reply(
            text=text,
            kind=kind,
            topics=[answer.topic] if answer.kind in ("answer", "handoff") and answer.topic else [],
            sources=[SourceNote(id=name, title=self.sources[name].title) for name in cited],
            reviewed=self._reviewed(answer, cited),
            buttons=self.questions(answer.next),
        )
        return _Draft(self.with_call_back(reply) if answer.call_back else reply, self._notes(answer))

    def with_call_back(self, reply: Reply) -> Reply:
        """The reply with a button that offers to call back, where the clinic does that: first where it hands over, otherwise last."""
        if "call_back" not in self.clinic.facts:
            return reply
        button, others = call_back_button(), [other for other in reply["buttons"] if other != call_back_button()][: OFFERED - 1]
        return {**reply, "buttons": [button, *others] if reply["kind"] == "handoff" else [*others, button]}

    def _notes(self, answer: Answer) -> list[str]:
        """What stands below an answer: whether we are open now, the disclaimer, that nobody has signed it, that its review has lapsed."""
        notes = [text] if answer.opening and (text := open_now(self.clinic, self.clinic.now())) else []
        notes += [self.clinic.facts.get("disclaimer", NOTICE)] if answer.notice else []
        review = review_of(answer, self.clinic)
        if review and not review.is_signed():
            notes.append(UNSIGNED)
        if review and review.has_lapsed(self.clinic.now().date()):
            self.lapsed[answer.topic] += 1
            notes.append(LAPSED.format(due=review.due))
        return notes

    def _warning(self, tier: str | None) -> list[str]:
        # Every fact that a warning names is required of the profile, so it cannot come out empty.
        return [fill(self.safety.if_now[tier], self._facts()) or ""] if tier else []

    def _facts(self) -> dict[str, str]:
        return {f"clinic.{name}": value for name, value in self.clinic.facts.items()}

    def safety_reply(self, tier: str, adds: str = "") -> Reply:
        """The safety text of a tier, with a sign's own sentences where the text leaves room for them."""
        facts = self._facts()
        # Every fact a safety text names is required of the profile, so neither can come out empty.
        text = fill(self.safety.texts[tier], {**facts, "adds": fill(adds, facts) or ""}) or ""
        # A sentence a line: somebody frightened reads this.
        return Reply(
            text="\n".join(split_sentences(text)), kind="red_flag", topics=[], sources=[], reviewed=self.safety.reviewed, buttons=[]
        )

    def uncertain(self, reply: Reply, topics: list[str]) -> Reply:
        """The reply with the questions of some topics before its own: what the patient may have meant instead."""
        others = [button for button in reply["buttons"] if button["topic"] not in topics]
        return {**reply, "buttons": [*self.questions(topics), *others][:OFFERED]}

    def offer(self, key: str, topics: list[str], if_now: str | None = None) -> Reply:
        """A reply that offers the stored questions of some topics to choose from."""
        return {**self.reply(key, if_now=if_now), "buttons": self.questions(topics[:OFFERED])}

    def menu(self, name: str = "", if_now: str | None = None) -> Reply:
        """All there is to ask: the sections, or the stored questions of one of them.

        A section's button has its name for a topic, as `menu/risks`.
        """
        section = next((section for section in self.sections if section.name == name), None)
        if section:
            return {**self.reply("utter_menu_section", if_now=if_now), "buttons": self.questions(section.topics)}
        buttons = [Button(title=section.title, payload=section.asked, topic=f"{MENU}/{section.name}") for section in self.sections]
        return {**self.reply("utter_menu", if_now=if_now), "buttons": buttons}

    def questions(self, topics: list[str]) -> list[Button]:
        """The stored questions of topics, as buttons; a topic that has none is left out."""
        found = [(topic, self.answers.get(f"utter_faq/{topic}")) for topic in topics]
        return [
            Button(title=answer.question, payload=answer.question, topic=topic) for topic, answer in found if answer and answer.question
        ]

    def _reviewed(self, answer: Answer, cited: list[str]) -> str:
        """The day the text was last checked; a clinic fact is as fresh as the profile it comes from."""
        days = [day for day in (answer.reviewed, self.clinic.reviewed if "CLINIC" in cited else None) if day is not None]
        oldest: date | None = min(days, default=None)
        return oldest.isoformat() if oldest else ""


@cache
def project_content() -> Content:
    """What the assistant of this clinic can say, read once for all who need it.

    Raises:
        ContentError: with every fault found.
    """
    return Content.load(paths.CLINIC, paths.DATA, paths.SOURCES)


def _with(reply: Reply, notes: list[str]) -> Reply:
    return {**reply, "text": "\n".join([reply["text"], *notes])}


def fill(text: str, facts: dict[str, str]) -> str | None:
    """The text with its blanks filled, or None where a fact is not given. A fact's own full stop gives way to the sentence's."""
    blanks = BLANK.findall(text)
    if any(blank not in facts for blank in blanks):
        return None
    filled = BLANK.sub(lambda blank: _before(facts[blank[1]], text[blank.end() : blank.end() + 1]), text)
    return filled[:1].upper() + filled[1:]


def _before(fact: str, following: str) -> str:
    return fact.rstrip(".!?") if following == "." else fact


def _with_sources(answer: Answer) -> list[tuple[str, list[str]]]:
    cited = answer.sources or [[] for _ in answer.sentences]
    return list(zip(answer.sentences, cited))
