"""What automatic checks find in every state, and what only a keyboard or a screen reader meets."""

from __future__ import annotations

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from . import measured
from .chat import Chat

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [{"size": size, "scheme": scheme} for size, scheme in itertools.product(("desktop", "phone"), ("light", "dark"))]

CHOSEN = [
    *({"accent": colour} for colour in ("#ffe600", "#000000", "#ffffff", "#777777", "oklch(70% 0.2 30)", "rgb(0 0 0 / 40%)")),
    *({"background": colour} for colour in ("#000000", "#ffffff", "#777777", "#9b1c1c", "#3a1614", "hwb(200 20% 30%)")),
    {"accent": "#9b1c1c", "accent-text": "#777777", "background": "#fdf0ee", "text": "#ffb4a9"},
    {"accent": "#151d22", "accent-text": "#151d22", "background": "#151d22", "text": "#151d22"},
    {"accent": "#ffffff", "accent-text": "#ffe600", "background": "#ffe600", "text": "#ffffff"},
]


def named(look):
    return "-".join(look.values())


def violations(page):
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    measured.axe["runs"] += 1
    measured.axe["passed"] += len(found.response["passes"])
    measured.axe["violations"] += len(found.response["violations"])
    return [(fault["id"], node["target"], node["failureSummary"]) for fault in found.response["violations"] for node in fault["nodes"]]


@pytest.mark.parametrize("context", LOOKS, ids=named, indirect=True)
def test_no_state_of_the_chat_has_a_fault_that_axe_finds(page, fake):
    chat = Chat(page, "/", opened=False)
    expect(chat.launcher).to_be_visible()
    assert violations(page) == []
    chat.open()
    expect(page.get_by_role("heading", name="Example Physiotherapy")).to_be_visible()
    assert violations(page) == []
    chat.ask("does it hurt?", "small prick")
    page.get_by_text("Sources and review date").click()
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_role("button", name="Menu").click()
    assert violations(page) == []
    page.get_by_role("button", name="Forget this chat").click()
    assert violations(page) == []
    page.get_by_role("button", name="Keep this chat").click()
    chat.type("I cannot breathe")
    expect(chat.banner).to_be_visible()
    fake.down = True
    chat.type("and now?")
    expect(chat.status).to_contain_text("cannot be reached")
    assert violations(page) == []


@pytest.mark.parametrize("context", LOOKS, ids=named, indirect=True)
def test_the_setup_page_has_no_fault_that_axe_finds(page):
    page.goto("/widget/setup.html")
    expect(page.locator("#tag")).to_contain_text("needling-chat")
    assert violations(page) == []


@pytest.mark.parametrize("context", LOOKS, ids=named, indirect=True)
def test_whatever_colours_a_clinic_chooses_every_text_can_be_read(page, fake):
    chat = Chat(page)
    fake.failures = [(413, {})]
    chat.type("refused")
    expect(page.locator(".failed")).to_be_visible()
    chat.ask("does it hurt?", "small prick")
    page.get_by_text("Sources and review date").click()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Show times").click()
    page.get_by_role("button", name="Start over").click()
    chat.type("I cannot breathe")
    expect(chat.banner).to_be_visible()
    chat.box.fill("a" * 205)
    for chosen in CHOSEN:
        page.evaluate(
            """chosen => new Promise(done => {
            const chat = document.querySelector("needling-chat");
            chat.style.cssText = Object.entries(chosen).map(([name, colour]) => `--needling-${name}: ${colour}`).join(";");
            chat.shadowRoot.querySelector(".probe").addEventListener("transitionend", () => setTimeout(done), { once: true }); })""",
            chosen,
        )
        found = Axe().run(
            page, options={"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations", "passes"]}
        )
        assert [node["failureSummary"] for fault in found.response["violations"] for node in fault["nodes"]] == [], chosen
        assert sum(len(passed["nodes"]) for passed in found.response["passes"]) > 20, chosen


def test_a_whole_conversation_needs_only_the_keyboard(page):
    chat = Chat(page, opened=False)
    page.locator("#before").focus()
    page.keyboard.press("Tab")
    assert "Ask a question" in chat.focused()
    page.keyboard.press("Enter")
    expect(chat.launcher).to_have_attribute("aria-expanded", "true")
    assert chat.focused() == "question"
    page.keyboard.type("does it")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("hurt?")
    expect(chat.box).to_have_value("does it\nhurt?")
    page.keyboard.press("Control+a")
    page.keyboard.type("does it hurt?")
    page.keyboard.press("Enter")
    expect(chat.bubbles.last).to_contain_text("small prick")
    assert chat.focused() == "question"
    page.keyboard.press("Shift+Tab")
    assert chat.focused() == "What if I faint?"
    page.keyboard.press("Enter")
    expect(chat.bubbles.last).to_contain_text("You wrote: What if I faint?")
    assert chat.focused() == "question"
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    assert "Ask a question" in chat.focused()


def test_tab_leaves_the_chat_at_both_ends(page):
    chat = Chat(page)
    before = set()
    for _ in range(20):
        before.add(chat.focused())
        page.keyboard.press("Tab")
        if chat.focused() == "after":
            break
    assert chat.focused() == "after" and "Send" in before
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if chat.focused() == "before":
            break
    assert chat.focused() == "before"


def test_escape_closes_the_menu_first_and_gives_the_focus_back(page):
    chat = Chat(page)
    page.get_by_role("button", name="Menu").press("Enter")
    page.get_by_role("button", name="Show times").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Show times")).to_be_hidden()
    assert chat.focused() == "Menu"
    expect(chat.panel).to_be_visible()


def test_what_the_page_focuses_is_never_left_under_the_chat(page):
    chat = Chat(page, "/")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="Services").focus()
    expect(chat.panel).to_be_hidden()


def test_each_message_is_announced_once_and_history_not_again(page):
    chat = Chat(page)
    chat.ask("does it hurt?", "small prick")
    assert [kind for kind, _ in chat.spoken("does it hurt?")] == ["polite"]
    assert [kind for kind, _ in chat.spoken("small prick")] == ["polite"]
    page.reload()
    expect(chat.bubbles.last).to_contain_text("small prick")
    assert chat.spoken("") == []
    chat.ask("thank you", "You wrote: thank you")
    assert len(chat.spoken("You wrote: thank you")) == 1
    assert chat.spoken("small prick") == []


def test_a_red_flag_is_announced_once_and_at_once(page):
    chat = Chat(page)
    chat.type("I cannot breathe")
    expect(chat.banner).to_be_visible()
    assert [kind for kind, _ in chat.spoken("could be an emergency")] == ["assertive"]
    chat.ask("ok", "You wrote: ok")
    assert len(chat.spoken("could be an emergency")) == 1


def test_live_regions_are_there_from_the_start_and_empty(page):
    Chat(page, opened=False)
    for role in ("log", "alert"):
        assert page.locator(f"[role={role}]").text_content() == ""


@pytest.mark.parametrize(("width", "height", "text"), [(320, 640, 1), (320, 256, 1), (640, 512, 2), (390, 844, 2)])
def test_nothing_is_cut_off_when_reflowed_or_enlarged(page, width, height, text):
    page.set_viewport_size({"width": width, "height": height})
    chat = Chat(page)
    page.evaluate("size => document.querySelector('needling-chat').style.setProperty('--needling-font-size', size + 'rem')", text)
    page.evaluate(
        """() => { const sheet = new CSSStyleSheet();
        sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }");
        document.querySelector("needling-chat").shadowRoot.adoptedStyleSheets.push(sheet); }"""
    )
    chat.ask("does it hurt?", "small prick")
    wider = page.evaluate(
        """() => [...document.querySelector("needling-chat").shadowRoot.querySelectorAll(".panel, .panel *")]
        .filter(element => element.getClientRects().length && !element.closest(".vh") && !element.closest("svg"))
        .filter(element => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline"
          || element.getBoundingClientRect().right > innerWidth + 1 || element.getBoundingClientRect().left < -1)
        .map(element => element.className || element.tagName)"""
    )
    assert wider == []
    chat.box.scroll_into_view_if_needed()
    expect(chat.box).to_be_in_viewport()


def test_in_forced_colours_nothing_of_the_page_shows_through_and_every_control_has_an_edge(page):
    page.emulate_media(forced_colors="active")
    chat = Chat(page)
    chat.ask("does it hurt?", "small prick")
    assert chat.panel.evaluate("one => getComputedStyle(one).backgroundColor") in ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    edges = page.locator(".panel button:visible, .panel textarea:visible").evaluate_all(
        "all => all.map(one => [parseFloat(getComputedStyle(one).borderTopWidth), getComputedStyle(one).borderTopColor])"
    )
    assert len(edges) > 5 and [edge for edge in edges if edge[0] < 1 or edge[1] == "rgba(0, 0, 0, 0)"] == []


def test_targets_are_large_enough(page):
    chat = Chat(page)
    chat.ask("does it hurt?", "small prick")
    page.get_by_role("button", name="Menu").click()
    sizes = page.locator(".root button:visible, .root summary:visible").evaluate_all(
        "all => all.map(one => [one.getBoundingClientRect().width, one.getBoundingClientRect().height])"
    )
    assert len(sizes) > 10 and min(min(size) for size in sizes) >= 24


@pytest.mark.parametrize("rtl", [False, True])
def test_the_chat_opens_on_the_side_where_lines_end(page, fake, rtl):
    fake.attributes = ' dir="rtl"' if rtl else ""
    chat = Chat(page)
    middle = chat.panel.bounding_box()["x"] + chat.panel.bounding_box()["width"] / 2
    assert (middle < 640) is rtl
    chat.ask("hello", "You wrote")
    mine, bot = chat.bubbles.nth(1).bounding_box(), chat.bubbles.nth(2).bounding_box()
    assert (mine["x"] < bot["x"]) is rtl
