"""The catalogues of translations: nothing is missing, nothing is stale, and each language is found and spoken."""

from __future__ import annotations

import ast
import importlib.util
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rigdyno.core.words import language
from rigdyno.core.words.writer import english, spoken

ROOT = Path(__file__).resolve().parents[3]
SPEC = importlib.util.spec_from_file_location("translate", ROOT / "packaging" / "translate.py")
translate = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(translate)


@pytest.fixture(scope="module")
def source():
    return translate.extracted()


@pytest.fixture
def spanish(tmp_path):
    """A copy of the Spanish catalogue, to be broken."""
    return Path(shutil.copytree(translate.FOLDER / "es", tmp_path / "es"))


@pytest.fixture(autouse=True)
def _english_again():
    yield
    language.speak(language.ENGLISH)


@pytest.mark.parametrize("code", translate.COMPLETE)
def test_every_string_is_translated_and_compiled(source, code):
    assert translate.problems(translate.FOLDER / code, source) == []


def test_no_string_stands_inside_an_f_string():
    """Python before 3.12 does not show it to what collects the strings."""
    for path in [*(ROOT / "core").rglob("*.py"), *(ROOT / "gui").rglob("*.py")]:
        for joined in (
            n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.JoinedStr)
        ):
            for call in (n for n in ast.walk(joined) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)):
                strings = [a for a in call.args if isinstance(a, ast.Constant)]
                assert call.func.id not in translate.KEYWORDS or not strings, f"{path}:{call.lineno}"


def test_a_language_that_is_not_complete_has_nothing_else_wrong(source):
    for folder in translate.FOLDER.iterdir():
        found = translate.problems(folder, source) if folder.is_dir() else []
        assert not [said for said in found if "strings are translated" not in said]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('msgid "Network to train"\n', 'msgid "Network to tame"\n', "not in the catalogue: 'Network to train'"),
        ('msgstr "Red que se entrena"', 'msgstr ""', "not translated: 'Network to train'"),
        ('msgid "Network to train"', '#, fuzzy\nmsgid "Network to train"', "fuzzy: 'Network to train'"),
        ("Red que se entrena", "Otra red", "stale"),
        ('"la GPU ({id})"', '"la GPU ({ID})"', "other places for values: 'the GPU ({id})'"),
    ],
)
def test_what_is_wrong_with_a_catalogue_is_found(source, spanish, old, new, said):
    po = spanish / "LC_MESSAGES" / "rigdyno.po"
    text = po.read_text(encoding="utf-8")
    assert old in text
    po.write_text(text.replace(old, new), encoding="utf-8")
    assert any(said in problem for problem in translate.problems(spanish, source))


def test_bringing_it_up_to_date_keeps_every_translation(source, spanish):
    translate.update(spanish, source)
    assert translate.problems(spanish, source) == []


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"LANG": "es_ES.UTF-8"}, "es"), ({"LANG": "C.UTF-8"}, "en"), ({"LANG": "de_DE"}, "en"),
        ({"LANG": "es_ES", "LC_ALL": "fr_FR.UTF-8"}, "fr"), ({"LANG": "es_ES", "LANGUAGE": "de:fr:es"}, "fr"),
        ({"LC_MESSAGES": "es@latin", "LANG": "fr"}, "es"), ({"LANGUAGE": "en_GB", "LANG": "es"}, "en"),
    ],
)  # fmt: skip
def test_the_environment_says_which_language(environment, code):
    assert language.wanted(environment) == code


def test_each_language_has_its_own_name():
    assert language.languages() == {"en": "English", "es": "Español", "fr": "Français"}


@pytest.mark.parametrize(
    ("code", "number", "span"),
    [
        ("en", "1,234.5", "2.0 – 3.0 hours"),
        ("es", "1.234,5", "2,0 – 3,0 horas"),
        ("fr", "1\u202f234,5", "2,0 – 3,0 heures"),
    ],
)
def test_numbers_and_units_are_those_of_the_language(code, number, span):
    language.speak(code)
    assert spoken.write(1234.5, ",.1f") == number
    assert spoken.span(7200, 10_800) == span


@pytest.mark.parametrize(
    ("code", "said"), [("es", "2 hilos"), ("fr", "2 fils"), ("en", "2 threads"), ("xx", "2 threads")]
)
def test_words_follow_the_language_that_is_spoken_when_they_are_asked_for(code, said):
    language.speak(code)
    assert spoken.threads(2) == said
    assert language.spoken_language() == ("en" if code == "xx" else code)


def test_what_a_language_lacks_is_said_in_english():
    language.speak("fr")
    missing = next(m.id for m in translate._read(translate.FOLDER / "fr") if m.id and m.string == "")
    assert language._(missing) == missing


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("there is no battery", "no hay batería"),
        ("the probe failed: KeyError: {x} of 3", "la sonda falló: KeyError: {x} of 3"),
        ("signal SIGKILL; its last words: ", "señal SIGKILL; sus últimas palabras: "),
        ("2 logical cores, affinity to 1", "2 núcleos lógicos, afinidad a 1"),
        (
            "exit code 1; its last words: exit code 2",
            "código de salida 1; sus últimas palabras: exit code 2",
        ),
        ("an exit code 1", "an exit code 1"),
        ("whatever else", "whatever else"),
        ("", ""),
    ],
)
def test_a_sentence_that_is_stored_in_english_is_said_in_the_language(text, said):
    language.speak("es")
    assert spoken.stored(text) == said
    language.speak("en")
    assert spoken.stored(text) == text


@given(st.text(alphabet="a{}: ;,") | st.text())
def test_any_text_is_said_again_in_english_as_it_is(text):
    assert english.stored(text) == text
