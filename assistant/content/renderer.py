"""Turns a stored answer into a reply: blanks filled from the clinic's facts, sources and buttons attached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from assistant.content.answers import BLANK, Answer, load_answers, split_sentences
from assistant.content.clinic import Clinic, load_clinic
from assistant.content.faults import ContentError
from assistant.content.reply import Button, Reply, SeveralReplies, SourceNote
from assistant.content.sources import Source, load_sources
from assistant.safety.rules import SafetyRules, load_rules

T = TypeVar("T")
NOTICE = "General information, not medical advice."
HAND_OVER = "The clinic can tell you more: call {phone}."
OUTSIDE = "out_of_scope"
OFFERED = 3  # stored questions offered when the assistant is not sure


class Content:
    """Everything the assistant can say, checked as a whole when it is made."""

    def __init__(self, clinic: Clinic, sources: dict[str, Source], answers: dict[str, Answer], safety: SafetyRules) -> None:
        self.clinic = clinic
        self.sources = sources
        self.answers = answers
        self.safety = safety

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

        profile = attempt(lambda: load_clinic(clinic))
        register = attempt(lambda: load_sources(sources))
        # Without the register every citation would be a fault too, and hide the one that matters.
        if register is not None:
            files = [*sorted((data / "faq").glob("*.yml")), data / "smalltalk.yml", data / "replies.yml"]
            answers = attempt(lambda: load_answers(files, register))
            safety = attempt(lambda: load_rules(data / "safety.yml", register))
        if profile is None or register is None or answers is None or safety is None:
            raise ContentError(faults)
        return cls(profile, register, answers, safety)

    def reply(self, key: str, condition: str | None = None) -> Reply:
        """The reply for a response name such as `utter_faq/price`.

        Args:
            condition: what to call the patient's complaint where the answer names it back.

        Raises:
            KeyError: if there is no such answer.
        """
        answer = self.answers[key]
        facts = {**{f"clinic.{name}": value for name, value in self.clinic.facts.items()}, "condition": condition or "that condition"}
        filled = [(fill(sentence, facts), cited) for sentence, cited in _with_sources(answer)]
        said = [(sentence, cited) for sentence, cited in filled if sentence is not None]
        text = " ".join(sentence for sentence, _ in said)
        kind = answer.kind
        if len(said) < len(filled):
            text = f"{text} {HAND_OVER.format(phone=self.clinic.facts['phone'])}".strip()
            kind = "handoff"
        cited = list(dict.fromkeys(name for _, names in said for name in names))
        return Reply(
            text=f"{text}\n{NOTICE}" if answer.notice else text,
            kind=kind,
            topics=[answer.topic] if answer.kind in ("answer", "handoff") and answer.topic else [],
            sources=[SourceNote(id=name, title=self.sources[name].title) for name in cited],
            reviewed=self._reviewed(answer, cited),
            buttons=self.questions(answer.next),
        )

    def replies(self, parts: list[str], condition: str | None = None) -> SeveralReplies:
        """The replies to a message that asks several things, by their labels (`faq/price`, or `out_of_scope`), in order.

        For channels that send one text, it is one reply with everything in it; `parts` has them one by one for those that send several.
        """
        keys = ["utter_out_of_scope_part" if part == OUTSIDE else f"utter_{part}" for part in parts]
        said = [self.reply(key, condition) for key in keys]
        topics = [topic for reply in said for topic in reply["topics"]]
        offered = {button["topic"]: button for reply in said for button in reply["buttons"] if button["topic"] not in topics}
        buttons = list(offered.values())[:OFFERED]
        # What stands at the end of several answers is said once, at the end of the last.
        noticed = any(NOTICE in reply["text"] for reply in said)
        texts = [reply["text"].removesuffix(NOTICE).rstrip() for reply in said]
        texts[-1] += f"\n{NOTICE}" if noticed else ""
        said = [{**reply, "text": text, "buttons": []} for reply, text in zip(said, texts)]
        said[-1]["buttons"] = buttons
        sources = {source["id"]: source for reply in said for source in reply["sources"]}
        return SeveralReplies(
            text="\n".join(texts),
            kind=next((reply["kind"] for reply in said if reply["kind"] != "decline"), "decline"),
            topics=topics,
            sources=list(sources.values()),
            reviewed=min((reply["reviewed"] for reply in said if reply["reviewed"]), default=""),
            buttons=buttons,
            parts=said,
        )

    def safety_reply(self, tier: str, adds: str = "") -> Reply:
        """The safety text of a tier, with a sign's own sentences where the text leaves room for them."""
        facts = {f"clinic.{name}": value for name, value in self.clinic.facts.items()}
        # Every fact a safety text names is required of the profile, so neither can come out empty.
        text = fill(self.safety.texts[tier], {**facts, "adds": fill(adds, facts) or ""}) or ""
        # A sentence a line: somebody frightened reads this.
        return Reply(
            text="\n".join(split_sentences(text)), kind="red_flag", topics=[], sources=[], reviewed=self.safety.reviewed, buttons=[]
        )

    def offer(self, key: str, topics: list[str]) -> Reply:
        """A reply that offers the stored questions of some topics to choose from."""
        return {**self.reply(key), "buttons": self.questions(topics[:OFFERED])}

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
