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
    "fit-other-maker": N_("Is built for GPUs of {maker} ({build}): rigdyno engine check says whether it trains here."),
    "fit-processor": N_("Fits this computer, which has no NVIDIA GPU that answers."),
    "fit-no-gpu": N_("Is built for CUDA, and no NVIDIA GPU answers here: it trains on the CPU."),
    # why a pack could not be made
    "install-no-gpu": N_(
        "No GPU of {maker} answers here, so the right build is not known: name it with --build, one of {builds}."
    ),
    "install-no-family": N_("There is no {family} build of PyTorch for {system}."),
    "install-no-code": N_(
        "No {family} build of PyTorch {oldest} to {version} has code for {device} ({capability}): training runs on the "
        "processor alone."
    ),
    "install-driver": N_(
        "The driver of {device} knows CUDA {driver}, and every PyTorch with code for it (compute capability "
        "{capability}) needs a driver for CUDA {wanted} or newer: update the driver."
    ),
    "install-no-driver": N_(
        "{device} has no driver that PyTorch computes through ({wanted}): install that first, then this again."
    ),
    "install-unknown-gpu": N_(
        "The architecture of {device} is not known here, so it cannot be told whether a {family} build of PyTorch has "
        "code for it: name one with --build to try it, of {builds}."
    ),
    "install-not-listed": N_(
        "{device} is not on PyTorch's list of Intel's GPUs ({link}): training runs on the processor alone."
    ),
    "install-xpu": N_(
        "A PyTorch for Intel's GPUs finds its libraries in a whole environment alone: make one, load it there with "
        "python -m pip install torch --index-url {link}, and choose it with: rigdyno engine use FOLDER"
    ),
    "install-amd-windows": N_(
        "PyTorch's index has no build for {device} on Windows; AMD has its own ({link}): install that into an "
        "environment, and choose it with: rigdyno engine use FOLDER"
    ),
    "install-other-build": N_(
        "There is no build {build} of PyTorch for Python {version} on {system}; there are {builds}."
    ),
    "install-empty-index": N_(
        "The page {path} lists no PyTorch at the moment: try again later, or give a folder of wheels with --from."
    ),
    "install-no-wheel": N_("{where} has no wheel of {file} for Python {version} on {system}."),
    "install-contradiction": N_("The wheels of {where} contradict each other in what {file} needs."),
    "install-no-metadata": N_("What {file} needs cannot be read from {host}: {detail}."),
    "install-no-checksum": N_(
        "For {file} no checksum is published, so it is not loaded: load it yourself, and give its folder with --from."
    ),
    "install-too-long": N_("The page {file} of {host} is longer than {need}, and is not read."),
    "install-no-folder": N_("The path {path} is no folder."),
    "install-no-torch": N_("In {path} there is no wheel of PyTorch for Python {version} on {system}."),
    "install-two": N_("In {path} there are several wheels of {file}: keep one."),
    "install-other-wheel": N_(
        "The PyTorch in {path} is the build {build}, not {wanted}; for that one: rigdyno engine install {family}"
    ),
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
}
