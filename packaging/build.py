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


def main() -> int:
    """Build what is asked for. Returns 0; whatever fails ends with the failing command's error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=(*PARTS, "lock", "windows"))
    parser.add_argument(
        "--keep", action="store_true", help="take the frozen folder that is there, instead of a new one"
    )
    options = parser.parse_args()
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
