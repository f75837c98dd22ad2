"""Whom probes ask: what a recorder keeps is what a replay answers, and nobody else is asked meanwhile."""

from __future__ import annotations

import threading
from contextvars import copy_context
from pathlib import Path

import pytest
from rigdyno.core.probes import system_sources
from rigdyno.core.probes.sources.current import THIS_COMPUTER, AnswerError, answer, asking, platform, source
from rigdyno.core.probes.sources.nvml_answers import Missing, decoded, encoded
from rigdyno.core.probes.sources.recording import Recorder
from rigdyno.core.probes.sources.replay import Replay


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, content in {
        "drm/card0/card0-DP-1/status": "connected\n",
        "drm/card1/card1-eDP-1/status": "x",
        "n": "7",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    (tmp_path / "driver").symlink_to("../../drivers/amdgpu")
    return tmp_path


def asked(tree: Path) -> list[object]:
    """One of each kind of question about files."""
    return [
        system_sources.text(tree / "n"),
        system_sources.text(tree / "absent"),
        system_sources.text(tree / "drm/card0/card0-DP-1/status", having="nothing such"),
        system_sources.number(tree / "n"),
        system_sources.exists(tree / "drm"),
        system_sources.exists(tree / "absent"),
        system_sources.link_name(tree / "driver"),
        system_sources.link_name(tree / "n-link"),
        system_sources.subfolders(tree / "drm", "card*"),
        system_sources.subfolders(tree, "drm/card*/card*-*"),
        system_sources.subfolders(tree / "drm", "nothing*"),
        system_sources.subfolders(tree / "absent", "*"),
    ]


def test_files_are_answered_again_as_they_were(tree: Path) -> None:
    recorder = Recorder()
    with asking(recorder):
        first = asked(tree)
    assert first == asked(tree), "recording changes nothing"
    with asking(Replay("linux", recorder.files, recorder.answers)):
        assert asked(tree) == first
        assert system_sources.text(tree / "drm/card1/card1-eDP-1/status") is None, "never asked, so not recorded"


def test_only_lines_that_are_read_are_kept(tmp_path: Path) -> None:
    (tmp_path / "mounts").write_text("secret share\n1 - cgroup2 x\nanother\n")
    recorder = Recorder()
    with asking(recorder):
        assert system_sources.text(tmp_path / "mounts", having=" - cgroup") == "1 - cgroup2 x"
    assert "secret" not in str(recorder.files)


@pytest.mark.parametrize("value", [None, True, 3, 2.5, "text", b"\x00\xff", [1, [b"a"]], {"total": 1, "raw": b""}])
def test_calls_are_answered_again_as_they_were(value: object) -> None:
    recorder = Recorder()
    with asking(recorder):
        assert answer("question", lambda: value) == value
    with asking(Replay("win32", recorder.files, recorder.answers)):
        assert answer("question", lambda: pytest.fail("the system is asked")) == value
        assert platform() == "win32"


def test_an_error_is_answered_again_with_its_words() -> None:
    recorder = Recorder()
    with asking(recorder), pytest.raises(ZeroDivisionError):
        answer("question", lambda: 1 // 0)
    replay = Replay("linux", {}, recorder.answers)
    with asking(replay), pytest.raises(AnswerError, match="ZeroDivisionError: integer"):
        answer("question", lambda: 1)
    with asking(replay), pytest.raises(AnswerError, match="not recorded"):
        answer("another", lambda: 1)
    with asking(Replay("linux", {}, {"q": {"hex": "no"}})), pytest.raises(AnswerError, match="hexadecimal"):
        answer("q", lambda: 1)


def test_others_are_asked_in_their_own_threads_only() -> None:
    replay, seen = Replay("darwin", {}, {}), []
    with asking(replay):
        for run in (lambda: seen.append(source()), lambda: copy_context().run(lambda: seen.append(source()))):
            thread = threading.Thread(target=run)
            thread.start()
            thread.join()
        context = copy_context()
        thread = threading.Thread(target=lambda: context.run(lambda: seen.append(source())))
        thread.start()
        thread.join()
    assert seen == [THIS_COMPUTER, THIS_COMPUTER, replay]
    assert source() is THIS_COMPUTER


def test_answers_of_the_driver_are_the_same_after_they_were_written() -> None:
    lost = Missing("the GPU is lost", 15)
    assert decoded(encoded(lost)) == lost
    assert decoded(encoded(b"name")) == "name"
    assert decoded(encoded((8, 9))) == [8, 9]
    assert decoded({"total": 5}).total == 5
