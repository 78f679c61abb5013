"""Deletes now what was kept as long as clinic.yml says, or all there is of one conversation; says what it deleted."""

from __future__ import annotations

import argparse
import sys

from assistant import paths
from assistant.content.clinic import load_clinic
from assistant.content.faults import ContentError
from assistant.privacy.erasure import OPERATOR, erase
from assistant.privacy.retention import purge
from assistant.storage.database import StorageError, database

NAMES = {
    "conversations": "events of conversations",
    "call_backs": "requests to be called back",
    "feedback": "lines of feedback",
    "dead_letters": "undelivered messages",
    "erasures": "notes of erasures",
}


def purged(days: dict[str, int]) -> str:
    """Purge, and what was deleted."""
    deleted = purge(database(), days)
    return "\n".join(f"{rows} {NAMES[kind]} deleted; {days[kind]} days are kept." for kind, rows in deleted.items())


def erased(conversation: str) -> str:
    """Delete a conversation, and what was deleted."""
    kept = erase(database(), conversation, OPERATOR)
    if not kept.events and not kept.call_back and not kept.on_their_way:
        return "There is no conversation of that name: nothing was deleted."
    asked = ", and a request to be called back" if kept.call_back else ""
    return f"{sum(kept.events.values())} events deleted, {kept.messages} of them messages{asked}."


def main() -> None:
    """Command line of `make purge`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forget", metavar="CONVERSATION", help="delete this conversation instead, whatever its age")
    conversation = parser.parse_args().forget
    try:
        print(erased(conversation) if conversation else purged(load_clinic(paths.CLINIC).retention))
    except (ContentError, StorageError) as error:
        sys.exit(str(error))
