"""Which environment variables the code reads, and which docs/running-in-production.md explains."""

from __future__ import annotations

import ast
import re
from functools import cache

from assistant.paths import ROOT

PAGE = ROOT / "docs" / "running-in-production.md"
OF_SANIC = {"SANIC_PROXIES_COUNT"}  # Sanic itself reads what begins with SANIC_
OURS_TO_SET = {"PROMETHEUS_MULTIPROC_DIR", "OPENBLAS_NUM_THREADS"}
OF_OTHERS = {"NOT_IN", "ITS_NAME"}  # spaCy's pattern language; a comment
NAME = re.compile(r"[A-Z]+(?:_[A-Z0-9]+)+|HOST|PORT|WORKERS")


@cache
def read_by_the_code() -> frozenset[str]:
    """What Python names as only environment variables are named here, and what the YAML files take as ${NAME}."""
    found = set(OF_SANIC)
    for package in ("assistant", "actions"):
        for path in (ROOT / package).rglob("*.py"):
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
            found |= {text for text in texts if NAME.fullmatch(text)}
    for name in ("credentials.yml", "endpoints.yml", "clinic.yml"):
        found |= {text for text in re.findall(r"\$\{(\w+)\}", (ROOT / name).read_text(encoding="utf-8")) if NAME.fullmatch(text)}
    return frozenset(found - OURS_TO_SET - OF_OTHERS)


def explained() -> dict[str, str]:
    """Each setting in the table of the page, with what it says."""
    rows = re.findall(r"^\| ((?:`[A-Z0-9_]+`(?:, )?)+) \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: text for names, text in rows for name in re.findall(r"\w+", names)}
