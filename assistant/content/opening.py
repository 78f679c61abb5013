"""Whether the clinic is open now, by its opening hours and the clock on its wall."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.content.clinic import DAYS, Clinic

LOOK_AHEAD = 14  # days; a clinic closed for longer has to be phoned


def open_now(clinic: Clinic, now: datetime) -> str | None:
    """One or two sentences for a time in the clinic's time zone, or None where the profile gives no hours."""
    if clinic.week is None:
        return None
    for span in clinic.hours_on(now.date()):
        if span.start <= now.time() < span.end:
            return f"We are open now, until {span.end:%H:%M} today."
        if now.time() < span.start:
            return f"We are closed now. We open at {span.start:%H:%M} today."
    for ahead in range(1, LOOK_AHEAD + 1):
        day = now.date() + timedelta(days=ahead)
        if spans := clinic.hours_on(day):
            when = "tomorrow" if ahead == 1 else f"on {DAYS[day.weekday()].capitalize()} {day.day} {day:%B}"
            return f"We are closed now. We open at {spans[0].start:%H:%M} {when}."
    return "We are closed now."
