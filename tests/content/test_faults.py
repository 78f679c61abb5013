from __future__ import annotations

import pytest

from assistant.content.faults import QUOTED, ContentError, read_yaml, unknown


@pytest.fixture
def file(tmp_path):
    return tmp_path / "profile.yml"


def the_fault(path):
    with pytest.raises(ContentError) as raised:
        read_yaml(path)
    (fault,) = raised.value.faults
    return fault


def test_a_mapping_is_read_as_it_stands(file):
    file.write_text("name: Café Ångström\nminutes: 45\n", encoding="utf-8")
    assert read_yaml(file) == {"name": "Café Ångström", "minutes": 45}


def test_a_missing_file_is_named_with_the_place_it_was_expected(file):
    fault = the_fault(file)
    assert "missing" in fault
    assert str(file) in fault


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("name: A\nhours: [1, 2\nphone: 3\n", 3, id="a list left open"),
        pytest.param('name: A\nphone: "1\n', 3, id="a quote left open"),
        pytest.param("name: A\nphone: 1: 2\n", 2, id="two colons"),
        pytest.param("name: A\n\tphone: 1\n", 2, id="a tab"),
        pytest.param("a: 1\nb: 2\nc: *nowhere\n", 3, id="an alias of nothing"),
    ],
)
def test_broken_yaml_is_a_fault_on_one_line_that_tells_the_line(file, text, line):
    file.write_text(text, encoding="utf-8")
    fault = the_fault(file)
    assert fault.startswith("profile.yml")
    assert f"line {line} cannot be read" in fault
    assert "\n" not in fault


def test_a_key_given_twice_is_a_fault_that_names_the_key_and_its_line(file):
    file.write_text("phone: 1\nname: A\nphone: 2\n", encoding="utf-8")
    fault = the_fault(file)
    assert fault.startswith("profile.yml")
    assert "phone" in fault
    assert "line 3 " in fault


def test_a_file_that_is_not_utf_8_is_a_fault_that_names_the_encoding_and_the_byte(file):
    file.write_bytes("name: Café\n".encode("latin-1"))
    fault = the_fault(file)
    assert fault.startswith("profile.yml")
    assert "UTF-8" in fault
    assert "byte 9" in fault


@pytest.mark.parametrize(
    ("text", "found"),
    [("", "NoneType"), ("# only a comment\n", "NoneType"), ("- name\n- phone\n", "list"), ("just words\n", "str"), ("45\n", "int")],
)
def test_a_file_that_holds_no_mapping_is_a_fault_that_tells_what_it_holds(file, text, found):
    file.write_text(text, encoding="utf-8")
    fault = the_fault(file)
    assert fault.startswith("profile.yml")
    assert found in fault


def test_the_error_reads_as_its_faults_a_line_each():
    faults = ["clinic.yml: one", "about.yml: two", "about.yml: three"]
    error = ContentError(faults)
    assert error.faults == faults
    assert str(error).splitlines() == faults


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("[" * 100_000, "deep", id="brackets without end"),
        pytest.param("a: " + "[" * 60 + "]" * 60, "deep", id="brackets within brackets"),
        pytest.param("a: " + "{b: " * 60 + "1" + "}" * 60, "deep", id="braces within braces"),
        pytest.param("- " * 100_000 + "a", "deep", id="dashes without end"),
        pytest.param(
            "a: &a [x, x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)),
            "alias",
            id="a YAML bomb",
        ),
        pytest.param("a: &a [*a]", "alias", id="a list within itself"),
        pytest.param("reviewed: 2026-13-45", "month", id="a date that is none"),
        pytest.param("a: !!python/object/apply:os.system [echo]", "line 1", id="a command to run"),
        pytest.param("a: !!int x", "cannot be read", id="a number that is none"),
    ],
)
def test_what_is_made_to_break_the_reader_is_a_fault(file, text, named):
    file.write_text(text, encoding="utf-8")
    fault = the_fault(file)
    assert named in fault and len(fault) < 500


def test_nothing_named_in_a_file_is_run(file, tmp_path):
    file.write_text(f"a: !!python/object/apply:os.mkdir ['{tmp_path}/made']\n", encoding="utf-8")
    the_fault(file)
    assert not (tmp_path / "made").exists()


def test_a_name_that_is_no_text_can_be_unknown_too():
    assert unknown("key", 7, ["phone"], QUOTED) == "unknown key '7'; known are phone."


def test_a_variable_of_the_environment_is_never_put_into_a_text(file, monkeypatch):
    import rasa.shared.utils.io  # noqa: F401  what makes every reader of YAML do so

    monkeypatch.setenv("NEEDLING_SECRET", "of these tests only")
    file.write_text("plain: our ${NEEDLING_SECRET} price\nnone: ${NO_SUCH_NAME}\n", encoding="utf-8")
    assert read_yaml(file) == {"plain": "our ${NEEDLING_SECRET} price", "none": "${NO_SUCH_NAME}"}
