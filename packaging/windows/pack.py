"""The two files that people take: an installer, and an archive for a stick."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import recipe

NAME = f"rigdyno-{recipe.VERSION}-windows-x86_64"
SETUP = recipe.HERE / "windows" / "setup.nsi"
QUICK = int(recipe.LEVEL) < 3
"""A trial's archives are packed in a minute, and larger."""
LARGEST = 110_000_000
"""Bytes of an installer: somebody may have to fetch it over a telephone in a shop."""


def portable(tree: Path) -> Path:
    """The folder as a .zip, which Windows unpacks by itself, with the marker that keeps its data beside it."""
    made = recipe.OUT / f"{NAME}-portable.zip"
    moment = datetime.fromtimestamp(int(recipe.date()), UTC).timetuple()[:6]
    with zipfile.ZipFile(made, "w") as archive:
        for place, content in (*_files(tree), ("portable", b"Rigdyno keeps its data beside this file.\r\n")):
            entry = zipfile.ZipInfo(f"{tree.name}/{place}", moment)
            entry.create_system = 0  # Windows has no rights of Unix
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 1 if QUICK else 9)
    return made


def installer(tree: Path, icon: Path) -> Path:
    """A setup.exe that needs no rights of an administrator."""
    made = recipe.OUT / f"{NAME}-setup.exe"
    listed = tree.parent / "files.nsh"
    listed.write_text("".join(_listed(tree)), encoding="utf-8")
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    numbers = ".".join([*recipe.VERSION.split("."), "0", "0", "0"][:4])
    recipe.run(
        "makensis", "-V2", "-INPUTCHARSET", "UTF8", f"-DVERSION={recipe.VERSION}", f"-DNUMBERS={numbers}",
        f"-DSIZE={size}", f"-DICON={icon}", f"-DFILES={listed}", f"-DMADE={made}",
        *(["-DQUICK"] if QUICK else []), SETUP,
    )  # fmt: skip
    if not QUICK and made.stat().st_size > LARGEST:
        sys.exit(f"{made.name} has {made.stat().st_size / 1e6:.0f} MB: more than {LARGEST / 1e6:.0f}")
    return made


def _files(tree: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(tree.rglob("*")):
        if path.is_file():
            yield path.relative_to(tree).as_posix(), path.read_bytes()


def _listed(tree: Path) -> Iterator[str]:
    """NSIS' commands for every file, in an order that no file system decides."""
    places = sorted((path.relative_to(tree).parent, path) for path in tree.rglob("*") if path.is_file())
    for folder, files in groupby(places, key=lambda pair: pair[0]):
        inside = "" if folder == Path() else "\\" + str(folder).replace("/", "\\")
        yield f'SetOutPath "$INSTDIR{inside}"\n'
        for _, path in files:
            yield f'File "{path}"\n'
