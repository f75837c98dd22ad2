"""The language that the program speaks: gettext catalogues, one folder for each language.

A catalogue is `resources/translations/LANGUAGE/LC_MESSAGES/rigdyno.mo`, compiled from the `.po` file beside it.
English needs none: it stands in the code. Window, terminal and reports share the language that `speak` chooses.
"""

from __future__ import annotations

import gettext
import locale
import os
import sys
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

DOMAIN = "rigdyno"
ENGLISH = "en"
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Where a user's wish stands in the environment, the strongest first (gettext manual, 2.3.2)."""

_current: list[gettext.NullTranslations] = [gettext.NullTranslations()]


def _(text: str) -> str:
    """A string in the language that is spoken now; itself where there is no translation."""
    return _current[0].gettext(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a string that suits a count, in the language that is spoken now."""
    return _current[0].ngettext(one, many, count)


def N_(text: str) -> str:  # noqa: N802  # gettext's usual name for a string that is translated later
    """Marks a string for the catalogue; it is translated where it is shown."""
    return text


@cache
def languages() -> dict[str, str]:
    """The languages that there are, by code: each one's own name for itself, English first."""
    folders = sorted(path.name for path in _folder().iterdir() if (path / "LC_MESSAGES" / f"{DOMAIN}.mo").is_file())
    return {ENGLISH: "English"} | {code: _catalogue(code).info().get("x-language-name", code) for code in folders}


def wanted(environment: Mapping[str, str] = os.environ) -> str:
    """The first language that the environment asks for and that there is; English where there is none."""
    named = next((environment[name] for name in VARIABLES if environment.get(name)), "") or _of_the_system()
    codes = [part.replace("-", "_").partition("_")[0].partition(".")[0].lower() for part in named.split(":")]
    return next((code for code in codes if code in languages()), ENGLISH)


def speak(language: str) -> None:
    """From now on everything is said in this language, one of `languages`; English for any other."""
    known = language in languages() and language != ENGLISH
    _current[0] = _catalogue(language) if known else gettext.NullTranslations()


def _of_the_system() -> str:
    """What the system's settings say where the environment says nothing, as on Windows."""
    if sys.platform != "win32":
        return ""
    return locale.getlocale()[0] or ""


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, str(_folder()), [language], fallback=True)


def _folder() -> Path:
    return Path(str(files("rigdyno.resources"))) / "translations"
