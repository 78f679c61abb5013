"""What patients say of an answer: kept with the topic, the day and the model, never with who said it."""

from __future__ import annotations

from datetime import date

from assistant.storage.database import Database
from assistant.storage.schema import FEEDBACK
from assistant.train import DIGEST

LONGEST = 500  # characters


def keep(database: Database, topic: str, helpful: bool, words: str = "") -> None:
    """Add a row: the day, the topic, whether the answer helped, what was said of it, and the model that answered.

    Args:
        words: without anything that says who somebody is.

    Raises:
        StorageError: if the database cannot be written.
    """
    model = DIGEST.read_text(encoding="utf-8")[:12] if DIGEST.is_file() else ""
    values = {"day": date.today(), "topic": topic, "helpful": helpful, "words": words, "model": model}
    with database.begin() as connection:
        connection.execute(FEEDBACK.insert().values(**values))
