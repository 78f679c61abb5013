"""Files as an editor might leave them: whatever stands in one, the loader reads it or says what is wrong, and raises nothing else."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from assistant import paths
from assistant.content.answers import load_answers
from assistant.content.clinic import Clinic, load_clinic
from assistant.content.faults import ContentError, read_yaml
from assistant.content.sources import load_sources
from assistant.safety.phrases import PhraseError, compile_phrase
from assistant.safety.rules import load_rules
from assistant.understanding.conditions import load_lexicon
from tests.fuzz.strategies import NASTY, WORDS, added, characters, keys, messages, places, replaced, values

SOURCES = load_sources(paths.SOURCES)
FAQ = paths.DATA / "faq" / "risks.yml"
LOADERS = {
    "clinic.yml": (paths.ROOT / "clinic.yml", load_clinic),
    "data/faq/risks.yml": (FAQ, lambda path: load_answers([path], SOURCES)),
    "data/safety.yml": (paths.DATA / "safety.yml", lambda path: load_rules(path, SOURCES)),
    "data/conditions.yml": (paths.DATA / "conditions.yml", load_lexicon),
}
REAL = {name: read_yaml(path) for name, (path, _) in LOADERS.items()}
every_file = pytest.mark.parametrize("name", LOADERS)


def small(value, most=3):
    """The first entries of each long list: as good to break as all of them, and read in a fraction of the time."""
    if isinstance(value, dict):
        return {key: small(child, most) for key, child in value.items()}
    return [small(child, most) for child in value[:most]] if isinstance(value, list) else value


SMALL = {name: small(content) if name != "clinic.yml" else content for name, content in REAL.items()}
PLACES = {name: places(content) for name, content in SMALL.items()}


def written(value):
    stream = StringIO()
    YAML(typ="safe", pure=True).dump(value, stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz") / "file.yml"


def loads_or_says_why(load, file, content):
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    try:
        return load(file)
    except ContentError as error:
        assert error.faults and all(isinstance(fault, str) and fault for fault in error.faults)
        return None


@every_file
@given(
    content=st.one_of(
        st.binary(max_size=400),
        characters,
        st.lists(st.sampled_from([*NASTY, ": ", "- ", "\n", "&a ", "*a", "!!python/x", "<<: "])).map("".join),
    )
)
def test_any_bytes_are_read_or_refused(name, file, content):
    loads_or_says_why(LOADERS[name][1], file, content)


@every_file
@given(data=st.data())
def test_a_file_with_anything_in_place_of_anything_is_read_or_refused(name, file, data):
    place, value = data.draw(st.sampled_from(PLACES[name])), data.draw(values)
    loads_or_says_why(LOADERS[name][1], file, written(replaced(SMALL[name], place, value)))


@every_file
@given(data=st.data())
def test_a_file_with_anything_added_anywhere_is_read_or_refused(name, file, data):
    place, key, value = data.draw(st.sampled_from(PLACES[name])), data.draw(keys), data.draw(values)
    loads_or_says_why(LOADERS[name][1], file, written(added(SMALL[name], place, key, value)))


@given(data=st.data())
def test_a_profile_that_is_read_can_be_used(file, data):
    place, value = data.draw(st.sampled_from(PLACES["clinic.yml"])), data.draw(values)
    clinic = loads_or_says_why(load_clinic, file, written(replaced(REAL["clinic.yml"], place, value)))
    if clinic is not None:
        assert isinstance(clinic, Clinic) and all(isinstance(fact, str) and "\n" not in fact for fact in clinic.facts.values())
        assert clinic.now().tzinfo and (clinic.week is None or isinstance(clinic.hours_on(date(2026, 11, 30)), list))


@given(text=st.one_of(messages(), st.lists(st.sampled_from(["|", "\n", "| A1 |", "## Evidence", "S1.1", " "])).map("".join)))
def test_any_register_of_sources_is_read_or_refused(file, text):
    loads_or_says_why(load_sources, file, text)


@given(
    phrase=st.one_of(
        characters,
        messages(longest=200),
        st.lists(st.sampled_from(["(", ")", "|", "{pain}", "{nobody}", "+", "*", " ", "\\", "[", "^", *WORDS[:20]])).map("".join),
    )
)
def test_any_phrase_of_a_warning_sign_is_compiled_or_refused(phrase):
    try:
        compiled = compile_phrase(phrase, {"pain": ["pain", "out of breath", "ach*"]})
    except PhraseError as error:
        assert str(error)
    else:
        assert compiled and all(compiled)
