"""GPUs of AMD and Intel that no PyTorch of today is made for, by their PCI ids or, where those are missing, by name.

Sources: the architectures in PyTorch's wheels for ROCm (gfx900 and newer, without gfx902, gfx90c and gfx101x); the list
of GPUs in PyTorch's guide to Intel GPUs (Arc, Core Ultra, Data Center GPU Max); the PCI ID Repository.
"""

from __future__ import annotations

import re

from ..records.machine import Adapter

_BY_ID = {
    "AMD": re.compile(
        r"1002:([459]...|66[0-7].|67..|68[0-5].|68[89a-f].|69[2-4].|69[89].|6fdf|7[12]..|730.|731.|734.|736[0-3]|"
        r"13[01].|15d[8d]|15e7|163[68]|164c)"
    ),
    "Intel": re.compile(
        r"8086:(0[0-9acdf]..|1[69a]..|2[2579ae]..|31..|3e..|4[569ce]..|59..|5a..|87..|8a..|9[ab]..|a[07]..)"
    ),
}
"""Of AMD: all before Vega (Polaris, Fiji, Hawaii and older), Vega in a processor, and RDNA 1. Of Intel: all before Arc
and Core Ultra, whose numbers begin with 56 and 7d."""
_BY_NAME = {
    "AMD": re.compile(
        r"\bR[579]\b|\bRX ?(4[678]|5[3-9])0X?\b|\bRX 5[3-7]00|\bHD \d{4}|\bVega (3|6|7|8|9|10|11)\b|Polaris|\bFury\b"
    ),
    "Intel": re.compile(r"\bHD\b|\bUHD\b|\bIris\b"),
}


def is_unsupported(adapter: Adapter) -> bool:
    """Whether no published PyTorch can train on this GPU; False for one that is not known."""
    if adapter.vendor not in _BY_ID:
        return False
    if adapter.model:
        return bool(_BY_ID[adapter.vendor].fullmatch(adapter.model))
    return bool(_BY_NAME[adapter.vendor].search(adapter.name))
