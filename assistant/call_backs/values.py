"""What a patient gives to be called back by: read out of what they typed, so that nothing else of it is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from typing import Any

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult

# What is asked for, in order
FIELDS = ("name", "contact", "time", "topic")
WRONG = "call_back_wrong"  # slot: how often in a row the answer was not what was asked for
# What a call may be about: the clinic's own list, so that nobody types health details to be understood
TOPICS = {
    "booking": "Booking a visit",
    "prices": "Prices",
    "treatment": "A question about treatment",
    "other": "Something else",
}
LONGEST_NAME = 80  # characters
MOST_NAMES = 10  # words
LONGEST_TIME = 100  # characters
LONGEST_CONTACT = 200  # characters

ABOUT_NAME = re.compile(
    r"(?:(?:hi|hello|hey|yes|yeah|ok|okay|sure|please|it is|it's|its|this is|my (?:full )?name is|my name's|(?:the )?name is|name's|name|"
    r"i am|i'm|im|call me|you can call me|ask for|just|speak to)\b[\s:,.!-]*)+",
    re.IGNORECASE,
)
AFTER_NAME = re.compile(r"[\s,.]+(?:here|speaking|please|pls|thanks|thank you|is my name|is the name)[\s.!]*$", re.IGNORECASE)
# Letters of any script with their marks, and what stands between them
IN_A_NAME = re.compile(r"[^\W\d_](?:[\w\u0300-\u036f\u0900-\u109f\u1780-\u17d3.'’ʼ‘·・,&() -]*)")
# Two of these make a sentence of it; one alone may be a name: My Nguyen, Will Need, An Le
OF_SENTENCES = {
    "my", "hurts", "hurt", "pain", "have", "has", "had", "because", "with", "need", "want", "wants", "i", "you", "your", "the", "is", "am",
    "are", "was",
    "it", "that", "this", "what", "why", "how", "when", "can", "do", "does", "not", "no", "me", "for", "about", "since", "been",
}  # fmt: skip

EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}@(?:[\w-]+\.)+[^\W\d_]{2,}(?![\w-])")
NUMBERS = re.compile(r"(?<!\d)\(?\+?\d(?:[\s()./-]*\d){6,14}(?!\d)(?:\s*(?:ext|x|extension)\.?\s*\d{1,6})?", re.IGNORECASE)

DAYS = r"mon(?:day)?s?|tue(?:s|sday)?s?|wed(?:nesday)?s?|thu(?:rs?|rsday)?s?|fri(?:day)?s?|sat(?:urday)?s?|sun(?:day)?s?"
MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
NUMBER = r"\d{1,2}(?:st|nd|rd|th)|\d{1,2}(?:[:.h]?\d{2})?(?:\s?[ap]\.?m\.?)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
# What says when
TELLING = re.compile(
    rf"(?:{DAYS}|{NUMBER}|today|tonight|tomorrow|tomoz|tmrw|tmw|2moro|2morrow|2day|2nite|mornings?|afternoons?|evenings?|eves?|nights?|noon|midday|lunch(?:time|"
    r"times)?|dinner(?:time)?|tea(?:time)?|breakfast|weekdays?|weekends?|weeks?|any\s?time|anytimes?|whenever|always|asap|soon|now|daytime|"
    r"early|late|am|pm|hours?|minutes?|o'clock|oclock|fortnight)",
    re.IGNORECASE,
)
# What may stand beside it
BESIDE = re.compile(
    rf"(?:{MONTHS}|after|before|between|from|until|till?|to|and|or|but|not|no|never|except|only|on|in|at|by|around|about|any|every|each|all|"
    r"day|days|date|time|times|next|this|the|of|half|quarter|past|a|an|is|as|possible|best|better|most|except|onwards?|later|earlier|first|"
    r"school|work|office|opening|working|run|week|mid|late|early|-|–|&|/|,|\+)",
    re.IGNORECASE,
)
WORDS = re.compile(
    r"2[a-z]{3,}|\d+(?:[:.h]\d{2})?(?:\s?[ap]\.?m\b\.?|st|nd|rd|th)?|any\s+time|o'clock|[^\W\d_]+(?:'[a-z]+)?|[-–&/,+]|\S", re.IGNORECASE
)
ANY_TIME = re.compile(
    r"(?:(?:it|that|they|i|am|i'm|is|are|all|the|same|to|me|for|really|do|don't|dont|not|any|whatever|skip|mind|no|preference|matter|doesn't|"
    r"care|up|you|suits?|works?|good|best|fine|flexible|free)\s*)+",
    re.IGNORECASE,
)
CUT = "…"  # stands where words were left out
AROUND = re.compile(
    rf"^(?:[{CUT} ,&/+–-]|(?:and|or|but)\b)+|(?:[{CUT} ,&/+–-]|\b(?:and|or|but|on|at|the|a|is|to|as|in)\b)+$", re.IGNORECASE
)


def name_in(text: str) -> str | None:
    """The name in what was typed, or None where that is none."""
    bare = text.strip().strip("\"'.,!;: ")
    told = ABOUT_NAME.match(bare)
    # "May" and "Just" may be the name itself
    name = (bare[told.end() :] if told and len(bare) > told.end() else bare).strip()
    name = " ".join(AFTER_NAME.sub("", name).split())
    words = re.findall(r"[^\W\d_]+", name.lower())
    is_sentence = len(words) > 2 and sum(word in OF_SENTENCES for word in words) > 1
    fits = len(name) <= LONGEST_NAME and len(words) <= MOST_NAMES and IN_A_NAME.fullmatch(name) and not re.search(r"[\d_]", name)
    return name if fits and not is_sentence else None


def contact_in(text: str, region: str | None) -> str | None:
    """The phone number, the e-mail address or both in what was typed, or None where there is neither.

    Args:
        region: the country, as in ISO 3166, of a number without its code; None accepts any number that has 7 to 15 digits.
    """
    addresses = EMAIL.findall(text)[:1]
    rest = EMAIL.sub(" ", text)
    found = ", ".join([*_numbers(rest, region)[:1], *addresses])
    return found if found and len(found) <= LONGEST_CONTACT else None


def _numbers(text: str, region: str | None) -> list[str]:
    found = []
    for written in NUMBERS.findall(text):
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            if region is None:
                found.append(written)
            continue
        # Whether it is in use nobody can tell from a list that ages; a digit too many or too few can be told.
        if phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE:
            found.append(phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL))
    return found


def region_of(phone: str) -> str | None:
    """The country of the clinic's own phone number, or None where it is given without its code."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone, None))
    except phonenumbers.NumberParseException:
        return None


def time_in(text: str) -> str | None:
    """The words of what was typed that say when, or None where there are none; whatever else was told with them is left out."""
    bare = text.strip(" .!")
    if ANY_TIME.fullmatch(bare):
        return "any time"
    kept: list[str] = []
    for says_when, words in groupby(WORDS.findall(bare), key=_says_when):
        stretch = " ".join(words)
        # Of a stretch that tells nothing by itself ("not", "to the") nothing is left but that something was there.
        kept.append(stretch if says_when and tells_when(stretch) else CUT)
    joined = " ".join(stretch for stretch, _ in groupby(kept)).replace(" ,", ",")
    time = AROUND.sub("", joined)
    return time if time and len(time) <= LONGEST_TIME else None


def _says_when(word: str) -> bool:
    return bool(TELLING.fullmatch(word) or BESIDE.fullmatch(word))


def tells_when(text: str) -> bool:
    """Whether a text names a day or a time of day."""
    return any(TELLING.fullmatch(word) for word in WORDS.findall(text))


READERS: dict[str, Callable[[str, str | None], str | None]] = {
    "name": lambda text, _: name_in(text),
    "contact": contact_in,
    "time": lambda text, _: time_in(text),
}


def ending() -> list[dict[str, Any]]:
    """Rasa's events, as JSON has them, that end the form and leave no trace of it in the slots."""
    slots = [f"call_back_{field}" for field in FIELDS]
    return [{"event": "active_loop", "name": None}, *({"event": "slot", "name": name, "value": None} for name in [*slots, WRONG])]
