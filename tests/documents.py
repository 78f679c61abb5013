"""Writes the pages of docs/ that are made from the content and from measurements.

coverage.md names the answers that rest on each source, and the sources each sentence rests on: when evidence changes, the editor sees what
to change. safety.md lists the warning signs with what raises them and what is said, and how often the two detectors are right. privacy.md
says what is taken out of messages before they are stored, how often it is found, and how long what is left is kept. channels.md has the attacks tried on the messaging
channels and what each got, security.md those on everything else.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant import paths
from assistant.content.clinic import RETENTION
from assistant.content.renderer import Content
from assistant.privacy.spans import KINDS
from tests.channels.attacks import Outcomes, table
from tests.channels.attacks import measure as attacks
from tests.privacy import figures as redacted
from tests.privacy import planted
from tests.safety.figures import Measured, measure
from tests.security import attacks as tried_on_the_server

COVERAGE = paths.ROOT / "docs" / "coverage.md"
SAFETY = paths.ROOT / "docs" / "safety.md"
PRIVACY = paths.ROOT / "docs" / "privacy.md"
# For a reader: what each kind takes in
TAKEN_OUT = {
    "name": "names of patients, relatives and clinicians; not those of tests, methods, conditions and brands",
    "phone": "phone numbers of any country, in digits or in words",
    "email": 'e-mail addresses, also as "anna at example dot com"',
    "date of birth": "dates that are said to be of birth, or could be and stand among somebody's details; not those of a visit or an operation",
    "address": "street addresses and postcodes; not a town alone",
    "card number": "numbers of payment cards and their security codes",
    "ID number": "national insurance, NHS, social security, passport, Medicare, bank account, insurance, membership, claim and patient numbers",
    "link": "links to personal pages and files; not to public sources such as nhs.uk",
    "social handle": "names on social media",
    "number plate": "number plates of vehicles",
}
CHANNELS = paths.ROOT / "docs" / "channels.md"
SECURITY = paths.ROOT / "docs" / "security.md"
# What other tests try: surface, what, what it gets, where
TRIED_ELSEWHERE = [
    ("messaging channels", "21 ways to forge, alter or replay a webhook, on each", "nothing done", "docs/channels.md"),
    (
        "website channel",
        "any body, header or token that hypothesis makes up",
        "a described answer, never an inner failure",
        "tests/fuzz/test_channel.py",
    ),
    (
        "website channel",
        "what its own OpenAPI document allows and forbids, by schemathesis",
        "as described",
        "tests/channels/test_website.py",
    ),
    ("website channel", "a message, an id or a token sent again", "the same replies, answered once", "tests/channels/test_website.py"),
    (
        "website channel",
        "more messages or sessions than the limits allow",
        "429 with the seconds to wait; others go on",
        "tests/channels/test_routes.py",
    ),
    (
        "website channel",
        "more addresses than there is memory for",
        "the one quiet for longest is forgotten",
        "tests/channels/test_limits.py",
    ),
    (
        "understanding",
        "any 5,000 characters; regular expressions and rules made to work long",
        "read, in bounded work",
        "tests/fuzz/test_understanding.py",
    ),
    ("widget", "markup and scripts in every text that it shows", "shown as text", "tests/widget/test_conversation.py"),
    ("files an editor writes", "anything in place of anything", "read, or a sentence that names the fault", "tests/fuzz/test_content.py"),
    (
        "files an editor writes",
        "YAML bombs, depth without end, commands to run",
        "a sentence that names the fault",
        "tests/content/test_faults.py",
    ),
    ("model file", "archives that write outside, link outside, or hold a device", "refused", "tests/security/test_model_file.py"),
    ("database", "a corrupt file, one of a newer version", "a sentence, and nothing is changed", "tests/storage/test_database.py"),
    (
        "supply chain",
        "a package, the encoder or its tuning with a byte changed",
        "refused by its hash",
        "tests/understanding/test_encoder.py",
    ),
]
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


def privacy(measured: redacted.Measured) -> Iterator[str]:
    """What is taken out of messages, and how often it is found."""
    yield "# Patients' words"
    yield MADE
    yield "## What is redacted, and how often it is found"
    yield (
        "Before a message is stored or logged, each of these is replaced by its kind in brackets, as `[phone]`. The understanding reads the original, in memory. "
        "Patterns, lists of names and the words around a thing decide, with no model and no network: [decision 16](decisions/0016-redaction.md)."
    )
    yield "| kind | takes in |\n|---|---|\n" + "\n".join(f"| {kind} | {TAKEN_OUT[kind]} |" for kind in KINDS)
    unseen, outside = measured.unseen, measured.outside
    peer, peer_outside = measured.peer["unseen.txt"], measured.peer["outside.txt"]
    yield (
        "Measured on messages in patients' manner that were written from these definitions before the redactor was (unseen), and on the sentences of a bank's customers "
        "with invented people of many countries, from another project (outside). Of the first only the counts by kind were looked at while it was made, never a message; on another draw of the second's people it was tuned. Found: every letter and digit of the identifier is gone. "
        f"Beside it the same for presidio-analyzer {measured.peer_version} with its pattern recognisers and no language model."
    )
    rows = []
    for kind in KINDS:
        theirs, theirs_outside = peer.found.get(kind, 0), peer_outside.found.get(kind, 0)
        row = [_share(unseen.found[kind], unseen.planted[kind]), _share(theirs, unseen.planted[kind])]
        row += [_share(outside.found[kind], outside.planted[kind]), _share(theirs_outside, outside.planted[kind])]
        rows.append(f"| {kind} | {unseen.planted[kind]} | {row[0]} | {row[1]} | {outside.planted[kind]} | {row[2]} | {row[3]} |")
    header = "| kind | unseen: planted | found | presidio | outside: planted | found | presidio |\n|---|---|---|---|---|---|---|\n"
    yield header + "\n".join(rows)
    changed = [
        ("unseen messages without an identifier, many made to look as if", unseen, _share(peer.changed, unseen.clean)),
        ("held-out questions and warning signs", measured.held_out, "not measured"),
        ("training examples", measured.examples, "not measured"),
    ]
    lines = [
        f"| {name} | {found.clean} | {found.changed} | {found.changed / found.clean:.2%} | {theirs} |" for name, found, theirs in changed
    ]
    yield "False redactions: messages that were changed though they say nothing of anybody."
    yield "| messages | number | changed | share | presidio, its dates left out |\n|---|---|---|---|---|\n" + "\n".join(lines)
    yield 'Most of the few that change in the last two rows do name somebody ("is Dave in today"); they were not sorted out.'
    yield (
        'What is not found is stored. A name that is also a word, typed in small letters with nothing around it that announces a name ("hope said so"), and a name or a '
        "street that no list has, are the likeliest to be missed."
    )


KEPT = {
    "conversations": ("what was said, redacted", "after it was said; with 0, after an hour"),
    "call_backs": (
        "name, contact and good time of who asked to be called back",
        "after the clinic marked it as done; an unfinished one after two hours",
    ),
    "feedback": ("whether an answer helped, and redacted words; never whose", "after it was given"),
    "dead_letters": ("what could not be delivered to a phone or to the clinic", "after it was to be sent; with 0, at once"),
    "erasures": ("that something was erased: when, why, which kind, how much", "after it was noted"),
}


def retention() -> Iterator[str]:
    """How long things are kept, and how they are deleted."""
    yield "## How long it is kept"
    yield (
        "`retention_days` in `clinic.yml` has a number for each kind. A number that is left out is the one below; 0 keeps a kind as short as possible. "
        "Patients are told the numbers: the sentence they read is made from them."
    )
    rows = [f"| `{kind}` | {what} | {RETENTION[kind]} | {when} |" for kind, (what, when) in KEPT.items()]
    yield "| kind | is | days | deleted |\n|---|---|---|---|\n" + "\n".join(rows)
    yield (
        "The server deletes what is too old every hour; `make purge` does it now and says what it deleted. A request to be called back is never deleted before it is done. "
        "On SQLite what is deleted is overwritten in the file. PostgreSQL does so when it vacuums. Backups keep it as long as you keep them."
    )
    yield "## What a patient can ask for"
    yield (
        'On every channel: "what do you know about me" tells what is kept, and "forget me" or "delete my data" deletes it after one yes. On the website `GET /data` and '
        "`DELETE /session` do the same ([website-channel.md](website-channel.md)). Deleted are the chat, requests to be called back, and what is on its way of either; that it was done is noted, "
        "without what or whose. What the clinic received by e-mail or webhook is out of reach, which the reply says. For a request by letter: `make purge FORGET=conversation`. "
        "Why it is so: [decision 14](decisions/0014-retention-and-erasure.md)."
    )
    yield "## Logs"
    yield (
        "No log line holds what a patient wrote. `LOG_LEVEL` (DEBUG, INFO, WARNING or ERROR) is the level of our own lines; of libraries only warnings and errors are kept, and of an error its kind and place. "
        "`LOG_FORMAT=json` writes a line as an object with the request's id, which is in the `X-Request-ID` header too: that of the proxy where it is a plain token, otherwise a new one. "
        "`LOG_LIBRARIES=1` shows all that libraries log, **with what patients wrote**: for invented conversations on a developer's machine only."
    )


def planted_identifiers(found: planted.Planted) -> Iterator[str]:
    """What was found of identifiers that were sent by every way in."""
    yield "## Planted identifiers"
    yield (
        f"Fifty identifiers of kinds that the redactor knows, each sent by each way in ({', '.join(found.ways)}) to a running server that logs all it can (`LOG_LEVEL=DEBUG`). Afterwards the raw bytes of the database with "
        "its write-ahead log, the log, the metrics and the unpacked model were searched for each and for each telling piece of it. A name and a contact that the call-back form asks for are in its table: that is what it is for."
    )
    yield planted.table(found)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else ""


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


def security(tried: tried_on_the_server.Outcomes) -> Iterator[str]:
    """The attacks on everything but the messaging channels, and what each got."""
    yield "# Attacks"
    yield MADE.replace("data/ and docs/sources.md", "tests/security/attacks.py")
    yield "What is protected from whom, and how to report a hole: [SECURITY.md](../SECURITY.md). Each of these was tried on a running server; a number is the HTTP status."
    yield "\n".join(tried_on_the_server.table(tried))
    yield "And these by other tests:"
    rows = [f"| {surface} | {what} | {got} | `{where}` |" for surface, what, got, where in TRIED_ELSEWHERE]
    yield "| surface | tried | got | where |\n|---|---|---|---|\n" + "\n".join(rows)


def main() -> None:
    """Command line of `make documents`."""
    content = Content.load(paths.CLINIC, paths.DATA, paths.SOURCES)
    COVERAGE.write_text(page(coverage(content)), encoding="utf-8")
    SAFETY.write_text(page(safety(content, measure())), encoding="utf-8")
    kept = [*privacy(redacted.measure()), *retention(), *planted_identifiers(planted.measure())]
    PRIVACY.write_text(page(iter(kept)), encoding="utf-8")
    CHANNELS.write_text(page(channels(attacks())), encoding="utf-8")
    SECURITY.write_text(page(security(tried_on_the_server.try_all())), encoding="utf-8")
    print("Written:", *(made.relative_to(paths.ROOT) for made in (COVERAGE, SAFETY, PRIVACY, CHANNELS, SECURITY)))


if __name__ == "__main__":
    main()
