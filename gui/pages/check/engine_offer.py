"""A card for a GPU that this PyTorch cannot use: it offers another engine that was found or can be installed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ....core.words.language import _
from ...widgets.flow_layout import FlowLayout
from ...widgets.labels import label
from ...words import text

if TYPE_CHECKING:  # what they come from is loaded when an engine is looked for
    from ....core.engines.engine_options import EngineOptions
    from ....core.engines.engine_search import Engine
    from ....core.engines.pack_installation import InstallProgress
    from ....core.records.verdict import Reason

PROGRESS_STEPS = 200
"""Steps of the progress bar."""


class EngineOffer(QFrame):
    """Hidden until there is something to offer; its signals ask for the work."""

    use_requested = Signal(str)
    install_requested = Signal(str, Path)
    stop_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._offer: EngineOptions | None = None
        self._found: Engine | None = None
        self.sentence = label("", wrap=True)
        self.accept = QPushButton()
        self.accept.clicked.connect(self._accept)
        self.elsewhere = QPushButton(_("Install it on a stick …"))
        self.elsewhere.setProperty("role", "link")
        self.elsewhere.clicked.connect(self._choose_place)
        self.stop = QPushButton(_("Stop loading"))
        self.stop.clicked.connect(self._stop)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(_("Progress of the installation"))
        self.state = label("", "dim", wrap=True)
        self.trouble = label("", "bad", wrap=True)
        buttons = QWidget()
        row = FlowLayout(buttons, spacing=8)
        for button in (self.accept, self.elsewhere, self.stop):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        column.addWidget(label(_("A PyTorch for this GPU"), "overline"))
        for part in (self.sentence, self.trouble, self.progress, self.state, buttons):
            column.addWidget(part)
        self.hide()

    @property
    def wanted(self) -> bool:
        """Whether there is something to show."""
        offer = self._offer
        return bool(offer and offer.device and (self._found or offer.build or offer.why))

    def show_offer(self, offer: EngineOptions, current: str) -> None:
        """What can be done; `current` is the engine that measures now. Nothing is shown where nothing can be done."""
        self._offer, self._found = offer, offer.fitting(current)
        self.trouble.clear()
        self._lay_out(busy=False)
        self.accept.setEnabled(True)
        self.setVisible(self.wanted)

    def begin(self) -> None:
        """Show an installation that begins."""
        self.trouble.clear()
        self.stop.setEnabled(True)
        self.state.setText(_("Finding out what has to be downloaded …"))
        self.progress.setRange(0, 0)
        self._lay_out(busy=True)
        self.show()

    def advance(self, now: InstallProgress) -> None:
        """Show the progress of the installation."""
        self.progress.setRange(0, PROGRESS_STEPS if now.total else 0)
        self.progress.setValue(round(PROGRESS_STEPS * now.done / now.total) if now.total else 0)
        stages = {
            "list": _("Finding out what has to be downloaded …"),
            "load": _("Loading"),
            "unpack": _("Unpacking"),
            "check": _("Verifying the written files"),
        }
        parts = [stages[now.stage]]
        if now.total:
            sizes = {"done": text.words.size(now.done), "total": text.words.size(now.total)}
            parts.append(_("{done} of {total}").format(**sizes))
        if now.speed and now.left_s is not None:
            parts.append(f"{text.words.write(now.speed / 1e6, '.1f')} MB/s")
            parts.append(_("{time} left").format(time=text.words.duration(max(1, round(now.left_s)))))
        if self.stop.isEnabled():
            self.state.setText(" · ".join(parts))

    def end(self) -> None:
        """Show that the installation has ended."""
        self._lay_out(busy=False)

    def refuse(self, why: Reason | None) -> None:
        """Show why an installation failed; None: the user has stopped it."""
        stopped = _("Stopped. What was downloaded is kept, and Install continues from there.")
        self.trouble.setText(text.sentence(why) if why else stopped)
        self.accept.setEnabled(True)
        self._lay_out(busy=False)

    def _lay_out(self, busy: bool) -> None:
        offer, found = self._offer, self._found
        self.sentence.setText(self._text())
        self.accept.setText(_("Use it") if found else _("Install it"))
        self.accept.setVisible(not busy and bool(found or (offer and offer.build)))
        self.elsewhere.setVisible(not busy and not found and bool(offer and offer.build))
        self.stop.setVisible(busy)
        self.progress.setVisible(busy)
        self.state.setVisible(busy)
        self.trouble.setVisible(bool(self.trouble.text()))

    def _text(self) -> str:
        offer, found = self._offer, self._found
        if offer is None:
            return ""
        if found:
            return _("PyTorch {version} with CUDA {cuda} was found in {path}, and can use {device}.").format(
                version=found.torch, cuda=found.cuda, path=found.path, device=offer.device
            )
        if offer.why:
            return text.sentence(offer.why)
        return _(
            "Rigdyno can load a PyTorch that uses {device} ({build}, some gigabytes from the internet) into {place}, "
            "beside its own."
        ).format(device=offer.device, build=offer.build, place=offer.place)

    def _accept(self) -> None:
        self.trouble.clear()
        self._lay_out(busy=False)
        if self._found:
            self.accept.setEnabled(False)
            self.use_requested.emit(self._found.place)
        elif self._offer and self._offer.place:
            self.install_requested.emit(self._offer.build, self._offer.place)

    def _choose_place(self) -> None:
        dialog = QFileDialog(self, _("The stick, or any folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._install_in)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _install_in(self, folder: str) -> None:
        if self._offer and self._offer.build:
            self.install_requested.emit(self._offer.build, Path(folder))

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.state.setText(_("Stopping …"))
        self.stop_requested.emit()
