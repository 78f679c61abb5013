"""What a message is while the call-back form asks: the value asked for, a stop, a clear question, or a word that only goes on.

Warning signs are looked for before, and end the form. What is taken for a value goes to the table of requests; a question of a patient
must not get there, nor a name be taken for a question: "Dawn Price" and "Will Sharp" are names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.call_backs.values import TOPICS, contact_in, tells_when
from assistant.understanding.decision import CALL_BACK, FAQ, OPEN_NOW, Decision, topic_of

VALUE, CANCEL, QUESTION, AGAIN = "value", "cancel", "question", "again"
SKIP = "Skip"  # after the topics to choose from
CLEAR = 0.6  # confidence from which what is asked counts as clear

POLITE = (
    r"(?:please|pls|plz|thanks|thank you|ok|okay|oh|no|nah|sorry|actually|just|hmm|um|wait|well|i want to|i'd like to|can we|let's|lets)"
)
NOT_WANTED = r"(?:this|that|it|to|a call(?: ?back)?|any(?:one|body) to (?:call|ring)(?: me)?)"
OF_IT = rf"(?:this|that|it|all|the (?:form|call|call ?back|request)|my request|a call(?: ?back)?|call ?back|now|then|{POLITE})"
STOP = re.compile(
    rf"(?:{POLITE}[\s,.]*)*(?:cancel|stop|quit|exit|abort|end|never\s?mind|nvm|forget (?:it|that|about it)|leave it|drop it|"
    r"don't bother|do not bother|dont bother|not now|not any ?more|no,? thanks?(?: you)?|no need|(?:i(?:'ve| have|ve)? )?changed my mind|"
    rf"(?:i )?(?:don't|dont|do not|no longer) (?:want|need) {NOT_WANTED})(?:[\s,.]+{OF_IT})*[\s.!]*",
    re.IGNORECASE,
)
NO = re.compile(r"(?:no|nope|nah|none|nothing|not really|n)[\s.!]*", re.IGNORECASE)
NO_THANKS = re.compile(r"no,? thanks?(?: you)?[\s.!]*", re.IGNORECASE)
GO_ON = re.compile(
    r"(?:(?:yes|yeah|yep|yup|ok|okay|k|sure|fine|go on|go ahead|continue|carry on|resume|please|i agree|agreed|alright|all right|right|"
    r"i do|hi|hello|hey|help|start|next|back)[\s,.!]*)+",
    re.IGNORECASE,
)
ASKS_WHAT = re.compile(
    r"(?:(?:and|but|so|ok|wait|sorry|also|first|before that|quick question|one question|question)[\s,:]+)*"
    r"(?:(?P<word>what|what's|whats|when|where|who|whose|why|which|how|how's|hows)\b|"
    r"(?:is|are|am|was|do|does|did|can|could|will|would|should|shall|may|might|has|have)(?:n't|nt| not)?\s+"
    r"(?:it|i|you|u|we|they|he|she|there|this|that|the|a|an|my|your|dry|needling|someone|somebody|anyone|anybody|people)\b|"
    r"(?:tell me|i want to know|i'd like to know|do you know|any idea)\b)",
    re.IGNORECASE,
)
# A good time may be put as a question: "can you ring at 4?", "is Tuesday ok?", "what about the morning"
PROPOSES = re.compile(
    r"(?:what|how) about\b|\b(?:ok|okay|fine|good|possible|convenient|alright|all right|do|suit)\W*$|"
    r"\b(?:can|could|will|would)\b.*\b(?:call|ring|phone|try|e-?mail|reach|contact)\b",
    re.IGNORECASE,
)


class Reading(NamedTuple):
    """What a message is; `topic` is that of the clinic's list where one was asked for, and empty where it was passed over."""

    kind: str
    topic: str = ""


def read(text: str, asked: str, decisions: Sequence[Decision]) -> Reading:
    """What a message is while the form asks.

    Args:
        text: as it was typed.
        asked: the field that was asked for: `name`, `contact`, `time` or `topic`.
        decisions: what would be decided on the message, or on each question in it, outside the form.
    """
    bare = " ".join(text.split())
    if asked == "topic" and (topic := _chosen(bare)) is not None:
        return Reading(VALUE, topic)
    if STOP.fullmatch(bare) or (asked == "name" and NO.fullmatch(bare)):
        return Reading(CANCEL)
    if GO_ON.fullmatch(bare):
        return Reading(AGAIN)
    if _is_question(bare, asked, decisions):
        return Reading(QUESTION)
    asked_again = any(decision.intent == CALL_BACK and decision.confidence >= CLEAR for decision in decisions)
    if asked_again and not (asked == "contact" and contact_in(bare, None)) and not (asked == "time" and tells_when(bare)):
        return Reading(AGAIN)
    return Reading(VALUE, _meant(decisions) if asked == "topic" else "")


def _is_question(text: str, asked: str, decisions: Sequence[Decision]) -> bool:
    clear = any(decision.intent in (FAQ, OPEN_NOW) and decision.confidence >= CLEAR for decision in decisions)
    if not clear or (asked == "contact" and contact_in(text, None)):
        return False
    if asked == "time" and tells_when(text) and PROPOSES.search(text):
        return False
    begins = ASKS_WHAT.match(text)
    if begins and begins["word"] and not text.endswith("?"):
        # "How Chen" may be a name; nobody asks in two words with capitals.
        return len(text.split()) > 2 or text == text.lower()
    return bool(begins) or (text.endswith("?") and asked != "time") or (text.endswith("?") and not tells_when(text))


def _chosen(text: str) -> str | None:
    """The topic chosen from the list by its place or its title; empty where it is passed over, None where nothing is chosen."""
    word = text.lower().strip(" .!)")
    if word in (SKIP.lower(), str(len(TOPICS) + 1)) or NO.fullmatch(text) or NO_THANKS.fullmatch(text):
        return ""
    for number, (topic, title) in enumerate(TOPICS.items(), start=1):
        if word in (str(number), topic, title.lower()):
            return topic
    return None


def _meant(decisions: Sequence[Decision]) -> str:
    """The topic of the list that free words come nearest to; the words themselves are not kept."""
    topics = {topic_of(decision) for decision in decisions} - {None}
    if topics & {"booking", "hours_location"}:
        return "booking"
    if topics & {"price", "insurance_referral"}:
        return "prices"
    return "treatment" if topics - {"talk_to_person", "privacy_about_bot"} else "other"
