"""An invented month of conversations, for the tests and for the sample report: real messages, really understood, at invented times.

Short scripts of one to six turns are run once through the bot itself, and what it stores is kept in build/. A conversation of the month is
one script or several. The messages are those of tests/heldout/, of data/nlu/ and of themes.yml, which nobody has answered yet.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import random
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from assistant import paths
from assistant.content.faults import read_yaml
from assistant.storage import conversations
from assistant.storage.database import Database
from assistant.storage.schema import CALL_BACKS, EVENTS, FEEDBACK
from assistant.train import DIGEST
from tests.shared import HELD_OUT, held_out, unseen

HERE = Path(__file__).parent
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)  # clocks go back within it
CONVERSATIONS = 5_000
ZONE = ZoneInfo("Europe/London")
SEED = 8
TIME, CHANNEL = "@time@", "@channel@"
CHANNELS = {"website": 70, "whatsapp": 14, "sms": 9, "messenger": 5, "telegram": 2}
# How many conversations begin in each hour of the day, and on each day of the week from Monday, against the others.
HOURS = [2, 1, 1, 0.5, 0.5, 1, 3, 7, 12, 14, 14, 12, 13, 11, 10, 10, 11, 12, 14, 17, 18, 15, 9, 4]
WEEK = [13, 12, 11, 10, 9, 6, 8]
# How often a conversation has a script of each kind.
KINDS = {"question": 62, "conversation": 9, "several": 7, "theme": 13, "outside": 4, "unclear": 4, "sign": 1}
POOR = ("number_of_sessions", "evidence")  # topics whose answer the invented patients do not like
Event = list[str]  # its type, and its data with places for the time and the channel


def themes() -> list[dict]:
    """The invented unanswered themes: `name`, `gap`, `wordings`."""
    return YAML(typ="safe").load((HERE / "themes.yml").read_text(encoding="utf-8"))


def scripts() -> dict[str, list[list[list[str]]]]:
    """For each kind families of scripts; a script is what a patient writes, turn by turn. Families differ in how often they are asked."""
    chance = random.Random(SEED)

    def lines(name: str, number: int) -> list[str]:
        entries = read_yaml(paths.DATA / "nlu" / name)["nlu"]
        texts = [line.removeprefix("- ") for entry in entries for line in entry["examples"].splitlines()]
        return chance.sample([text for text in texts if not re.search(r"[@\d]", text)], number)  # what would not be stored as it is

    topics: dict[str, list[list[str]]] = {}
    for name in ("questions.yml", "as_searched.yml", "other_voices.yml"):
        for text, intent in held_out(name):
            if intent.startswith("faq/") and len(topics.setdefault(intent, [])) < 4:
                topics[intent].append([text])
    told = [json.loads(line)["turns"] for line in (HELD_OUT / "conversations.jsonl").read_text(encoding="utf-8").splitlines()]
    several = [line.split("\t")[-1] for line in (HELD_OUT / "several.tsv").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    unclear = lines("unsure.yml", 12)
    return {
        "question": list(topics.values()),
        "conversation": [[turns] for turns in chance.sample(told, 35)],
        "several": [[[text]] for text in chance.sample(several, 50)],
        "theme": [[[text] for text in theme["wordings"]] for theme in themes()],
        "outside": [[[text] for text in lines("out_of_scope.yml", 120)]],
        "unclear": [[[text, reply] for text in unclear for reply in ("the first one", "none of these", chance.choice(unclear))]],
        "sign": [[[case.text] for case in chance.sample([case for case in unseen() if case.tier != "none"], 20)]],
    }


def understood(kept: Path = paths.ROOT / "build" / "insights-month.json") -> dict[str, list[Event]]:
    """What the bot stores for each script, by the script as JSON. Made once for a model, in about half a minute."""
    wanted = [json.dumps(script) for families in scripts().values() for family in families for script in family]
    digest = hashlib.sha256(json.dumps([DIGEST.read_text(), wanted]).encode()).hexdigest()
    if kept.is_file() and (found := json.loads(kept.read_text(encoding="utf-8")))["digest"] == digest:
        return found["events"]
    events = asyncio.run(_run(wanted))
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps({"digest": digest, "events": events}), encoding="utf-8")
    return events


async def _run(wanted: list[str]) -> dict[str, list[Event]]:
    from rasa.core.channels.channel import UserMessage

    from assistant import logs
    from assistant.bot import load_bot
    from assistant.channels.contract import ContractOutput

    logs.configure()
    logs.hide_warnings()
    agent = await load_bot(keeps=False)
    store = agent.tracker_store
    while hasattr(store, "_tracker_store"):  # Rasa wraps the store it was given
        store = store._tracker_store
    stored: dict[str, list[Event]] = {}
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # no action server runs, which Rasa tells at length
    try:
        for script in dict.fromkeys(wanted):
            for text in json.loads(script):
                await agent.handle_message(UserMessage(text, ContractOutput(), script, input_channel=CHANNEL))
            found = conversations.every(store.database, script)
            stored[script] = [[event["event"], json.dumps({**event, "timestamp": TIME})] for event in found]
    finally:
        logging.disable(before)
    return stored


def write_month(database: Database, number: int = CONVERSATIONS, first: date = FIRST, last: date = LAST) -> None:
    """Write a month's conversations, votes and requests into a database."""
    chance = random.Random(f"{SEED} {first}")
    events, wanted = understood(), scripts()
    popular = {kind: [1 / (place + 2) for place in chance.sample(range(len(families)), len(families))] for kind, families in wanted.items()}
    rows = []
    for name in range(number):
        rows += _conversation(f"{first:%m}-{name:04}", chance, events, wanted, popular, _moment(chance, first, last))
    rows.sort(key=lambda row: row["time"])
    with database.begin() as connection:
        connection.execute(EVENTS.insert(), rows)
        connection.execute(FEEDBACK.insert(), list(_votes(chance, rows)))
        connection.execute(CALL_BACKS.insert(), list(_requests(chance, rows)))


def _moment(chance: random.Random, first: date, last: date) -> float:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    (day,) = chance.choices(days, [WEEK[day.weekday()] for day in days])
    (hour,) = chance.choices(range(24), HOURS)
    return datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), ZONE).timestamp()


def _conversation(name: str, chance: random.Random, events, wanted, popular, at: float) -> Iterator[dict]:
    (channel,) = chance.choices(list(CHANNELS), list(CHANNELS.values()))
    begun = False
    for _ in range(chance.choices([1, 2, 3, 4], [50, 27, 15, 8])[0]):
        (kind,) = chance.choices(list(KINDS), list(KINDS.values()))
        (family,) = chance.choices(wanted[kind], popular[kind])
        for sort, data in events[json.dumps(chance.choice(family))]:
            if begun and (sort == "session_started" or '"name": "action_session_start"' in data):
                continue
            at += chance.uniform(8, 70) if sort == "user" else 0.01
            filled = data.replace(f'"{TIME}"', repr(at)).replace(CHANNEL, channel)
            yield {"conversation": f"{channel}-{name}", "time": at, "type": sort, "data": filled}
        begun = True


def _votes(chance: random.Random, rows: list[dict]) -> Iterator[dict]:
    for row in rows:
        if row["type"] == "bot" and chance.random() < 0.07:
            for topic in json.loads(row["data"])["metadata"].get("topics", [])[:1]:
                helpful = chance.random() < (0.4 if topic in POOR else 0.86)
                day = datetime.fromtimestamp(row["time"], ZONE).date()
                yield {"day": day, "topic": topic, "helpful": helpful, "words": "", "model": "invented"}


def _requests(chance: random.Random, rows: list[dict]) -> Iterator[dict]:
    begun = chance.sample([row for row in rows if row["type"] == "user"], min(80, len(rows) // 60))
    for number, row in enumerate(begun):
        (state,) = chance.choices(["done", "open", "draft"], [70, 15, 15])
        yield {
            "id": f"{row['conversation'][-7:]}-{number:024}",
            "conversation": row["conversation"],
            "state": state,
            "begun": row["time"],
            "channel": "website",
        }
