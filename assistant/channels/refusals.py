"""Webhooks that were refused: counted by channel and reason, and told in the log without a word of what they held."""

from __future__ import annotations

import logging
from collections import Counter

from assistant import metrics

LOG = logging.getLogger(__name__)
COUNTED: Counter[tuple[str, str]] = Counter()  # by channel and reason, since the process began


def refused(channel: str, reason: str) -> None:
    """Count a refusal; the reason is one of ours and quotes nothing."""
    COUNTED[channel, reason] += 1
    metrics.REJECTED_WEBHOOKS.labels(channel, reason).inc()
    LOG.warning("A webhook of %s was refused: %s (number %d).", channel, reason, COUNTED[channel, reason])
