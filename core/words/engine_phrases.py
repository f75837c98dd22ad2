"""The English of engines: why something is none, whether it fits the GPU here, and why a pack could not be made."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    # what is no engine
    "engine-nowhere": "The path {path} does not exist; name a Python, the folder of an environment, or a pack.",
    "engine-no-python": "The path {path} holds no Python and is no pack; name a Python, the folder of an environment, "
    "or a pack.",
    "engine-silent": "{path} did not answer within {seconds}.",
    "engine-unstartable": "{path} cannot be started: {detail}.",
    "engine-broken": "{path} is no Python that works (exit code {exit}).",
    "engine-old-python": "{path} is Python {version}; an engine needs {needed} or newer.",
    "engine-no-torch": "{path} has no PyTorch ({detail}); install it there: python -m pip install torch numpy",
    "engine-old-torch": "{path} has PyTorch {version}; an engine needs {needed} or newer.",
    "engine-incomplete": "{path} has PyTorch {version}, but not all that it needs: {detail}",
    "engine-failed": "Something went wrong that nobody expected: {detail}",
    "engine-no-answer": "{path} does not work: {failure}",
    "pack-unreadable": "{path} is no pack that this version can read: {detail}.",
    "pack-other-python": "{path} is made for Python {needed}, and this program is Python {version}: install one for "
    "it.",
    "pack-other-system": "{path} is made for {needed}, and this is {version}: install one for it.",
    "pack-lost": "{path} is not whole: {file} is missing. Install it again.",
    "pack-size": "{path} is not whole: {file} has {size} bytes where {wanted} belong. Install it again.",
    "pack-changed": "{path} is damaged: the checksum of {file} is another one. Install it again.",
    # whether it fits
    "fit-runs": "Fits {device}: it holds code for compute capability {capability}, and the driver (CUDA {driver}) "
    "runs its CUDA {wanted}.",
    "fit-unknown": "May fit {device}: what code it holds, or what the driver can run, is not told.",
    "fit-cpu": "Is built for the CPU alone, and cannot use {device}.",
    "fit-driver": "Needs a driver that knows CUDA {wanted}; that of {device} knows {driver}.",
    "fit-architecture": "Holds no code for {device} (compute capability {capability}).",
    "fit-processor": "Fits this computer, which has no NVIDIA GPU that answers.",
    "fit-no-gpu": "Is built for CUDA, and no NVIDIA GPU answers here: it trains on the CPU.",
    # why a pack could not be made
    "install-no-gpu": "No NVIDIA GPU answers here, so the right build is not known: name it, one of {builds}.",
    "install-no-build": "No PyTorch with CUDA fits {device} (compute capability {capability}, driver for CUDA "
    "{driver}): update the driver, or take another build by name.",
    "install-other-build": "There is no build {build} of PyTorch; allowed is one of {builds}.",
    "install-no-list": "This program has no list of the wheels of {build} for {system}: load them elsewhere "
    "({command}), and give it their folder.",
    "install-index": "pip found no PyTorch {version} for {build}: {detail}",
    "install-no-folder": "The path {path} is no folder.",
    "install-no-torch": "In {path} there is no wheel of PyTorch for Python {version} on {system}.",
    "install-two": "In {path} there are several wheels of {file}: keep one.",
    "install-cpu-wheel": "The PyTorch in {path} is built for the CPU alone; for that one: rigdyno engine install cpu",
    "install-cuda-wheel": "The PyTorch in {path} is built for CUDA; for that one: rigdyno engine install cuda",
    "install-space": "In {path} only {has} are free, and this takes {need}: make room, or take another place.",
    "install-large": "The file {file} has {need}, and the file system of {path} ({system}) takes no file of 4 "
    "GiB or more: format the stick as exFAT, or take another one.",
    "install-unwritable": "Nothing can be written to {path}: {detail}.",
    "install-refused": "The server {host} does not give {file} (HTTP {status}).",
    "install-connection": "The connection to {host} was lost ({detail}). What was loaded is kept: install again to go "
    "on from there.",
    "install-checksum": "The file {file} is not what was published: its checksum is another one. It was thrown away; "
    "install again to load it anew.",
    "install-damaged": "The file {file} is damaged ({detail}).",
    "install-pip": "pip could not unpack the wheels: {detail}",
}
