"""Figures for whoever watches the servers, as Prometheus has them: counts and times, nothing of what anybody wrote."""

from __future__ import annotations

import os
from collections.abc import Iterable
from tempfile import mkdtemp

from assistant.content.reply import Reply
from assistant.storage import outbox
from assistant.storage.database import Database, StorageError

if os.environ.get("WORKERS", "1") != "1":
    # Several processes on one port count in files that whichever of them is asked adds up. Read when the library is imported.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", mkdtemp(prefix="needling-metrics-"))

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)

TURNS = Counter("needling_turns_total", "Messages answered, by the kind of the first reply", ["channel", "kind"])
TOPICS = Counter("needling_topics_total", "Topics answered", ["topic"])
RED_FLAGS = Counter("needling_red_flags_total", "Safety texts sent", ["tier"])
SECONDS = Histogram("needling_turn_seconds", "From a message to its replies", buckets=BUCKETS)
APOLOGIES = Counter("needling_apologies_total", "Messages that got an apology because something failed")
REFUSED = Counter("needling_refused_total", "Requests refused", ["channel", "reason"])
REJECTED_WEBHOOKS = Counter("needling_rejected_webhooks_total", "Webhooks whose sender could not prove who it is", ["channel", "reason"])
DELIVERIES = Counter("needling_deliveries_total", "Attempts to deliver what was in the outbox", ["kind", "outcome"])
WAITING = Gauge("needling_outbox_waiting", "What waits in the outbox", ["kind"], multiprocess_mode="mostrecent")
LOCK_STORE_DOWN = Counter("needling_lock_store_down_total", "Turns locked within one process because Redis did not answer")
DATABASE_DOWN = Counter("needling_database_down_total", "Turns kept in memory because the database did not answer")


def answered(channel: str, replies: Iterable[Reply], seconds: float) -> None:
    """Count a message that was answered."""
    said = list(replies)
    TURNS.labels(channel, said[0]["kind"] if said else "none").inc()
    SECONDS.observe(seconds)
    for reply in said:
        for topic in reply["topics"]:
            TOPICS.labels(topic).inc()


def expect(tiers: Iterable[str], topics: Iterable[str]) -> None:
    """Begin at nought what is not counted yet: a rate is seen from the first event on only where there was a nought before it."""
    for tier in tiers:
        RED_FLAGS.labels(tier)
    for topic in topics:
        TOPICS.labels(topic)


def count_waiting(database: Database) -> None:
    """Look how much waits in the outbox; while the database is down what was seen last stays."""
    try:
        waiting = outbox.waiting(database)
    except StorageError:
        return
    for kind in {*waiting, *(labels[0] for labels in WAITING._metrics)}:
        WAITING.labels(kind).set(waiting.get(kind, 0))


def exposition() -> bytes:
    """The figures in Prometheus' text format, of all processes on this port."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
