"""What a patient types to see what is kept of them, or to have it deleted: whole messages, so that no question is taken for a command."""

from __future__ import annotations

import re

MY_DATA, FORGET_ME, FORGET_CONFIRMED, FORGET_DECLINED = "my_data", "forget_me", "forget_confirmed", "forget_declined"
COMMANDS = (MY_DATA, FORGET_ME, FORGET_CONFIRMED, FORGET_DECLINED)
LONGEST = 120  # characters

POLITE = (
    r"(?:(?:please|pls|plz|ok|okay|hi|hello|hey|just|now|so|and|bot|can you|could you|will you|would you|i want you to|id like you to|"
    r"i would like you to|i want to|id like to|i would like to|i wish to|you must|you should)\s)*"
)
THANKS = r"(?:\s(?:please|pls|plz|now|right now|thanks|thank you|immediately|at once|completely|permanently|for good|again))*"
ABOUT_ME = r"(?:about|on|of|from) me"
THINGS = (
    r"(?:personal )?(?:data|info|information|details|chats?|chat history|conversations?|messages?|history|records?|transcripts?|chat log)"
    r"(?: and (?:data|info|information|details|chats?|conversations?|messages?|history|records?))?"
)
MINE = rf"(?:(?:all|any|all of|everything in) )?(?:my|this|our|the|these|that)(?: whole| entire)? {THINGS}"
SAID = r"(?:i (?:have )?(?:said|wrote|written|typed|told you|asked|sent(?: you)?)|ive (?:said|written|typed|told you|asked|sent(?: you)?))"
KEPT = r"(?:know|have|hold|keep|store|save|remember|collect|record|kept|stored|saved|recorded|collected|got|remembered|held)"
YOU_KEEP = rf"(?:you (?:have |did )?|youve ){KEPT}"
FORGET = re.compile(
    POLITE + rf"(?:forget (?:all |everything )?(?:about )?me|forget everything(?: {SAID}| {YOU_KEEP} {ABOUT_ME})?|"
    rf"forget (?:what|all|everything|anything) (?:{SAID}|{YOU_KEEP} {ABOUT_ME})|"
    rf"(?:forget|delete|erase|remove|wipe|clear|destroy) (?:{MINE}(?: {ABOUT_ME}| {YOU_KEEP}(?: {ABOUT_ME})?)?|"
    rf"(?:(?:all|any) (?:the |of the )?)?{THINGS} {ABOUT_ME}|"
    rf"(?:chat|chat history|conversation|history|messages|everything|it all)|"
    rf"(?:everything|all|what|whatever|anything) (?:{YOU_KEEP}(?: {ABOUT_ME})?|{ABOUT_ME}|{SAID})))" + THANKS
)
SHOW = re.compile(
    POLITE + rf"(?:(?:(?:show|tell|give|send)(?: me)? )?what(?: {THINGS})?(?: do| did| have| is| are)? {YOU_KEEP} {ABOUT_ME}|"
    rf"what(?: {THINGS})? have you (?:got |been )?{KEPT} {ABOUT_ME}|"
    rf"(?:show|tell|give|send)(?: me)? (?:me )?what(?: {THINGS})? is (?:kept|stored|saved|held|known) {ABOUT_ME}|"
    rf"what(?: {THINGS})?(?: is|s| are)? (?:kept|stored|saved|held|known|recorded) {ABOUT_ME}|"
    rf"(?:show|see|view|give)(?: me)? (?:all )?my (?:stored |saved )?(?:personal )?(?:data|information|info))" + THANKS
)
YES = re.compile(
    r"(?=.*\b(?:yes|yeah|yep|yup|ya|y|ok|okay|sure|do|ahead|confirm|confirmed|delete|erase|absolutely|definitely|certainly|correct|right)\b)"
    r"(?:(?:yes|yeah|yep|yup|ya|y|ok|okay|sure|please|pls|do|it|that|so|go ahead|confirm|confirmed|i confirm|delete|erase|forget|me|"
    r"everything|all|of|i am|im|i do|absolutely|definitely|certainly|correct|right|thanks|thank you|now)(?:\s|$))+"
)
NO = re.compile(
    r"(?:no|nope|nah|n|not|cancel|stop|keep|wait|dont|do not|never mind|nevermind|leave)"
    r"(?:\s(?:no|not|now|it|that|this|yet|delete|erase|forget|me|keep|anything|everything|do|dont|thanks|thank you|please|chat|cancel|"
    r"stop))*"
)


def command_in(text: str, asked: bool) -> str | None:
    """The command that a whole message is, or None.

    Args:
        asked: whether the last reply asked for a yes to delete everything.
    """
    if len(text) > LONGEST:
        return None
    words = " ".join(re.sub(r"[^\w\s]", "", text.replace("-", " ")).lower().split())
    if FORGET.fullmatch(words):
        return FORGET_ME
    if SHOW.fullmatch(words):
        return MY_DATA
    if asked and YES.fullmatch(words):
        return FORGET_CONFIRMED
    return FORGET_DECLINED if asked and NO.fullmatch(words) else None
