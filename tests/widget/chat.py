"""What a patient does with the chat, in words."""

from __future__ import annotations

from playwright.sync_api import Page, expect


class Chat:
    """The widget on a page. Playwright's locators see through the shadow root."""

    def __init__(self, page: Page, path: str = "/bare", opened: bool = True) -> None:
        self.page = page
        page.goto(path)
        self.launcher = page.locator(".launcher")
        self.panel = page.get_by_role("dialog")
        self.box = page.get_by_label("Your question")
        self.bubbles = page.locator(".bubble:not(.typing)")
        self.mine = page.locator(".bubble.me [dir]")
        self.banner = page.get_by_role("region", name="Safety information")
        self.status = page.locator(".status")
        if opened:
            self.open()

    def open(self) -> None:
        self.launcher.click()
        expect(self.panel).to_be_visible()

    def type(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def ask(self, text: str, shown: str) -> None:
        """Sends a text and waits for what the last bubble then shows."""
        self.type(text)
        expect(self.bubbles.last).to_contain_text(shown)

    def menu(self, item: str) -> None:
        self.page.get_by_role("button", name="Menu").click()
        self.page.get_by_role("button", name=item).click()

    def spoken(self, about: str) -> list[list[str]]:
        """What live regions were given that contains a text, each with its politeness."""
        return [said for said in self.page.evaluate("window.spoken") if about in said[1]]

    def focused(self) -> str:
        """The focused element inside the chat, or on the page: its id, label or text."""
        return self.page.evaluate(
            """() => { let at = document.activeElement; while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
            return at.id || at.getAttribute("aria-label") || at.textContent; }"""
        )
