"""Patients for locust, in an environment of its own: nothing of the project can be imported here."""

from __future__ import annotations

import os
import random
from contextlib import contextmanager

from locust import HttpUser, between, task
from locust.exception import RescheduleTask

CHANNEL = "/webhooks/website"
QUESTIONS = [
    "does it hurt",
    "how long does that last",
    "what does a session cost",
    "my neck is stiff, does it help",
    "and how many sessions",
    "is it the same as acupuncture",
    "can i go running afterwards",
    "i take {number} mg of aspirin, can i have it",
    "who won the match on day {number}",
    "i have had pain in my heel for {number} weeks",
    "thank you",
]
EMERGENCY = "i had needling on my back {number} hours ago and now it hurts to breathe in"


class Patient(HttpUser):
    """Asks, tells of emergencies, reads back, makes mistakes, leaves, or wants to be forgotten."""

    wait_time = between(0.2, 0.8)
    token = ""

    def on_start(self) -> None:
        """Begin a session."""
        with self.request("POST", "/session", 201, {}, signed=False) as answer:
            self.token = answer["session"]["token"]

    @task(40)
    def asks(self) -> None:
        """A question; half of them have words that nobody wrote before."""
        self.say(random.choice(QUESTIONS), "message")

    @task(3)
    def tells_of_an_emergency(self) -> None:
        """What must be answered with a safety text."""
        self.say(EMERGENCY, "emergency", kind="red_flag")

    @task(3)
    def reads_back(self) -> None:
        """The history of the conversation."""
        with self.request("GET", "/history", 200):
            pass

    @task(2)
    def sends_what_is_no_message(self) -> None:
        """A mistake, which is refused."""
        with self.request("POST", "/messages", 400, {"message": 7}, name="no message"):
            pass

    @task(4)
    def leaves(self) -> None:
        """Somebody else comes."""
        self.on_start()

    @task(1)
    def wants_to_be_forgotten(self) -> None:
        """Deletes the conversation, and begins another."""
        with self.request("DELETE", "/session", 204, name="forget"):
            pass
        self.on_start()

    def say(self, text: str, name: str, kind: str = "") -> None:
        """A message, under an id of its own."""
        body = {"message": text.format(number=random.randrange(10_000)), "id": os.urandom(8).hex()}
        with self.request("POST", "/messages", 200, body, name) as answer:
            kinds = {message["kind"] for message in answer["messages"]}
            if not kinds or "Something went wrong" in str(answer) or (kind and kind not in kinds):
                raise ValueError(f"answered with {kinds}")

    @contextmanager
    def request(self, method: str, path: str, status: int, body: dict | None = None, name: str = "", signed: bool = True):
        """A request; another status than this one, or anything raised in the block, counts as an error."""
        headers = {"Authorization": f"Bearer {self.token}"} if signed else {}
        with self.client.request(
            method, CHANNEL + path, json=body, headers=headers, name=name or path[1:], catch_response=True
        ) as response:
            if response.status_code != status:
                response.failure(f"status {response.status_code} instead of {status}")
                raise RescheduleTask  # the next thing a patient does is done
            response.success()
            try:
                yield response.json() if response.content else {}
            except (ValueError, KeyError) as error:
                response.failure(str(error))
