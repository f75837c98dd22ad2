"""Connects what the Check and the Settings page show of engines with the bridge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ...core.records.machine import Machine
from ...core.records.verdict import Reason
from ...core.words.language import _
from ..bridge.check_bridge import Bridge
from ..pages.check.page import CheckPage
from ..pages.settings.page import SettingsPage

if TYPE_CHECKING:
    from ...core.engines.engine_options import EngineOptions


class EngineWiring(QObject):
    """Searches once for another engine where the current one cannot use a GPU. It outlives the pages."""

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._machine: Machine | None = None
        self._offer: EngineOptions | None = None
        self._wanted = ""
        self._asked_by_settings = False
        """Whether the Settings page asked last: there an error is shown, otherwise on the Check page."""
        bridge.engines_found.connect(self._found)
        bridge.engine_progress.connect(lambda now: self._check.engine_offer.advance(now))
        bridge.engine_refused.connect(self._refused)
        bridge.installing_changed.connect(self._installing)

    def attach(self, check: CheckPage, settings: SettingsPage) -> None:
        """Use these pages from now on."""
        self._check, self._settings = check, settings
        settings.engine.search_requested.connect(self._search)
        settings.engine.chosen.connect(lambda place: self._use(place, from_settings=True))
        check.engine_offer.use_requested.connect(lambda place: self._use(place, from_settings=False))
        check.engine_offer.install_requested.connect(self._install)
        check.engine_offer.stop_requested.connect(self._bridge.stop_installing)
        if self._machine:
            settings.engine.show_machine(self._machine)
        if self._offer:
            self._found(self._offer)
        if self._bridge.installing:
            self._installing(True)

    def show_machine(self, machine: Machine) -> None:
        """Show the engine of a machine, and search for another where it cannot use a GPU, unless a check is running."""
        self._machine = machine
        self._settings.engine.show_machine(machine)
        if machine.torch is None or self._bridge.running:
            return
        from ...core.engines import engine_options  # imports tables that a start does not need

        device = engine_options.gpu_without_engine(machine)
        wanted = f"{device} {machine.value('torch.engine')}" if device else ""
        if not wanted:
            self._check.engine_offer.hide()
        elif wanted != self._wanted:
            self._bridge.find_engines(machine, device)
        self._wanted = wanted

    def _use(self, place: str, from_settings: bool) -> None:
        self._asked_by_settings = from_settings
        self._bridge.use_engine(place)

    def _install(self, build: str, to: Path) -> None:
        self._asked_by_settings = False
        self._bridge.install_engine(build, to)

    def _search(self) -> None:
        from ...core.engines import engine_options

        machine = self._machine or Machine({})
        self._bridge.find_engines(machine, engine_options.gpu_without_engine(machine))

    def _found(self, offer: EngineOptions) -> None:
        self._offer = offer
        self._settings.engine.show_offer(offer)
        if not self._bridge.installing:
            current = str(self._machine.value("torch.engine")) if self._machine else ""
            self._check.engine_offer.show_offer(offer, current)

    def _refused(self, why: Reason | None) -> None:
        place = self._settings.engine if self._asked_by_settings else self._check.engine_offer
        place.refuse(why)

    def _installing(self, installing: bool) -> None:
        """Allow no check during an installation, which would disturb its measurements."""
        offer, why = self._check.engine_offer, _("After the installation")
        offer.begin() if installing else offer.end()
        self._check.start_card.set_waiting(why if installing else "")
        self._settings.set_running(installing or self._bridge.running)
