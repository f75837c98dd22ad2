"""The language of the window: Qt's translators and the locale that numbers and dates are written in."""

from __future__ import annotations

import os
from importlib.resources import files

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

LANGUAGES = {"en": "English", "es": "Español"}
"""Each by its own name, as its readers look for it."""
SYSTEM = "system"
STRETCH = "RIGDYNO_STRETCH"
"""Set to anything, it makes every string half as long again, to see whether the layouts bear another language."""


class Stretched(QTranslator):
    """Every string with half of its length added."""

    def translate(self, _context: str, text: str, _comment: str | None = None, _number: int = -1) -> str:
        """The text, then as many marks as half of its letters."""
        return text + "·" * (len(text) // 2)

    def isEmpty(self) -> bool:
        """Qt does not ask an empty one."""
        return False


def chosen(setting: str) -> str:
    """The language that a setting stands for: the first of the system's that we speak, English where there is none."""
    if setting in LANGUAGES:
        return setting
    wanted = (name.replace("_", "-").partition("-")[0] for name in QLocale.system().uiLanguages())
    return next((name for name in wanted if name in LANGUAGES), "en")


def _formats() -> str:
    """The language whose way of writing numbers and dates the system has; its words may be another's."""
    return QLocale.system().name().partition("_")[0]


def speak(setting: str, owner: QObject) -> None:
    """Install the translators of a language, in place of those before, and its locale.

    `owner` keeps them: Qt does not.
    """
    language = chosen(setting)
    for old in owner.findChildren(QTranslator):
        QCoreApplication.removeTranslator(old)
        old.deleteLater()
    QLocale.setDefault(QLocale.system() if _formats() == language else QLocale(language))
    if language != "en":
        ours = str(files("rigdyno.resources") / "translations" / f"rigdyno_{language}.qm")
        for path in (f"{QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)}/qtbase_{language}.qm", ours):
            translator = QTranslator(owner)
            if translator.load(path):
                QCoreApplication.installTranslator(translator)
    if os.environ.get(STRETCH):
        QCoreApplication.installTranslator(Stretched(owner))
