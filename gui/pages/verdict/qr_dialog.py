"""The result as a QR code, large enough for a phone's camera."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QSizePolicy, QVBoxLayout, QWidget

from ....core.records.result import Result
from ....core.report.qr_text import compact
from ....core.words.language import _
from ...widgets.labels import label

LEVEL = "m"
"""Error correction: about 15 % of the code may be unreadable, as where a screen reflects."""
QUIET_ZONE = 4
"""Light modules around the code, as ISO/IEC 18004 asks for."""
SIDE = 380
"""Preferred width and height, in pixels: about a hand wide."""


class QrCode(QWidget):
    """A text as a QR code, black on white in every theme, as cameras expect it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.code = segno.make(text, error=LEVEL, micro=False, boost_error=False)
        self.setMinimumSize(SIDE // 2, SIDE // 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("QR code of this text"))
        self.setAccessibleDescription(text)

    def sizeHint(self) -> QSize:
        """Large enough for a phone's camera."""
        return QSize(SIDE, SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw each module as a square of whole screen pixels, as fractions of one would blur."""
        modules = self.code.symbol_size(border=0)[0] + 2 * QUIET_ZONE
        ratio = self.devicePixelRatioF()
        step = max(1, int(min(self.width(), self.height()) * ratio / modules)) / ratio
        left, top = (self.width() - step * modules) / 2, (self.height() - step * modules) / 2
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(QRectF(left, top, step * modules, step * modules), QColor("white"))
        for y, row in enumerate(self.code.matrix):
            for x, dark in enumerate(row):
                if dark:
                    spot = QRectF(left + (QUIET_ZONE + x) * step, top + (QUIET_ZONE + y) * step, step, step)
                    painter.fillRect(spot, QColor("black"))


class QrDialog(QDialog):
    """The QR code of a result, what to do with it, and a button to close."""

    def __init__(self, result: Result, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = compact(result)
        self.setWindowTitle(_("Take the verdict with you"))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        told = _("Point a phone's camera here: the text holds the verdict and a checksum. Nothing is sent.")
        column.addWidget(label(told, wrap=True))
        self.code = QrCode(self.text)
        column.addWidget(self.code, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
