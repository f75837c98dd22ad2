"""Draws the program's icon in all sizes: PNG for Linux, .ico for Windows, .icns for macOS.

python packaging/icons.py FOLDER     # with the Python of the recipes: it needs PySide6 and Pillow
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

DRAWING = Path(__file__).resolve().parent.parent / "resources" / "icons" / "rigdyno.svg"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512, 1024)
WINDOWS = (16, 24, 32, 48, 64, 128, 256)
MACOS = (32, 64, 128, 256, 512, 1024)


def png(folder: Path, size: int) -> Path:
    """Where `draw` puts one of `SIZES`."""
    return folder / f"rigdyno-{size}.png"


def draw(folder: Path) -> None:
    """Each size from the drawing itself, so that none is blurred; then both kinds of files that hold several."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PIL import Image
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication([])
    drawing = QSvgRenderer(str(DRAWING))
    folder.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        drawing.render(painter)
        painter.end()
        if not image.save(str(png(folder, size))):
            sys.exit(f"{png(folder, size)} could not be written")
    del application
    for name, sizes, more in (("rigdyno.ico", WINDOWS, {"bitmap_format": "bmp"}), ("rigdyno.icns", MACOS, {})):
        images = [Image.open(png(folder, size)) for size in reversed(sizes)]
        images[0].save(folder / name, sizes=[(size, size) for size in sizes], append_images=images[1:], **more)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
