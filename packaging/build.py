"""Makes what is shipped, each from a clean clone with one command.

    python packaging/build.py folder          # the frozen program: build/package/rigdyno
    python packaging/build.py portable        # the same as one .tar.xz, and as one file that unpacks itself
    python packaging/build.py deb             # for Debian, Ubuntu and their kin
    python packaging/build.py appimage        # one file for any Linux; needs RIGDYNO_APPIMAGE_RUNTIME
    python packaging/build.py dmg             # for macOS, on macOS
    python packaging/build.py windows         # for Windows, on Linux: an installer, and a .zip for a stick
    python packaging/build.py all             # all that this system can make, and SHA-256 sums
    python packaging/build.py lock            # after a dependency has changed: writes the locks anew, for every system

The same commit, lock and system give the same bytes: every date is the commit's.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import freeze
import locking
from linux import packages
from macos import disk_image
from recipe import HERE, ICONS, OUT, settle, sums

PARTS: dict[str, tuple[Callable[[Path], Path], ...]] = {
    "folder": (),
    "portable": (packages.archive, packages.single_file),
    "deb": (packages.debian,),
    "appimage": (packages.appimage,),
    "dmg": (disk_image.make,),
    "all": (disk_image.make,) if sys.platform == "darwin" else packages.ALL,
}
"""What is made of the frozen folder."""

_FREEZING = () if sys.platform == "darwin" else ("objdump", "strip")
_LINUX = {
    "portable": (*_FREEZING, "xz", "makeself"),
    "deb": (*_FREEZING, "readelf", "dpkg-deb"),
    "appimage": (*_FREEZING, "mksquashfs"),
}
_MACOS = ("codesign", "hdiutil")
PROGRAMS: dict[str, tuple[str, ...]] = {
    "folder": _FREEZING,
    **_LINUX,
    "dmg": _MACOS,
    "all": _MACOS if sys.platform == "darwin" else tuple(dict.fromkeys((*_LINUX["portable"], *_LINUX["deb"]))),
    "windows": ("makensis", "x86_64-w64-mingw32-windres", "x86_64-w64-mingw32-gcc"),
    "lock": (),
}
"""What each target starts besides Python and what every Unix has."""
SOURCES = {
    **dict.fromkeys(("objdump", "strip", "readelf"), "Debian's binutils"),
    "xz": "Debian's xz-utils",
    "makeself": "Debian's makeself",
    "dpkg-deb": "Debian's dpkg",
    "mksquashfs": "Debian's squashfs-tools",
    "makensis": "Debian's nsis",
    **dict.fromkeys(PROGRAMS["windows"][1:], "Debian's gcc-mingw-w64-x86-64"),
    **dict.fromkeys(_MACOS, "macOS alone"),
}
"""Where each of these programs is had."""


def main() -> int:
    """Build what is asked for. Returns 0; whatever fails ends with the failing command's error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=tuple(PROGRAMS))
    parser.add_argument(
        "--keep", action="store_true", help="take the frozen folder that is there, instead of a new one"
    )
    options = parser.parse_args()
    if missing := [f"{name} ({SOURCES[name]})" for name in PROGRAMS[options.what] if not shutil.which(name)]:
        sys.exit(f"packaging/build.py {options.what} needs programs that are not installed here: {', '.join(missing)}.")
    if options.what == "appimage":
        packages.appimage_runtime()
    settle()
    if options.what == "lock":
        locking.lock()
        return 0
    if options.what == "windows":
        sys.path.insert(0, str(HERE / "windows"))
        import assemble

        return int(assemble.main())
    folder = OUT / "rigdyno"
    if not (options.keep and folder.exists() and ICONS.exists()):
        freeze.freeze(folder)
    if made := [make(folder) for make in PARTS[options.what]]:
        sums(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
