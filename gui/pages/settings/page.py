"""The Settings page: language, colours, units, rates of sampling and drawing, the engine, and the data folder."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ....core import __version__
from ....core.records.verdict import Numbers
from ....core.store import portable_copy
from ....core.words.language import _, languages, ngettext
from ...bridge.user_settings import CHOICES, Settings
from ...widgets.containers import Columns, card, scroll, topped
from ...widgets.input_fields import Choice, enable
from ...widgets.labels import label
from ...words import text
from .engine_card import EngineCard


class SettingsPage(QWidget):
    """The settings; each choice takes effect at once and is kept."""

    report_requested = Signal()
    """The user wants to copy what a bug report needs."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.choices: dict[str, Choice] = {}
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(14)
        column.addWidget(label(_("Settings"), "title"))
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
        """Disable during a check what would rebuild the pages."""
        for name in ("language", "memory"):
            enable(self.choices[name], not running, _("After the check"))
        self.engine.set_running(running)

    def say_copied(self) -> None:
        """Show that the report is in the clipboard."""
        self.copied.setText(_("Copied."))

    def _window(self) -> QFrame:
        system = _("As the system")
        names = {
            "language": {"system": system, **languages()},
            "scheme": {"system": system, "light": _("Light"), "dark": _("Dark")},
            "memory": {"GiB": _("GiB (1,024 MiB)"), "GB": _("GB (1,000 MB)")},
        }
        captions = {
            "language": _("Language"),
            "scheme": _("Colours"),
            "memory": _("Memory in"),
        }
        return self._group(_("Window"), captions, names)

    def _check(self) -> QFrame:
        times = {n: _times_a_second(int(n)) for n in ("10", "4", "2", "1")}
        captions = {"samples": _("Read the sensors"), "frames": _("Draw the live picture")}
        frame = self._group(_("During a check"), captions, {"samples": times, "frames": times})
        column = frame.layout()
        assert isinstance(column, QVBoxLayout)
        note = _("Reading and drawing more often takes time from the training on a small processor.")
        column.addWidget(label(note, "small", wrap=True))
        return topped(frame)

    def _data(self) -> QFrame:
        folder = self._settings.folder
        where = label(str(folder) if folder else _("The data folder cannot be used: nothing is kept."), wrap=True)
        where.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        row = QHBoxLayout()
        if folder:
            self.open = QPushButton(_("Open the folder"))
            self.open.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
            row.addWidget(self.open)
        row.addStretch(1)
        alone = _(
            "Nothing is ever sent: Rigdyno opens a connection only to load an engine or to check another computer, "
            "when you ask for it."
        )
        stays = _("Results stay in this folder.")
        privacy = label(f"{alone} {stays}" if folder else alone, wrap=True)
        stick = portable_copy.unwritable_folder()
        numbers: Numbers = {"folder": str(stick), "place": str(folder)}
        notes = [label(text.words.sentence("kept-elsewhere", numbers), wrap=True)] if stick and folder else []
        return topped(card(label(_("Your results"), "headline"), where, *notes, row, privacy))

    def _about(self) -> QFrame:
        self.report = QPushButton(_("Copy what a bug report needs"))
        self.report.setToolTip(_("Versions, GPUs, folders and the last errors, without names and serial numbers"))
        self.report.clicked.connect(self.report_requested)
        self.copied = label("", "dim")
        row = QHBoxLayout()
        row.addWidget(self.report)
        row.addWidget(self.copied, 1)
        return topped(
            card(
                label(_("About"), "headline"),
                label(_("Rigdyno {version}").format(version=__version__)),
                label(_("Puts a computer on the dyno for deep learning."), "dim", wrap=True),
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


def _times_a_second(count: int) -> str:
    return ngettext("once a second", "{count} times a second", count).format(count=count)
