"""What every recipe shares: where things are, the commit's date, commands that may not fail, and the list of sums."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OUT = ROOT / "build" / "package"
ICONS = OUT / "icons"
"""What `icons.py` draws before anything is frozen."""
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
LEVEL = os.environ.get("RIGDYNO_PACK_LEVEL", "6")
"""xz's; a release takes 9, a trial 1."""
LIMIT = 2 * 2**30
"""Bytes of a release's asset that stores accept."""


def settle() -> None:
    """The environment in which the same inputs give the same bytes."""
    OUT.mkdir(parents=True, exist_ok=True)
    os.environ |= {"SOURCE_DATE_EPOCH": date(), "PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}


def date() -> str:
    """The commit's, in seconds; of a source without git, the recipe's own. The same for a whole build."""
    if known := os.environ.get("SOURCE_DATE_EPOCH"):
        return known
    try:
        told = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return told.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return str(int((ROOT / "pyproject.toml").stat().st_mtime))


def stamp(folder: Path) -> None:
    """Give a folder and all in it the commit's date."""
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (int(date()), int(date())), follow_symlinks=False)


def own_wheel(interpreter: object) -> Path:
    """Rigdyno's own wheel, of this source alone: setuptools would take along what an earlier build has left."""
    place = OUT / "wheel"
    for left in (place, ROOT / "build" / "lib"):
        shutil.rmtree(left, ignore_errors=True)
    run(interpreter, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", place, ROOT)
    return next(place.glob("rigdyno-*.whl"))


def sums(made: list[Path]) -> None:
    """SHA-256 of each file, in one list with those made before; a file that no store would take ends the build."""
    told = OUT / "SHA256SUMS"
    lines = told.read_text(encoding="ascii").splitlines(keepends=True) if told.exists() else []
    for path in sorted(made):
        size = path.stat().st_size
        if size >= LIMIT:
            sys.exit(f"{path.name} has {size / 2**20:,.0f} MiB: an asset has less than 2 GiB")
        print(f"{path.name}: {size / 1e6:,.1f} MB")
        known = hashlib.sha256(path.read_bytes()).hexdigest()
        lines = [line for line in lines if not line.endswith(f"  {path.name}\n")] + [f"{known}  {path.name}\n"]
    told.write_text("".join(sorted(lines, key=lambda line: line.split()[1])), encoding="ascii")


def run(*command: object) -> None:
    """Run a command; its failure is ours."""
    subprocess.run([str(part) for part in command], check=True)
