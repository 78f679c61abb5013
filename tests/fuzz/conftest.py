"""How long is fuzzed: about twenty seconds with the same inputs each time, or with FUZZ=long some minutes with new ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A slow machine is no fault, so nothing is timed.
settings.register_profile("short", max_examples=60, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("long", settings.get_profile("short"), max_examples=3_000, derandomize=False, print_blob=True)
settings.load_profile("long" if os.environ.get("FUZZ") == "long" else "short")
