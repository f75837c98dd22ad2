"""Colours: readable, and told apart by everybody."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget
from rigdyno.gui.shell import app
from rigdyno.gui.theme import palette

THEMES = pytest.mark.parametrize("scheme", [palette.LIGHT, palette.DARK], ids=lambda scheme: scheme.name)
READABLE = 4.5
"""WCAG 2.1, 1.4.3: text against its ground."""
VISIBLE = 3.0
"""WCAG 2.1, 1.4.11: parts of a graphic against what is next to them."""
DISTINCT = 20.0
"""CIE76 distance in Lab: 2 is just noticeable side by side; curves stand apart, so far more is asked for."""
DEUTERANOPIA = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
PROTANOPIA = np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]])
"""Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB."""


def linear(name: str) -> np.ndarray:
    colour = QColor(name)
    srgb = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.1."""
    dark, light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE Lab of linear sRGB, D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    x, y, z = np.cbrt(np.clip(xyz / [0.9505, 1.0, 1.089], 0.008856, None))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@THEMES
def test_text_is_readable_on_every_ground(scheme):
    for text in ("text", "dim", "accent", "good", "warn", "bad"):
        for ground in ("window", "surface", "sunken"):
            found = contrast(getattr(scheme, text), getattr(scheme, ground))
            assert found >= READABLE, f"{text} on {ground}: {found:.2f}"
    for ground in ("accent", "hover"):
        assert contrast(scheme.on_accent, getattr(scheme, ground)) >= READABLE
    for ground in ("warn_surface", "bad_surface", "band"):
        assert contrast(scheme.text, getattr(scheme, ground)) >= READABLE


@THEMES
def test_curves_are_visible(scheme):
    for colour in (*scheme.curves, scheme.others):
        for ground in (scheme.surface, scheme.band):
            assert contrast(colour, ground) >= VISIBLE, colour


@THEMES
@pytest.mark.parametrize("eyes", [np.eye(3), DEUTERANOPIA, PROTANOPIA], ids=["all", "deuteranopia", "protanopia"])
def test_curves_differ_for_colour_blind_people_too(scheme, eyes):
    for one, other in combinations(scheme.curves, 2):
        seen = [lab(np.clip(eyes @ linear(c), 0, 1)) for c in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) >= DISTINCT, (one, other)


def test_the_sheet_has_no_name_left():
    for scheme in (palette.LIGHT, palette.DARK):
        assert "@" not in palette.sheet(scheme, 10.0)


def test_a_widget_knows_its_theme(qapp, qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    for scheme in (palette.DARK, palette.LIGHT):
        app.dress(qapp, scheme)
        assert palette.of(widget) is scheme
        assert widget.palette().color(QPalette.ColorRole.Text).name() == scheme.text
