"""Reading content files, and telling every fault in them at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


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
        raise ContentError([f"{path.name}: not valid YAML: {_in_one_line(error)}."]) from None
    if not isinstance(content, dict):
        raise ContentError([f"{path.name}: holds {type(content).__name__}, expected keys with values."])
    return content


def _in_one_line(error: YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"{problem} (line {mark.line + 1}, column {mark.column + 1})" if mark else str(problem)
