"""The catalogues of translations: nothing is missing, nothing is stale, and each language is found and spoken."""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rigdyno.core.analysis.plan_limits import FIELD_LIMITS
from rigdyno.core.words import language
from rigdyno.core.words.writer import Words, english, spoken

ROOT = Path(__file__).resolve().parents[3]
SPEC = importlib.util.spec_from_file_location("translate", ROOT / "packaging" / "translate.py")
translate = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(translate)
NAME = re.compile(r"\S*|(sysctl|NVML) \S*|/sys_vendor, product_name")


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
    ("code", "windows", "said"),
    [
        ("es", 1, "1 ventana)"), ("es", 22, "22 ventanas)"), ("es", 0, "0 ventanas)"),
        ("fr", 1, "1 fenêtre)"), ("fr", 22, "22 fenêtres)"), ("fr", 0, "0 fenêtre)"),  # nothing is singular there
    ],
)  # fmt: skip
def test_each_language_has_its_own_plural(code, windows, said):
    language.speak(code)
    numbers = {"rate": 1700.0, "device": "cpu", "half_width": 1.0, "windows": windows}
    assert spoken.sentence("trains-at", numbers).endswith(f"{said}.")


def test_sizes_inside_of_a_reading_are_those_of_the_language():
    language.speak("es")
    assert spoken.show("cpu.caches", ["L1d 48 KiB", "L2 1.25 MiB"]) == "L1d 48 KiB, L2 1,25 MiB"
    assert spoken.show("cpu.simd", ["SSE4.2", "AVX"]) == "SSE4.2, AVX"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,234.5 and -0.25", "1.234,5 and -0,25"), ("0.95, 0.5", "0,95, 0,5"), ("1.5e-08 to 10", "1,5e-08 to 10"),
        ("resnet-1.5 v1.2 1.2.3 cnn-2", "resnet-1.5 v1.2 1.2.3 cnn-2"), ("2.5 s.", "2,5 s."),
        ("at 1,000.", "at 1.000."),
    ],
)  # fmt: skip
def test_numbers_in_an_english_text_that_are_none_of_a_name(text, said):
    language.speak("es")
    assert spoken.marked_in(text) == said


@pytest.mark.parametrize(("typed_in_english", "low"), [(True, "0.5"), (False, "0,5")])
def test_what_is_typed_on_a_command_line_has_a_point(typed_in_english, low):
    """A comma would be refused there; the fields of the window read the marks of the language."""
    language.speak("es")
    words, limit = Words(typed_in_english=typed_in_english), FIELD_LIMITS["seconds"]
    assert words.allowed(*limit.range).startswith(f"de {low} a 86400")
    problem = {"field": "seconds", "value": low.replace(",", "."), "range": limit.range[0], **limit.range[1]}
    assert f"seconds: {low} no se permite; se permite de {low} a" in words.problem("not-allowed", problem)


def test_a_plural_may_differ_in_a_language_alone():
    language.speak("es")
    assert "solo se puede usar 1 de 8" in spoken.sentence("hint-cores", {"usable": 1, "logical": 8})
    assert "solo se pueden usar 2 de 8" in spoken.sentence("hint-cores", {"usable": 2, "logical": 8})


def test_every_source_of_a_probe_is_translated_or_a_name():
    """What says where a fact comes from: a path, a function, a command and its argument are the same everywhere."""
    language.speak("es")
    untranslated = set()
    for path in (ROOT / "core" / "probes").glob("*.py"):
        for call in (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id in ("reading", "Reading"):
                parts = [n.value for n in ast.walk(call.args[1]) if isinstance(n, ast.Constant)]
                untranslated |= {t for t in parts if spoken.stored(t) == t and not NAME.fullmatch(t)}
    assert untranslated == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("there is no battery", "no hay batería"),
        ("psutil.disk_usage of the data folder", "psutil.disk_usage de la carpeta de datos"),
        ("NVML error 7", "error 7 de NVML"),
        ("1 logical core, affinity to 1", "1 núcleo lógico, afinidad a 1"),
        ("1 logical cores, affinity to 1", "1 núcleo lógico, afinidad a 1"),  # as earlier versions wrote it
        (
            "4 logical cores, affinity to 4, cgroup quota of 2.5",
            "4 núcleos lógicos, afinidad a 4, cuota de cgroup de 2,5",
        ),
        ("8 logical cores", "8 núcleos lógicos"),
        ("after 1 sample", "tras 1 muestra"),
        ("after 64 samples", "tras 64 muestras"),
        ("About 2.2 GiB are needed, and 1.7 GiB may be used.", "Hacen falta unos 2,2 GiB y se pueden usar 1,7 GiB."),
        (
            "scenario 2 asks for a chance of 0.5 at each of its jobs: resnet18-small-images 0.98, mlp-table 1",
            "el escenario 2 pide una probabilidad de 0,5 en cada uno de sus trabajos: "
            "resnet18-small-images 0,98, mlp-table 1",
        ),
        (
            "/a/b has PyTorch 2.1; an engine needs 2.9 or newer.",
            "/a/b tiene PyTorch 2.1; un motor necesita 2.9 o posterior.",
        ),
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
    assert spoken.stored(text) == text.replace("1 logical cores", "1 logical core")


@given(st.text(alphabet="a{}: ;,") | st.text())
def test_any_text_is_said_again_in_english_as_it_is(text):
    assert english.stored(text) == text
