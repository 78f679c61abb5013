"""The Containerfile: linted, and holding what the code needs, no more, for a user without rights. No engine is needed."""

from __future__ import annotations

import re

import pytest

from assistant import paths
from assistant.paths import ROOT

from .tools import DEPLOY, run

FILE = DEPLOY / "Containerfile"
TEXT = re.sub(r"\\\n\s*", "", FILE.read_text(encoding="utf-8"))
SENT = [line[1:] for line in (DEPLOY / "Containerfile.dockerignore").read_text().splitlines() if line.startswith("!")]


def stages() -> dict[str, list[tuple[str, str]]]:
    """The instructions of each stage by its name; the last, which is what runs, is `bot`."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in TEXT.splitlines():
        if line and not line.startswith("#"):
            instruction, rest = line.split(None, 1)
            if instruction == "FROM":
                name = rest.split(" AS ")[1] if " AS " in rest else "bot"
                found[name] = []
            found[name].append((instruction, rest))
    return found


STAGES = stages()


def copied(stage: str) -> list[str]:
    """What a stage takes from the project."""
    lines = [rest.split()[:-1] for instruction, rest in STAGES[stage] if instruction == "COPY" and not rest.startswith("--from")]
    return [source for line in lines for source in line]


def test_hadolint_finds_nothing():
    result = run("hadolint", "--failure-threshold", "style", FILE)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", sorted({path for stage in STAGES for path in copied(stage)}))
def test_what_is_copied_is_there_and_sent_to_the_builder(path):
    assert (ROOT / path).exists()
    assert any(path == sent or path.startswith(f"{sent}/") for sent in SENT)


def test_nothing_is_sent_that_is_not_copied():
    everything = [path for stage in STAGES for path in copied(stage)]
    assert not [sent for sent in SENT if sent not in everything]


def test_the_image_has_every_place_that_the_code_names():
    names = {name: value for name, value in vars(paths).items() if name.isupper() and name not in ("ROOT", "STATE")}
    ends = " ".join(rest for instruction, rest in STAGES["bot"] if instruction == "COPY")
    assert len(names) >= 7
    for name, value in names.items():
        inside = value.relative_to(ROOT)
        assert any(re.search(rf"(^|[ /]){re.escape(str(part))}(/| |$)", ends) for part in (inside, *inside.parents[:-1])), name


def test_base_images_are_pinned_to_a_version_and_to_the_python_of_the_project():
    bases = [rest.split()[0] for stage in STAGES.values() for instruction, rest in stage if instruction == "FROM"]
    python = (ROOT / ".python-version").read_text().strip()
    assert len(bases) == 3
    assert {base for base in bases if base.startswith("python:")} == {f"python:{python}-slim-bookworm"}
    assert all(re.search(r":\d+\.\d+", base) for base in bases)


@pytest.mark.parametrize("stage", ["proxy", "bot"])
def test_what_runs_is_not_root(stage):
    (user,) = [rest for instruction, rest in STAGES[stage] if instruction == "USER"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)


def test_packages_come_by_hash_and_leave_neither_installer_nor_cache():
    assert "--require-hashes" in (ROOT / "scripts" / "setup").read_text()
    runs = [rest for instruction, rest in STAGES["built"] if instruction == "RUN"]
    assert runs[0].startswith("scripts/setup")
    assert "pip uninstall --yes" in runs[-1]
    assert ("ENV", "PIP_NO_CACHE_DIR=1") in STAGES["built"]
    assert not [rest for instruction, rest in STAGES["bot"] if instruction == "RUN" and re.search(r"\b(pip|apt|apt-get|curl|wget)\b", rest)]


def test_the_environment_is_that_of_the_scripts():
    exported = re.findall(r"^export (\w+)=(\S*)", (ROOT / "scripts" / "environment").read_text(), re.MULTILINE)
    (environment,) = [rest for instruction, rest in STAGES["bot"] if instruction == "ENV"]
    given = dict(item.split("=", 1) for item in environment.split())
    assert len(exported) >= 7
    for name, value in exported:
        assert name in given
        if "$" not in value:
            assert given[name] == value


def test_no_secret_is_built_in():
    given = [rest for stage in STAGES.values() for instruction, rest in stage if instruction in ("ENV", "ARG")]
    assert len(given) == 2
    assert not re.search(r"SECRET|TOKEN|PASSWORD|DATABASE_URL|KEY", " ".join(given))


def test_it_says_whether_it_is_well():
    (check,) = [rest for instruction, rest in STAGES["bot"] if instruction == "HEALTHCHECK"]
    assert "/ready" in check
