"""What a reply is read into, asked of the module itself."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def module(browser, server):
    page = browser.new_page()
    page.goto(f"{server[1]}/widget/demo.css")  # any page of the same origin
    yield page.evaluate_handle("import('/widget/reply.js')")
    page.close()


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://clinic.example/book. Or (http://a.example/x)", ["https://clinic.example/book", "http://a.example/x"]),
        ("javascript:alert(1) data:text/html,x [a](javascript:b) //a.example", []),
        ("Write to hello@clinic.example.", ["mailto:hello@clinic.example"]),
        ("Call +44 20 7946 0018.", ["tel:+442079460018"]),
        ("Call (020) 7946 0018 or 020-7946-0018", ["tel:02079460018", "tel:02079460018"]),
        ("Call 112 now, or talk to them on 116 123.", ["tel:112", "tel:116123"]),
        ("In danger, 999 helps", ["tel:999"]),
        ("Price 1999 or 9990", []),
        ("Checked on 2026-11-22, from 2019-2021, 3 in 100, 10 to 15 minutes, £60, 08:00-19:00", []),
    ],
)
def test_addresses_and_numbers_to_call_become_links(module, text, links):
    lines = module.evaluate("({ linesOf }, text) => linesOf(text, ['999', '+44 20 7946 0018', 'your local number'])", text)
    assert [span["href"] for line in lines for span in line["spans"] if "href" in span] == links
    assert "".join(span["text"] for line in lines for span in line["spans"]) == text


def test_lines_and_items_are_told_apart(module):
    lines = module.evaluate("({ linesOf }) => linesOf('One\\n\\n- two\\n• three\\n-four')")
    assert [(line["item"], line["spans"][0]["text"]) for line in lines] == [
        (False, "One"),
        (True, "two"),
        (True, "three"),
        (False, "-four"),
    ]


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("Call 999 now. Do not drive. Wait.", "Call 999 now. Do not drive."),
        ("One only", "One only"),
        ("Costs 3.50 a day. Yes! No.", "Costs 3.50 a day. Yes!"),
        ("", ""),
    ],
)
def test_the_lead_is_two_sentences(module, text, lead):
    found, rest = module.evaluate("({ leadOf }, text) => leadOf(text)", text)
    assert found == lead
    assert f"{found} {rest}".strip() == text
