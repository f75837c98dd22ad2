"""Builds "dyno", a torch device without hardware (see dyno.cpp), and makes it torch's accelerator in this process.

    python -c "import tests.device; tests.device.serve()"      # Rigdyno's worker on a machine that has it

Variables: DYNO_LAUNCH_US, DYNO_GB_PER_S, DYNO_MEMORY (bytes), DYNO_EXACT (0: results are noughts), DYNO_LOST_FILE (the
device is lost as soon as this file exists), DYNO_UUID, DYNO_PCI (to match it to a GPU of the driver), DYNO_NAME.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import torch
from rigdyno.core.store.file_lock import lock

SOURCE = Path(__file__).with_name("dyno.cpp")
BUILDS = Path(__file__).parents[2] / "build"


def build() -> ModuleType:
    """The compiled extension; it is built at the first time, in half a minute, for which other processes wait."""
    from torch.utils.cpp_extension import load

    made_of = SOURCE.read_bytes() + torch.__version__.encode() + sys.version.encode()
    folder = BUILDS / f"dyno-{hashlib.sha256(made_of).hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "in-use").open("wb") as ours:
        lock(ours)
        # torch's own lock is a file, which a build that was killed leaves behind: later ones would wait without end.
        (folder / "lock").unlink(missing_ok=True)
        # Optimised for building: what it does on the processor is torch's own code.
        flags = ["-O0", "-w"]
        return load("dyno", [str(SOURCE)], extra_cflags=flags, build_directory=str(folder), verbose=False)


def install() -> ModuleType:
    """Load it, and register what torch looks for in the module of a backend; gives the extension."""
    extension = build()

    def variable(name: str, otherwise: float) -> float:
        return float(os.environ.get(f"DYNO_{name}", otherwise))

    extension.configure(
        variable("LAUNCH_US", 20) * 1e-6,
        variable("GB_PER_S", 50) * 1e9,
        int(variable("MEMORY", 2**32)),
        bool(variable("EXACT", 1)),
        os.environ.get("DYNO_LOST_FILE", ""),
    )
    properties = SimpleNamespace(
        name=os.environ.get("DYNO_NAME", "Dyno"),
        total_memory=int(variable("MEMORY", 2**32)),
        uuid=os.environ.get("DYNO_UUID", ""),
    )
    if place := os.environ.get("DYNO_PCI"):
        domain, bus, slot = (int(number, 16) for number in place.split(":"))
        properties.pci_domain_id, properties.pci_bus_id, properties.pci_device_id = domain, bus, slot
    module = ModuleType("torch.dyno")
    module.__dict__.update(
        is_available=lambda: True,
        device_count=lambda: 1,
        current_device=lambda: 0,
        set_device=lambda _: None,
        device=lambda _: contextlib.nullcontext(),
        is_initialized=lambda: True,
        _is_in_bad_fork=lambda: False,
        manual_seed_all=lambda _: None,
        get_amp_supported_dtype=lambda: [torch.bfloat16, torch.float16],
        get_device_properties=lambda *_: properties,
    )
    torch.utils.rename_privateuse1_backend("dyno")
    torch._register_device_module("dyno", module)
    torch.utils.generate_methods_for_privateuse1_backend(for_storage=True)
    return extension


def serve() -> None:
    """Rigdyno's worker, on a machine that has this device."""
    install()
    from rigdyno.core.worker import request_loop

    sys.exit(request_loop.main())
