"""What the program for Windows leaves out of its wheels, each with its reason: Linux' own where it is the same."""

from __future__ import annotations

import droplist
from droplist import matches

_LINUX, _MODULES = droplist.FILES, droplist.MODULES
_NO_QT = "parts of Qt that nothing here imports"

DROPPED = {
    **{pattern: _LINUX[pattern] for pattern in ("torch/include/*", "torch/share/*", "torch/bin/*", "*.pyi")},
    **{
        f"{name.replace('.', '/')}{end}": _MODULES[name]
        for name, end in {
            "torch.utils.benchmark": "/*",
            "torch.utils.hipify": "/*",
            "torch.utils.tensorboard": "/*",
            "torch.onnx": "/*",
            "functorch": "/*",
            "numpy.f2py": "/*",
            "PySide6.scripts": "/*",
            "pyqtgraph.examples": "/*",
            "pyqtgraph.opengl": "/*",
            "pyqtgraph.jupyter": "/*",
            "setuptools": "/*",
        }.items()
    },
    "torch/lib/*.lib": _LINUX["torch/lib/*.a"],
    "_distutils_hack/*": _MODULES["setuptools"],
    "setuptools-*": _MODULES["setuptools"],
    "distutils-precedence.pth": _MODULES["setuptools"],
    "torch/_inductor/*": "compiles networks, for which a C++ compiler would have to be there",
    "torch/_vendor/quack/*": "products for GPUs that this torch has no code for",
    **dict.fromkeys(
        (f"torch/testing/_internal/{name}" for name in ("distributed/*", "opinfo/*", "generated/*", "py312_*")),
        _LINUX["torch/test/*"],
    ),
    "torch/testing/_internal/common_*.py": _LINUX["torch/test/*"],
    "torchgen/packaged/*": "templates of torch's own sources",
    "numpy/distutils/*": _MODULES["setuptools"],
    **dict.fromkeys(
        (f"sympy/{room}/*"
         for room in ("physics", "stats", "holonomic", "categories", "parsing/autolev", "parsing/latex")),
        "parts of algebra that torch, which reckons with sizes, does not ask for",
    ),
    "*/benchmarks/*": "measures the library; ours measures trainings",
    "pygments/lexers/[!_]*": "colours sources in a terminal, where none is shown",
    "pyqtgraph/icons/peegee/*": "pyqtgraph's own emblem",
    "*/tests/*": "tests",
    "*.data/data/*": "manuals of commands",
    "isympy.py": "a shell",
    "example.py": "an example",
    "*.lib": _LINUX["torch/lib/*.a"],
    "*.dist-info/[!M]*": "pip's lists of files that are trimmed here, and licences, which are in LICENSES.txt",
    **{
        f"PySide6/plugins/{folder}/*": _LINUX[f"PySide6/Qt/plugins/{folder}/*"]
        for folder in ("generic", "tls", "networkinformation", "sqldrivers", "qmltooling")
    },
    "PySide6/plugins/imageformats/q[gt]*.dll": _LINUX["PySide6/Qt/plugins/imageformats/libqt[gi]*"],
    "PySide6/plugins/imageformats/q[iw][cbe]*.dll": _LINUX["PySide6/Qt/plugins/imageformats/libq[iw][cbe]*"],
    "PySide6/plugins/imageformats/qpdf.dll": "pictures out of PDF files, which nothing here reads",
    "PySide6/plugins/vectorimageformats/*": "kinds of pictures that nothing here reads",
    "PySide6/plugins/platforminputcontexts/*": "a keyboard on the screen, for devices without Windows' own",
    "PySide6/plugins/platforms/qminimal.dll": _LINUX["PySide6/Qt/plugins/platforms/libqminimal*.so"],
    "PySide6/plugins/platforms/qdirect2d.dll": "a second way to paint, which has to be asked for",
    "PySide6/plugins/designer/*": "Qt's development tools",
    "PySide6/plugins/qmllint/*": "Qt's development tools",
    "PySide6/translations/*": _LINUX["PySide6/Qt/translations/*"],
    "PySide6/qml/*": _LINUX["PySide6/Qt/qml/*"],
    "PySide6/opengl32sw.dll": "OpenGL on the processor; the window paints without OpenGL",
    "PySide6/resources/*": "data of a web browser, which is not here",
    **dict.fromkeys(
        ("PySide6/*.exe", "PySide6/*.lib", "PySide6/include/*", "PySide6/metatypes/*", "PySide6/typesystems/*",
         "PySide6/glue/*", "PySide6/doc/*", "PySide6/py.typed"),
        "Qt's development tools",
    ),
    **dict.fromkeys(("PySide6/Qt*.dll", "PySide6/Qt*.pyd", "PySide6/pyside6qml*"), _NO_QT),
    **dict.fromkeys(
        (f"{place}/{name}*.dll"
         for place in ("PySide6", "shiboken6") for name in ("msvcp140", "vcruntime140", "concrt140")),
        "the C++ runtime is in runtime/, once for all",
    ),
    **dict.fromkeys(("*/vcamp140.dll", "*/vccorlib140.dll"), "C++ for other kinds of programs"),
    "*.pyc": "compiled for another Python",
}  # fmt: skip
"""Files, by patterns of their paths in a wheel."""

QT = ("Core", "Gui", "Widgets", "Svg", "OpenGL", "OpenGLWidgets", "Test", "Network")
"""Rigdyno and pyqtgraph import these."""
TORCH = (
    *(f"torch/_inductor/{name}" for name in (
        "__init__.py", "_functionalize_collectives.py", "analysis/*.py", "config.py", "cpp_builder.py",
        "cpu_vec_isa.py", "cudagraph_utils.py", "custom_graph_pass.py", "exc.py", "runtime/*.py",
        "standalone_compile.py", "test_operators.py", "utils.py",
    )),
    *(f"torch/testing/_internal/{name}.py" for name in ("common_dtype", "distributed/__init__", "distributed/fake_pg")),
)  # fmt: skip
"""What `import torch` and the first optimizer import of the rooms that are left out."""
KEPT_ALL_THE_SAME = (*TORCH, *(f"PySide6/Qt6{name}.dll" for name in QT), *(f"PySide6/Qt{name}.pyd" for name in QT))

WITH_SOURCE = {
    "rigdyno/*": "sent to other computers and to other Pythons with torch",
    "start.py": "what the program names to Python",
    **dict.fromkeys(
        (
            "torch/nn/*",
            "torch/functional.py",
            "torch/jit/*",
            "torch/_jit_internal.py",
            "torch/_decomp/*",
            "torch/_refs/*",
        ),
        "torch.jit compiles functions from their sources",
    ),
    **dict.fromkeys(("torch/*config*.py",), "torch reads the comments of its settings"),
}
"""Modules whose sources stay, by patterns; all others are there compiled only."""

RUNTIME = {
    "python.exe": "the program and its Python are one",
    "pythonw.exe": "the program and its Python are one",
    "python.cat": "a signature of all files of Python as they were published, these two among them",
    "_msi.pyd": "makes installers",
    "winsound.pyd": "plays sounds",
    "python311._pth": "ours says where the modules are",
}
"""Files of the embeddable Python."""

LIBRARY = {
    "pydoc_data/*": "what help() says of the language",
    "lib2to3/*": "translates programs from Python 2",
    "msilib/*": "makes installers",
}
"""Modules of its standard library, in the archive that holds it."""


def dropped(place: str) -> bool:
    """Whether a file of a wheel, by its path in it, is left out."""
    return matches(place, DROPPED) and not matches(place, KEPT_ALL_THE_SAME)


def sourceless(place: str) -> bool:
    """Whether a module is there compiled only."""
    return not matches(place, WITH_SOURCE)
