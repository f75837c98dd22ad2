"""The navigation rail on the left of the window: a button for each page."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout

from ...core.words.language import _
from ..theme import icons, palette

WIDTH = 104
ICON = QSize(26, 26)


class NavigationRail(QFrame):
    """Buttons for the pages, also reached by Ctrl+1, Ctrl+2 …; `chosen` brings the number of a page."""

    chosen = Signal(int)

    def __init__(self, *pages: tuple[str, str]) -> None:
        """`pages`: name and icon of each page."""
        super().__init__()
        self.setProperty("role", "rail")
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 10, 9, 10)
        column.setSpacing(4)
        self._buttons = QButtonGroup(self)
        for index, (name, shape) in enumerate(pages):
            button = QToolButton()
            button.setProperty("role", "rail")
            button.setProperty("shape", shape)
            button.setText(name)
            button.setAccessibleName(name)
            button.setToolTip(_("{page} (Ctrl+{number})").format(page=name, number=index + 1))
            button.setShortcut(f"Ctrl+{index + 1}")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(ICON)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._buttons.addButton(button, index)
            column.addWidget(button)
        column.addStretch(1)
        self._buttons.idClicked.connect(self.chosen)
        self.choose(0)
        self.draw_icons()

    def choose(self, index: int) -> None:
        """Mark the button of the page that is shown."""
        self._buttons.button(index).setChecked(True)

    def draw_icons(self) -> None:
        """Draw the icons in the colours of the current theme."""
        for button in self._buttons.buttons():
            button.setIcon(icons.icon(str(button.property("shape")), palette.of(self)))
