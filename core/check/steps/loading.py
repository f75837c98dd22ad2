"""The step "loading": how fast the images of a job are read from this disk and decoded, once for the whole machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator

import psutil

from ...records.plan import Plan
from ...store.data_folder import data_folder
from .context import StepContext, measure

PREFIX = "images-"
"""Of the folders of trial images, before the number of the process that has made them."""


def measure_loading(context: StepContext, plans: dict[str, Plan]) -> None:
    """Measure it in the worker of the first device that works; nothing where the plan reads no files."""
    device = next(filter(context.usable, context.devices), None)
    if device is None or plans[device].files is None:
        return
    if context.engine.is_remote:  # there, it keeps files in the private folder that everything was sent to
        measure(context, "loading", "loading", plans[device])
        return
    with image_folder() as folder:
        measure(context, "loading", "loading", plans[device], folder=folder)


@contextlib.contextmanager
def image_folder() -> Iterator[str]:
    """A folder on the disk of the data folder, where users' own data mostly are. It is removed at the end, also where
    its worker was killed; those that a killed program has left are removed at the beginning.

    Where it cannot be made, it is one in the system's temporary folder.
    """
    try:
        place = data_folder()
        for left in place.glob(f"{PREFIX}*"):
            number = left.name.removeprefix(PREFIX).partition("-")[0]
            if number.isdecimal() and not psutil.pid_exists(int(number)):
                shutil.rmtree(left, ignore_errors=True)
        folder = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=place)
    except OSError:
        folder = tempfile.mkdtemp(prefix="rigdyno-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
