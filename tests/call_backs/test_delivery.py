"""What sends requests: to a real mail server and a real HTTP receiver."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
import subprocess
import time
from dataclasses import replace

import pytest

from assistant.call_backs import requests
from assistant.call_backs.delivery import senders
from assistant.call_backs.mail import MailServer
from assistant.courier import Courier, DeliveryError
from assistant.privacy.erasure import CHAT, erase
from assistant.storage import outbox
from tests.call_backs.receivers import Mailbox, Receiver, mail_server, only
from tests.servers import free_port

ADDRESS = "desk@clinic.example"
SECRET = "0123456789abcdef" * 2


@pytest.fixture
def send_of(content, monkeypatch):
    """The sender of a kind for a clinic with the given facts and secrets."""

    def made(kind, value, **secrets):
        for name in ("SMTP_URL", "CALL_BACK_WEBHOOK_SECRET"):
            monkeypatch.delenv(name, raising=False)
        for name, secret in secrets.items():
            monkeypatch.setenv(name, secret)
        return senders(replace(content.clinic, facts={**content.clinic.facts, kind: value}))[kind]

    return made


def deliver(send, name, kind="call_back_email"):
    asyncio.run(send(f"{name}:{kind}", {"id": name}))


# --- mail ---


def test_a_mail_says_who_is_to_be_called_and_nothing_of_it_in_its_subject(kept, finish, send_of):
    box = Mailbox()
    name = finish(kept, name="Björk Guðmundsdóttir", time="mornings … not friday", topic="treatment")
    with mail_server(box) as port:
        deliver(send_of("call_back_email", ADDRESS, SMTP_URL=f"smtp://127.0.0.1:{port}"), name)
    (message,) = box.messages
    assert message["To"] == ADDRESS and name in message["Subject"] and "Björk" not in str(message["Subject"])
    assert not set(message["Subject"].lower().split()) & {"treatment", "question", "needling"}
    text = message.get_content()
    for part in ("Björk Guðmundsdóttir", "+44 7700 900123", "mornings … not friday", "A question about treatment"):
        assert part in text
    assert message.get_content_type() == "text/plain"


def test_the_same_request_sent_twice_has_the_same_message_id(kept, finish, send_of):
    box = Mailbox()
    first, second = finish(kept), finish(kept, "another")
    with mail_server(box) as port:
        send = send_of("call_back_email", ADDRESS, SMTP_URL=f"smtp://127.0.0.1:{port}")
        for name in (first, first, second):
            deliver(send, name)
    ids = [message["Message-ID"] for message in box.messages]
    assert ids[0] == ids[1] != ids[2] and first in ids[0]


def test_a_name_cannot_add_a_header(kept, finish, send_of):
    box = Mailbox()
    name = finish(kept, name="Dawn\r\nBcc: everybody@elsewhere.example\r\n\r\n.\r\nMAIL FROM:<x@y.example>")
    with mail_server(box) as port:
        deliver(send_of("call_back_email", ADDRESS, SMTP_URL=f"smtp://127.0.0.1:{port}"), name)
    (message,) = box.messages
    assert message["Bcc"] is None and message["To"] == ADDRESS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for localhost and its key, which nobody trusts but who is told to."""
    folder = tmp_path_factory.mktemp("certificate")
    key, made = folder / "key.pem", folder / "certificate.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key), "-out", str(made), *subject]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


@pytest.fixture
def encrypted(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def test_a_mail_is_handed_in_encrypted_and_with_a_password(kept, finish, send_of, certificate, encrypted, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    box, name = Mailbox(), finish(kept)
    options = {
        "tls_context": encrypted,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": only("desk@clinic.example", "p@ss/word"),
    }
    with mail_server(box, **options) as port:
        deliver(send_of("call_back_email", ADDRESS, SMTP_URL=f"smtp://desk%40clinic.example:p%40ss%2Fword@localhost:{port}"), name)
        wrong = send_of("call_back_email", ADDRESS, SMTP_URL=f"smtp://desk%40clinic.example:wrong@localhost:{port}")
        with pytest.raises(DeliveryError):
            deliver(wrong, name)
    (message,) = box.messages
    assert message["From"] == "desk@clinic.example"


def test_a_certificate_that_nobody_trusts_gets_no_mail(kept, finish, send_of, encrypted):
    box = Mailbox()
    with mail_server(box, tls_context=encrypted) as port, pytest.raises(DeliveryError, match="SSL"):
        deliver(send_of("call_back_email", ADDRESS, SMTP_URL=f"smtp://localhost:{port}"), finish(kept))
    assert box.messages == []


def test_a_server_elsewhere_that_offers_no_encryption_gets_no_mail(kept, finish, send_of, monkeypatch):
    monkeypatch.setattr("assistant.call_backs.mail.THIS_MACHINE", ())
    box = Mailbox()
    with mail_server(box) as port, pytest.raises(DeliveryError):
        deliver(send_of("call_back_email", ADDRESS, SMTP_URL=f"smtp://127.0.0.1:{port}"), finish(kept))
    assert box.messages == []


def test_a_mail_server_that_is_away_or_refuses_is_told_without_anything_of_the_patients(kept, finish, send_of):
    name, box = finish(kept), Mailbox(refusing=1)
    with pytest.raises(DeliveryError) as away:
        deliver(send_of("call_back_email", ADDRESS, SMTP_URL=f"smtp://127.0.0.1:{free_port()}"), name)
    with mail_server(box) as port, pytest.raises(DeliveryError) as refused:
        deliver(send_of("call_back_email", ADDRESS, SMTP_URL=f"smtp://127.0.0.1:{port}"), name)
    assert "451" in str(refused.value)
    assert not [error for error in (away, refused) if "Dawn" in str(error.value) or "7700" in str(error.value)]


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("smtp", "mail.example", 587, "", "")),
        ("smtps://mail.example", MailServer("smtps", "mail.example", 465, "", "")),
        ("smtp://a%40b:c%2Fd@mail.example:2525", MailServer("smtp", "mail.example", 2525, "a@b", "c/d")),
    ],
)
def test_the_address_of_a_mail_server_is_read(url, server):
    assert MailServer.of(url) == server


@pytest.mark.parametrize("url", ["", "mail.example", "http://mail.example", "smtp://", "smtp://user:hunter2@mail.example:port"])
def test_what_is_no_mail_server_ends_the_start_with_the_name_of_the_secret_and_without_the_secret(send_of, url):
    with pytest.raises(SystemExit) as ended:
        send_of("call_back_email", ADDRESS, SMTP_URL=url)
    assert "SMTP_URL" in str(ended.value) and "hunter2" not in str(ended.value)


# --- webhook ---


def test_the_webhook_gets_the_request_signed(kept, finish, send_of):
    name = finish(kept, name="Björk")
    with Receiver() as receiver:
        deliver(send_of("call_back_webhook", receiver.url, CALL_BACK_WEBHOOK_SECRET=SECRET), name, "call_back_webhook")
    (came,) = receiver.taken
    sent = json.loads(came.body)
    assert {key: sent[key] for key in ("id", "name", "contact", "good_time", "topic", "channel")} == {
        "id": name, "name": "Björk", "contact": "+44 7700 900123", "good_time": "after 4", "topic": "prices", "channel": "website",
    }  # fmt: skip
    assert came.path == "/calls" and came.headers["Idempotency-Key"] == f"{name}:call_back_webhook"
    stamp = came.headers["X-Needling-Timestamp"]
    assert int(stamp) == pytest.approx(time.time(), abs=60)
    expected = hmac.new(SECRET.encode(), stamp.encode() + b"." + came.body, hashlib.sha256).hexdigest()
    assert came.headers["X-Needling-Signature"] == f"sha256={expected}"


@pytest.mark.parametrize("status", [302, 400, 401, 404, 500, 503])
def test_an_answer_other_than_success_is_no_delivery(kept, finish, send_of, status):
    with Receiver(status=status) as receiver, pytest.raises(DeliveryError, match=str(status)):
        deliver(send_of("call_back_webhook", receiver.url, CALL_BACK_WEBHOOK_SECRET=SECRET), finish(kept), "call_back_webhook")


def test_a_receiver_that_is_away_is_no_delivery(kept, finish, send_of):
    send = send_of("call_back_webhook", f"http://127.0.0.1:{free_port()}/", CALL_BACK_WEBHOOK_SECRET=SECRET)
    with pytest.raises(DeliveryError, match="not reached"):
        deliver(send, finish(kept), "call_back_webhook")


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_webhook_without_a_secret_ends_the_start_with_its_name(send_of, secret):
    with pytest.raises(SystemExit, match="CALL_BACK_WEBHOOK_SECRET"):
        send_of("call_back_webhook", "https://clinic.example/calls", CALL_BACK_WEBHOOK_SECRET=secret)


# --- both ---


def test_a_clinic_that_wants_neither_needs_no_secret(content):
    assert senders(content.clinic) == {}


def test_a_request_that_was_deleted_in_the_meantime_is_not_sent(kept, finish, send_of):
    box, name = Mailbox(), finish(kept)
    erase(kept, "someone", CHAT)
    with mail_server(box) as port, Receiver() as receiver:
        deliver(send_of("call_back_email", ADDRESS, SMTP_URL=f"smtp://127.0.0.1:{port}"), name)
        deliver(send_of("call_back_webhook", receiver.url, CALL_BACK_WEBHOOK_SECRET=SECRET), name, "call_back_webhook")
    assert box.messages == [] and receiver.attempts == 0


def test_the_courier_sends_by_both_and_tries_the_one_that_failed_again(kept, finish, send_of, monkeypatch):
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.0)
    box = Mailbox(refusing=1)
    name = finish(kept, kinds=requests.KINDS)
    with mail_server(box) as port, Receiver() as receiver:
        courier = Courier(kept)
        courier.sends("call_back_email", send_of("call_back_email", ADDRESS, SMTP_URL=f"smtp://127.0.0.1:{port}"))
        courier.sends("call_back_webhook", send_of("call_back_webhook", receiver.url, CALL_BACK_WEBHOOK_SECRET=SECRET))
        assert asyncio.run(courier.send_due()) == 2
        assert (len(box.messages), receiver.attempts, outbox.waiting(kept)) == (0, 1, {"call_back_email": 1})
        assert asyncio.run(courier.send_due()) == 1
    assert [name in str(message["Message-ID"]) for message in box.messages] == [True]
    assert outbox.waiting(kept) == {}
