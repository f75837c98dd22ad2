"""One sentence and one button where a GPU is there that this PyTorch cannot use: another engine, found or loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ...widgets.flow_layout import Flow
from ...widgets.parts import label
from ...words import text

if TYPE_CHECKING:  # what they come from is loaded when an engine is looked for
    from ....core.engines.engine_options import EngineOptions
    from ....core.engines.engine_search import Engine
    from ....core.engines.pack_installation import InstallProgress
    from ....core.records.verdict import Reason

FINE = 200
"""Steps of the progress bar."""


class EngineOffer(QFrame):
    """Hidden until there is something to offer; it asks with signals for what it cannot do itself."""

    use_requested = Signal(str)
    install_requested = Signal(str, Path)
    stop_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._offer: EngineOptions | None = None
        self._found: Engine | None = None
        self.sentence = label("", wrap=True)
        self.take = QPushButton()
        self.take.clicked.connect(self._taken)
        self.elsewhere = QPushButton(self.tr("Install it on a stick …"))
        self.elsewhere.setProperty("role", "link")
        self.elsewhere.clicked.connect(self._choose_place)
        self.stop = QPushButton(self.tr("Stop loading"))
        self.stop.clicked.connect(self._stopped)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the installation"))
        self.state = label("", "dim", wrap=True)
        self.trouble = label("", "bad", wrap=True)
        buttons = QWidget()
        row = Flow(buttons, spacing=8)
        for button in (self.take, self.elsewhere, self.stop):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        column.addWidget(label(self.tr("A PyTorch for this GPU"), "overline"))
        for part in (self.sentence, self.trouble, self.progress, self.state, buttons):
            column.addWidget(part)
        self.hide()

    @property
    def wanted(self) -> bool:
        """Whether there is something to be shown."""
        offer = self._offer
        return bool(offer and offer.device and (self._found or offer.build or offer.why))

    def show_offer(self, offer: EngineOptions, current: str) -> None:
        """What can be done; `current` is the engine that measures now. Nothing is shown where nothing can be done."""
        self._offer, self._found = offer, offer.fitting(current)
        self.trouble.clear()
        self._lay_out(busy=False)
        self.take.setEnabled(True)
        self.setVisible(self.wanted)

    def begin(self) -> None:
        """An installation begins."""
        self.trouble.clear()
        self.stop.setEnabled(True)
        self.state.setText(self.tr("Looking for what has to be loaded …"))
        self.progress.setRange(0, 0)
        self._lay_out(busy=True)
        self.show()

    def advance(self, now: InstallProgress) -> None:
        """How far it is."""
        self.progress.setRange(0, FINE if now.total else 0)
        self.progress.setValue(round(FINE * now.done / now.total) if now.total else 0)
        stages = {
            "list": self.tr("Looking for what has to be loaded …"),
            "load": self.tr("Loading"),
            "unpack": self.tr("Unpacking"),
            "check": self.tr("Comparing what was written"),
        }
        parts = [stages[now.stage]]
        if now.total:
            sizes = {"done": text.words.size(now.done), "total": text.words.size(now.total)}
            parts.append(self.tr("{done} of {total}").format(**sizes))
        if now.speed and now.left_s is not None:
            parts.append(f"{text.words.write(now.speed / 1e6, '.1f')} MB/s")
            parts.append(self.tr("{time} left").format(time=text.duration(max(1, round(now.left_s)))))
        if self.stop.isEnabled():
            self.state.setText(" · ".join(parts))

    def end(self) -> None:
        """It is over, well or not."""
        self._lay_out(busy=False)

    def refuse(self, why: Reason | None) -> None:
        """Say what went wrong; None: it was stopped."""
        stopped = self.tr("Stopped. What was loaded is kept, and Install goes on from there.")
        self.trouble.setText(text.sentence(why) if why else stopped)
        self.take.setEnabled(True)
        self._lay_out(busy=False)

    def _lay_out(self, busy: bool) -> None:
        offer, found = self._offer, self._found
        self.sentence.setText(self._said())
        self.take.setText(self.tr("Use it") if found else self.tr("Install it"))
        self.take.setVisible(not busy and bool(found or (offer and offer.build)))
        self.elsewhere.setVisible(not busy and not found and bool(offer and offer.build))
        self.stop.setVisible(busy)
        self.progress.setVisible(busy)
        self.state.setVisible(busy)
        self.trouble.setVisible(bool(self.trouble.text()))

    def _said(self) -> str:
        offer, found = self._offer, self._found
        if offer is None:
            return ""
        if found:
            return self.tr("PyTorch {version} with CUDA {cuda} was found in {path}, and can use {device}.").format(
                version=found.torch, cuda=found.cuda, path=found.path, device=offer.device
            )
        if offer.why:
            return text.sentence(offer.why)
        size = text.words.size(offer.size) if offer.size else self.tr("some gigabytes")
        return self.tr(
            "Rigdyno can load a PyTorch that uses {device} ({build}, {size} from the internet) into {place}, beside "
            "its own."
        ).format(device=offer.device, build=offer.build, size=size, place=offer.place)

    def _taken(self) -> None:
        self.trouble.clear()
        self._lay_out(busy=False)
        if self._found:
            self.take.setEnabled(False)
            self.use_requested.emit(self._found.place)
        elif self._offer and self._offer.place:
            self.install_requested.emit(self._offer.build, self._offer.place)

    def _choose_place(self) -> None:
        dialog = QFileDialog(self, self.tr("The stick, or any folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._placed)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _placed(self, folder: str) -> None:
        if self._offer and self._offer.build:
            self.install_requested.emit(self._offer.build, Path(folder))

    def _stopped(self) -> None:
        self.stop.setEnabled(False)
        self.state.setText(self.tr("Stopping …"))
        self.stop_requested.emit()
