"""Settings: kept, checked when read, and in effect at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from rigdyno.core.check.updates import MachineSeen
from rigdyno.core.records.plan import CheckPlan, Plan
from rigdyno.gui.bridge.user_settings import CHOICES, FILE, Settings
from rigdyno.gui.pages.settings.page import SettingsPage
from rigdyno.gui.shell.main_window import SETTINGS
from rigdyno.gui.theme import palette
from rigdyno.gui.words import text

from tests.gui.builders import shown


def choose(window, name: str, value: str) -> None:
    chooser = window.settings_page.choices[name]
    chooser.setCurrentIndex(chooser.findData(value))


def test_a_choice_is_kept(qapp, home):
    Settings(home).choose("scheme", "dark")
    again = Settings(home)
    assert again.value("scheme") == "dark"
    assert [again.value(name) for name in CHOICES if name != "scheme"] == [
        allowed[0] for name, allowed in CHOICES.items() if name != "scheme"
    ]


DAMAGED = [
    "",
    '{"language": "tlh", "frames": "9999", "place": "not hex"}',
    "[%General]\n\x00\xff",
    '{"scheme": ["dark"]}',
    '{"scheme": "dark"',
    "[" * 50_000,
    '{"place": "' + "0" * 100_000 + '"}',
]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_as_good_as_none(qapp, home, content):
    home.mkdir(exist_ok=True)
    (home / FILE).write_bytes(content.encode("latin-1"))
    found = Settings(home)
    assert {name: found.value(name) for name in CHOICES} == {name: allowed[0] for name, allowed in CHOICES.items()}
    assert found.geometry.isEmpty()


class Evil:
    """What a pickle of it does, it does where it is read."""

    def __reduce__(self):
        return Path.touch, (Path("executed"),)


def test_a_settings_file_is_never_executed(qapp, home, tmp_path, monkeypatch):
    """QSettings unpickles what PySide has put into a file, the values that nobody asks for too."""
    monkeypatch.chdir(tmp_path)
    home.mkdir()
    planted = QSettings(str(home / "planted.ini"), QSettings.Format.IniFormat)
    planted.setValue("language", Evil())
    planted.sync()
    (home / "copy.ini").write_bytes((home / "planted.ini").read_bytes())
    QSettings(str(home / "copy.ini"), QSettings.Format.IniFormat).value("scheme")
    assert (tmp_path / "executed").exists(), "the attack itself works"
    (tmp_path / "executed").unlink()
    for name in (FILE, "window.ini", "rigdyno.ini"):
        (home / name).write_bytes((home / "planted.ini").read_bytes())
    assert Settings(home).value("language") == "system"
    assert not (tmp_path / "executed").exists()


def test_what_is_no_file_is_not_waited_for(qapp, home):
    home.mkdir()
    os.mkfifo(home / FILE)
    assert Settings(home).value("language") == "system"


def test_where_nothing_can_be_written_a_choice_holds_for_now(qapp, home):
    home.mkdir()
    (home / f"{FILE}.partial").mkdir()
    found = Settings(home)
    found.choose("scheme", "dark")
    assert found.value("scheme") == "dark"
    assert not (home / FILE).exists()


def test_what_may_not_be_chosen_is_refused(settings):
    with pytest.raises(ValueError, match="frames: 3 is not allowed; allowed is one of 2, 1, 4, 10"):
        settings.choose("frames", "3")


def test_without_a_folder_a_choice_holds_for_now(qapp):
    found = Settings(None)
    found.choose("scheme", "dark")
    assert found.value("scheme") == "dark"
    assert found.geometry.isEmpty()


def test_colours_change_while_the_window_is_open(window, qtbot, settings):
    window.show_page(SETTINGS)
    choose(window, "scheme", "dark")
    qtbot.waitUntil(lambda: palette.of(window.check_page) is palette.DARK)
    choose(window, "scheme", "light")
    qtbot.waitUntil(lambda: palette.of(window.check_page) is palette.LIGHT)


def test_memory_is_written_in_the_chosen_unit(window, qtbot, machine):
    window.bridge.updated.emit(MachineSeen(machine))
    qtbot.waitUntil(lambda: "16.0 GiB" in shown(window.check_page))
    choose(window, "memory", "GB")
    qtbot.waitUntil(lambda: "17.2 GB" in shown(window.check_page))
    choose(window, "memory", "GiB")
    qtbot.waitUntil(lambda: "16.0 GiB" in shown(window.check_page))
    assert not text.words.decimal_memory


def test_frames_and_samples_reach_the_next_check(window, qtbot, monkeypatch):
    started = []
    monkeypatch.setattr(window.bridge, "start", lambda plan, sample_s, host: started.append(sample_s))
    choose(window, "samples", "1")
    choose(window, "frames", "10")
    window.start(CheckPlan("custom", ("train",), ("cpu",), Plan(seconds=0.5)))
    assert started == [1.0]
    assert window.check_page.plots._timer.interval() == 100
    window.check_page.end()


def test_what_would_build_the_pages_anew_waits_for_the_check(window):
    window.settings_page.set_running(True)
    assert not window.settings_page.choices["language"].isEnabled()
    assert window.settings_page.choices["scheme"].isEnabled()
    window.settings_page.set_running(False)
    assert window.settings_page.choices["language"].isEnabled()


def test_the_keyboard_reaches_every_choice(window, qtbot):
    window.show_page(SETTINGS)
    with qtbot.waitActive(window):
        window.activateWindow()
    wanted = {id(c) for c in window.settings_page.choices.values()} | {id(window.settings_page.open)}
    window.settings_page.choices["language"].setFocus()
    seen = set()
    for _ in range(20):
        seen.add(id(window.focusWidget()))
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert wanted <= seen


def test_the_window_comes_back_where_it_was(window, home, settings):
    window.resize(900, 600)
    window.close()
    assert not Settings(home).geometry.isEmpty()
    assert window.restoreGeometry(Settings(home).geometry)


def test_without_a_data_folder_the_page_says_so_and_still_works(qtbot, dressed):
    page = SettingsPage(Settings(None))
    qtbot.addWidget(page)
    assert "cannot be used" in shown(page)
    assert "this folder" not in shown(page)
    assert page.choices["scheme"].isEnabled()


def test_what_a_bug_report_needs_is_copied(window, machine, qtbot):
    window.bridge.updated.emit(MachineSeen(machine))
    window.show_page(SETTINGS)
    qtbot.mouseClick(window.settings_page.report, Qt.MouseButton.LeftButton)
    assert window.settings_page.copied.text() == "Copied."
    told = QGuiApplication.clipboard().text()
    assert "Packages" in told
    assert "PySide6-Essentials: 6.11" in told
    assert "cpu.model: " in told
