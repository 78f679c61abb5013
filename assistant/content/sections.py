"""The sections of the menu: the files of data/faq/, with the titles and in the order that data/menu.yml gives them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from assistant.content.faults import QUOTED, ContentError, read_yaml, unknown

LONGEST_TITLE = 20  # characters; no button of a messaging channel takes less (Messenger's quick replies)


class Section(NamedTuple):
    """Some topics under one title.

    Attributes:
        name: the name of its file, such as `risks`.
        topics: in the order of the file.
    """

    name: str
    title: str
    topics: list[str]

    @property
    def asked(self) -> str:
        """What a patient writes to see its questions: "Questions about the risks"."""
        return f"Questions about {self.title[0].lower()}{self.title[1:]}"


def load_sections(data: Path) -> list[Section]:
    """The sections of the content in `data`, in the order of the menu.

    Raises:
        ContentError: with every fault found.
    """
    files = {path.stem: path for path in (data / "faq").glob("*.yml")}
    titles = read_yaml(data / "menu.yml").get("sections")
    if not isinstance(titles, dict):
        raise ContentError([f"menu.yml: 'sections' is {titles!r}; expected a title for each file of data/faq/."])
    faults = [f"menu.yml: {unknown('section', str(name), files, QUOTED)}" for name in titles if name not in files]
    faults += [f"menu.yml: '{name}' is missing; expected a title for data/faq/{name}.yml." for name in sorted(files) if name not in titles]
    faults += [
        f"menu.yml: '{name}' is {title!r}; expected a title of 1 to {LONGEST_TITLE} characters."
        for name, title in titles.items()
        if not isinstance(title, str) or not 0 < len(title.strip()) <= LONGEST_TITLE or "\n" in title.strip()
    ]
    if faults:
        raise ContentError(faults)
    return [Section(name, title.strip(), _topics(files[name])) for name, title in titles.items()]


def _topics(path: Path) -> list[str]:
    return [key.partition("/")[2] for key in read_yaml(path).get("responses") or {}]
