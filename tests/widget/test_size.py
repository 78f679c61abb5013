"""What a patient's browser has to fetch."""

from __future__ import annotations

import gzip
import re

from . import measured
from .fake_server import WIDGET


def modules(name, found=()):
    """A module and everything it imports."""
    found = {*found, name}
    for other in re.findall(r'^import .* from "\./([\w-]+\.js)"', (WIDGET / name).read_text(), re.MULTILINE):
        if other not in found:
            found = modules(other, found)
    return found


def test_the_whole_widget_is_at_most_20_kilobytes_compressed():
    sizes = {name: len(gzip.compress((WIDGET / name).read_bytes())) for name in modules("needling-chat.js")}
    measured.sizes.update(sizes)
    assert len(sizes) == 7
    assert sum(sizes.values()) <= 20 * 1024, sizes
