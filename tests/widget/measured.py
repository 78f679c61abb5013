"""What the tests of the widget measured, to be printed at their end."""

from __future__ import annotations

sizes: dict[str, int] = {}  # bytes of each module, gzipped
axe = {"runs": 0, "passed": 0, "violations": 0}  # a run looks at one state; a rule passes or is violated there
