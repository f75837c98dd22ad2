"""A report as a PDF: Qt lays out the same HTML as in a browser, and the charts stay vector graphics."""

from __future__ import annotations

import tempfile
from pathlib import Path

from markupsafe import Markup
from PySide6.QtCore import QMarginsF, QRect, QRectF, QSizeF
from PySide6.QtGui import (
    QFont,
    QFontInfo,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtSvg import QSvgRenderer

from ...core.records.result import Result
from ...core.report.chart import Chart
from ...core.report.chart_svg import draw
from ...core.report.report_file import page
from ...core.report.svg_picture import Drawing
from ...core.store.data_folder import write_whole
from ...core.words.writer import Words
from ..theme.palette import LIGHT
from .chart_view import look

POINTS = 10.0
ACROSS, SCREEN = 500, 96
"""The width of a chart in pixels, and pixels to an inch: A4 has 640 between the margins that Qt leaves."""
OBJECT, NUMBER = QTextFormat.ObjectTypes.UserObject.value + 1, QTextFormat.Property.UserProperty.value + 1
A4 = QPageSize(QPageSize.PageSizeId.A4)
PLACE = "\ufffc"
"""Unicode's object replacement character: where a chart goes in the text."""
STYLE = """
h1 { font-size: 20pt; } h2 { font-size: 13pt; margin-top: 14px; } h3 { font-size: 11pt; margin-top: 12px; }
th { text-align: left; color: #566172; padding-right: 12px; } td { padding-right: 12px; } .dim { color: #566172; }
"""


class Figures(QPyTextObject):
    """Draws the charts where the text has their places; `drawings` by the number in the text's format."""

    def __init__(self, drawings: list[Drawing], parent: QTextDocument) -> None:
        super().__init__(parent)
        self._drawings = drawings

    def intrinsicSize(self, document: QTextDocument, _position: int, form: QTextFormat) -> QSizeF:
        """The size of a chart in dots of the paper."""
        drawing, paper = self._drawings[form.property(NUMBER)], document.documentLayout().paintDevice()
        dots = paper.logicalDpiX() / SCREEN if paper else 1.0
        return QSizeF(drawing.width * dots, drawing.height * dots)

    def drawObject(
        self, painter: QPainter, place: QRectF | QRect, _document: QTextDocument, _position: int, form: QTextFormat
    ) -> None:
        """Draw a chart into its rectangle."""
        QSvgRenderer(self._drawings[form.property(NUMBER)].svg().encode()).render(painter, QRectF(place))


def write(result: Result, path: Path, words: Words) -> None:
    """Write the report of a result to a file, whole or not at all. Raises OSError."""
    app = QGuiApplication.instance() or QGuiApplication([])  # the terminal program has none, and fonts need one
    font = QFont(QGuiApplication.font())
    font.setPointSizeF(POINTS)
    wanted = look(LIGHT, QFontInfo(font).family(), 13)
    drawings: list[Drawing] = []

    def figure(chart: Chart) -> Markup:
        drawings.append(draw(chart, ACROSS, wanted, words.marked))
        return Markup("<p>{}</p>").format(PLACE)

    document = QTextDocument()
    document.setDefaultFont(font)
    document.setDefaultStyleSheet(STYLE)
    document.setHtml(page(result, words, figure, plain=True))
    document.documentLayout().registerHandler(OBJECT, Figures(drawings, document))
    _place(document, len(drawings))
    with tempfile.TemporaryDirectory(prefix="rigdyno-") as folder:
        made = Path(folder) / "report.pdf"
        paper = QPdfWriter(str(made))
        paper.setTitle("Rigdyno")
        paper.setPageLayout(QPageLayout(A4, QPageLayout.Orientation.Portrait, QMarginsF()))
        document.print_(paper)
        del paper  # closes the file
        write_whole(path, made.read_bytes())
    del app


def _place(document: QTextDocument, count: int) -> None:
    """Replace each chart's place in the text by an object that draws the chart."""
    cursor = document.find(PLACE)
    for number in range(count):
        form = QTextCharFormat()
        form.setObjectType(OBJECT)
        form.setProperty(NUMBER, number)
        cursor.insertText(PLACE, form)
        cursor = document.find(PLACE, cursor)
