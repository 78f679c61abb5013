"""Reading content files, and telling every fault in them at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

QUOTED, IN_BRACES = "'{}'", "{{{}}}"  # how a key and a blank are written


class ContentError(Exception):
    """One or more faults in content files; each line names the file, the key, what was found and what was expected."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; a key given twice is a fault.

    Raises:
        ContentError: if the file is missing, is not YAML, or holds no mapping.
    """
    try:
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentError([f"{path.name}: the file is missing; expected at {path}."]) from None
    except OSError as error:
        raise ContentError([f"{path.name}: cannot be read: {error.strerror}; expected a file at {path}."]) from None
    except UnicodeDecodeError as error:
        raise ContentError([f"{path.name}: not UTF-8 text ({error.reason} at byte {error.start}); save the file as UTF-8."]) from None
    except YAMLError as error:
        raise ContentError(
            [f"{path.name}: {_in_one_line(error)}; look for a missing colon, quote or bracket, or for uneven spaces."]
        ) from None
    if not isinstance(content, dict):
        raise ContentError([f"{path.name}: holds {type(content).__name__}, expected keys with values."])
    return content


def is_date(text: str) -> bool:
    """Whether a text is a day as ISO 8601 writes it."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _in_one_line(error: YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"line {mark.line + 1} cannot be read ({problem})" if mark else f"cannot be read ({problem})"


def unknown(what: str, name: str, known: Iterable[str], written: str = "{}") -> str:
    """That a name is not known, with what was probably meant, or all that is known.

    Args:
        what: it names, such as "key".
        written: how the name is written in the file.
    """
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.75)
    instead = f"did you mean {written.format(near[0])}?" if near else f"known are {', '.join(names)}."
    return f"unknown {what} {written.format(name)}; {instead}"
