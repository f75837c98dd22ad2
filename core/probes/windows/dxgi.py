"""Graphics adapters as DirectX lists them: memory of their own and shared apart, and which one drives a screen.

DXGI is called through the tables of functions of its COM objects: it needs no process, as WMI does, and no
administrator, and tells 64-bit sizes, which WMI's AdapterRAM does not.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..system_sources import windows_library
from .system_calls import guid_bytes

_FACTORY = "770aae78-f26f-4dba-a829-253c83d1b387"
"""IID_IDXGIFactory1."""
_RELEASE, _ENUM_ADAPTERS, _ENUM_OUTPUTS, _GET_DESCRIPTION = 2, 12, 7, 10
"""Places in the tables of IUnknown, IDXGIFactory1 and IDXGIAdapter1 (dxgi.h)."""
_DESCRIPTION = struct.Struct("<256s4I3QIiI4x")
"""DXGI_ADAPTER_DESC1 of a 64-bit program: name, four ids, three sizes, LUID, flags."""
_REMOTE, _SOFTWARE = 1, 2
_MOST = 64
"""Adapters, at most: a list that does not end must not hold up the inspection."""
LARGEST_BYTES = 2**42
_PROTOTYPE: Any = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)


@dataclass(frozen=True, slots=True)
class DirectxAdapter:
    """One adapter. `dedicated`, `shared`: bytes; `luid` as performance counters write it."""

    name: str
    model: str
    luid: str
    dedicated: int
    shared: int
    drives_screen: bool


def descriptions() -> list[tuple[bytes, bool]]:
    """(DXGI_ADAPTER_DESC1, whether a screen is attached) of each adapter. Raises OSError without DXGI."""
    if ctypes.sizeof(ctypes.c_void_p) != 8:
        raise OSError("64-bit alone")  # else the structure is another; no PyTorch is made for that
    factory = ctypes.c_void_p()
    create = windows_library("dxgi").CreateDXGIFactory1
    if create(guid_bytes(_FACTORY), ctypes.byref(factory)) != 0 or not factory.value:
        raise OSError("CreateDXGIFactory1")
    return described_by(factory)


def described_by(factory: ctypes.c_void_p) -> list[tuple[bytes, bool]]:
    """The same from a factory, which is released."""
    found: list[tuple[bytes, bool]] = []
    for adapter in _each(factory, _ENUM_ADAPTERS, _MOST):
        room = ctypes.create_string_buffer(_DESCRIPTION.size)
        if _method(adapter, _GET_DESCRIPTION, ctypes.c_void_p)(adapter, ctypes.addressof(room)) == 0:
            found.append((room.raw, sum(1 for _ in _each(adapter, _ENUM_OUTPUTS, 1)) > 0))
    _method(factory, _RELEASE)(factory)
    return found


def directx_adapters(told: Sequence[tuple[bytes, bool]]) -> Iterator[DirectxAdapter]:
    """The adapters that are no software and no remote ones, from their descriptions."""
    for raw, screen in told:
        if len(raw) < _DESCRIPTION.size:
            continue
        name, vendor, device, _, _, dedicated, _, shared, low, high, flags = _DESCRIPTION.unpack_from(raw)
        if flags & (_REMOTE | _SOFTWARE) or max(dedicated, shared) > LARGEST_BYTES:
            continue
        yield DirectxAdapter(
            name.decode("utf-16-le", "replace").split("\0")[0].strip() or "unnamed",
            f"{vendor & 0xFFFF:04x}:{device & 0xFFFF:04x}",
            f"0x{high & 0xFFFFFFFF:08x}_0x{low:08x}",
            dedicated,
            shared,
            screen,
        )


def _each(parent: ctypes.c_void_p, place: int, most: int) -> Iterator[ctypes.c_void_p]:
    """The children that a COM object numbers from 0; each is released after its turn."""
    enumerate_ = _method(parent, place, ctypes.c_uint32, ctypes.c_void_p)
    for number in range(most):
        child = ctypes.c_void_p()
        if enumerate_(parent, number, ctypes.addressof(child)) != 0 or not child.value:
            return
        yield child
        _method(child, _RELEASE)(child)


def _method(thing: ctypes.c_void_p, place: int, *arguments: Any) -> Callable[..., int]:
    """A function of a COM object by its place in the table to which the object's first word points."""
    table = ctypes.cast(thing, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
    called: Callable[..., int] = _PROTOTYPE(ctypes.c_int32, ctypes.c_void_p, *arguments)(table[place])
    return called
