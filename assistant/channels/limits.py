"""How often somebody may do something: a token bucket for each of them, in bounded memory."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_KEPT = 50_000  # the oldest is forgotten first; by then its bucket is full again


class Limit:
    """So many a minute for each key, and as many at once (the token bucket of RFC 2697, with one rate).

    Args:
        per_minute: how many.
        clock: seconds that only go forward.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_minute / 60
        self._most = per_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens left, and when that was counted

    def wait(self, key: str, weight: int = 1) -> int:
        """Count `weight` for a key; 0 where it was allowed, or the whole seconds until it will be."""
        now = self._clock()
        left, counted = self._left.pop(key, (float(self._most), now))
        left = min(self._most, left + (now - counted) * self._per_second)
        needed = min(weight, self._most)  # what weighs more than all there may be waits until nothing else was counted
        allowed = left >= needed
        self._left[key] = (left - weight if allowed else left, now)
        if len(self._left) > MOST_KEPT:
            self._left.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((needed - left) / self._per_second))
