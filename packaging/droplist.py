"""What a frozen Rigdyno leaves out, each with its reason; `tests/test_packaging.py` runs what is left."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable

MODULES = {
    "torch.utils.benchmark": "measures snippets of Python; ours measures trainings",
    "torch.utils.hipify": "translates CUDA sources for AMD, when extensions are compiled",
    "torch.utils.tensorboard": "writes logs for another program",
    "torch.utils.bottleneck": "a profiler's command line",
    "torch.onnx": "exports to another format",
    "functorch": "an alias of torch.func",
    "numpy.f2py": "compiles Fortran",
    "tkinter": "another window toolkit",
    "PySide6.scripts": "Qt's development tools",
    "pyqtgraph.examples": "examples",
    "pyqtgraph.opengl": "three-dimensional plots, which need PyOpenGL",
    "pyqtgraph.jupyter": "plots in notebooks",
    "IPython": "a shell",
    "readline": "edits lines in a shell",
    "matplotlib": "other plots; pyqtgraph offers exports to it",
    "pip": "installs packages into a Python; a frozen program is none",
    "setuptools": "builds packages",
    "pytest": "tests",
    "hypothesis": "tests",
    "PIL.AvifImagePlugin": "a kind of pictures that nothing here reads",
    "lxml": "a library of the tools that this is built with",
    "chardet": "a library of the tools that this is built with",
    "attr": "a library of the tools that this is built with",
}
"""Python modules, with all below them."""

FILES = {
    "torch/include/*": "headers, to compile extensions",
    "torch/share/*": "CMake's files, to compile against torch",
    "torch/test/*": "torch's own tests",
    "torch/bin/*": "torch's own tests, and a compiler of message formats",
    "torch/lib/*.a": "static libraries, to link against torch",
    "torch/lib/*_test*": "torch's own tests",
    "torch/lib/libbackend_with_compiler.so": "an example for torch's developers",
    "torch/lib/libjitbackend_test.so": "torch's own tests",
    "torch/lib/libtorchbind_test.so": "torch's own tests",
    "torch/lib/libaoti_custom_ops.so": "torch's own tests",
    **dict.fromkeys(
        ("torch/_inductor/*.py", "torch/_dynamo/*.py", "torch/testing/*.py", "torch/distributed/*.py"),
        "sources of what is there compiled, and that no training compiles anew",
    ),
    "*.pyi": "types, for editors",
    "PySide6/Qt/plugins/generic/*": "input without a desktop",
    "PySide6/Qt/plugins/imageformats/libqt[gi]*": "kinds of pictures that nothing here reads",
    "PySide6/Qt/plugins/imageformats/libq[iw][cbe]*": "kinds of pictures that nothing here reads",
    "PySide6/Qt/translations/*": "Qt's own words in languages that Rigdyno does not speak",
    "PySide6/Qt/qml/*": "another way to make windows",
    "PySide6/Qt/plugins/platforms/libqeglfs.so": "screens without a desktop",
    "PySide6/Qt/plugins/platforms/libqlinuxfb.so": "screens without a desktop",
    "PySide6/Qt/plugins/platforms/libqvnc.so": "screens over a network",
    "PySide6/Qt/plugins/platforms/libqvkkhrdisplay.so": "screens without a desktop",
    "PySide6/Qt/plugins/platforms/libqminimal*.so": "an example for Qt's developers",
    "PySide6/Qt/plugins/platformthemes/libqgtk3.so": "would load the desktop's GTK with all its libraries",
    "PySide6/Qt/plugins/egldeviceintegrations/*": "screens without a desktop",
    "PySide6/Qt/plugins/tls/*": "encryption for networks; Rigdyno uses none",
    "PySide6/Qt/plugins/networkinformation/*": "networks; Rigdyno uses none",
    "PySide6/Qt/plugins/sqldrivers/*": "databases over Qt; Python's sqlite3 is used",
    "PySide6/Qt/plugins/qmltooling/*": "another way to make windows",
    "PySide6/Qt/lib/libQt6Qml*": "another way to make windows",
    "PySide6/Qt/lib/libQt6Quick*": "another way to make windows",
    **dict.fromkeys(
        (
            "libatk-1.0.so.0",
            "libcairo*.so.2",
            "libgdk_pixbuf-2.0.so.0",
            "libgio-2.0.so.0",
            "libgmodule-2.0.so.0",
            "libgobject-2.0.so.0",
            "libpango*.so.0",
            "libthai.so.0",
            "libdatrie.so.1",
            "libfribidi.so.0",
            "libharfbuzz.so.0",
            "libpixman-1.so.0",
            "libgraphite2.so.3",
            "libjpeg.so.62",
        ),
        "the desktop's GTK, which one plugin of Qt would load",
    ),
    "libQt6Egl*": "screens without a desktop",
    "PySide6/Qt/lib/libQt6Egl*": "screens without a desktop",
    **dict.fromkeys(
        ("libdbus-1.so.3", "libsystemd.so.0", "libgcrypt.so.20", "libgpg-error.so.0", "libcap.so.2", "liblz4.so.1"),
        "every desktop has its own message bus, whose library speaks to it",
    ),
    **dict.fromkeys(("PIL/_avif*", "pillow.libs/libavif*"), "a kind of pictures that nothing here reads"),
    "*.dist-info/[!M]*": "what an installer of wheels wrote down, and licences, which are in LICENSES.txt",
    "lxml/*": "a library of the tools that this is built with",
    "chardet/*": "a library of the tools that this is built with",
    "*__mypyc.cpython-*": "a library of the tools that this is built with",
    "libstdc++.so.6": "a newer system's graphics drivers need its own",
    "libgcc_s.so.1": "a newer system's graphics drivers need its own",
    "libexpat.so.1": "would ask for the newest libc of all; the system has one through fontconfig",
}
"""Files of the frozen folder, by patterns of their paths in `_internal`."""

KEPT_ALL_THE_SAME = ("torch/bin/torch_shm_manager", "torch/*config*.py")
"""Without them torch cannot be imported: "Unable to find torch_shm_manager"; it reads the comments of its settings."""

UNSTRIPPED = ("numpy.libs/*", "libscipy_openblas*", "libgfortran*", "libquadmath*")
"""Shared libraries that strip damages: "ELF load command address/offset not page-aligned"."""


def matches(place: str, patterns: Iterable[str]) -> bool:
    """Whether a path is one that is named, by patterns."""
    return any(fnmatch.fnmatchcase(place, pattern) for pattern in patterns)
