"""The memory of a job, part by part, as a bar against what the device has."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ...core.records.experiment_events.memory import MemoryCount
from ...core.words.language import _
from ...core.words.phrases.jobs import MEMORY
from ...core.words.writer import capital
from ..theme import palette
from ..theme.palette import Theme
from ..widgets.flow_layout import FlowLayout
from ..widgets.labels import label
from ..words import text

CURVES = {"weights": 0, "cache": 1, "gradients": 1, "optimizer": 2, "activations": 3}
"""Colours of the theme. Keys and values are kept by a network that writes, and gradients by one that is trained."""
ORDER = ("context", *CURVES)
"""From left to right: what is taken before the work begins comes first."""
LEAST_BYTES = 2**19
"""Smaller parts are written as 0 MiB, and so are not named."""
TOP, HEIGHT, RADIUS, GAP = 6, 14, 4.0, 1.5
"""Pixels: where the bar begins below the mark of its limit, its height, its corners, and the gap between two parts."""


def parts(count: MemoryCount) -> dict[str, int]:
    """Bytes of each part, in the order of the bar."""
    return {name: getattr(count, name) for name in ORDER}


class MemoryBar(QWidget):
    """Parts from left to right, and a mark where the memory ends if they need more than there is."""

    def __init__(self, count: MemoryCount) -> None:
        super().__init__()
        self._parts = parts(count)
        self._need = count.context + count.peak
        self._has = None if count.limit is None else count.context + count.limit
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumSize(140, self.sizeHint().height())
        named = (f"{_(MEMORY[name])} {text.words.size(size)}" for name, size in _named(count))
        self.setAccessibleName(capital(", ".join(named)))

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(400, TOP + HEIGHT + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what there is, the parts on it, and over what is too much a hatching."""
        scheme: Theme = palette.of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        scale = (self.width() - 2) / max(self._need, self._has or 0)
        end = 1 + scale * (self._need if self._has is None else self._has)
        whole = QRectF(1, TOP, self.width() - 2, HEIGHT)
        clip = QPainterPath()
        clip.addRoundedRect(whole, RADIUS, RADIUS)
        painter.setClipPath(clip)
        painter.fillRect(QRectF(whole.left(), TOP, end - whole.left(), HEIGHT), QColor(scheme.sunken))
        left = whole.left()
        for name, size in self._parts.items():
            width = scale * size
            if size:
                painter.fillRect(QRectF(left, TOP, max(1.0, width - GAP), HEIGHT), QColor(colour(scheme, name)))
            left += width
        if self._has is not None and self._need > self._has:
            painter.fillRect(
                QRectF(end, TOP, left - end, HEIGHT), QBrush(QColor(scheme.surface), Qt.BrushStyle.BDiagPattern)
            )
            painter.setClipping(False)
            self._draw_end(painter, end, QColor(scheme.bad))

    def _draw_end(self, painter: QPainter, at: float, mark: QColor) -> None:
        painter.setPen(QPen(mark, 2))
        painter.drawLine(QPointF(at, 1), QPointF(at, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mark)
        painter.drawPolygon(QPolygonF([QPointF(at - 5, 0), QPointF(at + 5, 0), QPointF(at, 6)]))


class _Swatch(QWidget):
    """The colour of a part beside its name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setFixedSize(10, 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour(palette.of(self), self._name)))
        painter.drawRoundedRect(self.rect(), 2, 2)


def legend(count: MemoryCount) -> QWidget:
    """The name, colour and size of each part, on as many lines as they need."""
    made = QWidget()
    flow = FlowLayout(made, spacing=14, between_lines=2)
    for name, size in _named(count):
        entry = QWidget()
        row = QHBoxLayout(entry)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(_Swatch(name))
        row.addWidget(label(f"{_(MEMORY[name])} {text.words.size(size)}", "small"))
        flow.addWidget(entry)
    return made


def colour(scheme: Theme, name: str) -> str:
    """The colour of a part of the memory in a theme."""
    if name == "context":
        return scheme.total
    return scheme.curves[CURVES[name]]


def _named(count: MemoryCount) -> list[tuple[str, int]]:
    return [(name, size) for name, size in parts(count).items() if size >= LEAST_BYTES]
