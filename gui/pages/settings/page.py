"""The Settings page: language, colours, units, how often to look and to draw, and where the results are."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ....core import __version__
from ....core.records.verdict import Numbers
from ....core.store import portable_copy
from ...bridge.user_settings import CHOICES, Settings
from ...widgets.number_fields import Choice, enable
from ...widgets.parts import Columns, card, label, scroll, topped
from ...words import text
from ...words.language import LANGUAGES
from .engine_card import EngineCard


class SettingsPage(QWidget):
    """Every choice takes effect at once and is kept."""

    report_requested = Signal()
    """Somebody wants to report an error: what belongs into it is to be copied."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.choices: dict[str, Choice] = {}
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(14)
        column.addWidget(label(self.tr("Settings"), "title"))
        columns = Columns(wide=320, most=2)
        self.engine = EngineCard()
        columns.fill([self._window(), self._check(), self.engine, self._data(), self._about()])
        column.addWidget(columns)
        column.addStretch(1)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        self.area = scroll(content, "settings")
        around.addWidget(self.area)

    def set_running(self, running: bool) -> None:
        """During a check its pages must stay as they are: what would build them anew has to wait."""
        for name in ("language", "memory"):
            enable(self.choices[name], not running, self.tr("After the check"))
        self.engine.set_running(running)

    def say_copied(self) -> None:
        """The report is in the clipboard."""
        self.copied.setText(self.tr("Copied."))

    def _window(self) -> QFrame:
        system = self.tr("As the system")
        names = {
            "language": {"system": system, **LANGUAGES},
            "scheme": {"system": system, "light": self.tr("Light"), "dark": self.tr("Dark")},
            "memory": {"GiB": self.tr("GiB (1,024 MiB)"), "GB": self.tr("GB (1,000 MB)")},
        }
        captions = {
            "language": self.tr("Language"),
            "scheme": self.tr("Colours"),
            "memory": self.tr("Memory in"),
        }
        return self._group(self.tr("Window"), captions, names)

    def _check(self) -> QFrame:
        times = {n: self.tr("{count} times a second").format(count=n) for n in ("10", "4", "2")}
        times["1"] = self.tr("once a second")
        captions = {"samples": self.tr("Read the sensors"), "frames": self.tr("Draw the live picture")}
        frame = self._group(self.tr("During a check"), captions, {"samples": times, "frames": times})
        column = frame.layout()
        assert isinstance(column, QVBoxLayout)
        note = self.tr("Reading and drawing more often takes time from the training on a small processor.")
        column.addWidget(label(note, "small", wrap=True))
        return topped(frame)

    def _data(self) -> QFrame:
        folder = self._settings.folder
        where = label(str(folder) if folder else self.tr("The data folder cannot be used: nothing is kept."), wrap=True)
        where.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        row = QHBoxLayout()
        if folder:
            self.open = QPushButton(self.tr("Open the folder"))
            self.open.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
            row.addWidget(self.open)
        row.addStretch(1)
        alone = self.tr(
            "Nothing is ever sent: Rigdyno opens a connection only to load an engine or to check another computer, "
            "when you ask for it."
        )
        stays = self.tr("Results stay in this folder.")
        privacy = label(f"{alone} {stays}" if folder else alone, wrap=True)
        stick = portable_copy.stranded()
        numbers: Numbers = {"folder": str(stick), "place": str(folder)}
        notes = [label(text.words.sentence("kept-elsewhere", numbers), wrap=True)] if stick and folder else []
        return topped(card(label(self.tr("Your results"), "headline"), where, *notes, row, privacy))

    def _about(self) -> QFrame:
        self.report = QPushButton(self.tr("Copy what a bug report needs"))
        self.report.setToolTip(self.tr("Versions, GPUs, folders and the last errors, without names and serial numbers"))
        self.report.clicked.connect(self.report_requested)
        self.copied = label("", "dim")
        row = QHBoxLayout()
        row.addWidget(self.report)
        row.addWidget(self.copied, 1)
        return topped(
            card(
                label(self.tr("About"), "headline"),
                label(self.tr("Rigdyno {version}").format(version=__version__)),
                label(self.tr("Puts a computer on the dyno for deep learning."), "dim", wrap=True),
                row,
            )
        )

    def _group(self, title: str, captions: dict[str, str], names: dict[str, dict[str, str]]) -> QFrame:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (name, caption) in enumerate(captions.items()):
            choice = Choice(tuple((value, names[name][value]) for value in CHOICES[name]))
            choice.set_value(self._settings.value(name))
            choice.setAccessibleName(caption)
            choice.currentIndexChanged.connect(lambda _, n=name: self._settings.choose(n, self.choices[n].value()))
            beside = label(caption)
            beside.setBuddy(choice)
            grid.addWidget(beside, row, 0)
            grid.addWidget(choice, row, 1)
            self.choices[name] = choice
        return card(label(title, "headline"), grid, spacing=12)
