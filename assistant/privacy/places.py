"""Street addresses and postcodes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.privacy.spans import ADDRESS, FOUND, Span, cover, words
from assistant.understanding.text import dictionary

# British postcode areas: without the list "L5 1st" and many a dose would be postcodes.
AREAS = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|G|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU"
    "|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN"
    "|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)
# "L5 1st", "S1 2 yrs" are of a spine
SPINE = r"(?![lst]\d{1,2}[\s.-]?\d(?:st|nd|rd|th|hr|yr|ft|lb|pt|ds|wt|ug|ax)\b)"
BRITISH = rf"{SPINE}(?:{AREAS})\d[a-z\d]?[\s.-]?\d[abd-hjlnp-uw-z]{{2}}"
CANADIAN = r"[abceghj-nprstvxy]\d[abceghj-nprstv-z][\s-]?\d[abceghj-nprstv-z]\d"
IRISH = r"(?-i:[A-Z]\d[\dW]\s?(?=[A-Z0-9]{0,3}\d)(?=\d{0,3}[A-Z])[A-Z0-9]{4})"
POSTCODE = re.compile(rf"(?<![^\W_])(?:{BRITISH}|{CANADIAN}|{IRISH}|(?-i:(?:[A-Z]{{2}}\s)?)\d{{5}}-\d{{4}})(?![^\W_])", re.IGNORECASE)
SAID_CODE = re.compile(
    r"(?<![^\W\d_])(?:zip(?:\s?code)?|post\s?-?\s?code|postal(?:\scode)?|pin\s?code|plz|code postal|c[óo]digo postal|cap|eircode)(?:'?s)?(?![^\W\d_])"
    r"(?:\W{0,2}\b(?:is|code|number|my|its|s)\b){0,3}\W{0,3}([a-z]{0,2}\d[a-z\d]{1,5}(?:[\s-][\da-z]{2,4}(?=\W|$))?)",
    re.IGNORECASE,
)

CODE_FIRST = re.compile(
    r"(?<![\w.,£$€])([a-z]?\d[a-z\d]{2,5})\s(?:is|was|as)\s(?:my|our|the|his|her)\s(?:zip|post\s?code|postal|pin\s?code|plz)", re.IGNORECASE
)

CLEAR = (  # ends of street names that mean nothing else beside a number
    "street|road|rd|avenue|ave|av|crescent|cres|terrace|boulevard|blvd|cottages|mews|highway|hwy|parkway|pkwy|esplanade|promenade|lane|ln|gardens|gdns|grove"
    "|quay|wharf|high st|broadway|parade|mansions|villas|heights|turnpike|cul-de-sac|marg|nagar|jalan"
)
VAGUE = (  # those that do: taken with a capital letter, or where an address is expected
    "st|str|drive|dr|close|cl|way|court|ct|place|pl|square|sq|hill|row|walk|park|rise|view|green|end|gate|yard|circle|cir|trail|loop|bank|side|house|bridge|fold"
    "|meadow|meadows|croft|drove|garth|garden|field|fields|path|alley|plaza|northgate|southgate|eastgate|westgate|kirkgate|approach|marina|common|vale|mount|wynd|brae|apartments|\\w{2,12}gate"
)
ANY_STREET = rf"(?:{CLEAR}|{VAGUE})\b\.?"
NUMBER = r"(?<![\w.,:£$€-])(?:\d{1,3}/)?\d{1,5}\s?(?:[a-h]\b|bis\b|ter\b)?(?:\s?[-–/]\s?\d{1,5})?"
# What a number counts, and the small words that no street has in its name
COUNTED = (
    "sessions?|weeks?|wks?|days?|months?|mths?|years?|yrs?|hours?|hrs?|mins?|minutes?|secs?|seconds?|mg|mcg|ml|mm|cm|m|km|k|kg|g|miles?|times?|x|reps?|sets?|needles?|pounds?|quid"
    "|p|euros?|dollars?|am|pm|percent|stone|ft|feet|foot|inch(?:es)?|lbs?|points?|people|kids|children|more|different|weekly|visits?|appointments?|patients?|studies|pills?|tablets?"
    "|of|or|and|to|in|on|at|for|is|was|are|my|your|i|im|ive|you|it|its|do|does|can|if|when|but|so|a|an|from|with|per|since|ago|old|way|by|how|what|that|this|will|not|wrong|please|near|until"
)
WORD = rf"(?!(?:{COUNTED})\b(?!['’.]))(?:[^\W\d_]{{1,20}}(?:['’-][^\W\d_]{{1,20}})?|\d{{1,3}}(?:st|nd|rd|th))\.?"
UNIT = (
    r"(?:flat|flt|apt|apartment|unit|suite|ste|room|rm|plot|block|blk|shop|studio|hall|house\s?(?:no|number|nr)|h\.?\s?no|no|nr|number|#)"
)
PREFIX = rf"(?:(?:(?<![^\W_]){UNIT}\.?\s?#?\s?[a-z]?\d{{1,5}}(?:/\d{{1,3}})?[a-z]?\b|\b(?:garden|top|ground|basement|\d{{1,2}}(?:st|nd|rd|th))\s(?:floor|flat)\b)[\s,/]{{1,3}}){{1,2}}"
SUFFIX = rf"(?:[\s,]{{1,3}}(?:{UNIT}|floor|fl)\.?\s?#?\s?(?:\d{{1,5}}[a-z]?|[a-z]\d{{0,4}})\b)?"
COMPASS = r"(?:\s(?:north|south|east|west|lower|upper|n|s|e|w|nw|ne|sw|se)\b)?"
STREET = re.compile(
    rf"(?:{PREFIX})?{NUMBER}\s{{1,2}}(?P<words>(?:{WORD}\s){{1,4}}?)(?P<end>(?:(?P<clear>{CLEAR})|{VAGUE})\b\.?)(?!\s{ANY_STREET})"
    rf"{COMPASS}{SUFFIX}(?:,\s(?:{WORD}\s){{1,3}}?(?:{CLEAR}|approach)\b)?",
    re.IGNORECASE,
)
BUILDING = re.compile(
    rf"(?:{PREFIX}|(?<![^\W_])[a-z]-?\d{{1,4}},\s)(?:(?:{WORD}[\s,]{{1,2}}){{1,4}}?(?:lodge|towers?|building|hall|apartments|residency|enclave|society|colony|{ANY_STREET})(?!\s{ANY_STREET})"
    rf"(?:,\s?(?:\d{{1,4}}\s)?(?:{WORD}\s){{1,3}}?{ANY_STREET})?)",
    re.IGNORECASE,
)
STREET_FIRST = re.compile(rf"(?<![^\W_])(?:{WORD}\s){{1,3}}?{ANY_STREET},?\s{UNIT}\.?\s?\d{{1,5}}[a-z]?\b", re.IGNORECASE)
THE_PLACE = re.compile(rf"{NUMBER}\sThe\s[A-Z][^\W\d_]{{2,20}}\b")
FLOOR = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)\s(?:floor|cross|main),\s(?:\d{{1,4}}\s)?(?-i:[A-Z]){WORD}(?:\s(?-i:[A-Z])[^\W\d_]{{1,20}}){{0,2}}",
    re.IGNORECASE,
)
HOUSE = re.compile(
    r"\b(?:cottage|lodge|rectory|vicarage|farm|barn|manor|farmhouse|house|mill|hall|villa|croft|court|grange)\b", re.IGNORECASE
)
NAMED_HOUSE = re.compile(
    rf"(?<![^\W_])(?:the\s)?(?:{WORD}\s){{1,2}}?(?:cottage|lodge|rectory|vicarage|farm|barn|manor|farmhouse|house|mill|hall|villa|croft|court|grange)\b(?:,\s?(?:\d{{1,4}}[a-z]?\s)?(?:{WORD}\s){{1,3}}?(?:{CLEAR}|{VAGUE})\b\.?)?",
    re.IGNORECASE,
)
SECTOR = re.compile(
    r"\b(?:flat|plot|house(?:\sno)?|block|no|h\.?\s?no)\.?\s?[a-z]?-?\d{1,5}[a-z]?[\s,]{1,3}(?:(?:sector|phase|block|street|cross)\s?-?\d{1,4}\b|\d{1,2}(?:st|nd|rd|th)\s(?:cross|main|street|block)\b(?:,\s[^\W\d_]{2,20})?)",
    re.IGNORECASE,
)
BOX = re.compile(r"\b(?:p\.?\s?o\.?\s?box|rr\s?\d{1,3}\s?box|postfach|apartado|casella postale)\s?#?\d{1,7}\b", re.IGNORECASE)
FOREIGN_FIRST = (
    "rue|avenue|av|boulevard|bd|chemin|allée|impasse|quai|place|calle|c/|avenida|avda|paseo|plaza|carrer|camino|via|viale|piazza|corso|strada|largo|rua|travessa|praça|praca"
    "|ul|ulica|ulitsa|aleja|calea|str|jalan|jl|lorong|sokak|caddesi"
)
FOREIGN = re.compile(
    rf"(?<![^\W_])(?:{PREFIX})?(?:(?:{NUMBER}[\s,]{{1,2}}(?:{FOREIGN_FIRST})\b\.?\s(?:(?:de|la|le|les|des|du|del|della|das|dos|da|do|di|saint|san|santa|st)[\s-]){{0,3}}{WORD}"
    rf"(?:\s(?-i:[A-Z])[^\W\d_]{{1,20}}){{0,3}}(?:\s{WORD}(?=\s?(?:$|[,.;\x00\x01])))?)"
    rf"|(?:{FOREIGN_FIRST})(?:\b\.?|(?<=/))\s?(?:{WORD}[\s,]{{1,2}}){{1,4}}?(?:n[º°.]?\s?)?\d{{1,4}}(?:/\d{{1,4}})?[a-z]?\b(?:\s?(?:m\.|,)\s?\d{{1,3}}(?!\d)[º°]?(?:\s?[a-z]\b)?)?)",
    re.IGNORECASE,
)
GERMAN_PLACE = re.compile(
    r"\b(?:Am|An der|An den|Im|In der|In den|Auf der|Auf dem|Zum|Zur|Unter den)\s[A-ZÄÖÜ][^\W\d_]{2,20}\s\d{1,3}\s?[a-z]?\b"
)
GERMANIC = re.compile(
    r"(?<![^\W_])(?:(?-i:[A-ZÄÖÜØÅ])[^\W\d_]{1,20}[\s-]){0,2}[^\W\d_]{2,20}(?:straße|strasse|str\.|straat|gracht|gasse|allee|platz|plein|kade|laan|gatan|vägen|vagen|veien|gaten|vej|gade|weg|katu|tie|utca|iela|gatve|tänav|damm|ufer|steenweg|(?<=\w)\s(?:gate|vei|väg|katu|utca|út|ulice|cesta|sokak|tänav|tee|iela|straat|weg))"
    r"\s\d{1,4}\s?[a-z]?\b(?:/\d{1,3})?",
    re.IGNORECASE,
)
EXPECTED = words(
    """address adress addres live lives living stay staying based moved reside home house deliver post send sent come visit visits letter
    place parcel wohne vivo habite abito adres adresse direccion indirizzo from im i'm we're at to"""
)
EXPECTED_WITHIN = 4  # words before an address
HOME_AFTER = re.compile(r"\W{0,3}(?:that'?s|is|was|,)?\s?(?:where\si|my|our)\b", re.IGNORECASE)
AT_HOME = re.compile(
    r"\b(?:address(?:\sis|\shas\schanged\sto)?|(?:live|lives|living|stay|staying|reside)\s(?:at|on|in)|(?:im|i'm|i\sam|we're|are|moved)\s(?:at|to)|home\sis|home|from|deliver\w*\sto|send\s\w{0,6}\s?to)\W{0,3}$",
    re.IGNORECASE,
)
ANNOUNCED = re.compile(
    r"(?:\b(?:addres+e?|adres+e?|adress|direcci[oó]n|indirizzo|endere[cç]o)\b(?:\s(?:is|has\schanged\sto|to|ist|est|es)|\sis\snow)?|\b(?:live|lives|lived|living|stay|staying|reside|resides)\sat"
    r"|\b(?:send|post|deliver|posted|sent)\s(?:it|them|this|that|me|the\s\w{1,12})?\s?to|\b(?:house|home)\sis|\bwohne\s(?:in|am)|\b(?:j')?habite(?:\sau)?|\bvivo\sen|\babito\sin|\bmieszkam\sna|\bmoro\sna)"
    r"\s?[:=è]{0,2}\s{1,2}(?:(?:la|el)\s)?",
    re.IGNORECASE,
)
# "at" and a word with a capital that no dictionary has, beside a number: "meet me at Aqqusinersuaq 111"
LOCATED = re.compile(
    r"\b[Aa]t\s(?P<place>(?P<word>[A-Z][^\W\d_]{3,25})(?:\s[^\W\d_]{1,25}){0,3}\s\d{1,4}[a-z]?(?=\s?(?:$|[.,;?!]))|\d{1,4}[a-z]?\s(?P<second>[A-Z][^\W\d_]{3,25})(?:\s[A-Z][^\W\d_]{1,25}){0,3})"
)
PART = rf"(?:{WORD}|#?\d{{1,5}}(?:[-/]\d{{1,4}})?[a-z]?\b)"
CLAUSE = re.compile(rf"{PART}(?:\s{PART}){{0,6}}(?:,\s?{PART}(?:\s{PART}){{0,4}}){{0,5}}", re.IGNORECASE)
SAYS_A_PLACE = re.compile(
    rf"\d|\b(?:lodge|cottage|rectory|vicarage|farm|barn|manor|{CLEAR})\b|(?-i:[A-Z])[^\W\d_]+\s(?-i:[A-Z])[^\W\d_]*(?:house|court|hall)\b",
    re.IGNORECASE,
)
AFTERWARDS = re.compile(
    r"(?:[\s,]{1,3}(?:[^\W\d_]{2,20}\.?[\s,]{1,2}){0,3}?)((?:[a-z]{1,2}-)?(?<!\d)(?:\d{5}(?:-\d{4})?|\d{2}-\d{3}|\d{4}\s?(?-i:[A-Z]{2})|\d{4}-\d{3}|\d{4}|\d{6}|\d{3}\s\d{2,3}))(?![\w-])",
    re.IGNORECASE,
)
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
    yield from (Span(*code.span(1), ADDRESS) for code in CODE_FIRST.finditer(text))
    for span in found:
        if code := AFTERWARDS.match(text, span.end):
            yield Span(*code.span(1), ADDRESS)


def _streets(text: str) -> Iterator[Span]:
    if re.search(r"\d", text):
        for pattern in (BOX, SECTOR, STREET, BUILDING, STREET_FIRST, THE_PLACE, FLOOR, FOREIGN, GERMAN_PLACE, GERMANIC):
            for found in pattern.finditer(text):
                if pattern is not STREET or found["clear"] or _stands(found, text):
                    yield Span(*found.span(), ADDRESS)
        for at in LOCATED.finditer(text):
            if (at["word"] or at["second"]).lower() not in dictionary():
                yield Span(*at.span("place"), ADDRESS)
    yield from _announced(text)
    if HOUSE.search(text):
        yield from _named_houses(text)


def _announced(text: str) -> Iterator[Span]:
    """What follows "my address is", as far as its last part that has a number or a kind of street in it."""
    for said in ANNOUNCED.finditer(text):
        if clause := CLAUSE.match(text, said.end()):
            parts = list(re.finditer(r"[^,]+", clause[0]))
            placed = [part.end() for part in parts if SAYS_A_PLACE.search(part[0])]
            if placed and SAYS_A_PLACE.search(",".join(part[0] for part in parts[:2])):
                yield Span(said.end(), said.end() + _without_rest(clause[0][: placed[-1]]), ADDRESS)


def _without_rest(place: str) -> int:
    """The length of a place without the words in small letters after its last number or street: "12 elm park thanks"."""
    last = max(
        (found.end() for found in re.finditer(rf"\d[\w/]*|\b{ANY_STREET}|\b[A-Z][\w'’-]*", place, re.IGNORECASE if place.islower() else 0)),
        default=len(place),
    )
    return last if not place.islower() else len(place)


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
    after = text[found.end() : found.end() + 16]
    return HOME_AFTER.match(after) is not None or FOUND in after or POSTCODE.search(after) is not None
