"""A browser, the fake server, and pages that note whatever must not happen."""

from __future__ import annotations

import pytest
from playwright.sync_api import sync_playwright

from . import measured
from .chromium import path
from .fake_server import Fake, serve

SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
# Counts what is added to each live region, from before the page's own scripts run; notes what a policy forbids.
WATCH = """
window.spoken = []; window.violations = [];
document.addEventListener("securitypolicyviolation", event => violations.push(event.violatedDirective + " " + event.blockedURI));
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  const root = attach.call(this, options);
  new MutationObserver(records => {
    for (const record of records) for (const node of record.addedNodes) {
      const live = record.target.closest?.("[aria-live]");
      if (live && node.textContent) spoken.push([live.getAttribute("aria-live"), node.textContent]);
    }
  }).observe(root, { childList: true, subtree: true });
  return root;
};
"""


def pytest_terminal_summary(terminalreporter):
    if measured.sizes:
        terminalreporter.write_line(f"The widget is {sum(measured.sizes.values()):,} bytes gzipped: {measured.sizes}.")
    if measured.axe["runs"]:
        terminalreporter.write_line(
            "axe looked at {runs} states of it, light and dark, desktop and phone: {passed:,} rules passed, {violations} violated.".format(
                **measured.axe
            )
        )


@pytest.fixture(scope="module")  # while it is open, no test in this thread can run an event loop of its own
def browser():
    found = path()
    if not found:
        pytest.skip("there is no Chromium; scripts/browser says why")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server():
    server, url = serve()
    yield server, url
    server.shutdown()


@pytest.fixture
def fake(server):
    server[0].fake = Fake()
    return server[0].fake


class Faults(list):
    """What went wrong on any page; a test takes away what it means to happen."""


@pytest.fixture
def faults():
    return Faults()


@pytest.fixture
def context(browser, server, fake, faults, request):
    wanted = getattr(request, "param", {})
    context = browser.new_context(
        base_url=server[1],
        viewport=SIZES[wanted.get("size", "desktop")],
        color_scheme=wanted.get("scheme", "light"),
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(5000)
    context.add_init_script(WATCH)

    def console(message):
        # The browser itself logs each refused or failed request
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            faults.append(message.text)

    def asked(made):
        if not made.url.startswith((server[1], "blob:", *fake.hosts)):
            faults.append(f"request to another host: {made.url}")

    context.on("console", console)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("request", asked)
    yield context
    for page in context.pages:
        faults.extend(page.evaluate("window.violations ?? []"))
    context.close()
    assert not faults


@pytest.fixture
def page(context):
    return context.new_page()
