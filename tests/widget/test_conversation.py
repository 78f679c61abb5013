"""A conversation that survives whatever happens to the page, the network and the server, and loses nothing typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .chat import Chat
from .fake_server import STRICT, WIDGET, reply, serve

HOSTILE = {
    "markup": "<img src=x onerror=alert(1)><b>bold</b>&amp;",
    "script": "</script><script>document.title='taken'</script>",
    "rtl": "\u202eevil \u0645\u0631\u062d\u0628\u0627 (text)",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f3f4 ok",
    "long": "a" * 180,
    "link": "javascript:alert(1) data:text/html,x [a](javascript:b)",
}


def test_texts_of_the_patient_and_the_server_stay_texts(page, fake):
    chat = Chat(page)
    for name, text in HOSTILE.items():
        fake.replies[text.lower()] = reply(
            f"Reply {text}",
            topics=["a"],
            sources=[{"id": "S1", "title": text}],
            reviewed=text,
            buttons=[{"title": text, "payload": text}],
        )
        chat.ask(text, f"Reply {text}")
        assert chat.mine.last.text_content() == text, name
        expect(page.locator(".choices button:visible")).to_have_text([text])
    tags = page.evaluate(
        "[...new Set([...document.querySelector('needling-chat').shadowRoot.querySelectorAll('ol *')].map(e => e.localName))]"
    )
    assert not {"img", "b", "script", "a"} & set(tags)
    assert page.title() == "Bare"


def test_a_reply_of_another_shape_breaks_nothing(page, fake):
    fake.replies |= {"0": {}, "1": {"text": 5, "buttons": "no", "sources": [None], "topics": {}}, "2": None, "3": "text"}
    chat = Chat(page)
    for text in "0123":
        chat.type(text)
    chat.ask("and now", "You wrote: and now")


def test_a_reload_keeps_the_conversation_and_the_draft(page):
    chat = Chat(page)
    chat.ask("does it hurt?", "small prick")
    chat.box.fill("and what if")
    page.reload()
    expect(chat.panel).to_be_visible()
    expect(chat.mine).to_have_text(["does it hurt?"])
    expect(chat.bubbles.last).to_contain_text("small prick")
    expect(chat.box).to_have_value("and what if")


def test_a_second_tab_shows_the_same_conversation_and_keeps_in_step(page, context):
    first = Chat(page)
    first.ask("does it hurt?", "small prick")
    second = Chat(context.new_page())
    expect(second.mine).to_have_text(["does it hurt?"])
    second.ask("thanks", "You wrote: thanks")
    expect(first.mine).to_have_text(["does it hurt?", "thanks"])
    first.menu("Forget this chat")
    first.page.get_by_role("button", name="Forget it").click()
    expect(second.mine).to_have_count(0)


def test_without_a_network_messages_wait_and_are_sent_once(page, context, fake):
    chat = Chat(page)
    chat.ask("hello", "You wrote: hello")
    context.set_offline(True)
    chat.type("one")
    chat.type("two")
    expect(chat.status).to_contain_text("offline")
    expect(page.get_by_text("Not sent yet")).to_have_count(2)
    context.set_offline(False)
    expect(chat.bubbles.last).to_contain_text("You wrote: two")
    expect(chat.mine).to_have_text(["hello", "one", "two"])
    assert fake.answered == ["hello", "one", "two"]


def test_a_lost_answer_is_asked_for_again_with_the_same_id(page, fake):
    chat = Chat(page)
    fake.lose_answers = 3  # Chromium itself sends once more on a connection that was closed
    chat.type("hello")
    expect(chat.status).to_contain_text("cannot be reached")
    expect(chat.bubbles.last).to_contain_text("You wrote: hello")
    sent = fake.requests("POST", "/messages")
    assert len(sent) > 1 and len({body["id"] for body in sent}) == 1
    assert fake.answered == ["hello"]


def test_a_message_that_waits_survives_a_reload_and_is_shown_once(page, fake):
    chat = Chat(page)
    fake.lose_answers = 100
    chat.type("does it hurt?")
    expect(chat.status).to_contain_text("cannot be reached")
    fake.lose_answers = 0
    page.reload()
    expect(chat.bubbles.last).to_contain_text("small prick")
    expect(chat.mine).to_have_text(["does it hurt?"])
    assert fake.answered == ["does it hurt?"]


def test_a_server_that_is_down_is_named_and_its_return_noticed(page, fake):
    fake.down = True
    chat = Chat(page)
    chat.type("hello")
    expect(chat.status).to_contain_text("cannot be reached")
    fake.down = False
    page.get_by_role("button", name="Try now").click()
    expect(chat.bubbles.last).to_contain_text("You wrote: hello")
    expect(page.get_by_text("Not sent yet")).to_have_count(0)


def test_an_expired_session_is_named_and_what_was_typed_is_sent_in_a_new_one(page, fake):
    chat = Chat(page)
    chat.ask("hello", "You wrote: hello")
    fake.sessions.clear()
    chat.ask("still here?", "You wrote: still here?")
    expect(page.locator(".note")).to_contain_text("The earlier chat has ended, and this is a new one.")
    assert fake.answered == ["hello", "still here?"]
    fake.sessions.clear()
    page.reload()
    expect(page.locator(".note")).to_have_text("The earlier chat has ended. This is a new one.")
    chat.ask("again", "You wrote: again")


def test_too_many_messages_wait_for_as_long_as_the_server_says(page, fake):
    chat = Chat(page)
    fake.failures = [(429, {"Retry-After": "2"})]
    chat.type("hello")
    expect(chat.status).to_contain_text("in about 2 seconds")
    assert fake.answered == []
    expect(chat.bubbles.last).to_contain_text("You wrote: hello")
    assert fake.answered == ["hello"]


def test_a_message_that_is_refused_goes_back_into_the_box(page, fake):
    chat = Chat(page)
    fake.failures = [(413, {})]
    chat.type("hello")
    expect(page.locator(".failed")).to_contain_text("This could not be sent. It was too-large.")
    page.get_by_role("button", name="Edit it").click()
    expect(chat.box).to_have_value("hello")
    chat.ask("hello", "You wrote: hello")


def test_while_an_answer_is_awaited_the_chat_says_so(page, fake):
    fake.delay = 0.3
    chat = Chat(page)
    chat.type("hello")
    expect(page.locator(".typing")).to_be_visible()
    expect(chat.bubbles.last).to_contain_text("You wrote: hello")
    expect(page.locator(".typing")).to_have_count(0)


def test_a_red_flag_stays_above_the_box_until_it_is_dismissed(page):
    chat = Chat(page)
    chat.type("I cannot breathe")
    expect(chat.banner).to_contain_text("This could be an emergency.")
    assert chat.banner.locator(".call").evaluate_all("all => all.map(a => a.getAttribute('href'))") == ["tel:999", "tel:+442079460018"]
    chat.ask("ok", "You wrote: ok")
    expect(chat.banner).to_be_visible()
    page.reload()
    expect(chat.banner).to_be_visible()
    page.get_by_role("button", name="Dismiss").click()
    expect(chat.banner).to_be_hidden()
    page.reload()
    expect(chat.bubbles.last).to_contain_text("You wrote: ok")
    expect(chat.banner).to_be_hidden()


def test_characters_are_counted_near_the_limit_and_none_is_cut(page, fake):
    chat = Chat(page)
    expect(page.get_by_role("heading", name="Example Physiotherapy")).to_be_visible()
    chat.box.fill("a" * 100)
    expect(page.locator("#count")).to_be_empty()
    chat.box.fill("\U0001f600" * 190)
    expect(page.locator("#count")).to_have_text("10 characters left")
    chat.type("a" * 203)
    expect(page.locator("#count")).to_have_text("3 characters too many")
    expect(chat.box).to_have_value("a" * 203)
    assert fake.requests("POST", "/messages") == []


@pytest.mark.parametrize(("press", "helpful"), [("Yes", True), ("No", False)])
def test_feedback_is_sent_once_and_thanked_for(page, fake, press, helpful):
    chat = Chat(page)
    chat.ask("does it hurt?", "small prick")
    expected = {"topic": "pain_during", "helpful": helpful}
    if not helpful:
        page.get_by_role("button", name=press, exact=True).click()
        page.get_by_label("What was missing?").fill("the day after")
        expected["words"] = "the day after"
        press = "Send feedback"
    with page.expect_response("**/feedback"):
        page.get_by_role("button", name=press, exact=True).click()
    expect(page.get_by_text("Thank you. This helps the clinic.")).to_be_focused()
    assert fake.requests("POST", "/feedback") == [expected]


def test_whom_an_answer_did_not_help_is_offered_a_person(page, fake):
    chat = Chat(page)
    chat.ask("does it hurt?", "small prick")
    expect(page.get_by_role("button", name="Talk to a person")).to_have_count(0)
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_role("button", name="Send feedback").click()
    page.get_by_role("button", name="Talk to a person").click()
    expect(page.get_by_text("You wrote: Talk to a person", exact=True)).to_be_visible()


def test_a_rating_begun_and_left_is_not_lost(page, fake):
    chat = Chat(page)
    chat.ask("does it hurt?", "small prick")
    page.get_by_role("button", name="No", exact=True).click()
    with page.expect_response("**/feedback"):
        chat.type("hello")
    assert fake.requests("POST", "/feedback") == [{"topic": "pain_during", "helpful": False}]


def test_forgetting_asks_first_and_leaves_nothing(page, fake):
    chat = Chat(page)
    chat.ask("does it hurt?", "small prick")
    chat.menu("Forget this chat")
    page.get_by_role("button", name="Keep this chat").click()
    expect(chat.mine).to_have_count(1)
    chat.menu("Forget this chat")
    page.get_by_role("button", name="Forget it").click()
    expect(page.get_by_text("The chat is forgotten.").last).to_be_visible()
    expect(chat.mine).to_have_count(0)
    assert fake.sessions == {}
    assert not [key for key in page.evaluate("Object.keys(localStorage)") if key.endswith(("token", "queue", "draft", "banner", "last"))]
    chat.ask("hello", "You wrote: hello")


def test_what_cannot_be_forgotten_is_said_and_kept(page, fake):
    chat = Chat(page)
    chat.ask("hello", "You wrote: hello")
    fake.down = True
    chat.menu("Forget this chat")
    page.get_by_role("button", name="Forget it").click()
    expect(page.locator(".note")).to_have_text("That could not be done yet. Please try again in a moment.")
    expect(chat.mine).to_have_count(1)


def test_starting_over_begins_another_session(page, fake):
    chat = Chat(page)
    chat.ask("hello", "You wrote: hello")
    chat.menu("Start over")
    page.get_by_role("button", name="Start a new chat").click()
    expect(chat.mine).to_have_count(0)
    assert len(fake.sessions) == 2


def test_the_chat_can_be_copied_downloaded_and_timed(page):
    chat = Chat(page)
    chat.ask("hello", "You wrote: hello")
    chat.menu("Copy this chat")
    expect(chat.status).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "You: hello\nBot: You wrote: hello" in copied
    with page.expect_download() as download:
        chat.menu("Download this chat")
    assert download.value.path().read_text() == copied
    expect(page.locator("time").first).to_be_hidden()
    chat.menu("Show times")
    expect(page.locator("time").first).to_be_visible()
    page.reload()
    expect(page.locator("time").first).to_be_visible()


def test_an_answer_that_comes_while_the_chat_is_closed_is_counted(page, fake):
    fake.delay = 0.3
    chat = Chat(page)
    chat.type("hello")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Ask a question 1 new")).to_be_visible()


def test_the_greeting_says_what_it_is_and_starters_ask(page):
    chat = Chat(page)
    expect(chat.bubbles.first).to_contain_text("I am a bot, not a person.")
    expect(chat.bubbles.first).to_contain_text("not medical advice")
    expect(page.locator(".choices button")).to_have_count(3)
    page.get_by_role("button", name="Does it hurt?").click()
    expect(chat.bubbles.last).to_contain_text("small prick")


def test_a_chat_that_was_closed_stays_closed_on_the_next_page(page, fake):
    fake.attributes = " open"
    chat = Chat(page, opened=False)
    page.get_by_role("button", name="Close the chat").click()
    page.reload()
    expect(chat.launcher).to_be_visible()
    expect(chat.panel).to_be_hidden()


def test_settings_are_attributes(page, fake):
    fake.attributes = ' title="Ask us" greeting="Good day." position="left" avatar="/widget/logo.svg" open'
    chat = Chat(page, opened=False)
    expect(page.get_by_role("dialog", name="Ask us")).to_be_visible()
    expect(chat.bubbles.first).to_contain_text("Good day.")
    expect(page.locator(".avatar img")).to_be_visible()
    assert chat.panel.bounding_box()["x"] < 100
    page.evaluate("document.querySelector('needling-chat').removeAttribute('open')")
    expect(chat.panel).to_be_hidden()


LOOK = {"name": "Elm Physiotherapy", "phone": "01632 960018", "emergency_number": "112", "title": "Ask Elm"}
LOOK |= {"greeting": "Welcome to Elm.", "position": "left", "colour": "#7a1f5c", "background": "#fff4e0", "avatar": "/widget/logo.svg"}
# The colours of the launcher and of the panel in every frame from the first in which they are there
FRAMES = """window.frames = []; (function look() {
  const root = document.querySelector("needling-chat")?.shadowRoot;
  const parts = root ? [...root.querySelectorAll(".launcher, .panel")] : [];
  if (parts.length) frames.push(parts.map(part => getComputedStyle(part).backgroundColor) + "");
  requestAnimationFrame(look);
})()"""


def test_a_clinic_sets_the_look_which_is_there_in_the_first_frame_and_before_anything_is_asked(page, context, fake):
    fake.clinic = LOOK
    context.add_init_script(FRAMES)
    chat = Chat(page, opened=False)
    expect(chat.launcher).to_be_visible()
    page.wait_for_function("frames.length > 5")
    assert page.evaluate("[...new Set(frames)]") == ["rgb(122, 31, 92),rgb(255, 244, 224)"]
    assert chat.launcher.bounding_box()["x"] < 100
    expect(page.locator("#title")).to_have_text("Ask Elm")
    expect(chat.bubbles.first).to_contain_text("Welcome to Elm.I am a bot, not a person.")
    expect(chat.bubbles.first).to_contain_text("call 112")
    assert page.locator(".avatar img").get_attribute("src") == "/widget/logo.svg"
    assert fake.seen == []


def test_an_attribute_counts_more_than_clinic_yml_and_a_style_sheet_more_than_both(page, fake):
    fake.clinic = LOOK
    fake.attributes = ' title="Ask us" greeting="Good day." position="right" colour="#123456" background="nonsense}" avatar="/a.svg"'
    fake.css = "needling-chat { --needling-background: #e0ffe0 }"
    chat = Chat(page)
    expect(page.get_by_role("dialog", name="Ask us")).to_be_visible()
    expect(chat.bubbles.first).to_contain_text("Good day.")
    assert chat.panel.bounding_box()["x"] > 640
    assert page.locator(".avatar img").get_attribute("src") == "/a.svg"
    colours = ".header, .panel"
    shown = page.locator(colours).evaluate_all("all => all.map(one => getComputedStyle(one).backgroundColor)")
    assert sorted(shown) == ["rgb(18, 52, 86)", "rgb(224, 255, 224)"]


def test_a_clinic_whose_server_is_away_is_named_with_its_phone_number_to_press(page, fake):
    fake.clinic = LOOK
    fake.down = True
    chat = Chat(page)
    chat.type("hello")
    expect(chat.status).to_contain_text("cannot be reached")
    assert chat.status.get_by_role("link", name="01632 960018").get_attribute("href") == "tel:01632960018"


def test_the_tag_alone_brings_the_chat_to_a_site_of_another_origin(page, fake):
    other, url = serve()
    other.fake.clinic = LOOK
    fake.hosts = (url,)
    fake.script = url
    fake.policy = f"default-src 'self'; script-src {url}; connect-src {url}; style-src 'self'"
    chat = Chat(page)
    chat.ask("does it hurt?", "small prick")
    expect(page.locator("#title")).to_have_text("Ask Elm")
    assert fake.seen == [] and len(other.fake.sessions) == 1
    other.shutdown()


WEIRD = """
html { font-size: 62.5% }
body { text-transform: uppercase; letter-spacing: .5em; line-height: 3; text-align: center; color: red; word-break: break-all }
* { position: relative; float: left; margin: 3em; padding: 2em; border: 5px solid red; width: 50px; max-width: 50px }
* { font: 40px cursive; letter-spacing: 1em; text-transform: uppercase; color: red; line-height: 1; text-indent: 3em; white-space: pre }
button, textarea, p, h2, ol, li, a, svg { display: none !important }
:focus { outline: none !important }
"""


def test_the_style_of_a_page_does_not_reach_into_the_chat(page, fake):
    looks = []
    for css in ("", WEIRD):
        fake.css = css
        chat = Chat(page, opened=False)
        closed = chat.launcher.bounding_box()
        chat.open()
        expect(page.locator("#title")).to_have_text("Example Physiotherapy")
        parts = chat.panel.locator("h2, p, textarea, button, li").evaluate_all(
            """all => all.map(one => { const { x, y, width, height } = one.getBoundingClientRect(), style = getComputedStyle(one);
            return [x, y, width, height, style.font, style.color, style.letterSpacing, style.textTransform].join(" "); })"""
        )
        looks.append((closed, chat.panel.bounding_box(), parts))
        page.evaluate("sessionStorage.clear(); localStorage.clear()")
    page.reload()
    assert len(looks[0][2]) > 10
    assert looks[0] == looks[1]


def test_two_chats_on_one_page_share_the_conversation_and_each_keeps_its_focus(page, fake):
    fake.attributes = ' position="left"></needling-chat><needling-chat position="right"'
    page.goto("/bare")
    left, right = page.locator("needling-chat").all()
    left.locator(".launcher").press("Enter")
    expect(left.locator("#question")).to_be_focused()
    left.locator("#question").fill("hello")
    left.locator("#question").press("Enter")
    expect(left.locator(".bubble").last).to_contain_text("You wrote: hello")
    right.locator(".launcher").press("Enter")
    expect(right.locator("#question")).to_be_focused()
    expect(right.locator(".bubble").last).to_contain_text("You wrote: hello")
    right.locator("#question").press("Escape")
    expect(right.locator(".launcher")).to_be_focused()
    expect(left.locator(".panel")).to_be_visible()
    assert fake.answered == ["hello"] and len(fake.sessions) == 1


def test_nothing_is_asked_of_the_server_before_the_chat_is_opened(page, fake):
    chat = Chat(page, opened=False)
    expect(chat.launcher).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert fake.seen == []


def test_storage_that_the_browser_forbids_costs_only_the_memory(page, context):
    context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no') } })")
    chat = Chat(page)
    chat.ask("does it hurt?", "small prick")


def test_a_strict_policy_is_not_violated(page, fake):
    fake.policy = STRICT
    chat = Chat(page)
    chat.ask("does it hurt?", "small prick")
    chat.type("I cannot breathe")
    expect(chat.banner).to_be_visible()
    assert chat.panel.evaluate("one => getComputedStyle(one).display") == "flex"
    assert page.evaluate("window.violations") == []


def test_a_policy_that_forbids_is_noticed_by_these_tests(page, fake, faults):
    fake.policy = "default-src 'self'"
    page.goto("/bare")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    page.wait_for_function("window.violations.length")
    page.evaluate("window.violations.length = 0")
    assert [fault for fault in faults if "Content Security Policy" in fault]
    faults.clear()


@pytest.mark.parametrize("path", ["/", "/widget/setup.html"])
def test_the_pages_work_under_a_policy_without_inline_code(page, path):
    page.goto(path)
    expect(page.locator(".launcher")).to_be_attached()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.violations") == []


def test_the_button_of_the_demo_page_opens_the_chat(page):
    chat = Chat(page, "/", opened=False)
    page.get_by_role("button", name="Ask about dry needling").click()
    expect(chat.panel).to_be_visible()
    assert chat.focused() == "question"


def test_the_tag_on_the_setup_page_follows_the_form(page):
    page.goto("/widget/setup.html")
    page.get_by_label("Title").fill('Ask "us" <now>')
    page.get_by_role("combobox", name="Corner").select_option("left")
    expect(page.locator("#tag")).to_contain_text('title="Ask &quot;us&quot; &lt;now>"')
    expect(page.locator("#tag")).to_contain_text('position="left"')
    page.get_by_role("button", name="Copy the tag").click()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#tag").text_content()
    expect(page.get_by_role("dialog")).to_have_accessible_name('Ask "us" <now>')


def test_no_module_names_another_host():
    for path in WIDGET.glob("*.js"):
        assert "://" not in path.read_text().replace("http://www.w3.org/", "").replace("https?://", "").replace("https?:\\/\\/", "")


@pytest.mark.parametrize(("item", "press"), [("Forget this chat", "Forget it"), ("Start over", "Start a new chat")])
def test_an_answer_on_its_way_does_not_bring_a_chat_back(page, fake, item, press):
    fake.delay = 1
    chat = Chat(page)
    with page.expect_request("**/messages"):
        chat.type("hello")
    with page.expect_response("**/messages"):
        chat.menu(item)
        page.get_by_role("button", name=press).click()
        expect(page.locator(".note")).to_be_visible()
        assert fake.answered == []
    fake.delay = 0
    chat.ask("again", "You wrote: again")
    expect(chat.mine).to_have_text(["again"])
    texts = [[turn["message"] for turn in session["turns"]] for session in fake.sessions.values()]
    assert ["again"] in texts and fake.answered.count("hello") == 1


def test_the_assistant_may_run_on_another_origin(page, fake):
    other, url = serve()
    fake.hosts = (url,)
    fake.policy = f"default-src 'self'; connect-src {url}"
    fake.attributes = f' server="{url}/"'
    other.fake.failures = [(429, {"Retry-After": "1"})]
    chat = Chat(page)
    chat.type("hello")
    expect(chat.status).to_contain_text("in about 1 seconds")
    expect(chat.bubbles.last).to_contain_text("You wrote: hello")
    chat.menu("Forget this chat")
    page.get_by_role("button", name="Forget it").click()
    expect(chat.mine).to_have_count(0)
    assert fake.seen == [] and other.fake.sessions == {}
    other.shutdown()


def test_texts_in_another_language_than_the_page_say_so(page):
    Chat(page, opened=False)
    page.evaluate("document.documentElement.lang = 'de_DE'; document.querySelector('needling-chat').remove()")
    page.evaluate("document.body.append(document.createElement('needling-chat'))")
    expect(page.locator(".root")).to_have_attribute("lang", "en")
    Chat(page, "/bare").ask("does it hurt?", "Checked on")


def test_a_message_of_a_tab_that_cannot_send_is_sent_by_another_and_shown_in_both(page, context, fake):
    page.clock.install()
    first, second = Chat(page), Chat(context.new_page())
    second.page.route("**/messages", lambda route: route.abort())
    second.type("hello")
    expect(second.status).to_contain_text("cannot be reached")
    first.page.clock.fast_forward(6000)
    for chat in (first, second):
        expect(chat.bubbles.last).to_contain_text("You wrote: hello")
        expect(chat.mine).to_have_text(["hello"])
    assert fake.answered == ["hello"]
    assert len(second.spoken("You wrote: hello")) == 1
