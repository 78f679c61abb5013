"""The page in a real browser: no scrolling sideways, no fault of accessibility, on a screen, on a phone, in the dark and on paper."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from assistant.insights.page import page
from tests.widget.conftest import browser  # noqa: F401 a fixture

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
SIZES = {"desktop": (1280, 900), "phone": (390, 844), "narrow": (320, 640)}


@pytest.fixture(scope="module")
def address(report, tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "insights.html"
    file.write_text(page(report), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def opened(browser, address):  # noqa: F811
    pages = []

    def opened(size, scheme="light", allowed=True):
        context = browser.new_context(viewport=dict(zip(("width", "height"), SIZES[size])), color_scheme=scheme, bypass_csp=not allowed)
        pages.append(context)
        shown = context.new_page()
        shown.said = []
        shown.on("console", lambda message: shown.said.append(message.text))
        shown.goto(address)
        return shown

    yield opened
    for context in pages:
        context.close()


@pytest.mark.parametrize("size", SIZES)
def test_nothing_scrolls_sideways_and_its_own_policy_forbids_it_nothing(opened, size):
    shown = opened(size)
    assert shown.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
    assert shown.said == []
    assert shown.evaluate("getComputedStyle(document.querySelector('section')).borderTopWidth") == "1px"  # the style applies


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_no_fault_of_accessibility(opened, size, scheme):
    # The rules are a script, which the page's policy forbids.
    shown = opened(size, scheme, allowed=False)
    shown.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(shown, options=RULES)
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found.response["violations"]] == []


def test_one_click_marks_a_whole_block(opened):
    shown = opened("desktop")
    block = shown.locator(".group details").first
    block.locator("summary").click()
    block.locator("pre").click()
    assert shown.evaluate("getSelection().toString().trim()") == block.locator("pre").inner_text().strip()


def test_on_paper_the_pictures_stand_and_what_is_folded_does_not(opened):
    shown = opened("desktop")
    shown.emulate_media(media="print")
    assert shown.locator("svg.picture").first.is_visible()
    assert not shown.locator(".group details").first.is_visible()
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
