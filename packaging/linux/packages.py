"""What Linux gets of the frozen folder: a portable archive, a file that unpacks itself, a .deb, an AppImage."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import icons
from recipe import HERE, ICONS, LEVEL, OUT, VERSION, date, run, stamp

NAME = f"rigdyno-{VERSION}-linux-x86_64"
COMPRESS = f"xz -T2 --x86 --lzma2=preset={LEVEL},dict=64MiB"
"""Three quarters of the folder are machine code, in which --x86 makes the targets of calls comparable."""
HICOLOR = (16, 22, 24, 32, 48, 64, 128, 256, 512)


def archive(folder: Path) -> Path:
    """The portable folder as one archive, the same bytes for the same files."""
    made, marker = OUT / f"{NAME}.tar.xz", folder / "portable"
    marker.write_text("Rigdyno keeps its data beside this file.\n", encoding="ascii")
    try:
        pack(folder, made)
    finally:
        marker.unlink()
    return made


def single_file(folder: Path) -> Path:
    """One file that unpacks itself and starts, also where there is no xz: see linux/start.sh."""
    made, inside = OUT / f"{NAME}.run", OUT / "single"
    shutil.rmtree(inside, ignore_errors=True)
    inside.mkdir()
    pack(folder, inside / "rigdyno.tar.xz")
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


def pack(folder: Path, made: Path) -> None:
    """A tar archive in which nothing depends on who packed it, and when."""
    os.utime(folder, (int(date()), int(date())))
    run(
        "tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", f"--mtime=@{date()}",
        "--use-compress-program", COMPRESS, "-cf", made, "-C", folder.parent, folder.name,
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
    _desktop(root / "usr")
    _copy(HERE / "linux" / "copyright", root / "usr/share/doc/rigdyno/copyright")
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / "rigdyno").symlink_to("/opt/rigdyno/rigdyno")
    control = (HERE / "linux" / "control").read_text(encoding="utf-8")
    size = sum(p.lstat().st_size for p in root.rglob("*") if p.is_file()) // 1024
    place = root / "DEBIAN" / "control"
    place.parent.mkdir()
    place.write_text(control.format(version=VERSION, size=size, glibc=_glibc(folder)), encoding="utf-8")
    _settle_rights(root)
    made = OUT / f"rigdyno_{VERSION}_amd64.deb"
    run("dpkg-deb", "--root-owner-group", "-Zxz", f"-z{LEVEL}", "--build", root, made)
    shutil.rmtree(root)
    return made


def appimage(folder: Path) -> Path:
    """One file that mounts itself and starts: the runtime of AppImage's own releases, and a squashfs behind it."""
    made, inside, packed = OUT / f"{NAME}.AppImage", OUT / "Rigdyno.AppDir", OUT / "AppDir.squashfs"
    application(folder, inside)
    packed.unlink(missing_ok=True)
    run(
        "mksquashfs", inside, packed, "-root-owned", "-noappend", "-quiet", "-no-progress", "-comp", "zstd",
        "-Xcompression-level", "22" if int(LEVEL) > 5 else "3", "-b", "1M",
    )  # fmt: skip
    made.write_bytes(appimage_runtime().read_bytes() + packed.read_bytes())
    made.chmod(0o755)
    shutil.rmtree(inside)
    packed.unlink()
    return made


def appimage_runtime() -> Path:
    """The file that RIGDYNO_APPIMAGE_RUNTIME names, as no registry of packages has it. Ends the build without it."""
    runtime = Path(os.environ.get("RIGDYNO_APPIMAGE_RUNTIME", ""))
    if not runtime.is_file():
        sys.exit("RIGDYNO_APPIMAGE_RUNTIME must name the file runtime-x86_64 of AppImage's type2-runtime.")
    return runtime


def application(folder: Path, inside: Path) -> None:
    """The folder that an AppImage mounts."""
    shutil.rmtree(inside, ignore_errors=True)
    shutil.copytree(folder, inside / "opt" / "rigdyno", symlinks=True)
    _desktop(inside / "usr")
    (inside / "AppRun").symlink_to("opt/rigdyno/rigdyno")
    (inside / "rigdyno.desktop").symlink_to("usr/share/applications/rigdyno.desktop")
    for name in ("rigdyno.png", ".DirIcon"):
        _copy(icons.png(ICONS, 256), inside / name)
    _settle_rights(inside)


def _desktop(prefix: Path) -> None:
    """What a desktop wants to know: the entry of the menu, the kind of its files, icons in all sizes."""
    share = prefix / "share"
    for source, target in (
        (HERE / "linux" / "rigdyno.desktop", "applications/rigdyno.desktop"),
        (HERE / "linux" / "rigdyno.metainfo.xml", "metainfo/io.github.rigdyno.Rigdyno.metainfo.xml"),
        (HERE / "linux" / "rigdyno-mime.xml", "mime/packages/rigdyno.xml"),
        (icons.DRAWING, "icons/hicolor/scalable/apps/rigdyno.svg"),
        *((icons.png(ICONS, size), f"icons/hicolor/{size}x{size}/apps/rigdyno.png") for size in HICOLOR),
    ):
        _copy(source, share / target)


def _glibc(folder: Path) -> str:
    """The newest version of the C library that a file in the folder asks for."""
    asked = {(2, 0)}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.open("rb").read(4) == b"\x7fELF":
            told = subprocess.run(["readelf", "--version-info", path], capture_output=True, text=True, check=False)
            asked |= {(int(a), int(b)) for a, b in re.findall(r"Name: GLIBC_(\d+)\.(\d+)", told.stdout)}
    return ".".join(map(str, max(asked)))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _settle_rights(root: Path) -> None:
    """The same rights and dates whoever builds."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    stamp(root)


ALL = (archive, single_file, debian)
"""What needs nothing from elsewhere."""
