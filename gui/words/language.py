"""The language of the window: the program's catalogue, Qt's own strings, and the locale of numbers and dates."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from ...core.words import language as catalogues

SYSTEM = "system"
"""The setting that stands for the language of the desktop."""


def chosen(setting: str) -> str:
    """The code of the language that a setting stands for.

    For `SYSTEM`, and for a setting that names no language of ours, it is the first of the desktop's languages that has
    a catalogue, or English.
    """
    if setting in catalogues.languages():
        return setting
    return catalogues.wanted({"LANGUAGE": ":".join(QLocale.system().uiLanguages())})


def speak(setting: str, owner: QObject) -> None:
    """Show everything in the language of a setting from now on; widgets that exist keep the words that they have.

    `owner` keeps Qt's translator alive, as Qt does not, and lets the one before go.
    """
    language = chosen(setting)
    catalogues.speak(language)
    QLocale.setDefault(QLocale.system() if _language_of_numbers() == language else QLocale(language))
    for old in owner.findChildren(QTranslator):
        QCoreApplication.removeTranslator(old)
        old.deleteLater()
    translator = QTranslator(owner)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if language != catalogues.ENGLISH and translator.load(f"{folder}/qtbase_{language}.qm"):
        QCoreApplication.installTranslator(translator)


def _language_of_numbers() -> str:
    """The language in which the desktop writes numbers and dates, which may differ from that of its words."""
    return QLocale.system().name().partition("_")[0]
