"""Small pictures as inline SVG: no script, no style of their own; colours come from the page by class. Behind each stands a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from markupsafe import Markup, escape

from assistant.content.clinic import DAYS

WIDTH, HEIGHT = 400, 150  # of a picture, in its own units; text is 11 of them high
LEFT, BOTTOM, TOP = 30, 22, 12
SHADES = 5  # of the map of hours, beside that of none
ROW = 18


def bar(number: float, most: float, name: str = "") -> Markup:
    """A bar as long as its share of the longest, for a row of a table; `name` chooses its colour."""
    width = 100 * number / most if most else 0
    drawn = f'<rect class="{escape(name or "bar")}" width="{width:.1f}" height="10"/>'
    return Markup(f'<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">{drawn}</svg>')  # noqa: S704 only numbers


def columns(days: dict[date, int]) -> Markup:
    """A column for each day, weekends in another colour."""
    most = max(days.values(), default=0) or 1
    step = (WIDTH - LEFT) / max(len(days), 1)
    scale = (HEIGHT - TOP - BOTTOM) / most

    def drawn() -> Iterator[str]:
        for number in (0, most):
            y = HEIGHT - BOTTOM - number * scale
            yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield f'<text x="{LEFT - 4}" y="{y + 4:.1f}" text-anchor="end">{number}</text>'
        for index, (day, number) in enumerate(days.items()):
            x, height = LEFT + index * step, number * scale
            name = "weekend" if day.weekday() > 4 else "bar"
            told = f"<title>{day:%A} {day.day} {day:%B}: {number}</title>"
            yield (
                f'<rect class="{name}" x="{x + step * 0.1:.1f}" y="{HEIGHT - BOTTOM - height:.1f}" width="{step * 0.8:.1f}" '
                f'height="{height:.1f}">{told}</rect>'
            )
        for index, (day, anchor) in _labels(list(days)):
            x = LEFT + (index + 0.5) * step
            yield f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{day.day} {day:%b}</text>'

    return _picture(drawn(), HEIGHT, f"Conversations by day; the most on one day were {most if any(days.values()) else 0}.")


def _labels(days: list[date]) -> list[tuple[int, tuple[date, str]]]:
    """Where days are named: the first, one in the middle, the last."""
    if len(days) < 3:
        return [(index, (day, "middle")) for index, day in enumerate(days)]
    named = {0: "start", len(days) // 2: "middle", len(days) - 1: "end"}
    return [(index, (days[index], anchor)) for index, anchor in named.items()]


def hours_map(hours: Sequence[Sequence[int]], is_open: Sequence[Sequence[bool]] | None) -> Markup:
    """A field for each hour of the week, the darker the more; a line below the hours in which the clinic is open."""
    most = max(map(max, hours)) or 1
    step = (WIDTH - LEFT) / 24
    height = TOP + 7 * ROW + BOTTOM - 4

    def drawn() -> Iterator[str]:
        for weekday, row in enumerate(hours):
            y = TOP + weekday * ROW
            yield f'<text x="{LEFT - 4}" y="{y + 12}" text-anchor="end">{DAYS[weekday].capitalize()[:3]}</text>'
            for hour, number in enumerate(row):
                x, shade = LEFT + hour * step, -(-number * SHADES // most)
                told = f"<title>{DAYS[weekday].capitalize()} {hour:02}:00: {number}</title>"
                yield f'<rect class="shade{shade}" x="{x + 0.5:.1f}" y="{y}" width="{step - 1:.1f}" height="{ROW - 4}">{told}</rect>'
                if is_open and is_open[weekday][hour]:
                    yield f'<rect class="open" x="{x:.1f}" y="{y + ROW - 3}" width="{step:.1f}" height="1.5"/>'
        for hour in (0, 6, 12, 18):
            yield f'<text x="{LEFT + hour * step:.1f}" y="{height - 4}">{hour:02}:00</text>'

    return _picture(drawn(), height, f"Messages by weekday and hour; the most in one hour of the week were {most}.")


def _picture(drawn: Iterator[str], height: float, told: str) -> Markup:
    head = f'<svg class="picture" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(told)}">'
    return Markup(f"{head}{''.join(drawn)}</svg>")  # noqa: S704 only numbers, dates and the names of days
