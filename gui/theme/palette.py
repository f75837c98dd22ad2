"""The light and the dark theme, and Qt's palette and style sheet made from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget

from .style_sheet import SHEET


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one theme. `curves` are Okabe and Ito's colours, which colour-blind people can tell apart, with
    more contrast."""

    name: str
    window: str
    surface: str
    sunken: str
    line: str
    text: str
    dim: str
    accent: str
    on_accent: str
    hover: str
    good: str
    warn: str
    bad: str
    warn_surface: str
    bad_surface: str
    band: str
    """Shaded phases of the live plot. Opaque, as blending so many pixels costs more time than all curves."""
    curves: tuple[str, ...]
    """The colours of devices: the first is the processor's, the others are the GPUs'."""
    others: str
    total: str


LIGHT = Theme(
    name="light",
    window="#f3f5f8",
    surface="#ffffff",
    sunken="#eaeef3",
    line="#d5dbe3",
    text="#131a24",
    dim="#566172",
    accent="#0067a3",
    on_accent="#ffffff",
    hover="#00588c",
    good="#006b4f",
    warn="#7a5200",
    bad="#a83200",
    warn_surface="#fff4dc",
    bad_surface="#fdebe3",
    band="#e9f0f6",
    curves=("#0072b2", "#d55e00", "#008f68", "#7a2f66"),
    others="#7a2f66",
    total="#8a94a3",
)
DARK = Theme(
    name="dark",
    window="#0f141b",
    surface="#182029",
    sunken="#212b37",
    line="#303c4a",
    text="#edf1f6",
    dim="#a0adbd",
    accent="#56b4e9",
    on_accent="#08131c",
    hover="#7cc6f0",
    good="#4ccfa5",
    warn="#f0c04a",
    bad="#ff9468",
    warn_surface="#2d2717",
    bad_surface="#33211b",
    band="#1e2b38",
    curves=("#56b4e9", "#e69f00", "#1fae84", "#f2b8d6"),
    others="#f2b8d6",
    total="#7c8898",
)


def of(widget: QWidget) -> Theme:
    """The theme that a widget is shown in, for widgets that paint themselves."""
    return DARK if widget.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def palette(theme: Theme) -> QPalette:
    """Qt's palette of a theme: every role that our widgets and the Fusion style use."""
    result = QPalette()
    role = QPalette.ColorRole
    for roles, colour in (
        ((role.Window, role.AlternateBase), theme.window),
        ((role.Base, role.ToolTipBase), theme.surface),
        ((role.Button,), theme.sunken),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText), theme.text),
        ((role.PlaceholderText,), theme.dim),
        ((role.Highlight, role.Accent, role.Link), theme.accent),
        ((role.HighlightedText,), theme.on_accent),
        ((role.Mid, role.Dark, role.Midlight), theme.line),
    ):
        for each in roles:
            result.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.dim))
    return result


@cache
def sheet(theme: Theme, points: float) -> str:
    """The style sheet of a theme for a base font of `points`."""
    sizes = {name: f"{points * factor:.1f}pt" for name, factor in FONT_SCALE.items()}
    colours = {field: getattr(theme, field) for field in Theme.__dataclass_fields__ if field != "curves"}
    text = SHEET
    for name, value in (colours | sizes).items():
        text = text.replace(f"@{name};", f"{value};")
    return text


FONT_SCALE = {"small": 0.92, "large": 1.2, "title": 1.75, "huge": 2.6}
"""Font sizes as multiples of the desktop's."""
