"""Why a run, a connection or a file gave no result."""

from __future__ import annotations

from ..language import N_
from ..plural import Template

FAILURES: dict[str, Template] = {
    "died": N_("The training process ended without an answer ({detail})."),
    "silent": N_("The training process has not answered for {detail} and was stopped."),
    "protocol": N_("The training process wrote something that is not part of a result: {detail}"),
    "out-of-memory": N_("There was not enough memory for this run. {detail}"),
    "diverged": N_("The loss is no longer a finite number ({detail}): lower the learning rate or take fp32."),
    "bad-model": N_("The network could not be built: {detail}"),
    "device-lost": N_(
        "The GPU stopped in the middle of the run ({detail}): restart the computer; if it happens again, "
        "look at its temperature and its power cables."
    ),
    "too-hot": N_(
        "The run was stopped to protect the computer, which stayed near its critical "
        "temperature ({detail}): let it cool down, free its fans, and try again."
    ),
    "torch-missing": N_(
        "PyTorch could not be loaded by the training process ({detail}): install it into the Python that "
        "is used, with python -m pip install torch numpy"
    ),
    "no-instructions": N_(
        "This PyTorch needs instructions that this processor lacks ({detail}): take an older PyTorch, or one that is "
        "built for this processor; in a virtual machine, let it see the whole processor of its host."
    ),
    "no-visual-c": N_(
        "PyTorch could not load its libraries ({detail}): install the Visual C++ runtime, "
        "https://aka.ms/vs/17/release/vc_redist.x64.exe, and start again."
    ),
    "driver-wrong": N_(
        "The GPU calculates wrongly ({detail}): update its driver; if it happens again, have it replaced."
    ),
    "driver-error": N_("The graphics driver failed: {detail}"),
    "no-decoder": N_(
        "There is nothing to decode JPEG images with ({detail}): install it into the Python that is used, with "
        "python -m pip install pillow"
    ),
    "disk-full": N_("The disk has no room for some trial images ({detail}): make room, and measure again."),
    "no-boosting-library": N_(
        "The Python that trains has no library for boosted trees that can be loaded (tried: {detail}): install one "
        "there, with python -m pip install lightgbm"
    ),
    "rank-lost": N_("The training by several processes lost one of them: {detail}."),
    "ranks-differ": N_(
        "After the same steps the weights of {detail} processes differ: gradients get lost between them."
    ),
    "error": N_("The training process failed: {detail}"),
    "host-no-client": N_("This computer cannot connect to others: {detail}."),
    "host-unknown": N_("There is no computer by the name of {detail}: look at its spelling, and at ~/.ssh/config."),
    "host-unreachable": N_("{detail} does not answer: is it on, is its SSH server running, and is the port right?"),
    "host-denied": N_("{detail} accepts none of this user's keys: run ssh-copy-id {detail}, and try again."),
    "host-key": N_("The host key of {detail} is unknown or has changed: run ssh {detail} once, and check it."),
    "host-python": N_("{detail} was not found there: name a Python with --host-python."),
    "host-old-python": N_("{detail} is too old there: name a Python 3.10 or newer with --host-python."),
    "host-failed": N_("The other computer could not be asked: {detail}"),
    "interrupted": N_("The program ended in the middle of this run."),
    "cancelled": N_("Stopped by you."),
}

UNREADABLE: dict[str, Template] = {
    "no-file": N_("Not a Rigdyno result: it is a folder, a pipe or a device, not a file."),
    "too-large": N_("Not a Rigdyno result: it is larger than {mebibytes} MiB."),
    "too-many": N_("Not a Rigdyno result: it holds more than {count} values."),
    "no-json": N_("Not a Rigdyno result: it is not JSON, the format of result files."),
    "cut-short": N_("Not a Rigdyno result: it ends too early."),
    "other-json": N_("Not a Rigdyno result: it is JSON of another kind."),
    "missing-field": N_("Not a Rigdyno result: {place} is missing."),
    "wrong-field": N_("Not a Rigdyno result: the value of {place} is not valid."),
    "newer-format": N_("Format {format} is from a newer Rigdyno; this one reads up to {known}."),
    "store-damaged": N_(
        "The stored results cannot be read, as their file is damaged: {path}. Set it aside, and a new one "
        "begins; nothing is deleted."
    ),
    "store-newer": N_(
        "The stored results were written by a newer Rigdyno (tables {tables}): {path}. Take that version."
    ),
    "store-locked": N_(
        "The stored results are locked ({path}): close other copies of this program; if there are none, the folder has "
        "no file locks: set RIGDYNO_HOME to a folder on a disk of this computer."
    ),
    "store-failed": N_("The stored results cannot be read: {detail} ({path})."),
    "gone": N_("This result is no longer stored: another program has deleted it."),
}
"""Why a file or the store gives no result; the codes of `results.NoResultError` and of `troubles`."""
