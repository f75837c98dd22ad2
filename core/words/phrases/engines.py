"""The English of engines: why something is none, whether it fits the GPU here, and why a pack could not be made."""

from __future__ import annotations

from ..language import N_
from ..plural import Plural, Template

SENTENCES: dict[str, Template] = {
    # what is no engine
    "engine-nowhere": N_("The path {path} does not exist; name a Python, the folder of an environment, or a pack."),
    "engine-no-python": N_(
        "The path {path} contains no Python and is not a pack; name a Python, the folder of an environment, or a pack."
    ),
    "engine-silent": N_("{path} did not answer within {seconds}."),
    "engine-unstartable": N_("{path} cannot be started: {detail}."),
    "engine-broken": N_("{path} is no Python that works (exit code {exit})."),
    "engine-old-python": N_("{path} is Python {version}; an engine needs {needed} or newer."),
    "engine-no-torch": N_("{path} has no PyTorch ({detail}); install it there: python -m pip install torch numpy"),
    "engine-old-torch": N_("{path} has PyTorch {version}; an engine needs {needed} or newer."),
    "engine-incomplete": N_("{path} has PyTorch {version}, but not all that it needs: {detail}"),
    "engine-failed": N_("An unexpected error occurred: {detail}"),
    "engine-no-answer": N_("{path} does not work: {failure}"),
    "pack-unreadable": N_("{path} is no pack that this version can read: {detail}."),
    "pack-other-python": N_(
        "{path} is made for Python {needed}, and this program is Python {version}: install one for it."
    ),
    "pack-other-system": N_("{path} is made for {needed}, and this is {version}: install one for it."),
    "pack-lost": N_("{path} is incomplete: {file} is missing. Install it again."),
    "pack-size": Plural(
        "{path} is incomplete: {file} has {size} byte instead of {expected}. Install it again.",
        "{path} is incomplete: {file} has {size} bytes instead of {expected}. Install it again.",
        by="size",
    ),
    "pack-changed": N_("{path} is damaged: the checksum of {file} is wrong. Install it again."),
    # whether it fits
    "fit-runs": N_(
        "Fits {device}: it holds code for compute capability {capability}, and the driver (CUDA {driver}) "
        "runs its CUDA {wanted}."
    ),
    "fit-unknown": N_("May fit {device}: which code it holds, or what the driver can run, is not known."),
    "fit-cpu": N_("Is built for the CPU alone, and cannot use {device}."),
    "fit-driver": N_("Needs a driver that knows CUDA {wanted}; that of {device} knows {driver}."),
    "fit-architecture": N_("Holds no code for {device} (compute capability {capability})."),
    "fit-processor": N_("Fits this computer, which has no NVIDIA GPU that answers."),
    "fit-no-gpu": N_("Is built for CUDA, and no NVIDIA GPU answers here: it trains on the CPU."),
    # why a pack could not be made
    "install-no-gpu": N_("No NVIDIA GPU answers here, so the right build is not known: name it, one of {builds}."),
    "install-no-build": N_(
        "No PyTorch with CUDA fits {device} (compute capability {capability}, driver for CUDA "
        "{driver}): update the driver, or take another build by name."
    ),
    "install-other-build": N_("There is no build {build} of PyTorch; allowed is one of {builds}."),
    "install-no-list": N_(
        "This program has no list of the wheels of {build} for {system}: load them elsewhere "
        "({command}), and give it their folder."
    ),
    "install-index": N_("pip found no PyTorch {version} for {build}: {detail}"),
    "install-no-folder": N_("The path {path} is no folder."),
    "install-no-torch": N_("In {path} there is no wheel of PyTorch for Python {version} on {system}."),
    "install-two": N_("In {path} there are several wheels of {file}: keep one."),
    "install-cpu-wheel": N_(
        "The PyTorch in {path} is built for the CPU alone; for that one: rigdyno engine install cpu"
    ),
    "install-cuda-wheel": N_("The PyTorch in {path} is built for CUDA; for that one: rigdyno engine install cuda"),
    "install-space": N_("In {path} only {has} are free, and this takes {need}: make room, or take another place."),
    "install-large": N_(
        "The file {file} has {need}, and the file system of {path} ({system}) takes no file of 4 "
        "GiB or more: format the stick as exFAT, or take another one."
    ),
    "install-unwritable": N_("Nothing can be written to {path}: {detail}."),
    "install-refused": N_("The server {host} does not give {file} (HTTP {status})."),
    "install-connection": N_(
        "The connection to {host} was lost ({detail}). What was loaded is kept: install again to go on from there."
    ),
    "install-checksum": N_(
        "The file {file} differs from what was published: its checksum is wrong. It was "
        "deleted; install again to download it anew."
    ),
    "install-damaged": N_("The file {file} is damaged ({detail})."),
    "install-pip": N_("pip could not unpack the wheels: {detail}"),
}
