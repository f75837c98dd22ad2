"""The terminal and its reports in the user's language: by option, by environment, for help, refusals and verdicts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rigdyno.core.cli import command_line, result_output
from rigdyno.core.cli.console import PlainConsole
from rigdyno.core.store import result_files
from rigdyno.core.words import language

from tests.core.builders import RULES, job_run, machine, result, train_run

SPEAKING = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("RIGDYNO_HOME", str(tmp_path / "home"))
    for name in SPEAKING:
        monkeypatch.delenv(name, raising=False)
    yield
    language.speak(language.ENGLISH)


@pytest.fixture
def stored(tmp_path):
    """A result with a verdict."""
    path = tmp_path / "one.json"
    runs = [train_run(1700), job_run("resnet18-small-images", 40)]
    known = machine()
    variables = {"MALLOC_MMAP_MAX_": "0", "OMP_NUM_THREADS": "2"}
    known = replace(known, torch=replace(known.torch, environment=variables))
    whole = replace(result(), machine=known, runs=tuple(runs))
    result_files.write(result_files.judged(whole, RULES), path)
    return str(path)


def said(capsys, *arguments):
    """Exit code, standard output and standard error of a command."""
    try:
        code = command_line.main(list(arguments))
    except SystemExit as end:
        code = end.code
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_option_may_stand_before_and_behind_the_command(capsys, stored, place):
    arguments = ["judge", stored]
    arguments[place:place] = ["--language", "es"]
    _, out, _ = said(capsys, *arguments)
    assert "Escenario" in out
    assert "Scenario" not in out


def test_the_option_is_stronger_than_the_environment(capsys, stored, monkeypatch):
    monkeypatch.setenv("LANG", "es_ES.UTF-8")
    assert "Escenario" in said(capsys, "judge", stored)[1]
    assert "Scénario" in said(capsys, "--language=fr", "judge", stored)[1]
    assert "Scenario" in said(capsys, "--language", "en", "judge", stored)[1]


def test_behind_two_dashes_stands_no_option():
    line = ["judge", "--", "--language", "fr"]
    assert command_line._language(line) == ("", line)


def test_an_option_without_a_language_is_refused(capsys):
    code, _, err = said(capsys, "history", "--language")
    assert code == command_line.BAD_ARGUMENTS
    assert err.endswith("unrecognized arguments: --language\n")


def test_a_language_that_there_is_not_is_refused_with_those_that_there_are(capsys):
    code, out, err = said(capsys, "--language", "tlh", "history")
    assert (code, out) == (command_line.BAD_ARGUMENTS, "")
    assert err == "rigdyno: --language: tlh is not allowed; allowed is one of en, es, fr\n"


def test_what_argparse_says_itself_is_translated(capsys):
    code, _, err = said(capsys, "--language", "es", "check", "--want", "everything")
    assert code == command_line.BAD_ARGUMENTS
    assert err.startswith("uso: rigdyno check")
    assert "opción no válida: 'everything'" in err
    assert "faltan estos argumentos" in said(capsys, "cost", "--language", "es")[2]


COMMANDS = re.compile(r"^    (\w+) ", re.MULTILINE)


def test_no_help_has_english_left(capsys):
    """Every sentence of every help differs from its English, but for metavariables and names."""
    commands = COMMANDS.findall(said(capsys, "--help")[1])
    assert len(commands) > 15
    for arguments in ([], *([name] for name in commands)):
        english = set(said(capsys, *arguments, "--help")[1].splitlines())
        spanish = set(said(capsys, *arguments, "--help", "--language", "es")[1].splitlines())
        same = {line.strip() for line in english & spanish}
        assert not {line for line in same if len(line.split()) > 3 and not line.startswith(("[", "-"))}, arguments


def test_json_is_not_translated(capsys, stored):
    english = json.loads(said(capsys, "judge", stored, "--json")[1])
    assert json.loads(said(capsys, "judge", stored, "--json", "--language", "es")[1]) == english


def test_a_report_says_its_language(capsys, stored, tmp_path):
    assert said(capsys, "report", stored, "-o", str(tmp_path / "a.html"), "--language", "fr")[0] == command_line.DONE
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    assert "Scénario" in page


def test_why_a_run_failed_is_said_in_the_language(capsys, tmp_path):
    path = tmp_path / "broken.json"
    result_files.write(result(), path)
    told = json.loads(path.read_text(encoding="utf-8"))
    told["problems"] = [{"code": "died", "numbers": {"detail": "signal SIGKILL"}, "sentence": "It died."}]
    path.write_text(json.dumps(told), encoding="utf-8")
    out = said(capsys, "--language", "es", "judge", str(path))[1]
    assert "El proceso de entrenamiento terminó sin respuesta (signal SIGKILL)." in out


def test_tips_are_for_those_who_ask(capsys, stored):
    told = json.loads(Path(stored).read_text(encoding="utf-8"))
    assert any(found["code"] == "variables" for found in told["verdict"]["reasons"])
    assert "OMP_NUM_THREADS" not in said(capsys, "judge", stored)[1]
    assert "OMP_NUM_THREADS" in said(capsys, "judge", stored, "--tips")[1]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", ("hardware", "precision", "scenario", "what keeps it", "there", "accelerators", "limit")),
        ("es", ("hardware", "precisión", "escenario", "qué lo retiene", "ahí", "aceleradores", "límite")),
    ],
)
def test_the_scale_keeps_whole_words_in_80_columns(capsys, monkeypatch, code, words):
    monkeypatch.setenv("COLUMNS", "80")
    lines = said(capsys, "scale", "--language", code)[1].splitlines()
    assert max(len(line) for line in lines) <= 80
    for word in words:
        assert any(re.search(rf"(^|\W){word}(\W|$)", line) for line in lines), word


SINGLE = {
    "en": ("1 window,", "1 sample would"),
    "es": ("1 ventana,", "1 muestra tardaría"),
    "fr": ("1 fenêtre,", "1 échantillon prendrait"),
}


@pytest.mark.parametrize("code", SINGLE)
def test_one_window_and_one_sample_are_no_plural(capsys, monkeypatch, code):
    monkeypatch.setenv("COLUMNS", "300")
    language.speak(code)
    train, job = train_run(1700), job_run("resnet18-small-images", 40)
    for run, one in zip((train, job), SINGLE[code], strict=True):
        short = replace(run, windows=run.windows[:1])
        known = result()
        result_output.show_result(PlainConsole(), replace(known, runs=(short,), plan=replace(known.plan, samples=1)))
        assert one in capsys.readouterr().out


@pytest.mark.parametrize(
    ("code", "years", "hours", "spread"),
    [
        ("en", "1", "1", "over 1 year of 1 hour a week."), ("en", "2.5", "9", "over 2.5 years of 9 hours a week."),
        ("es", "1", "1", "en 1 año de 1 hora por semana."), ("es", "2.5", "9", "en 2,5 años de 9 horas por semana."),
    ],
)  # fmt: skip
def test_one_year_and_one_hour_are_no_plural(capsys, monkeypatch, stored, code, years, hours, spread):
    monkeypatch.setenv("COLUMNS", "300")
    amounts = ["--price", "900", "--kwh", "0.3", "--watts", "300", "--years", years, "--hours", hours]
    assert spread in said(capsys, "cost", "--result", stored, *amounts, "--language", code)[1]


def test_no_number_of_a_verdict_has_an_english_point(capsys, monkeypatch, stored):
    monkeypatch.setenv("COLUMNS", "300")
    english, spanish = (said(capsys, "judge", stored, "--language", code)[1] for code in ("en", "es"))
    point = re.compile(r"\d\.\d{1,2}(?!\d)")
    assert len(point.findall(english)) >= 3
    assert point.findall(spanish) == []
    assert "chance of 0.5:" in english
    assert "probabilidad de 0,5:" in spanish


@pytest.mark.parametrize("line", [("job", "bert-squad", "--batch", "0"), ("forecast", "--samples", "0")])
def test_what_is_allowed_is_said_in_the_language(capsys, line):
    assert "se permite de 1 a" in said(capsys, *line, "--language", "es")[2]
