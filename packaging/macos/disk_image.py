"""What macOS gets of the frozen program: Rigdyno.app, signed where there is an identity, in a disk image.

Not yet run: no Mac has been at hand.
"""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

from recipe import HERE, OUT, VERSION, run

IDENTITY = os.environ.get("RIGDYNO_SIGNING_IDENTITY", "-")
"""A "Developer ID Application: ..." of the keychain; "-" is nobody, which Apple's processors insist on at least."""
NOTARY = os.environ.get("RIGDYNO_NOTARY_PROFILE", "")
"""What `xcrun notarytool store-credentials` was told to keep the account's key under."""


def make(_: Path) -> Path:
    """The disk image, with a link to the applications to drag the program onto."""
    program, stage = OUT / "Rigdyno.app", OUT / "dmg"
    sign(program)
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir()
    shutil.copytree(program, stage / program.name, symlinks=True)
    (stage / "Applications").symlink_to("/Applications")
    made = OUT / f"rigdyno-{VERSION}-macos-{platform.machine()}.dmg"
    run("hdiutil", "create", "-volname", f"Rigdyno {VERSION}", "-srcfolder", stage, "-format", "ULMO", "-ov", made)
    if NOTARY:
        run("xcrun", "notarytool", "submit", made, "--keychain-profile", NOTARY, "--wait")
        run("xcrun", "stapler", "staple", made)
    return made


def sign(program: Path) -> None:
    """Each library first, the program last: a signature covers those inside."""
    hardened = ("--options", "runtime", "--timestamp") if IDENTITY != "-" else ()
    command = ("codesign", "--force", "--sign", IDENTITY, *hardened)
    for path in sorted(program.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix in (".dylib", ".so"):
            run(*command, path)
    run(*command, "--entitlements", HERE / "macos" / "entitlements.plist", program)
    run("codesign", "--verify", "--deep", "--strict", program)
