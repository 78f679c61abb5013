"""Numbers of documents, insurers and accounts, by what announces them or by a form that nothing else has; number plates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.privacy.spans import CARD, IDENTITY, PLATE, Span, words

STRONG = (
    r"nhs|chi|n\.?i\.?(?:no)?|nino|national insurance|ssn|social security|social|passport|medicare|medicaid|medibank|iban|swift|bupa|axa|aviva|vitality|wpa"
    r"|cigna|aetna|humana|kaiser|allianz|blue\s?cross|blue\s?shield|united\s?health(?:care)?|policy|polic[ey]|membership|member|subscriber|group|claim"
    r"|pre-?auth(?:ori[sz]ation)?|auth(?:ori[sz]ation)?|plan|medical record|record|mrn|hospital|patient|case|reference|ref|file|sort code|sort|account|acct"
    r"|acc|driv(?:ing|ers?|er's) licen[cs]e|licen[cs]e|id|identity|versicher(?:ungs|ten)nummer|krankenkasse|aadhaa?r|pan|dni|nie|nif|cpf|curp|codice fiscale"
    r"|num[ée]ro de s[ée]cu(?:rit[ée] sociale)?|s[ée]curit[ée] sociale|pps|ppsn|health card|ohip|ihi|dva|tax file|tfn|tax|pesel|bsn|personnummer|pass|ausweis"
)
FILLER = (
    r"(?:[^\w\x00\x01]{0,3}\b(?:number'?s?|numbers|no|nr|num|nummer|numero|ids?|card|code|ref|reference|record|is|are|was|my|s|the|of|for|please|its|it"
    r"|member|membership|policy|account|here|licence|license|case|comp|file|blue|shield|ist|es|est|mein|mi|mon)\b\.?){0,6}[^\w\x00\x01]{0,4}"
)
ANNOUNCER = re.compile(rf"(?<![^\W\d_])(?:{STRONG})(?:'?s)?(?![^\W\d_]){FILLER}", re.IGNORECASE)
TOKEN = re.compile(r"[^\W_]+")
GAP = re.compile(r"[\s.\-–/]{1,3}")
LETTERS_FIRST = 5  # letters that may stand before the digits: "AXA-7712"
LAST = re.compile(r"\s*(?:$|[,.;!?])")
MOST_TOKENS = 10
FEWEST_DIGITS = 4
# What can follow "policy" or "hospital" and is no number of it
COUNTED = re.compile(
    r"(?:\d{1,4}(?:mg|mcg|ug|g|kg|ml|l|mm|cm|m|km|k|hz|iu|st|nd|rd|th|am|pm|x|yrs?|hrs?|mins?|wks?|days?|p|ft|lbs?)|[ctls]\d{1,2}|(?:19|20)\d\d)",
    re.IGNORECASE,
)
FORMS = re.compile(
    r"(?<![^\W_])(?<!\d[-/])(?:"
    r"(?-i:[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?)"  # IBAN
    r"|[a-z]{2}\d{2}[a-z]{0,4}\d{10,24}"
    r"|[a-ceghj-prstw-z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[a-d]"  # national insurance
    r"|(?-i:[A-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-Z])"
    r"|qq\s?\d{2}\s?\d{2}\s?\d{2}\s?[a-d]"
    r"|\d{3}-\d{2}-\d{4}"  # SSN
    r"|[1-9][a-z][a-z0-9]\d-?[a-z][a-z0-9]\d-?[a-z]{2}\d{2}"  # Medicare beneficiary
    r"|[a-z9]{5}\d{6}[a-z9]{2}[a-z0-9][a-z]{2}"  # British driving licence
    r"|[a-z]{6}\d{2}[a-z]\d{2}[a-z]\d{3}[a-z]"  # codice fiscale
    r"|\d{2}-\d{2}-\d{2}(?!\d|-)"  # sort code; dates are covered before
    r")(?![^\W_])",
    re.IGNORECASE,
)
MIXED = re.compile(r"(?<![^\W_])(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{6,34}(?![^\W_])", re.IGNORECASE)
MIXED_DIGITS = 5

PLATE_WORD = re.compile(
    r"(?<![^\W\d_])(?:reg(?:istration)?|(?:number|licen[cs]e|car|vehicle)\s?-?plates?|plate|kennzeichen|targa|matricula|immatriculation)(?:'?s)?(?![^\W\d_])"
    r"(?:[^\w\x00\x01]{0,2}\b(?:number|no|plate|is|of|my|the|car|van|s|its)\b){0,5}[^\w\x00\x01]{0,3}",
    re.IGNORECASE,
)
VEHICLE = re.compile(
    r"(?<![^\W\d_])(?:car|van|vehicle|bike|motorbike)(?:'?s)?(?:\s(?:is|reg|number)){0,3}[^\w\x00\x01]{1,3}", re.IGNORECASE
)
BRITISH_PLATE = re.compile(r"(?:[a-z]{2}\d{2}\s?[a-z]{3}|[a-z]\d{1,3}\s?[a-z]{3}|[a-z]{3}\s?\d{1,3}[a-z])(?![^\W_])", re.IGNORECASE)
CURRENT_PLATE = re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}\s?[A-Z]{3}(?![^\W_])")
PLATE_TOKEN = re.compile(r"[a-z]{1,3}|\d{1,4}|[a-z]{1,4}\d{1,4}[a-z]{0,3}|\d{1,4}[a-z]{1,3}\d{0,3}", re.IGNORECASE)
VERTEBRA = re.compile(r"[ctls]\d{1,2}(?:(?:19|20)\d\d|[ctls]\d{1,2})*", re.IGNORECASE)  # a plate can be one in a spine
PLATE_LENGTH = range(5, 10)
NO_PLATE = words("""yr yrs old in is my the and for a min hr hrs km am pm day mm cm at on to of no ok can i do you it was not fee fees""")


SECURITY_CODE = re.compile(r"\b(?:cvv2?|cvc2?|security code)\W{0,3}(?:is\s)?(\d{3,4})\b", re.IGNORECASE)


def documents(text: str) -> Iterator[Span]:
    """The numbers of documents, insurers and accounts in a text."""
    if not re.search(r"\d", text):
        return
    for said in ANNOUNCER.finditer(text):
        end = _value(text, said.end())
        if end is not None:
            yield Span(said.end(), end, IDENTITY)
    yield from (Span(*found.span(1), CARD) for found in SECURITY_CODE.finditer(text))
    for found in FORMS.finditer(text):
        yield Span(*found.span(), IDENTITY)
    for found in MIXED.finditer(text):
        if sum(letter.isdigit() for letter in found[0]) >= MIXED_DIGITS and not COUNTED.fullmatch(found[0]):
            yield Span(*found.span(), IDENTITY)


def plates(text: str) -> Iterator[Span]:
    """The number plates in a text: announced, or in the current British form."""
    if not re.search(r"\d", text):
        return
    for said in PLATE_WORD.finditer(text):
        end = _plate(text, said.end())
        if end is not None:
            yield Span(said.end(), end, PLATE)
    for said in VEHICLE.finditer(text):
        if found := BRITISH_PLATE.match(text, said.end()):
            yield Span(*found.span(), PLATE)
    for found in CURRENT_PLATE.finditer(text):
        yield Span(*found.span(), PLATE)


def _value(text: str, start: int) -> int | None:
    """Where the number that starts there ends, if one does."""
    end, digits, tokens, place = None, 0, 0, start
    while tokens < MOST_TOKENS and (token := TOKEN.match(text, place)):
        word = token[0]
        count = sum(letter.isdigit() for letter in word)
        leading = digits == 0 and count == 0 and len(word) <= LETTERS_FIRST and not (tokens or (word.islower() and len(word) > 2))
        last = len(word) == 1 and LAST.match(text, token.end()) is not None
        closing = digits > 0 and count == 0 and (last or (len(word) <= 3 and word.isupper()))
        if not (count or leading or closing) or COUNTED.fullmatch(word):
            break
        digits, tokens = digits + count, tokens + 1
        if count or closing:
            end = token.end()
        gap = GAP.match(text, token.end())
        if not gap:
            break
        place = gap.end()
    return end if digits >= FEWEST_DIGITS else None


def _plate(text: str, start: int) -> int | None:
    end, seen, place = None, "", start
    while len(seen) <= max(PLATE_LENGTH) and (token := TOKEN.match(text, place)):
        word = token[0]
        if not PLATE_TOKEN.fullmatch(word) or word.lower() in NO_PLATE:
            break
        seen, end = seen + word, token.end()
        gap = re.compile(r"[\s\-–]{1,2}").match(text, end)
        if not gap:
            break
        place = gap.end()
    if VERTEBRA.fullmatch(seen):
        return None
    mixed = any(letter.isdigit() for letter in seen) and any(letter.isalpha() for letter in seen)
    return end if end is not None and mixed and len(seen) in PLATE_LENGTH else None
