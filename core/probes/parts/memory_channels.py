"""Over how many memory channels modules are spread, from the names that firmware gives to their sockets."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .smbios import MemoryModule

_SOCKET = re.compile(r"(?:cpu|proc(?:essor)?|node|p)[ _-]*(\d)(?!\d)", re.IGNORECASE)
"""The processor, on boards with several: "P0 CHANNEL A", "CPU1_DIMM_A1"."""
_CONTROLLER = re.compile(r"(?:controller|mc)[ _-]*(\d)", re.IGNORECASE)
"""Intel's since 2021 have two memory controllers: "Controller0-ChannelA-DIMM0"."""
_CHANNEL = re.compile(r"(?:channel|chan|ch)[ _-]*([a-p]|\d{1,2})(?![a-z0-9])", re.IGNORECASE)
_LETTER = re.compile(r"(?:dimm[ _-]?([a-p])[ _-]?\d?|\b([a-p])\d_dimm\d?)(?![a-z0-9])", re.IGNORECASE)
""""DIMM_A1", "DIMMB2", "A1_DIMM0": the letter is the channel, the number the socket in it."""


def channels(modules: Sequence[MemoryModule]) -> int | None:
    """The number of channels that hold a module; None unless the firmware names that of every one."""
    named = [_channel(module) for module in modules]
    return len(set(named)) if named and None not in named else None


def _channel(module: MemoryModule) -> tuple[str, str, str] | None:
    names = f"{module.locator} {module.bank}"
    controller = _CONTROLLER.search(names)
    named = _CHANNEL.search(names)
    lettered = None if named else _LETTER.search(names)
    if not (controller or named or lettered):
        return None
    letter = named[1] if named else next(filter(None, lettered.groups()), "") if lettered else ""
    # "ChannelA" is no processor: that is looked for in what is left.
    socket = _SOCKET.search(_CONTROLLER.sub(" ", _CHANNEL.sub(" ", names)))
    return socket[1] if socket else "", controller[1] if controller else "", letter.upper()
