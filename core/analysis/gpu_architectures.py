"""The architectures of AMD's and Intel's GPUs by their names, since no driver tells them to a program without ROCm, and
whether a PyTorch is made for them: by the architecture, else by PCI ids.

Sources: the architectures in PyTorch's wheels for ROCm, see resources/reference/torch_builds.csv; the list of GPUs in
PyTorch's guide to Intel GPUs (Arc, Core Ultra, Data Center GPU Max); the PCI ID Repository.
"""

from __future__ import annotations

import re

from ..records.machine import Adapter
from ..reference import hardware_tables

_MARKS = re.compile(r"\((?:R|TM)\)|[®™]", re.IGNORECASE)
"""Signs in names as Windows writes them: Intel(R) Arc(TM) A770 Graphics."""
_BY_ID = {
    "AMD": re.compile(
        r"1002:([459]...|66[0-7a].|67..|68..|69[2-489a].|6fdf|7[12]..|73[014c-f].|736[0-3]|74[23].|"
        r"13[01].|13c0|13fe|1435|1506|1114|15bf|15c8|15d[8d]|15e7|163[68f]|164[cde]|1681|190[01])"
    ),
    "Intel": re.compile(
        r"8086:(0[0-9acdf]..|1[69a]..|2[2579ae]..|31..|3e..|4[569ce]..|59..|5a..|87..|8a..|9[ab]..|a[07]..)"
    ),
}
"""Of AMD: all before CDNA (Vega, Polaris, Fiji, Hawaii and older), RDNA 1, of RDNA 2 all but its largest chip (gfx1030,
73a0 to 73bf), and those in processors but for gfx1150 and gfx1151; ids as in Linux' amdgpu_drv.c. Of Intel: all before
Arc and Core Ultra, whose numbers begin with 56 and 7d."""
_BY_NAME = {
    "AMD": re.compile(
        r"\bR[579]\b|\bRX ?(4[678]|5[3-9])0X?\b|\bRX 5[3-7]00|\bHD \d{4}|\bVega (3|6|7|8|9|10|11)\b|Polaris|\bFury\b"
    ),
    "Intel": re.compile(r"\bHD\b|\bUHD\b|\bIris\b"),
}


def architecture_of(adapter: Adapter) -> str:
    """The architecture of a GPU by its name, in the table's words; empty where the table does not know it."""
    name = " ".join(_MARKS.sub(" ", adapter.name).split())
    known = [
        row for row in hardware_tables.gpu_architectures()
        if row.vendor == adapter.vendor and re.search(rf"\b{re.escape(row.name)}", name, re.IGNORECASE)
    ]  # fmt: skip
    return max(known, key=lambda row: len(row.name)).architecture if known else ""


def is_built_for(architecture: str) -> bool:
    """Whether a published build of PyTorch holds code for this architecture."""
    return any(architecture in build.capabilities.split(";") for build in hardware_tables.torch_builds())


def is_unsupported(adapter: Adapter) -> bool:
    """Whether no published PyTorch can train on this GPU; False for one that is not known. Where the table knows its
    architecture, the builds tell.
    """
    if architecture := architecture_of(adapter):
        return not is_built_for(architecture)
    if adapter.vendor not in _BY_ID:
        return False
    if adapter.model:
        return bool(_BY_ID[adapter.vendor].fullmatch(adapter.model))
    return bool(_BY_NAME[adapter.vendor].search(adapter.name))
