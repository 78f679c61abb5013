"""The real rules, compiled once, and a limit on how long a test may take."""

from __future__ import annotations

import signal
from contextlib import contextmanager

import pytest

from assistant.safety.detector import Detector
from assistant.safety.rules import project_rules
from assistant.understanding.text import clean, english
from tests.shared import real_reader


@pytest.fixture(scope="session")
def rules():
    return project_rules()


@pytest.fixture(scope="session")
def find(rules):
    """What the assistant's rules find in a message as a patient types it."""
    reader = real_reader()
    detector = Detector(rules, english().vocab)
    return lambda message: detector.find(reader.read(clean(message)))


@pytest.fixture(scope="session")
def within():
    """`with within(seconds):` stops what takes longer, so that a test of endless work ends."""

    @contextmanager
    def limit(seconds):
        def stop(*_):
            raise TimeoutError(f"still at work after {seconds} s")

        before = signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    return limit
