"""The channels that credentials.yml switches on: those that stand in it, each with every secret it needs."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from rasa.core.channels.channel import InputChannel
from rasa.core.run import create_http_input_channels
from rasa.shared.exceptions import RasaException

# A line that is no comment: a setting, and the environment variable that it comes from.
FROM_ENVIRONMENT = re.compile(r"^\s*(?!#)(\w+):[^#\n]*?\$\{(\w+)\}", re.MULTILINE)


def channels_of(path: Path) -> list[InputChannel]:
    """The channels of a credentials file.

    Raises:
        SystemExit: with a sentence for each setting that is missing, wrong, or comes from a variable that is not set.
    """
    try:
        settings = FROM_ENVIRONMENT.findall(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"{path.name}: cannot be read: {error}; expected the channels to switch on.")
    # Rasa stops at the first of them, and names no setting.
    unset = [
        f"{path.name}: {setting!r} is to come from {variable}, which is not set; set it in the environment, or switch the channel off by "
        "putting # before its lines."
        for setting, variable in settings
        if variable not in os.environ
    ]
    if unset:
        sys.exit("\n".join(unset))
    try:
        channels: list[InputChannel] = create_http_input_channels(None, str(path))
    except (RasaException, ValueError) as error:
        sys.exit(str(error))
    return channels
