"""Pages that several tests look at."""

import pytest
from rigdyno.gui.pages.verdict.page import VerdictPage


@pytest.fixture
def verdict_page(qtbot, dressed, machine):
    """An empty page *Verdict* of this computer."""
    made = VerdictPage()
    qtbot.addWidget(made)
    made.set_here(machine)
    made.resize(1200, 700)
    made.show()
    qtbot.waitExposed(made)
    return made
