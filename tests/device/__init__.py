"""Builds "dyno", a torch device without hardware (see dyno.cpp), and makes it torch's accelerator in this process.

    python -c "import tests.device; tests.device.serve()"      # Rigdyno's worker on a machine that has it

Variables: DYNO_LAUNCH_US, DYNO_GB_PER_S, DYNO_MEMORY (bytes), DYNO_EXACT (0: results are noughts), DYNO_LOST_AFTER_S,
DYNO_UUID, DYNO_PCI (to match it to a GPU of the driver), DYNO_NAME.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import torch

ROOM = Path(__file__).parent


def build() -> ModuleType:
    """The compiled extension; half a minute for the first time on a machine."""
    from torch.utils.cpp_extension import load

    # Optimised for building: what it does on the processor is torch's own code.
    return load("dyno", [str(ROOM / "dyno.cpp")], extra_cflags=["-O0", "-w"], verbose=False)


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
        variable("LOST_AFTER_S", 1e9),
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
