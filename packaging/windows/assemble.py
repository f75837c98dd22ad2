"""The program for Windows, put together on any system: Python, wheels, the program itself, and what starts it."""

from __future__ import annotations

import io
import os
import shutil
import sys
import zipfile
from pathlib import Path

import about
import fetch
import pack
import recipe
import trim

HERE = Path(__file__).resolve().parent
OUT = recipe.OUT / "windows"
TREE = OUT / "Rigdyno"
DRAWERS = "linux.txt", "tools.txt"
COMPILER = "x86_64-w64-mingw32-"
CPP = "msvcp140*.dll", "vcruntime140*.dll"
"""Microsoft's C++ runtime, which PyTorch needs and not every Windows has; Qt's wheel brings the newest."""


def main() -> int:
    """Make the folder, the installer and the portable archive. Returns 0."""
    if sys.version_info[:2] != (3, 11):
        sys.exit("the program for Windows is compiled for Python 3.11, and only that Python can: use python3.11")
    assemble()
    recipe.sums([pack.portable(TREE), pack.installer(TREE, recipe.ICONS / "rigdyno.ico")])
    return 0


def assemble() -> None:
    """Everything that is installed, in one folder, trimmed, compiled and described."""
    shutil.rmtree(TREE, ignore_errors=True)
    bundled = [wheel for wheel in fetch.wheels(OUT / "wheels") if unpack(wheel, TREE / "pkgs")]
    runtime(TREE / "runtime", next(wheel for wheel in bundled if wheel.name.startswith("pyside6_essentials-")))
    own = recipe.own_wheel(sys.executable)
    unpack(own, TREE / "app")
    shutil.copy(HERE / "start.py", TREE / "app")
    for folder in ("pkgs", "app"):
        recipe.run(sys.executable, HERE / "bytecode.py", TREE / folder)
    icons()
    launchers()
    about.licences(TREE, [*bundled, own])
    about.parts(TREE, [*bundled, own])
    for path in (TREE, *TREE.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (int(recipe.date()), int(recipe.date())))


def unpack(wheel: Path, place: Path) -> int:
    """Lay out the files of a wheel that are not dropped. Returns how many that are."""
    found = 0
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith("/") or trim.dropped(name):
                continue
            if ".data/" in name:
                sys.exit(f"{wheel.name}: nobody has said where {name} belongs")
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(name))
            found += 1
    return found


def runtime(place: Path, qt: Path) -> None:
    """The embeddable Python, told where the modules are, with the C++ runtime that the modules need."""
    place.mkdir(parents=True)
    for name, content in fetch.python().items():
        if name not in trim.RUNTIME:
            (place / name).write_bytes(unpacked(content) if name.endswith(".zip") else content)
    shutil.copy(HERE / "python311._pth", place)
    with zipfile.ZipFile(qt) as archive:
        for name in archive.namelist():
            if any(Path(name).match(f"PySide6/{pattern}") for pattern in CPP):
                (place / Path(name).name).write_bytes(archive.read(name))


def unpacked(content: bytes) -> bytes:
    """A zip with its files as they are: the standard library then packs better with all the rest, and starts faster."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for entry in (one for one in given.infolist() if not trim.matches(one.filename, trim.LIBRARY)):
            archive.writestr(zipfile.ZipInfo(entry.filename, entry.date_time), given.read(entry))
    return made.getvalue()


def icons() -> None:
    """Draw the icon where nobody has, with tools in an environment of their own."""
    if (recipe.ICONS / "rigdyno.ico").exists():
        return
    tools = OUT / "tools"
    recipe.run(sys.executable, "-m", "venv", tools)
    locks = [line.split(" ")[0] for lock in DRAWERS for line in (fetch.LOCKS / lock).read_text("utf-8").splitlines()]
    wanted = [line for line in locks if line.partition("==")[0] in ("PySide6_Essentials", "shiboken6", "pillow")]
    pip = (tools / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps")
    recipe.run(*pip, *wanted)
    recipe.run(tools / "bin" / "python", recipe.HERE / "icons.py", recipe.ICONS)


def launchers() -> None:
    """Compile Rigdyno.exe and rigdyno.com, with their icon and version."""
    numbers = ",".join([*recipe.VERSION.split("."), "0", "0", "0"][:4])
    for name, options in (("Rigdyno.exe", ("-mwindows",)), ("rigdyno.com", ("-mconsole", "-DTERMINAL"))):
        told = OUT / "launcher.o"
        recipe.run(
            f"{COMPILER}windres", "-I", HERE, "-I", recipe.ICONS, f"-DNUMBERS={numbers}",
            f'-DWRITTEN=\\"{recipe.VERSION}\\"', f'-DORIGINAL=\\"{name}\\"', HERE / "launcher.rc",
            "-O", "coff", "-o", told,
        )  # fmt: skip
        recipe.run(
            f"{COMPILER}gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-municode", "-s", "-Wl,--no-insert-timestamp",
            *options, HERE / "launcher.c", told, "-o", TREE / name,
        )  # fmt: skip
        told.unlink()
