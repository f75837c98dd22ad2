"""The language of the window: which one a setting stands for, and a switch that changes what is on the screen."""

from __future__ import annotations

from types import SimpleNamespace

from PySide6.QtCore import QLocale
from rigdyno.core.check.updates import Concluded, MachineSeen
from rigdyno.core.words.language import STRETCH, _
from rigdyno.gui.shell.main_window import CHECK, SETTINGS, VERDICT
from rigdyno.gui.words import language

from tests.gui.builders import shown


def test_a_language_that_we_do_not_speak_is_english(monkeypatch):
    monkeypatch.setattr(QLocale, "system", staticmethod(lambda: QLocale(QLocale.Language.German)))
    assert language.chosen("system") == "en"
    monkeypatch.setattr(QLocale, "system", staticmethod(lambda: QLocale("es_MX")))
    assert language.chosen("system") == "es"
    assert language.chosen("en") == "en"
    assert language.chosen("tlh") == "es", "a setting from elsewhere counts as none"


def test_the_languages_that_are_read_are_not_that_of_the_numbers(monkeypatch):
    mixed = SimpleNamespace(name=lambda: "en_GB", uiLanguages=lambda: ["ja-JP", "es-ES", "en-US"])
    monkeypatch.setattr(QLocale, "system", staticmethod(lambda: mixed))
    assert language.chosen("system") == "es", "the first of those asked for that we speak"


def test_the_open_window_changes_its_language_and_keeps_what_it_shows(window, qtbot, settings, machine, judged):
    window.bridge.updated.emit(MachineSeen(machine))
    window.bridge.updated.emit(Concluded(judged, ""))
    assert window.page == VERDICT
    assert "Scenario 1 of 4" in shown(window.verdict_page)
    window.show_page(SETTINGS)
    chooser = window.settings_page.choices["language"]
    chooser.setCurrentIndex(chooser.findData("es"))
    qtbot.waitUntil(lambda: "Ajustes" in shown(window.settings_page))
    assert window.page == SETTINGS
    assert "Escenario 1 de 4" in shown(window.verdict_page)
    assert "No hace falta GPU" in shown(window.verdict_page)
    assert "3.262 imágenes/s" in shown(window.verdict_page), "numbers as Spanish writes them"
    assert _("Processor") == "Procesador", "also what no widget says itself"
    assert "Test 9000" in shown(window.check_page), "the machine that was seen"
    window.show_page(CHECK)
    assert "¿Para qué basta este equipo?" in shown(window.check_page)
    settings.choose("language", "en")
    qtbot.waitUntil(lambda: "What is this computer enough for?" in shown(window.check_page))


def test_stretched_strings_are_half_as_long_again(settings, monkeypatch):
    monkeypatch.setenv(STRETCH, "1")
    language.speak("en", settings)
    assert _("Processor") == "Processor····"
    monkeypatch.delenv(STRETCH)
    language.speak("en", settings)
    assert _("Processor") == "Processor"
