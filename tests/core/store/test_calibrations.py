"""The file of the user's own trainings: what is kept is read again, and what is not sound is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from rigdyno.core.records.calibration import Calibration
from rigdyno.core.store.calibrations import FILE, CalibrationsError, calibrations, keep, remove
from rigdyno.core.words import language

ONE = Calibration("text", "cpu", "here", "bert-squad", "2026-11-28", 1200, 8.0, 0.8, "log")


@pytest.fixture
def file(home):
    home.mkdir()
    return home / FILE


def test_without_a_file_there_are_none(home):
    assert calibrations() == ()


def test_what_is_kept_is_read_again(file):
    other = replace(ONE, family="images", log="other")
    keep(ONE)
    assert keep(other) == calibrations() == (ONE, other)
    assert [p.name for p in file.parent.iterdir() if p.suffix == ".partial"] == []


def test_the_same_log_takes_its_own_place(file):
    keep(ONE)
    assert keep(replace(ONE, factor=0.9)) == (replace(ONE, factor=0.9),)
    assert len(keep(replace(ONE, log="second"))) == 2
    assert len(keep(replace(ONE, device="cuda:0"))) == 3


def test_a_family_is_forgotten_on_all_devices(file):
    for one in (ONE, replace(ONE, device="cuda:0"), replace(ONE, family="images")):
        keep(one)
    assert remove("text") == 2
    assert [one.family for one in calibrations()] == ["images"]
    assert remove("text") == 0


def stored(**changes) -> bytes:
    one = {name: getattr(ONE, name) for name in ONE.__dataclass_fields__} | changes
    return json.dumps({"format": 1, "trainings": [one]}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\x00", b"{}", b"[" * 100_000, b'{"format": 1, "trainings": 3}', b'{"format": 2, "trainings": []}',
        stored(factor=-1), stored(factor=0), stored(factor="1"), stored(samples_per_s=0), stored(steps=-1),
        stored(date="yesterday"), stored(family=""), stored()[:-3], stored(factor=float("nan")),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused_and_left_as_it_is(file, content):
    file.write_bytes(content)
    for act in (calibrations, lambda: keep(ONE), lambda: remove("text")):
        with pytest.raises(CalibrationsError, match=r"calibrations\.json.*not corrected until") as told:
            act()
        assert "\n" not in str(told.value)
    assert file.read_bytes() == content


def test_a_sound_file_is_read(file):
    file.write_bytes(stored())
    assert calibrations() == (ONE,)


def test_a_folder_in_its_place_is_told(file):
    file.mkdir()
    with pytest.raises(CalibrationsError, match="not a file"):
        calibrations()


def test_several_programs_at_once_lose_nothing(file):
    """Each reads, adds and writes: without a lock one would overwrite what another has added."""
    code = (
        "import sys\nfrom rigdyno.core.store.calibrations import keep\n"
        "from rigdyno.core.records.calibration import Calibration\n"
        "for n in range(10):\n"
        "    keep(Calibration('text', 'cpu', 'here', 'job', '2026-11-28', 1, 1.0, 1.0, f'{sys.argv[1]}-{n}'))\n"
    )
    running = [subprocess.Popen([sys.executable, "-P", "-c", code, name]) for name in "ab"]
    assert [one.wait(timeout=60) for one in running] == [0, 0]
    assert len(calibrations()) == 20


def test_in_spanish(file):
    file.write_bytes(b"{}")
    language.speak("es")
    try:
        with pytest.raises(CalibrationsError, match="sus entrenamientos no se pueden leer"):
            calibrations()
    finally:
        language.speak(language.ENGLISH)
