"""How Windows would look for modules and libraries in the folder that `packaging/build.py windows` makes."""

from __future__ import annotations

import ast
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

BUILT_IN = frozenset(
    re.findall(
        r"\S+",
        """
        _abc _ast _bisect _blake2 _codecs _collections _contextvars _csv _datetime _frozen_importlib
        _frozen_importlib_external _functools _heapq _imp _io _json _locale _lsprof _md5 _opcode _operator _pickle
        _random _sha1 _sha256 _sha3 _sha512 _signal _sre _stat _statistics _string _struct _symtable _thread _tokenize
        _tracemalloc _typing _warnings _weakref _winapi array atexit audioop binascii builtins cmath errno faulthandler
        gc itertools marshal math mmap msvcrt nt os.path sys time winreg xxsubtype zlib
        """,
    )
)
"""Modules inside python311.dll."""
SYSTEM = re.compile(
    r"(api-ms-win-.*|ext-ms-win-.*|ucrtbase|msvcrt|kernel32|kernelbase|ntdll|user32|gdi32|advapi32|shell32|ole32|oleaut32|"
    r"ws2_32|bcrypt|crypt32|rpcrt4|version|winmm|psapi|pdh|iphlpapi|powrprof|wtsapi32|netapi32|userenv|secur32|mpr|uuid|"
    r"dbghelp|setupapi|cfgmgr32|shlwapi|shcore|imm32|dwmapi|uxtheme|comdlg32|comctl32|d3d9|d3d11|d3d12|dxgi|dcomp|dwrite|"
    r"d2d1|d3dcompiler_47|opengl32|authz|winspool\.drv|dnsapi|winhttp|ncrypt|icuuc|icuin|bcryptprimitives|propsys|"
    r"runtimeobject|combase|hid|wintrust|normaliz|mswsock|dxva2|usp10|imagehlp|ntdsapi|uiautomationcore|oleacc)(\.dll)?"
)
"""Libraries that every Windows 10 has."""


class Modules:
    """The modules of such a folder, and what those of the program and of its wheels import when they are imported."""

    def __init__(self, tree: Path, wheels: list[Path]) -> None:
        self._sources: dict[str, str] = {}
        self._known: set[str] = set(BUILT_IN)
        self._packages: set[str] = set()
        self._extensions: set[str] = set()
        with zipfile.ZipFile(tree / "runtime" / "python311.zip") as standard:
            self._know(standard.namelist())
        for room in ("runtime", "pkgs", "app"):
            self._know(path.relative_to(tree / room).as_posix() for path in (tree / room).rglob("*") if path.is_file())
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                for name in archive.namelist():
                    if name.endswith(".py") and (module := _module(name)) in self._known:
                        self._sources[module] = archive.read(name).decode("utf-8", "replace")

    def _know(self, places: Iterator[str] | list[str]) -> None:
        for place in places:
            if module := _module(place):
                self._known.add(module)
                if "/__init__." in place:
                    self._packages.add(module)
                if place.endswith(".pyd"):
                    self._extensions.add(module)
                while "." in module:  # a folder without __init__ is a module too
                    module = module.rpartition(".")[0]
                    self._known.add(module)

    def own(self) -> list[str]:
        """The program's."""
        return sorted(name for name in self._sources if name.split(".")[0] == "rigdyno")

    def missing(self, module: str, everything: bool) -> Iterator[str]:
        """What a module imports that is not there; `everything`: within its functions and tries too."""
        return (name for name in self.imports(module, everything) if name not in self)

    def imports(self, module: str, everything: bool) -> Iterator[str]:
        """The modules that a module names in imports."""
        tree = ast.parse(self._sources[module])
        for node in ast.walk(tree) if everything else _at_once(tree.body):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._base(module, node)
                yield base
                yield from (name for alias in node.names if (name := f"{base}.{alias.name}") in self._known)

    def reached(self, start: list[str]) -> dict[str, str]:
        """Every module that is imported with these, and the one that asks for it first."""
        found, waiting = dict.fromkeys(start, ""), list(start)
        while waiting:
            module = waiting.pop()
            if module in self._sources:
                for name in self.imports(module, everything=False):
                    parts = name.split(".")
                    for whole in (".".join(parts[:n]) for n in range(1, len(parts) + 1)):
                        if whole not in found:
                            found[whole] = module
                            waiting.append(whole)
        return found

    def __contains__(self, name: str) -> bool:
        """An extension may make modules of its own, as torch._C does."""
        parts = name.split(".")
        return name in self._known or any(".".join(parts[:n]) in self._extensions for n in range(1, len(parts)))

    def _base(self, module: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = module.split(".") if module in self._packages else module.split(".")[:-1]
        parts = parts[: len(parts) - node.level + 1]
        return ".".join([*parts, *([node.module] if node.module else [])])


def _module(place: str) -> str:
    """The name of the module that a file is; empty for other files."""
    found = re.fullmatch(r"([\w/]+?)(?:/__init__)?(?:\.cp311-win_amd64|\.abi3)?\.(?:pyc?|pyd)", place)
    return found.group(1).replace("/", ".") if found and "__pycache__" not in place else ""


def _at_once(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that an import of the module runs in any case."""
    for node in body:
        yield node
        if isinstance(node, ast.ClassDef):
            yield from _at_once(node.body)
