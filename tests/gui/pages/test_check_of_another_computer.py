"""A check of another computer from the window: through a real SSH server, in the same live picture."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from rigdyno.core.check.updates import MachineSeen
from rigdyno.core.session import ssh_computer
from rigdyno.core.session.ssh_host import Host
from rigdyno.core.store.data_folder import data_folder
from rigdyno.core.store.history import History

from tests import ssh
from tests.gui.builders import shown


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The server's port and folder; the user's own client knows it."""
    for found in ssh.serve(tmp_path):
        monkeypatch.setattr(ssh_computer, "OPTIONS", (*ssh.options(found), *ssh_computer.OPTIONS))
        yield found


@pytest.fixture
def card(window, machine):
    """The start card with its options open, once this computer is known."""
    window.bridge.updated.emit(MachineSeen(machine))
    made = window.check_page.start_card
    made.options.click()
    return made


@pytest.mark.skipif(sys.platform == "win32", reason="no such server there")
@pytest.mark.timeout(300)
@pytest.mark.slow
def test_another_computer_is_checked_in_the_same_window(window, card, server, qtbot):
    there = ssh.address(server)
    card.segments["custom"].click()
    card.form.inputs["seconds"].setValue(1)
    QTest.keyClicks(card.host.address, f"{there.target}:{there.port}")
    card.host.python.setText(there.python)
    said: set[str] = set()
    with qtbot.waitSignal(window.bridge.running_changed, check_params_cb=lambda running: not running):
        window.bridge.updated.connect(lambda _: said.add(window.check_page.run_panel.status.text()))
        qtbot.mouseClick(card.start, Qt.MouseButton.LeftButton)
    assert any(line.endswith(f" · {there.target}") for line in said), "it says where"
    plots = window.check_page.plots
    assert plots.lane("throughput").curves["cpu"].series.peak > 0
    assert plots.lane("memory") is not None, "its sensors"
    (entry,) = History(data_folder()).entries()
    assert (entry.name, entry.status) == (there.target, "complete")
    assert "Test 9000" in shown(window.check_page.machine), "the cards are still this computer's"
    assert card.host.chosen, "and the next check is there too"


def test_what_ssh_would_not_take_stops_start(card):
    assert (card.host.chosen, card.host.host()) == (False, None)
    QTest.keyClicks(card.host.address, "-oProxyCommand=reboot")
    assert not card.start.isEnabled()
    assert "-oProxyCommand=reboot is not an address for ssh; write user@server:port" in shown(card)
    card.host.address.setText("ada@server:2222")
    assert card.start.isEnabled()
    assert card.host.host() == Host("ada@server", 2222)
    assert not card.form._device_group.isVisible(), "nobody knows its devices yet"
    card.host.python.clear()
    assert not card.start.isEnabled()
    assert "Python there: write a name or a path, such as python3." in shown(card)
    card.host.address.clear()
    assert card.start.isEnabled(), "this computer again"
    assert card.form._device_group.isVisible()
    assert card.plan().devices == ()
