"""Brings the catalogues of translations up to date with the strings in the code.

python packaging/translate.py            # after a string has changed; then translate in the .po file, and run again
python packaging/translate.py --check    # writes nothing; fails where a language that has to be complete is not

A new language is a new folder: `resources/translations/CODE/LC_MESSAGES`, then run this.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
NAME = "rigdyno"
COMPLETE = ("es",)
"""Languages that lack nothing; of the others it is told how much they have, and English stands for the rest."""
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "Plural": (1, 2)}
SENTENCE = 3
"""A string of so many words in a probe is a reason or a source that people read; shorter ones are names."""
SHORT_REASONS = ("not listed", "not recorded", "not available", "no permission", "not reported")
HEADER = dict.fromkeys(("project", "last_translator", "language_team", "copyright_holder"), "Rigdyno") | {
    "version": "1",
    "msgid_bugs_address": "",
    "charset": "utf-8",
}
PLACES = re.compile(r"\{\w*|%\(\w+\)|%[sdr]")
"""Where a value goes into a string, in the form of str.format or of the % operator."""


def main() -> int:
    """Update, or only look. Returns 0, or 1 where something is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    source, wrong = extracted(), False
    for folder in sorted(path for path in FOLDER.iterdir() if path.is_dir()):
        if not options.check:
            update(folder, source)
        found = problems(folder, source)
        wrong = wrong or bool(found and folder.name in COMPLETE)
        print("\n".join(found) or f"{folder.name}: complete")
    return 1 if wrong else 0


def extracted() -> Catalog:
    """Every string that people read, in the order of the code."""
    found = Catalog(project="Rigdyno", charset="utf-8")
    for path in sorted([*(ROOT / "core").rglob("*.py"), *(ROOT / "gui").rglob("*.py")]):
        for _line, text, _comments, context in extract_from_file("python", path, KEYWORDS):
            found.add(text, context=context)
    for text in _reasons_of_probes():
        found.add(text)
    return found


def update(folder: Path, source: Catalog) -> None:
    """Bring one language's catalogue to the strings of the code: new ones without a translation, old ones gone."""
    po, mo = _files(folder)
    po.parent.mkdir(parents=True, exist_ok=True)
    catalogue = _read(folder)
    # A guess by similarity would be shown to users as if somebody had translated it.
    catalogue.update(source, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    with po.open("wb") as file:
        write_po(file, catalogue, width=100, no_location=True)
    mo.write_bytes(_compiled(catalogue))


def problems(folder: Path, source: Catalog) -> list[str]:
    """What is wrong with one language's files, a sentence each."""
    catalogue, name = _read(folder), folder.name
    kept = {_key(m): m for m in catalogue if m.id}
    wanted = {_key(m): m for m in source if m.id}
    found = [f"{name}: not in the catalogue: {key[0]!r}" for key in wanted if key not in kept]
    found += [f"{name}: no longer in the code: {key[0]!r}" for key in kept if key not in wanted]
    known = [m for key, m in kept.items() if key in wanted]
    found += [f"{name}: fuzzy: {m.id!r}" for m in known if m.fuzzy]
    found += [f"{name}: other places for values: {m.id!r}" for m in known if _translated(m) and not _same_places(m)]
    missing = [m for m in known if not _translated(m)]
    if missing and name in COMPLETE:
        found += [f"{name}: not translated: {m.id!r}" for m in missing]
    elif missing:
        found.append(f"{name}: {len(known) - len(missing)} of {len(known)} strings are translated")
    if not _files(folder)[1].exists() or _strings(_files(folder)[1].read_bytes()) != _strings(_compiled(catalogue)):
        found.append(f"{name}: {NAME}.mo is stale: run packaging/translate.py")
    return found


def _files(folder: Path) -> tuple[Path, Path]:
    return tuple(folder / "LC_MESSAGES" / f"{NAME}.{kind}" for kind in ("po", "mo"))  # type: ignore[return-value]


def _read(folder: Path) -> Catalog:
    po = _files(folder)[0]
    if not po.exists():
        return Catalog(folder.name, fuzzy=False, header_comment="# Translations of Rigdyno.", **HEADER)
    with po.open("rb") as file:
        return read_po(file, locale=folder.name)


def _compiled(catalogue: Catalog) -> bytes:
    made = BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def _strings(compiled: bytes) -> dict[tuple[object, str | None], object]:
    """What a .mo file says; its header names the version of Babel, which is no reason to call it stale."""
    return {_key(m): tuple(m.string) if m.pluralizable else m.string for m in read_mo(BytesIO(compiled)) if m.id}


def _key(message: Message) -> tuple[object, str | None]:
    return tuple(message.id) if isinstance(message.id, list | tuple) else message.id, message.context


def _translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, list | tuple) else bool(message.string)


def _same_places(message: Message) -> bool:
    """Whether a translation takes the values that its source has; the form for one thing may leave out the count."""
    if isinstance(message.string, list | tuple):
        wanted = _places(message.id[1])
        return all(_places(text) == wanted for text in message.string[1:]) and _places(message.string[0]) <= wanted
    return _places(message.string) == _places(message.id)


def _places(text: str) -> set[str]:
    return set(PLACES.findall(text))


def _reasons_of_probes() -> Iterator[str]:
    """What probes say of a value and where they have none; they travel to computers where there is no catalogue."""
    from rigdyno.core.words.phrases.labels import SOURCES, VALUES

    yield from (*VALUES, *SOURCES)
    for path in sorted((ROOT / "core" / "probes").rglob("*.py")):
        yield from _reasons(ast.parse(path.read_text(encoding="utf-8")))


def _reasons(tree: ast.Module) -> Iterator[str]:
    """Whole strings of several words; neither docstrings nor parts of formatted ones."""
    apart = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    apart |= {id(part) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for part in n.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            text = node.value
            long = len(text.split()) >= SENTENCE and not set("\\=|") & set(text)
            if long or text in SHORT_REASONS:
                yield text


if __name__ == "__main__":
    sys.exit(main())
