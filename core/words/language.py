"""The language that the program speaks: gettext catalogues, one folder for each language.

A catalogue is `resources/translations/LANGUAGE/LC_MESSAGES/rigdyno.mo`, compiled from the `.po` file beside it.
English needs none: it stands in the code. Window, terminal and reports share the language that `speak` chooses.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

DOMAIN = "rigdyno"
ENGLISH = "en"
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Where a user's wish stands in the environment, the strongest first (gettext manual, 2.3.2)."""

STRETCH = "RIGDYNO_STRETCH"
"""An environment variable: set to anything, it makes every string half as long again, to see which layouts break."""

_current: list[gettext.NullTranslations] = [gettext.NullTranslations()]
_code = [ENGLISH]


class Stretched(gettext.NullTranslations):
    """Another catalogue's strings, each with dots for half of its length behind it."""

    def __init__(self, catalogue: gettext.NullTranslations) -> None:
        super().__init__()
        self._catalogue = catalogue

    def gettext(self, message: str) -> str:
        """The translation, then the dots."""
        return _stretched(self._catalogue.gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The form that suits the count, then the dots."""
        return _stretched(self._catalogue.ngettext(msgid1, msgid2, n))


def _(text: str) -> str:
    """A string in the language that is spoken now; itself where there is no translation."""
    return _current[0].gettext(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a string that suits a count, in the language that is spoken now."""
    return _current[0].ngettext(one, many, count)


def marks_of_numbers() -> tuple[str, str]:
    """What the language that is spoken now writes before decimals and between thousands."""
    return _current[0].pgettext("decimal mark", "."), _current[0].pgettext("thousands separator", ",")


def N_(text: str) -> str:  # noqa: N802  # gettext's usual name for a string that is translated later
    """Marks a string for the catalogue; it is translated where it is shown."""
    return text


def codes() -> list[str]:
    """The codes of all languages, English first."""
    return [ENGLISH, *_translated()]


@cache
def languages() -> dict[str, str]:
    """The languages that there are, by code: each one's own name for itself, English first."""
    return {ENGLISH: "English"} | {code: _own_name(code) for code in _translated()}


def wanted(environment: Mapping[str, str] = os.environ) -> str:
    """The first language that the environment asks for and that there is; English where there is none."""
    named = next((environment[name] for name in VARIABLES if environment.get(name)), "") or _of_the_system()
    codes = [re.split(r"[-_.@]", part)[0].lower() for part in named.split(":")]
    return next((code for code in codes if code == ENGLISH or code in _translated()), ENGLISH)


def spoken_language() -> str:
    """The code of the language that is spoken now."""
    return _code[0]


def speak(language: str) -> None:
    """From now on everything is said in this language, one of `languages`; English for any other."""
    _code[0] = language if language in _translated() else ENGLISH
    catalogue = gettext.NullTranslations() if _code[0] == ENGLISH else _catalogue(language)
    _current[0] = Stretched(catalogue) if os.environ.get(STRETCH) else catalogue


def _stretched(text: str) -> str:
    return text + "·" * (len(text) // 2)


def _of_the_system() -> str:
    """What the settings of Windows say, where the environment usually says nothing."""
    if sys.platform == "win32":
        import ctypes

        return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return ""


@cache
def _translated() -> list[str]:
    """The codes of the languages that there is a catalogue for."""
    return sorted(path.name for path in _folder().iterdir() if (path / "LC_MESSAGES" / f"{DOMAIN}.mo").is_file())


def _own_name(code: str) -> str:
    """What a language calls itself, which stands in its catalogue as the translation of "English"."""
    named = _catalogue(code).pgettext("this language", "English")
    return named if named != "English" else code


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, str(_folder()), [language], fallback=True)


def _folder() -> Path:
    return Path(str(files("rigdyno.resources"))) / "translations"
