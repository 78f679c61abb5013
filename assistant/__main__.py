"""`python -m assistant COMMAND`: what the scripts run. The log is set up before Rasa is imported, whose imports alone warn for pages."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from assistant import logs

COMMANDS = ("train", "ready", "serve", "shell", "evaluate", "confusions", "reviews", "live_check", "staff_list", "purge", "insights")


def main() -> None:
    """Run the command named by the first argument."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command not in COMMANDS:
        sys.exit(f"usage: python -m assistant COMMAND; expected one of {', '.join(COMMANDS)}, found {command!r}.")
    if command not in ("train", "confusions"):
        # The products of one message are small: a second thread for them only waits.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    logs.configure()
    logs.hide_warnings()
    sys.argv = [f"{sys.argv[0]} {command}", *sys.argv[2:]]
    import_module(f"assistant.{command}").main()


if __name__ == "__main__":
    main()
