"""People's names: by the lists of data/names/, and by what is said around them ("my name is", "im", "dr", "thanks," at the end).

A name that is a word too ("mark", "rose", "will") or that no list has is taken only where a name is expected. Names of tests, conditions
and methods stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from assistant import paths
from assistant.privacy.spans import FOUND, NAME, PLAIN, Span, phrases, words
from assistant.understanding.text import dictionary

NAMES = paths.DATA / "names"
TOKEN = re.compile(r"(?<!\w)[^\W\d_]+(?:['’\-][^\W\d_]+)*(?!\w)")
BETWEEN_NAMES = re.compile(r"\s{1,2}|\.\s?|,\s|\s?-\s?")
ENDS = re.compile(
    r"\s*(?:$|[,.;:!?()\n\x00\x01–—-]|\d|(?:and|from|here|again|speaking|btw|lol|x+|age|aged|dob|phone|tel|mob|email|pls|please|with|the)\b)",
    re.IGNORECASE,
)
STOPS = re.compile(r"\s*(?:$|[,.;:!?()\n\x00\x01–—]|\d|(?:from|here|again|speaking|btw|lol|who|whos|with the)\b)", re.IGNORECASE)
SAID_GAP = re.compile(r"\s{0,2}(?:['’]s\s)?(?:[:=\-–]\s{0,2})?[(\"'“]?|['’]s\s")
TITLE_GAP = re.compile(r"\.?\s{0,2}")
RELATION_GAP = re.compile(r"\s{1,2}|,\s|\s\(|:\s?")
GREETING_GAP = re.compile(r"[\s,]{1,3}")
NEW_SENTENCE = re.compile(r"[.!?,\n]")
DETAIL_BEFORE = re.compile(r"\x00[\s,;/-]{1,3}$")
DETAIL_AFTER = re.compile(r"[\s.!x]{0,6}$|[\s,;:/(–-]{1,4}[\x00\x01]")
NO_NAMES_END = (
    "ing",
    "ed",
    "ly",
    "ic",
    "al",
    "ous",
    "ive",
    "ful",
    "able",
    "ible",
    "ness",
    "ment",
    "tion",
    "sion",
    "itis",
    "osis",
    "algia",
    "oid",
    "ated",
    "us",
    "less",
    "ist",
    "ish",
    "pathy",
)
CLOSING = re.compile(r"[\s.!x]*")
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "ß": "ss", "ð": "d", "þ": "th", "œ": "oe", "’": "'"})
LONGEST = 5  # words of a name
MOSTLY_CAPITALS = 0.6  # share of capitalised words from which a capital says nothing

# Words that begin a name of several words or stand inside it
PARTICLES = words("""de da do dos das di del della la le el al van von der den ter ten bin bint ibn abu ap mc mac st san zu y""")
FUNCTION_WORDS = words(
    """a an the and or but if so as of to for from in on at by with about into after before since until up down out off over under again
    i im ive ill id me my mine myself you your youre u ur he hes she shes him his her hers it its we were us our they theyre them
    their this that these those there here who what which when where why how is isnt are arent was wasnt be been being am do does did
    dont doesnt didnt have has had having can cant could will would should shall may might must not no yes yeah yep ok okay please pls
    plz thanks thank ta cheers hi hello hey hiya dear sorry just also very really quite too only now then today tomorrow yesterday
    tonight still any some all both each every more most much many few other another one two three four five six seven eight nine ten
    mr mrs ms miss mx dr doctor doc sir madam nurse physio name names called number phone email mob tel dob age appointment booking
    session sessions question back neck shoulder pain knee hip foot leg arm patient problem wrong spelt spelled misspelled misspelt
    changed different correct right going getting having got get need want know think like see said says told tell ask asking looking
    calling coming booked because cos cuz than though there everyone everybody someone anyone nobody team guys all folks mate mates
    pal love babe bot bots robot monday tuesday wednesday thursday friday saturday reception receptionist clinic therapist therapists
    google experience interested wondering writing trying new old pain sore scared nervous worried pregnant diabetic fine good well
    sure afraid unsure unable able currently suffering using taking allergic"""
)
CALENDAR = words(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
    november december spring summer autumn winter christmas easter"""
)
FAMILY_AND_OTHERS = words(
    """husband wife partner fiance fiancee hubby missus son sons daughter daughters mum mums mom moms mother dad dads father brother
    sister bro sis gran grandma nan grandad grandpa granddaughter grandson cousin aunt auntie uncle nephew niece boyfriend girlfriend
    bf gf friend friends mate mates pal neighbour neighbor colleague boss manager coach trainer teacher carer driver kid child baby
    boy girl lad"""
)
STAFF = words(
    """physio physiotherapist therapist osteopath osteo chiro chiropractor surgeon consultant gp doctor specialist receptionist
    practitioner clinician midwife psychologist podiatrist acupuncturist masseuse rheumatologist neurologist"""
)
TITLES = words(
    """mr mrs ms miss mx dr doctor doc prof professor nurse sister auntie aunty uncle aunt reverend rev father lieutenant lt captain capt
    sergeant sgt major colonel sir lady lord dame mme madame monsieur mlle herr frau senor señor senora señora sr sra signor signora
    shri smt mister"""
)
SURE_TITLES = words("""mr mrs ms miss mx dr prof professor mme mlle lieutenant sgt herr frau senora signora smt mister""")
GREETINGS = words("""hi hello hey hiya dear morning afternoon evening hola ciao bonjour hallo heya yo""")
SIGN_OFFS = words("""regards thanks thank thx cheers ta love wishes sincerely faithfully signed yours xx rgds gracias merci best""")
SPOKEN_TO = words(
    """ask asked tell told see saw seen with speak spoke spoken contact phone ring call met by book booked under for is can could had has
    have thank thanks"""
)

# What comes right before a name. The first kind takes any word that could be one; the second only words known as names.
SAID = phrases(
    """name is; my names; his names; her names; wifes names; sons names; daughters names; full names; im called; am called; called me;
    nickname is; nickname; surname is; surname; forename is; forename; first name; last name; full name; last names; first names;
    patient name; pt name; maiden name; name of patient; me llamo; mi nombre es; je mappelle; mein name ist; ich heiße; ich heisse; mi
    chiamo; mam na imię; nazywam się; under the name; under the name of; under name; name will be; name on the booking is; everyone
    calls me; people call me; calls me; they call me; just call me"""
)
HINTED = phrases(
    """im; i am; its; it is; its me; this is; me is; soy; ich bin; je suis; cest; sono; my name; name; my self; myself; booked under;
    booking under; booking is under; its under; appointment for; book in; behalf of; ask for; asked for; speak to; speak with; talk
    to; emergency contact; hola soy; user; patient; attention of; attn; care of; signed; invoice for; wifes name is; yours; jestem; i
    is; iam; under dr; caller; client; contact; regards; is called; was called; called; i go by; known as; name of"""
)
AFTER = frozenset(("here", "speaking", "calling", "writing"))
ACTS = words(
    """told said says did put gave treated needled recommended suggested asked mentioned reckons explained advised massaged cracked
    warned swears thinks"""
)
AT_WORK = frozenset(["in", "working", "available", "there", "around", "off", "back", "free", "on", "still"])
MET = frozenset(["saw", "told", "asked", "tell", "spoke", "meet", "met", "thank", "thanked"])
WHATEVER_FOLLOWS = frozenset(("under", "surname", "called"))  # a word with a capital or that no dictionary has is a name
SLIPS_ASKED = 3  # words of a text of which it is asked whether they are a slip in a word; each costs a millisecond
# A name before one of these is that of a condition, a test or a method.
MEDICAL = words(
    """disease syndrome test tests cyst cysts palsy sign signs fracture fractures neuroma contracture method methods technique techniques
    exercise exercises lesion deformity phenomenon procedure repair score scale index classification approach therapy nodes node knee
    hip elbow thumb tendon tendonitis tendinitis tendinopathy protocol criteria grade position stretch stretches manoeuvre maneuver
    mobilisation mobilization machine tool type positive negative frame diet concept release disorder condition arthritis thyroiditis
    kyphosis gait impingement trainers boots study trial et"""
)


class Word(NamedTuple):
    """A word of a text: where it stands, as written, as the lists have it, and with the "s" of "name's" as announcements have it."""

    start: int
    end: int
    raw: str
    plain: str
    said: str

    @property
    def capital(self) -> bool:
        """Whether it is written as a name is, and not as an abbreviation."""
        return self.raw[0].isupper() and (len(self.raw) == 1 or not self.raw.isupper())


class Lists(NamedTuple):
    """The lists of data/names/."""

    given: frozenset[str]
    given_or_word: frozenset[str]
    family: frozenset[str]
    family_or_word: frozenset[str]
    kept: frozenset[str]


@cache
def lists() -> Lists:
    """The lists of data/names/, read once."""
    return Lists(*(_read(name) for name in Lists._fields))


def _read(name: str) -> frozenset[str]:
    lines = (NAMES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _by_last_word(announcing: Sequence[str]) -> dict[str, list[tuple[str, ...]]]:
    by_last: dict[str, list[tuple[str, ...]]] = {}
    for phrase in announcing:
        said = tuple(phrase.split())
        by_last.setdefault(said[-1], []).append(said)
    return by_last


ANY_AFTER, KNOWN_AFTER = _by_last_word(SAID), _by_last_word(HINTED)
# No name is announced where none of these stands before it
ANNOUNCING = frozenset((*ANY_AFTER, *KNOWN_AFTER)) | FAMILY_AND_OTHERS | STAFF | TITLES | GREETINGS | SIGN_OFFS | SPOKEN_TO


def names(text: str) -> Iterator[Span]:
    """The names of people in a text."""
    found_words = [_word(found) for found in TOKEN.finditer(text)]
    reader, at = _Reader(text, found_words), 0
    while at < len(found_words):
        length = reader.name_at(at)
        if length:
            yield Span(found_words[at].start, found_words[at + length - 1].end, NAME)
        at += length or 1


def _word(found: re.Match[str]) -> Word:
    written = found[0]
    possessive = written[-2:] in ("'s", "’s", "'S", "’S")
    raw = written[:-2] if possessive else written
    plain = fold(raw)
    bare = plain if plain.isalpha() else plain.replace("'", "").replace("’", "")
    return Word(found.start(), found.start() + len(raw), raw, plain, bare + "s" if possessive else bare)


def fold(word: str) -> str:
    """A word in lower case and without accents, as the lists have it."""
    word = word.lower()
    if not word.isascii():
        word = "".join(letter for letter in unicodedata.normalize("NFKD", word.translate(LETTERS)) if not unicodedata.combining(letter))
    return word


class _Reader:
    """Finds the names in one text."""

    def __init__(self, text: str, words: Sequence[Word]) -> None:
        self._text, self._words = text, words
        self._lists = lists()
        capitals = sum(word.raw[0].isupper() for word in words)
        # In "How Much Will It Cost" or in shouting a capital tells nothing.
        self._cased = len(words) < 4 or capitals / len(words) < MOSTLY_CAPITALS
        self._asked = 0
        self._answered = any(word.plain in AFTER for word in words)

    def name_at(self, at: int) -> int:
        """How many words of a name begin with word `at`; 0 where none does."""
        word = self._words[at]
        announced = at > 0 and self._words[at - 1].said in ANNOUNCING
        announced = announced or self._on_last_line(at) or self._among_details(at) or self._acts(at) or (self._answered and self._here(at))
        if announced and (self._any_word_is_one(at) or (self._one_is_expected(at) and self._known(at))):
            return self._length(at, sure=True)
        return self._length(at, sure=False) if (self._certain(word) or self._pair(at)) and not self._medical(at) else 0

    # What stands before and after

    def _any_word_is_one(self, at: int) -> bool:
        """Whether what stands before says that this is a name, whatever it is."""
        word, known = self._words[at], self._lists
        if self._said(at, ANY_AFTER):
            if word.plain in known.given or word.plain in known.given_or_word:
                return True
            # "an odd name is suddenly everywhere", "his name is spelt with a k"
            ending = word.raw.islower() and word.plain.endswith(("ing", "ed", "ly")) and word.plain in dictionary()
            return word.plain not in FUNCTION_WORDS and not ending
        return (
            self._titled(at)
            and word.plain not in FUNCTION_WORDS
            and (self._unlikely_word(word) or (word.capital and word.plain not in known.kept))
        )

    def _one_is_expected(self, at: int) -> bool:
        """Whether what stands around makes a name likely: a word that is known as one, is one."""
        if self._words[at].plain in CALENDAR:
            return self._words[at - 1].said in ("im", "am", "hi", "hello", "dear") and self._gap(at).isspace()
        return (
            self._said(at, KNOWN_AFTER)
            or self._acts(at)
            or self._among_details(at)
            or self._titled(at)
            or self._related(at)
            or self._greeted(at)
            or self._signed(at)
            or self._here(at)
            or self._amid_speech(at)
        )

    def _said(self, at: int, announcers: dict[str, list[tuple[str, ...]]]) -> bool:
        if at == 0:
            return False
        return (
            any(self._matches(phrase, at) for phrase in announcers.get(self._words[at - 1].said, ()))
            and SAID_GAP.fullmatch(self._gap(at)) is not None
        )

    def _matches(self, phrase: tuple[str, ...], at: int) -> bool:
        first = at - len(phrase)
        return first >= 0 and all(self._words[first + index].said == word for index, word in enumerate(phrase))

    def _gap(self, at: int) -> str:
        """What stands between a word and the one before it, or at the beginning."""
        return self._text[self._words[at - 1].end if at else 0 : self._words[at].start]

    def _titled(self, at: int) -> bool:
        return at > 0 and self._words[at - 1].plain in SURE_TITLES and TITLE_GAP.fullmatch(self._gap(at)) is not None

    def _related(self, at: int) -> bool:
        """Whether a relation or a profession stands right before: "my son leon", "the physio, chloe"."""
        if at == 0 or RELATION_GAP.fullmatch(self._gap(at)) is None:
            return False
        before, word = self._words[at - 1].plain, self._words[at]
        if word.plain in self._lists.given_or_word and not (word.capital and self._cased):  # "my daughter poppy", but not "my son will"
            return (
                before in FAMILY_AND_OTHERS
                and word.plain not in FUNCTION_WORDS
                and at > 1
                and self._words[at - 2].plain in ("my", "our", "his", "her")
            )
        return before in FAMILY_AND_OTHERS or before in STAFF or before in TITLES

    def _greeted(self, at: int) -> bool:
        return 0 < at <= 3 and self._words[at - 1].plain in GREETINGS and GREETING_GAP.fullmatch(self._gap(at)) is not None

    def _on_last_line(self, at: int) -> bool:
        return at > 0 and len(self._words) - at <= 3 and "\n" in self._gap(at)

    def _signed(self, at: int) -> bool:
        """Whether the message ends with this name, after thanks or on a line of its own."""
        if at == 0 or len(self._words) - at > 3 or not CLOSING.fullmatch(self._text, self._words[-1].end):
            return False
        return self._words[at - 1].said in SIGN_OFFS or self._on_last_line(at)

    def _here(self, at: int) -> bool:
        """Whether "here" or the like follows at once: "Rachel here", "Will Turner here"."""
        if at and not NEW_SENTENCE.search(self._gap(at)) and self._words[at - 1].plain not in GREETINGS:
            return False
        if any(word.plain in AFTER for word in self._words[at + 1 : at + 2]):
            return self._is_listed(self._words[at])
        return (
            any(word.plain in AFTER for word in self._words[at + 2 : at + 3])
            and (
                self._is_listed(self._words[at])
                or (self._words[at].capital and self._words[at + 1].capital)
                or (self._is_no_word(at) and self._is_listed(self._words[at + 1]))
            )
            and self._adjoins(at + 1)
        )

    def _acts(self, at: int) -> bool:
        """Whether what follows is what a person does: "Lorencz told me", "is roman in today"."""
        if at + 1 >= len(self._words) or not self._gap(at + 1).isspace():
            return False
        following = self._words[at + 1].plain
        if at and self._words[at - 1].plain in ("is", "was", "if") and following in AT_WORK:
            return True
        return following in ACTS and (at == 0 or NEW_SENTENCE.search(self._gap(at)) is not None)

    def _among_details(self, at: int) -> bool:
        """Whether a name would stand right beside an identifier, at the beginning or the end: "sue 07700 900129"."""
        start, end = self._words[at].start, self._words[at].end
        if DETAIL_BEFORE.search(self._text, max(0, start - 4), start):
            named = self._words[at].plain in self._lists.given or self._words[at].plain in self._lists.given_or_word
            return named and DETAIL_AFTER.match(self._text, end) is not None
        if at and not NEW_SENTENCE.search(self._gap(at)):
            return False
        last = at
        while last < at + 2 and last + 1 < len(self._words) and self._adjoins(last + 1) and self._is_no_word(last + 1):
            last += 1
        after = DETAIL_AFTER.match(self._text, self._words[last].end)
        if after is None or not after[0].endswith((FOUND, PLAIN)) or not self._is_no_word(at):
            return False
        # Before a date that may be any, two words, one of them known as a name
        return after[0].endswith(FOUND) or (last > at and any(self._is_listed(word) for word in self._words[at : last + 1]))

    def _is_no_word(self, at: int) -> bool:
        word = self._words[at]
        return self._is_listed(word) or word.plain in self._lists.family_or_word or word.plain not in dictionary()

    def _amid_speech(self, at: int) -> bool:
        """Whether a capital in the middle of a sentence follows a verb of dealing with people: "I saw Grace"."""
        word = self._words[at]
        if not (at > 0 and self._cased and word.capital):
            return False
        if word.plain not in self._lists.given_or_word and self._words[at - 1].plain not in MET:
            return False
        return self._words[at - 1].plain in SPOKEN_TO and self._gap(at).isspace()

    # What the word itself is

    def _certain(self, word: Word) -> bool:
        if word.plain in self._lists.kept:
            return False
        return word.plain in self._lists.given or ("-" in word.plain and all(part in self._lists.given for part in word.plain.split("-")))

    def _pair(self, at: int) -> bool:
        """Whether a given name that is a word too and a family name stand together with capitals: "Rose Kowalski"."""
        word = self._words[at]
        if not (self._cased and word.capital and word.plain in self._lists.given_or_word) or at + 1 >= len(self._words):
            return False
        following = self._words[at + 1]
        if not following.capital or word.plain in CALENDAR or following.plain in self._lists.kept:
            return False
        return following.plain in self._lists.family and self._adjoins(at + 1) and "." not in self._gap(at + 1)

    def _is_listed(self, word: Word) -> bool:
        """Whether it is a name of somebody rather than a word."""
        known = self._lists
        return (
            word.plain in known.given or word.plain in known.given_or_word or (word.plain in known.family and word.plain not in known.kept)
        )

    def _known(self, at: int) -> bool:
        """Whether a word can be a name where one is expected."""
        word, known = self._words[at], self._lists
        plain = word.plain
        if plain in FUNCTION_WORDS and plain not in known.given_or_word:
            return False
        if plain in known.given:
            return True
        if len(word.raw) == 1:
            return word.capital and self._initial(at) and self._known(at + 1)
        if plain in known.given_or_word:
            return (
                self._ends_after(at)
                or self._related(at)
                or self._acts(at)
                or (self._cased and word.capital and not NEW_SENTENCE.search(self._gap(at)))
                or self._next_is_name(at)
            )
        if plain in known.family and plain not in known.kept:
            return True
        if self._cased and word.capital and (self._next_is_name(at) or (at and self._words[at - 1].said in WHATEVER_FOLLOWS)):
            return True
        if not self._unlikely_word(word):
            return False
        return (word.capital and self._cased) or self._next_is_name(at) or self._stranger(at)

    def _stranger(self, at: int) -> bool:
        """Whether a word in small letters that nobody knows is a name, and no slip in another word: "im minea from last week"."""
        word, said = self._words[at], self._words[at - 1].said if at else ""
        if len(word.plain) < 3 or not word.plain.isalpha() or said not in ("im", "am", "its", "is", "me", "name", "under"):
            return False
        if (
            word.plain.endswith(NO_NAMES_END)
            or not (STOPS if said in ("its", "is") else ENDS).match(self._text, word.end)
            or self._asked >= SLIPS_ASKED
        ):
            return False
        self._asked += 1
        return not dictionary().known(dictionary().edit_distance_1(word.plain))

    def _unlikely_word(self, word: Word) -> bool:
        """Whether no dictionary has it, or only as a name."""
        return word.plain not in self._lists.kept and (word.plain in self._lists.family or word.plain not in dictionary())

    def _ends_after(self, at: int) -> bool:
        """Whether a name could end here: at a comma, a number, or a word as in "its bill again"."""
        weak = at > 0 and self._words[at - 1].said in ("its", "is")
        return (STOPS if weak else ENDS).match(self._text, self._words[at].end) is not None

    def _next_is_name(self, at: int) -> bool:
        if at + 1 >= len(self._words) or not self._adjoins(at + 1):
            return False
        following = self._words[at + 1]
        return following.plain in self._lists.given or (following.plain in self._lists.family and following.plain not in self._lists.kept)

    def _initial(self, at: int) -> bool:
        return self._text[self._words[at].end : self._words[at].end + 1] == "." and at + 1 < len(self._words) and self._adjoins(at + 1)

    def _medical(self, at: int) -> bool:
        """Whether it names a condition, a test or a method: "Thomas test"."""
        following = [word.plain for word in self._words[at + 1 : at + 3]]
        return following[:1] != [] and (following[0] in MEDICAL or (following[0] in self._lists.kept and following[-1] in MEDICAL))

    # How far it goes

    def _adjoins(self, at: int) -> bool:
        return BETWEEN_NAMES.fullmatch(self._gap(at)) is not None

    def _length(self, at: int, sure: bool) -> int:
        """The number of words of the name that begins with word `at`."""
        length = 1
        while length < LONGEST and at + length < len(self._words) and self._adjoins(at + length) and self._continues(at + length, sure):
            length += 1
        while length > 1 and self._words[at + length - 1].plain in PARTICLES and not self._words[at + length - 1].capital:
            length -= 1
        return length

    def _continues(self, at: int, sure: bool) -> bool:
        """Whether a word goes on with the name before it."""
        word, known, gap = self._words[at], self._lists, self._gap(at)
        plain = word.plain
        if plain in FUNCTION_WORDS and plain not in known.given_or_word:
            return False
        if len(word.raw) == 1 and word.raw.isupper():
            return sure and at + 1 < len(self._words) and self._adjoins(at + 1)
        if "." in gap and len(self._words[at - 1].raw) > 1:
            return False  # a full stop that ends a sentence
        if "," in gap:
            return sure and word.capital and plain in known.given
        if plain in known.given and plain not in known.kept:
            return True
        if word.capital and self._cased:
            return (
                sure or plain in known.family or plain in known.family_or_word or plain in known.given_or_word or plain not in dictionary()
            )
        if plain in PARTICLES:
            return at + 1 < len(self._words) and self._adjoins(at + 1) and self._continues(at + 1, sure)
        if plain in known.family:
            return plain not in known.kept or sure
        listed = plain in known.family_or_word or plain in known.given_or_word or plain not in dictionary()
        return listed and ENDS.match(self._text, word.end) is not None
