"""Which environment variables the code reads, and which docs/running-in-production.md explains."""

from __future__ import annotations

import ast
import re
from functools import cache

from assistant.paths import ROOT

PAGE = ROOT / "docs" / "running-in-production.md"
OF_SANIC = {"SANIC_PROXIES_COUNT"}  # Sanic itself reads what begins with SANIC_
NAME = re.compile(r"[A-Z][A-Z0-9_]+")


@cache
def read_by_the_code() -> frozenset[str]:
    """What is asked of os.environ, and what the YAML files take as ${NAME}."""
    found = set(OF_SANIC)
    for package in ("assistant", "actions"):
        for path in (ROOT / package).rglob("*.py"):
            found |= _asked(ast.parse(path.read_text(encoding="utf-8")))
    for name in ("credentials.yml", "endpoints.yml", "clinic.yml"):
        found |= set(re.findall(r"\$\{([A-Z0-9_]+)\}", (ROOT / name).read_text(encoding="utf-8"))) - {"ITS_NAME"}
    return frozenset(found)


def _asked(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.environ.get", "environ.get", "os.getenv", "getenv"):
            asked = node.args[0]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("os.environ", "environ"):
            asked = node.slice
        else:
            continue
        if isinstance(asked, ast.Constant):
            found.add(asked.value)
    return found


def explained() -> dict[str, str]:
    """Each setting in the table of the page, with what it says."""
    rows = re.findall(r"^\| ((?:`[A-Z0-9_]+`(?:, )?)+) \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: text for names, text in rows for name in NAME.findall(names)}
