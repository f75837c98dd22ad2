"""No page cuts its text off or lays one thing over another: in both languages and colours, in three sizes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from .layout import misfits

SCREENSHOTS = Path(__file__).resolve().parents[1] / "screenshots.py"


PAGES = 20


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("options", "pictures"),
    [
        (("--size", "200", "--language", "es", "--scheme", "dark"), PAGES),
        pytest.param((), 2 * 2 * 3 * PAGES, marks=pytest.mark.slow),
    ],
    ids=["least room and longest words", "everything"],
)
def test_everything_fits_on_every_page(tmp_path, options, pictures):
    command = [sys.executable, str(SCREENSHOTS), str(tmp_path), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "", "what does not fit"
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("*.png"))) == pictures


def test_what_does_not_fit_is_found(qtbot):
    page = QWidget()
    page.resize(300, 200)
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    good = QLabel("short")
    column.addWidget(good)
    row = QHBoxLayout()
    column.addLayout(row)
    narrow, low = QLabel("far too long for so little room"), QPushButton("a button")
    narrow.setFixedWidth(40)
    low.setFixedHeight(6)
    for each in (narrow, low):
        row.addWidget(each)
    over = QLabel("over", page)
    page.show()
    qtbot.waitExposed(page)
    over.move(good.pos())
    over.show()
    told = "\n".join(misfits(page))
    assert "“far too long for so little room” is 40 wide" in told
    assert "“a button” is" in told
    assert "“over”" in told
    assert "share" in told
    for each in (narrow, low, over):
        each.hide()
    assert misfits(page) == []
