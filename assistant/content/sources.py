"""The register of claims, evidence and policies in docs/sources.md, which answers cite by id."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from assistant.content.faults import ContentError

ROW = re.compile(r"^\| *([A-Z][A-Z0-9a-z]*(?:\.\d+)?) *\|(.*)\|\s*$")
# Cells of a row after its id, by section; a claim has three.
CELLS = {"Evidence": 5, "Policies": 2}
STANDINGS = {"supported", "plausible", "contested", "wrong as worded", "omission"}


class Source(NamedTuple):
    """What an id stands for: `title` is shown to patients; `standing` only for a claim of the page."""

    id: str
    title: str
    standing: str | None = None


def load_sources(path: Path) -> dict[str, Source]:
    """Every source by id.

    Raises:
        ContentError: if the file is missing, an id stands twice, or a claim's standing is unknown.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError([f"{path.name}: cannot be read as UTF-8 text: {error}; expected a file at {path}."]) from None
    sources: dict[str, Source] = {}
    faults: list[str] = []
    section = ""
    for number, line in enumerate(lines, start=1):
        if line.startswith("## "):
            section = line[3:].strip()
        row = ROW.match(line)
        if not row:
            continue
        cells = [cell.strip() for cell in row[2].split("|")]
        if len(cells) < CELLS.get(section, 3):
            faults.append(f"{path.name}: line {number}: '{row[1]}' has {len(cells) + 1} cells; expected {CELLS.get(section, 3) + 1}.")
            continue
        source = _source(row[1], cells, section)
        if source.id in sources:
            faults.append(f"{path.name}: line {number}: '{source.id}' stands twice; an id names one thing.")
        if source.standing is not None and source.standing not in STANDINGS:
            faults.append(f"{path.name}: line {number}: standing '{source.standing}'; expected one of {', '.join(sorted(STANDINGS))}.")
        sources[source.id] = source
    if not sources:
        faults.append(f"{path.name}: no table row with an id was found.")
    if faults:
        raise ContentError(faults)
    return sources


def _source(name: str, cells: list[str], section: str) -> Source:
    if section == "Evidence":
        authors, year, title = cells[:3]
        shown = ", ".join(part for part in (authors, year) if part != "not shown")
        return Source(name, f"{shown}: {title}" if shown else title)
    if section == "Policies":
        return Source(name, cells[0])
    return Source(name, f"A clinic web page (no date given): {section.partition(' ')[2]}", cells[1])
