"""Street addresses and postcodes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.privacy.spans import ADDRESS, FOUND, Span, cover

# British postcode areas: without the list "L5 1st" and many a dose would be postcodes.
AREAS = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|G|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU"
    "|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN"
    "|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)
NOT_INWARD = r"(?!\d(?:st|nd|rd|th|hr|yr|ft|lb|pt|ds|wt|ug|ax)\b)"
BRITISH = rf"(?:{AREAS})\d[a-z\d]?[\s.-]?{NOT_INWARD}\d[abd-hjlnp-uw-z]{{2}}"
CANADIAN = r"[abceghj-nprstvxy]\d[abceghj-nprstv-z][\s-]?\d[abceghj-nprstv-z]\d"
IRISH = r"(?-i:[A-Z]\d[\dW]\s?(?=[A-Z0-9]{0,3}\d)(?=\d{0,3}[A-Z])[A-Z0-9]{4})"
POSTCODE = re.compile(rf"(?<![^\W_])(?:{BRITISH}|{CANADIAN}|{IRISH}|(?-i:(?:[A-Z]{{2}}\s)?)\d{{5}}-\d{{4}})(?![^\W_])", re.IGNORECASE)
SAID_CODE = re.compile(
    r"(?<![^\W\d_])(?:zip|post\s?-?\s?code|postal(?:\scode)?|pin\s?code|plz|code postal|c[óo]digo postal|cap|eircode)(?:'?s)?(?![^\W\d_])"
    r"(?:\W{0,2}\b(?:is|code|number|my|its|s)\b){0,3}\W{0,3}([a-z]{0,2}\d[a-z\d]{1,5}(?:[\s-][\da-z]{2,4}(?=\W|$))?)",
    re.IGNORECASE,
)

CLEAR = (  # ends of street names that mean nothing else beside a number
    "street|road|rd|avenue|ave|av|crescent|cres|terrace|boulevard|blvd|cottages|mews|highway|hwy|parkway|pkwy|esplanade|promenade|lane|ln|gardens|gdns|grove"
    "|quay|wharf|high st|broadway|parade|mansions|villas|heights|turnpike|cul-de-sac|marg|nagar|jalan"
)
VAGUE = (  # those that do: taken with a capital letter, or where an address is expected
    "st|str|drive|dr|close|cl|way|court|ct|place|pl|square|sq|hill|row|walk|park|rise|view|green|end|gate|yard|circle|cir|trail|loop|bank|side|house|bridge|fold"
    "|meadow|meadows|croft|drove|garth|garden|field|fields|path|alley|plaza|northgate|southgate|eastgate|westgate|kirkgate|approach|marina|common|vale|mount|wynd|brae|\\w{2,12}gate"
)
NUMBER = r"(?<![\w.,/:£$€-])(?:\d{1,3}/)?\d{1,5}\s?(?:[a-h]\b|bis\b|ter\b)?(?:\s?[-–]\s?\d{1,5})?"
COUNTED = (
    "sessions?|session|weeks?|wks?|days?|months?|mths?|years?|yrs?|hours?|hrs?|mins?|minutes?|secs?|seconds?|mg|mcg|ml|mm|cm|m|km|k|kg|g|miles?|times?|x|reps?|sets?|needles?"
    "|pounds?|quid|p|euros?|dollars?|am|pm|percent|stone|ft|feet|foot|inch(?:es)?|st|lbs?|points?|of|or|and|to|in|on|at|for|the\\sother|people|kids|children|way|more|different|weekly"
    "|visits?|appointments?|is|was|my|i|you|it|do|does|can|if|when|but|so|a|an|from|with|per|hour|day|week|month|year|mile|minute|since|ago|old|patients?|studies|pills?|tablets?|by"
)
WORD = rf"(?!(?:{COUNTED})\b)(?:[^\W\d_]{{1,20}}(?:['’-][^\W\d_]{{1,20}})?|\d{{1,3}}(?:st|nd|rd|th))\.?"
PREFIX = (
    r"(?:(?:\b(?:flat|flt|apt|apartment|unit|suite|ste|room|rm|plot|block|blk|shop|studio|house\s?(?:no|number|nr)|h\.?no|no|nr|number)\b\.?\s?#?\s?[a-z]?\d{1,5}[a-z]?\b|#\s?\d{1,5}[a-z]?\b)"
    r"[\s,/]{1,3}){1,2}"
)
SUFFIX = r"(?:[\s,]{1,3}(?:flat|apt|apartment|unit|suite|ste|floor|fl|room|#)\.?\s?#?\s?(?:\d{1,5}[a-z]?|[a-z]\d{0,4})\b)?"
COMPASS = r"(?:\s(?:north|south|east|west|lower|upper|n|s|e|w|nw|ne|sw|se)\b)?"
STREET = re.compile(
    rf"(?:{PREFIX})?{NUMBER}\s{{1,2}}(?P<words>(?:{WORD}\s){{1,4}}?)(?P<end>(?:(?P<clear>{CLEAR})|{VAGUE})\b\.?)(?!\s(?:{CLEAR}|{VAGUE})\b)"
    rf"{COMPASS}{SUFFIX}(?:,\s(?:{WORD}\s){{1,3}}?(?:{CLEAR}|approach)\b)?", re.IGNORECASE
)
BUILDING = re.compile(
    rf"{PREFIX}(?:(?:{WORD}[\s,]{{1,2}}){{1,4}}?(?:court|house|lodge|tower|towers|building|hall|mansions|{CLEAR}|{VAGUE})\b\.?(?:,\s?(?:\d{{1,4}}\s)?(?:{WORD}\s){{1,3}}?(?:{CLEAR}|{VAGUE})\b\.?)?)",
    re.IGNORECASE,
)
HOUSE = re.compile(r"\b(?:cottage|lodge|rectory|vicarage|farm|barn|manor|farmhouse|house|mill|hall|villa|croft|court|grange)\b", re.IGNORECASE)
NAMED_HOUSE = re.compile(
    rf"(?<![^\W_])(?:the\s)?(?:{WORD}\s){{1,2}}?(?:cottage|lodge|rectory|vicarage|farm|barn|manor|farmhouse|house|mill|hall|villa|croft|court|grange)\b(?:,\s?(?:\d{{1,4}}[a-z]?\s)?(?:{WORD}\s){{1,3}}?(?:{CLEAR}|{VAGUE})\b\.?)?",
    re.IGNORECASE,
)
SECTOR = re.compile(
    r"\b(?:flat|plot|house|house\sno|block|no|h\.?no)\.?\s?[a-z]?-?\d{1,5}[a-z]?[\s,]{1,3}(?:sector|phase|block|street|cross)\s?-?\d{1,4}\b", re.IGNORECASE
)
BOX = re.compile(r"\b(?:p\.?\s?o\.?\s?box|rr\s?\d{1,3}\s?box|postfach|apartado|casella postale)\s?#?\d{1,7}\b", re.IGNORECASE)
FOREIGN_FIRST = (
    "rue|avenue|av|boulevard|bd|chemin|allée|impasse|quai|place|calle|c/|avenida|avda|paseo|plaza|carrer|camino|via|viale|piazza|corso|strada|largo|rua|travessa|praça|praca"
    "|ul|ulica|ulitsa|al|aleja|os|calea|str|jalan|jl|lorong|sokak|caddesi"
)
FOREIGN = re.compile(
    rf"(?<![^\W_])(?:{PREFIX})?(?:(?:{NUMBER}[\s,]{{1,2}}(?:{FOREIGN_FIRST})\b\.?\s?(?:{WORD}\s?){{1,4}}?(?=[,.;\x00\x01]|\s[a-z]|\s\d|$))"
    rf"|(?:{FOREIGN_FIRST})(?:\b\.?|(?<=/))\s?(?:{WORD}[\s,]{{1,2}}){{1,4}}?(?:n[º°.]?\s?)?\d{{1,4}}(?:/\d{{1,4}})?[a-z]?\b(?:\s?(?:m\.|,)\s?\d{{1,3}}(?!\d)[º°]?(?:\s?[a-z]\b)?)?)",
    re.IGNORECASE,
)
GERMANIC = re.compile(
    r"(?<![^\W_])(?:(?-i:[A-ZÄÖÜØÅ])[^\W\d_]{1,20}[\s-]){0,2}[^\W\d_]{2,20}(?:straße|strasse|str\.|straat|gracht|gasse|allee|platz|plein|kade|laan|gatan|vägen|vagen|veien|gaten|vej|gade|weg|katu|tie|utca|iela|gatve|tänav|damm|ufer|steenweg|(?<=\w)\s(?:gate|vei|väg|katu|utca|út|ulice|cesta|sokak|tänav|tee|iela|straat|weg))"
    r"\s\d{1,4}\s?[a-z]?\b(?:/\d{1,3})?",
    re.IGNORECASE,
)
EXPECTED = frozenset(
    """address adress addres live lives living stay staying based moved reside home house deliver post send sent come visit visits letter place parcel wohne vivo habite
    abito adres adresse direccion indirizzo from im i'm we're at to""".split()
)
EXPECTED_WITHIN = 4  # words before an address
AT_HOME = re.compile(
    r"\b(?:address(?:\sis|\shas\schanged\sto)?|(?:live|lives|living|stay|staying|reside)\s(?:at|on|in)|(?:im|i'm|i\sam|we're|are|moved)\s(?:at|to)|home\sis|home|from|deliver\w*\sto|send\s\w{0,6}\s?to)\W{0,3}$",
    re.IGNORECASE,
)
ANNOUNCED = re.compile(
    r"\b(?:(?:my|home|our|new|the|postal|billing)\saddress(?:\s(?:is|has\schanged\sto|to)|\s?[:=])?|^address\s?:?(?:\sis)?|(?:live|lives|lived|living|stay|staying|reside|resides)\sat"
    r"|(?:send|post|deliver|posted|sent)\s(?:it|them|this|that|me|the\s\w{1,12})?\s?to|wohne\sin|habite|vivo\sen|abito\sin|mieszkam)\s?:?\s{1,2}"
    rf"(?P<place>(?:(?:{WORD}[\s,]{{1,2}}){{1,4}}?\d{{1,5}}\s?(?:[a-h]\b)?(?![\w:.]\d)|{NUMBER}[\s,]{{1,2}}(?:(?-i:[A-Z]){WORD}|{WORD}(?=\s?(?:$|[,.;\x00]|{WORD}\s?(?:$|[,.;\x00])))|{WORD})(?:\s(?-i:[A-Z])[^\W\d_]{{1,20}}){{0,3}}))",
    re.IGNORECASE,
)
AFTERWARDS = re.compile(r"(?:[\s,]{1,3}(?:[^\W\d_]{2,20}\.?[\s,]{1,2}){0,3}?)((?:[a-z]{1,2}-)?(?<!\d)(?:\d{5}(?:-\d{4})?|\d{2}-\d{3}|\d{4}\s?(?-i:[A-Z]{2})|\d{4}|\d{6}|\d{3}\s\d{2}))(?![\w-])", re.IGNORECASE)
REACH = 40


def places(text: str) -> Iterator[Span]:
    """The street addresses and postcodes in a text."""
    found = list(_streets(text))
    yield from found
    if not re.search(r"\d", text):
        return
    text = cover(text, found)
    yield from (Span(*code.span(), ADDRESS) for code in POSTCODE.finditer(text))
    yield from (Span(*said.span(1), ADDRESS) for said in SAID_CODE.finditer(text))
    for span in found:
        if code := AFTERWARDS.match(text, span.end):
            yield Span(*code.span(1), ADDRESS)


def _streets(text: str) -> Iterator[Span]:
    if re.search(r"\d", text):
        for pattern in (BOX, SECTOR, STREET, BUILDING, FOREIGN, GERMANIC):
            for found in pattern.finditer(text):
                if pattern is not STREET or found["clear"] or _stands(found, text):
                    yield Span(*found.span(), ADDRESS)
        yield from (Span(*said.span("place"), ADDRESS) for said in ANNOUNCED.finditer(text))
    if HOUSE.search(text):
        yield from _named_houses(text)


def _named_houses(text: str) -> Iterator[Span]:
    for found in NAMED_HOUSE.finditer(text):
        if AT_HOME.search(text, max(0, found.start() - REACH), found.start()):
            yield Span(*found.span(), ADDRESS)


def _stands(found: re.Match[str], text: str) -> bool:
    """Whether "4 bell court" and the like are an address: by their capitals, or by what stands before or after."""
    if all(word[0].isupper() or word[0].isdigit() for word in found["words"].split()):
        return True
    before = re.findall(r"[\w']+", text[max(0, found.start() - REACH) : found.start()].lower())[-EXPECTED_WITHIN:]
    if found["words"].strip() and not EXPECTED.isdisjoint(before):
        return True
    after = text[found.end() : found.end() + 12]
    return FOUND in after or POSTCODE.search(after) is not None
