"""The frozen program: Python, PyTorch, Qt and Rigdyno in one folder, of locked versions, trimmed and stripped."""

from __future__ import annotations

import sys
from pathlib import Path

import droplist
from described import describe
from recipe import HERE, ICONS, OUT, own_wheel, run, stamp

MAC = sys.platform == "darwin"
LOCK = HERE / "locks" / ("macos.txt" if MAC else "linux.txt")
TOOLS = HERE / "locks" / "tools.txt"
ENVIRONMENT = OUT / "environment"


def freeze(folder: Path) -> None:
    """The program with its Python in one folder, with the licences of all that is in it."""
    interpreter = python()
    run(interpreter, HERE / "icons.py", ICONS)
    run(
        interpreter, "-m", "PyInstaller", HERE / "rigdyno.spec", "--noconfirm", "--log-level", "WARN",
        "--distpath", OUT, "--workpath", OUT / "pyinstaller",
    )  # fmt: skip
    if MAC:  # libraries and data lie apart, and strip would break their signatures
        contents = OUT / "Rigdyno.app" / "Contents"
        for inside in (contents / "Frameworks", contents / "Resources"):
            trim(inside)
        describe(interpreter, contents / "Resources", LOCK)
        return
    trim(folder / "_internal")
    strip(folder / "_internal")
    describe(interpreter, folder, LOCK)
    stamp(folder)


def python() -> Path:
    """The interpreter of an environment of its own, with the locked versions and nothing else."""
    made = ENVIRONMENT / "bin" / "python"
    if not made.exists():
        run(sys.executable, "-m", "venv", ENVIRONMENT)
    pip = (made, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "--no-deps", "-r", LOCK)
    run(*pip, "-r", TOOLS)
    run(*pip, "--no-deps", "--force-reinstall", own_wheel(made))
    return made


def trim(inside: Path) -> None:
    """Remove what the drop-list names, and the folders that are then empty."""
    for path in sorted(inside.rglob("*"), reverse=True):
        place = path.relative_to(inside).as_posix()
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif dropped(place):
            path.unlink()


def dropped(place: str) -> bool:
    """Whether a file, by its path in the frozen folder, is left out."""
    return droplist.matches(place, droplist.FILES) and not droplist.matches(place, droplist.KEPT_ALL_THE_SAME)


def strip(inside: Path) -> None:
    """Remove debugging symbols from shared libraries; from all but those that it damages."""
    for path in inside.rglob("*.so*"):
        place = path.relative_to(inside).as_posix()
        if path.is_symlink() or droplist.matches(place, droplist.UNSTRIPPED):
            continue
        if path.open("rb").read(4) == b"\x7fELF":
            run("strip", "--strip-unneeded", "--preserve-dates", path)
