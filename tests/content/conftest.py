"""A copy of the real content files, to be broken."""

from __future__ import annotations

import re
import shutil

import pytest

from assistant import paths
from assistant.content.answers import load_answers
from assistant.content.clinic import load_clinic
from assistant.content.faults import ContentError
from assistant.content.renderer import Content
from assistant.content.sources import load_sources


def without(key, text):
    """YAML without a key and the lines below it that belong to it."""
    return re.sub(rf"^{key}:.*\n(?:[ ].*\n)*", "", text, flags=re.MULTILINE)


class Project:
    """The content files in a folder of their own. A replacement insists that there was something to replace."""

    def __init__(self, folder):
        self.clinic = folder / "clinic.yml"
        self.data = folder / "data"
        self.sources = folder / "sources.md"
        shutil.copy(paths.ROOT / "clinic.yml", self.clinic)
        shutil.copy(paths.SOURCES, self.sources)
        shutil.copytree(paths.DATA, self.data, ignore=shutil.ignore_patterns("nlu"))

    def change(self, path, pattern, replacement):
        """Replace the first match of a pattern in a file."""
        text, number = re.subn(pattern, lambda _: replacement, path.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
        assert number == 1, f"{path.name} has no {pattern!r} to change"
        path.write_text(text, encoding="utf-8")

    def leave_out(self, *keys):
        """Take keys out of the clinic's profile, in case they stand there."""
        for key in keys:
            self.clinic.write_text(without(key, self.clinic.read_text(encoding="utf-8")), encoding="utf-8")

    def give(self, **values):
        """Put YAML values into the clinic's profile, whatever stands there now."""
        text = self.clinic.read_text(encoding="utf-8")
        for key, value in values.items():
            text = without(key, text) + f"\n{key}: {value}\n"
        self.clinic.write_text(text, encoding="utf-8")

    def change_answer(self, path, key, pattern, replacement):
        """Replace the first match of a pattern in the lines of one answer."""
        found = re.search(rf"^  {key}:\n(?:   .*\n|  - .*\n|\n)*", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert found, f"{path.name} has no {key}"
        block, number = re.subn(pattern, lambda _: replacement, found[0], count=1)
        assert number == 1, f"{key} has no {pattern!r} to change"
        path.write_text(found.string[: found.start()] + block + found.string[found.end() :], encoding="utf-8")

    def load_clinic(self):
        return load_clinic(self.clinic)

    def load_answers(self):
        files = [*sorted((self.data / "faq").glob("*.yml")), self.data / "smalltalk.yml", self.data / "replies.yml"]
        return load_answers(files, load_sources(self.sources))

    def load(self):
        return Content.load(self.clinic, self.data, self.sources)


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


@pytest.fixture
def faults_of():
    """The faults that a load tells of; none where it goes through."""

    def faults_of(load, *arguments):
        try:
            load(*arguments)
        except ContentError as error:
            return error.faults
        return []

    return faults_of
