"""Makes what is shipped, each from a clean clone with one command.

    python packaging/build.py folder          # the frozen program: build/package/rigdyno
    python packaging/build.py portable        # the same as one .tar.zst, and as one file that unpacks itself
    python packaging/build.py deb             # for Debian, Ubuntu and their kin
    python packaging/build.py all             # all of these, with licences, a list of parts, and SHA-256 sums
    python packaging/build.py lock            # after a dependency has changed: writes locks/linux.txt anew

The same commit, lock and system give the same bytes: every date is the commit's.
"""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import droplist

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "packaging"
OUT = ROOT / "build" / "package"
LOCK = HERE / "locks" / "linux.txt"
TOOLS = HERE / "locks" / "tools.txt"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
NAME = f"rigdyno-{VERSION}-linux-x86_64"
LEVEL = os.environ.get("RIGDYNO_PACK_LEVEL", "6")
"""xz's; a release takes 9, a trial 1."""
LIMIT = 2 * 2**30
"""Bytes of a release's asset that stores accept."""


def main() -> int:
    """Build what is asked for. Returns 0; whatever fails ends with the failing command's error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("folder", "portable", "deb", "all", "lock"))
    parser.add_argument(
        "--keep", action="store_true", help="take the frozen folder that is there, instead of a new one"
    )
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    os.environ |= {"SOURCE_DATE_EPOCH": date(), "PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    if options.what == "lock":
        lock()
        return 0
    folder = OUT / "rigdyno"
    if not (options.keep and folder.exists()):
        freeze(folder)
    made = []
    if options.what in ("portable", "all"):
        made += [archive(folder), single_file(folder)]
    if options.what in ("deb", "all"):
        made += [debian(folder)]
    if made:
        sums(made)
    return 0


def date() -> str:
    """The commit's, in seconds; of a source without git, the recipe's own."""
    try:
        told = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return told.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return str(int((ROOT / "pyproject.toml").stat().st_mtime))


def python() -> Path:
    """The interpreter of an environment of its own, with the locked versions and nothing else."""
    place = OUT / "environment"
    made = place / "bin" / "python"
    if not made.exists():
        run(sys.executable, "-m", "venv", place)
    pip = (made, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "--no-deps", "-r", LOCK)
    run(*pip, "-r", TOOLS)
    wheels = OUT / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    run(made, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, ROOT)
    run(*pip, "--no-deps", "--force-reinstall", *wheels.glob("rigdyno-*.whl"))
    return made


def freeze(folder: Path) -> None:
    """The program with its Python in one folder, trimmed and stripped, with the licences of all that is in it."""
    interpreter = python()
    work = OUT / "pyinstaller"
    run(
        interpreter, "-m", "PyInstaller", HERE / "rigdyno.spec", "--noconfirm", "--log-level", "WARN",
        "--distpath", OUT, "--workpath", work,
    )  # fmt: skip
    inside = folder / "_internal"
    trim(inside)
    strip(inside)
    described(interpreter, folder)
    for path in folder.rglob("*"):
        os.utime(path, (int(date()), int(date())), follow_symlinks=False)


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
    named = any(fnmatch.fnmatch(place, pattern) for pattern in droplist.FILES)
    return named and not any(fnmatch.fnmatch(place, pattern) for pattern in droplist.KEPT_ALL_THE_SAME)


def strip(inside: Path) -> None:
    """Remove debugging symbols from shared libraries; from all but those that it damages."""
    for path in inside.rglob("*.so*"):
        place = path.relative_to(inside).as_posix()
        if path.is_symlink() or any(fnmatch.fnmatch(place, pattern) for pattern in droplist.UNSTRIPPED):
            continue
        if path.open("rb").read(4) == b"\x7fELF":
            run("strip", "--strip-unneeded", "--preserve-dates", path)


def described(interpreter: Path, folder: Path) -> None:
    """The licences of everything that is bundled in one file, and a list of the parts (CycloneDX)."""
    tools = _tools()
    told = subprocess.run(
        [interpreter, "-m", "piplicenses", "--format=plain-vertical", "--with-license-file", "--no-license-path",
         "--with-urls", "--ignore-packages", *tools],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    (folder / "LICENSES.txt").write_text(told, encoding="utf-8")
    parts = folder / "parts.cdx.json"
    run(
        interpreter, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--of", "JSON", "-o", parts,
        interpreter,
    )  # fmt: skip
    whole = json.loads(parts.read_text(encoding="utf-8"))
    whole["components"] = [c for c in whole["components"] if c["name"].lower() not in tools]
    kept = {c["bom-ref"] for c in whole["components"]}
    whole["dependencies"] = [d for d in whole.get("dependencies", []) if d["ref"] in kept]
    for component in whole["components"]:  # where a file lay while this was built is nobody's business
        component.pop("externalReferences", None)
    parts.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _tools() -> list[str]:
    """What the environment holds to build with, and does not ship."""
    locked = {line.split("==")[0].lower() for line in LOCK.read_text(encoding="utf-8").splitlines() if "==" in line}
    found = subprocess.run(
        [OUT / "environment" / "bin" / "python", "-m", "pip", "list", "--format=json"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    names = {part["name"].lower() for part in json.loads(found)}
    return sorted(names - locked - {"rigdyno"})


def archive(folder: Path) -> Path:
    """The portable folder as one .tar.zst, the same bytes for the same files."""
    made, marker = OUT / f"{NAME}.tar.zst", folder / "portable"
    marker.write_text("Rigdyno keeps its data beside this file.\n", encoding="ascii")
    try:
        pack(folder, made, f"zstd -T0 --long=27 -{19 if int(LEVEL) > 5 else 3} --quiet")
    finally:
        marker.unlink()
    return made


def single_file(folder: Path) -> Path:
    """One file that unpacks itself and starts, also where there is no xz: see linux/start.sh."""
    made, inside = OUT / f"{NAME}.run", OUT / "single"
    shutil.rmtree(inside, ignore_errors=True)
    inside.mkdir()
    pack(folder, inside / "rigdyno.tar.xz", f"xz -T2 -{LEVEL}")
    shutil.copy(HERE / "linux" / "start.sh", inside)
    unpacker = Path(shutil.which("xz") or sys.exit("xz is not installed"))
    shutil.copy(unpacker, inside)
    shutil.copy(_library(unpacker, "liblzma.so.5"), inside)
    for path in inside.iterdir():
        os.utime(path, (int(date()), int(date())))
    run(
        "makeself", "--quiet", "--nox11", "--nocomp", "--packaging-date", date(), "--tar-extra",
        f"--sort=name --owner=0 --group=0 --numeric-owner --mtime=@{date()}",
        inside, made, f"Rigdyno {VERSION}", "./start.sh",
    )  # fmt: skip
    shutil.rmtree(inside)
    return made


def pack(folder: Path, made: Path, compress: str) -> None:
    """A tar archive in which nothing depends on who packed it, and when."""
    os.utime(folder, (int(date()), int(date())))
    run(
        "tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", f"--mtime=@{date()}",
        "--use-compress-program", compress, "-cf", made, "-C", folder.parent, folder.name,
    )  # fmt: skip


def _library(program: Path, name: str) -> Path:
    """Where the system has a library of a program."""
    told = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return Path(next(line.split()[2] for line in told.splitlines() if line.split()[0] == name))


def debian(folder: Path) -> Path:
    """A package that puts the program under /opt, with its entry in the menu."""
    root = OUT / "deb"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(folder, root / "opt" / "rigdyno", symlinks=True)
    for source, target in (
        (HERE / "linux" / "rigdyno.desktop", "usr/share/applications/rigdyno.desktop"),
        (HERE / "linux" / "rigdyno.metainfo.xml", "usr/share/metainfo/io.github.rigdyno.Rigdyno.metainfo.xml"),
        (HERE / "linux" / "rigdyno-mime.xml", "usr/share/mime/packages/rigdyno.xml"),
        (HERE / "linux" / "copyright", "usr/share/doc/rigdyno/copyright"),
        (ROOT / "resources" / "icons" / "rigdyno.svg", "usr/share/icons/hicolor/scalable/apps/rigdyno.svg"),
    ):
        place = root / target
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, place)
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / "rigdyno").symlink_to("/opt/rigdyno/rigdyno")
    control = (HERE / "linux" / "control").read_text(encoding="utf-8")
    size = sum(p.lstat().st_size for p in root.rglob("*") if p.is_file()) // 1024
    place = root / "DEBIAN" / "control"
    place.parent.mkdir()
    place.write_text(control.format(version=VERSION, size=size), encoding="utf-8")
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (int(date()), int(date())), follow_symlinks=False)
    made = OUT / f"rigdyno_{VERSION}_amd64.deb"
    run("dpkg-deb", "--root-owner-group", "-Zxz", f"-z{LEVEL}", "--build", root, made)
    shutil.rmtree(root)
    return made


def sums(made: list[Path]) -> None:
    """SHA-256 of each file, in one list; a file that no store would take ends the build."""
    lines = []
    for path in sorted(made):
        size = path.stat().st_size
        if size >= LIMIT:
            sys.exit(f"{path.name} has {size / 2**20:,.0f} MiB: an asset has less than 2 GiB")
        print(f"{path.name}: {size / 1e6:,.1f} MB")
        lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
    (OUT / "SHA256SUMS").write_text("".join(lines), encoding="ascii")


def lock() -> None:
    """Write the versions and hashes of everything that is frozen, as pip resolves them today."""
    report = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed", "--report", "-", ROOT],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    LOCK.write_text("".join(_locked(json.loads(report))), encoding="utf-8")


def _locked(report: dict) -> Iterator[str]:
    yield "# Everything that the frozen program for Linux holds. Written by: python packaging/build.py lock\n"
    for part in sorted(report["install"], key=lambda p: p["metadata"]["name"].lower()):
        known = part["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256")
        if known:  # Rigdyno itself is built from this source
            yield f"{part['metadata']['name']}=={part['metadata']['version']} --hash=sha256:{known}\n"


def run(*command: object) -> None:
    """Run a command; its failure is ours."""
    subprocess.run([str(part) for part in command], check=True)


if __name__ == "__main__":
    sys.exit(main())
