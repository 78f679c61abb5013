"""The pages made from the content are those of the content there is."""

from __future__ import annotations

from assistant import paths
from tests.documents import COVERAGE, PRIVACY, SAFETY, coverage, page, privacy, retention, safety
from tests.privacy.figures import measure
from tests.safety.figures import Measured, Row


def test_the_table_of_sources_and_answers_is_current(content):
    assert COVERAGE.read_text(encoding="utf-8") == page(coverage(content)), "run `make documents`"


def test_every_source_and_every_citation_stand_in_it(content):
    text = page(coverage(content))
    for source in content.sources:
        assert f"\n| {source} |" in text
    for answer in content.answers.values():
        for number, names in enumerate(answer.sources, start=1):
            assert not names or f"{number}. {' '.join(names)}" in text


def test_the_page_of_warning_signs_is_current_but_for_its_figures(content):
    made = page(safety(content, Measured([Row("a", 1, 1, 1)], 1, 0)))
    signs = made[made.index("## What is said") :]
    assert SAFETY.read_text(encoding="utf-8").endswith(signs), "run `make documents`"


def test_the_sample_report_has_the_style_of_today():
    style = (paths.ROOT / "assistant" / "insights" / "report.css").read_text(encoding="utf-8")
    assert f"<style>{style}</style>" in (paths.ROOT / "docs" / "insights-sample.html").read_text(encoding="utf-8"), (
        "run `make insights-sample`"
    )


def test_the_page_of_what_is_redacted_is_current():
    made = page(iter([*privacy(measure()), *retention(), "## Planted identifiers"])).rstrip()
    assert PRIVACY.read_text(encoding="utf-8").startswith(made), "run `make documents`"
