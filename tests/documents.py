"""Writes the pages of docs/ that are made from the content and from measurements: coverage.md, safety.md and channels.md.

coverage.md names the answers that rest on each source, and the sources each sentence rests on: when evidence changes, the editor sees what
to change. safety.md lists the warning signs with what raises them and what is said, and how often the two detectors are right. channels.md
has the attacks tried on the messaging channels and what each got.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant import paths
from assistant.content.renderer import Content
from tests.channels.attacks import Outcomes, table
from tests.channels.attacks import measure as attacks
from tests.safety.figures import Measured, measure

COVERAGE = paths.ROOT / "docs" / "coverage.md"
SAFETY = paths.ROOT / "docs" / "safety.md"
CHANNELS = paths.ROOT / "docs" / "channels.md"
MADE = "<!-- Made by `make documents` from data/ and docs/sources.md; do not edit. -->"


def page(blocks: Iterator[str]) -> str:
    """Blocks of Markdown as one page."""
    return "\n\n".join(blocks) + "\n"


def coverage(content: Content) -> Iterator[str]:
    """Source to answers, and answer to sources."""
    cited: dict[str, list[str]] = {}
    for answer in content.answers.values():
        for number, names in enumerate(answer.sources, start=1):
            for name in names:
                cited.setdefault(name, []).append(f"{answer.topic} {number}")
    yield "# What rests on what"
    yield MADE
    yield "The number after a topic is that of the sentence. Answers are in `data/faq/`, sources in [sources.md](sources.md)."
    yield "## From a source to the sentences"
    rows = [(source.id, source.standing or "", ", ".join(cited.get(source.id, ["none"]))) for source in content.sources.values()]
    yield "| source | standing | sentences |\n|---|---|---|\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)
    yield "## From an answer to its sources"
    for answer in content.answers.values():
        if answer.sources:
            numbered = [f"{number}. {' '.join(names) or 'states no fact'}" for number, names in enumerate(answer.sources, start=1)]
            yield f"### {answer.topic}\n\n" + "\n".join(numbered)


def safety(content: Content, measured: Measured) -> Iterator[str]:
    """The warning signs and what was measured."""
    yield "# Warning signs"
    yield MADE
    yield (
        "For a clinician to read and sign, and for whoever asks how safe the assistant is. Signs, words and texts are in "
        "`data/safety.yml`. Every message is read for them before anything else, on every channel, by rules and by a trained detector; "
        "how the two decide together is in [decision 9](decisions/0009-learned-alarms.md)."
    )
    yield "## Measured"
    yield (
        "Caught: the safety text was sent alone. Warned: the answer carried what to do if it is happening now. The messages of the sheet "
        "were used to write the rules and to train the detector; the others were written without sight of either and used for neither."
    )
    rows = [f"| {row.name} | {row.count} | {row.alarmed / row.count:.1%} | {row.warned / row.count:.1%} |" for row in measured.rows]
    yield "| messages | number | caught or alarmed | warned |\n|---|---|---|---|\n" + "\n".join(rows)
    right, lower = f"{measured.tier_right:.1%}", f"{measured.tier_lower:.1%}"
    yield f"Of the unseen warning signs that were caught, {right} got the text of their own tier and {lower} that of a less urgent one."
    yield "## What is said"
    for tier, text in content.safety.texts.items():
        said = " ".join(text.replace("{adds}", "").split())
        yield f"**{tier}**: {said}\n\nBeside an answer: {content.safety.if_now[tier]}"
    yield "## The signs"
    for flag in content.safety.red_flags:
        adds = f" Adds: {' '.join(flag.adds.split())}" if flag.adds else ""
        yield f"### {flag.id} {flag.name}"
        yield f"Tier: {flag.tier}. Sources: {', '.join(flag.sources)}. {len(flag.signs)} phrases.{adds}"
        yield f"Must raise it: {'; '.join(flag.examples)}."
        yield f"Must not: {'; '.join(flag.near_misses)}."


def channels(tried: Outcomes) -> Iterator[str]:
    """The attacks on the messaging channels and what each got."""
    yield "# Attacks on the messaging channels"
    yield MADE.replace("data/ and docs/sources.md", "tests/channels/attacks.py")
    yield (
        "Each was sent to a running server with every channel of `credentials.yml` on. A number is the HTTP status; "
        "nothing done says that no message was taken in, so that nothing reached the bot and nothing was sent. A refusal of 403 has an "
        "empty body, is counted, and is one line of the log without a word of the message. How each channel is set up: "
        "[twilio](channels/twilio.md), [messenger](channels/messenger.md), [telegram](channels/telegram.md), [slack](channels/slack.md)."
    )
    yield "\n".join(table(tried))
    yield (
        "Statuses of 200: a platform that sends a message again must be told that it arrived, or it would go on; so a replay is "
        "accepted and answered to nobody. A genuine message that says it is more than two days old is dropped in the same way."
    )


def main() -> None:
    """Command line of `make documents`."""
    content = Content.load(paths.CLINIC, paths.DATA, paths.SOURCES)
    COVERAGE.write_text(page(coverage(content)), encoding="utf-8")
    SAFETY.write_text(page(safety(content, measure())), encoding="utf-8")
    CHANNELS.write_text(page(channels(attacks())), encoding="utf-8")
    print(f"Written: {', '.join(str(path.relative_to(paths.ROOT)) for path in (COVERAGE, SAFETY, CHANNELS))}")


if __name__ == "__main__":
    main()
