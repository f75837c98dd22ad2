"""Which card a name means: sources spell the same GPU differently ("RTX 3090", "1x NVIDIA GeForce RTX 3090 24GB")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .hardware_tables import GpuModel

GIB = 2**30
_GIGABYTES = re.compile(r"(\d+) ?GB", re.IGNORECASE)
_COUNT = re.compile(r"\b\d+x ?(?=\D)")
_BRANDS = ("geforce", "quadro", "tesla", "nvidia", "rtx", "gtx")
_IGNORED = frozenset((*_BRANDS, "pcie", "sxm2", "sxm4", "sxm5", "mobile", "laptop", "gpu", "max", "q"))
"""Words that some sources leave out. Laptop cards are told from desktop cards separately: see `_words`."""


def memory_by_name(hardware: str, gpus: Sequence[GpuModel]) -> int | None:
    """Bytes of one card's memory: as its name says, else from the table `gpus`; None where neither knows.

    Of the rows whose words all occur in the name, the one with most words counts; of variants of the same name, the
    one with the least memory.
    """
    if gigabytes := _GIGABYTES.search(hardware):
        return int(gigabytes.group(1)) * GIB
    words, mobile = _words(hardware)
    fitting = [(len(w), -g.vram_gb, g) for g in gpus if (w := _words(g.name)[0]) and w <= words and g.mobile == mobile]
    return int(max(fitting, key=lambda item: item[:2])[2].vram_gb * GIB) if fitting else None


def distinguishing_words(name: str) -> frozenset[str]:
    """The words of a card's name that distinguish it from others, with its memory ("24gb") where the name has it."""
    sizes = {f"{gigabytes}gb" for gigabytes in _GIGABYTES.findall(name)}
    return frozenset(_words(name)[0] | sizes)


def _words(name: str) -> tuple[set[str], bool]:
    """The distinguishing words without counts and memory sizes, and whether it is a laptop's card."""
    plain = _COUNT.sub(" ", _GIGABYTES.sub(" ", name)).lower()
    words = set(re.findall(r"[a-z0-9]+", plain))
    return words - _IGNORED, bool(words & {"laptop", "mobile"})


_UNSAID = frozenset(("geforce", "nvidia", "tesla", "quadro", "gpu", "mobile", "generation", "gb"))
"""Words that need not be said, nor be there."""


def gpus_called(name: str, gpus: Sequence[GpuModel]) -> list[GpuModel]:
    """The GPUs that a name may mean, each once with its memory, those with fewest words beyond it first.

    Every word of the name is one of the GPU's. A laptop's GPU is meant where the name has laptop, mobile or max-q, and
    where there is no other of that name.
    """
    asked, mobile = _said(name), bool(re.search(r"laptop|mobile|max-?q", name, re.IGNORECASE))
    found: dict[tuple[str, float], tuple[int, GpuModel]] = {}
    for gpu in gpus:
        own = _said(gpu.name)
        if asked and all(any(word == w or (word == "sxm" and w.startswith("sxm")) for w in own) for word in asked):
            found.setdefault((gpu.name, gpu.vram_gb), (len(own), gpu))
    told = [gpu for _count, gpu in sorted(found.values(), key=lambda item: item[0])]
    return [gpu for gpu in told if gpu.mobile == mobile] or ([] if mobile else told)


def _said(name: str) -> frozenset[str]:
    """The words of a name, sizes of memory as numbers, without those that need not be said."""
    plain = re.sub(r"max-?q|laptop|mobile|(?<=\d) ?gb\b|\(.*?\)", " ", name.lower())
    return frozenset(re.findall(r"[a-z0-9]+", plain)) - _UNSAID
