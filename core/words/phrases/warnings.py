"""What to know before buying, why a GPU cannot train, and what to mend before a check."""

from __future__ import annotations

from ..language import N_
from ..plural import Plural, Template

CATCHES: dict[str, Template] = {
    "catch-battery": N_("It runs on its battery, where computers save power: plug it in and check again."),
    "catch-draining": N_(
        "Its battery drains although it is plugged in: the charger is too weak; check again with a stronger one."
    ),
    "catch-worn": N_("The battery holds {percent} % of what it held when new: add a new one to the price."),
    "catch-power": N_(
        "{device} may take {watts} of at most {most} W ({percent} %): look for a performance mode, or for "
        "the same GPU with more power."
    ),
    "catch-power-boost": N_(
        "{device} may take {watts} of at most {most} W ({percent} %): Dynamic Boost needs the service nvidia-powerd, "
        "which does not run. To start it: sudo systemctl enable --now nvidia-powerd"
    ),
    "catch-link": Plural(
        "{device} is connected by {lanes} lane of PCIe {generation} at best ({gigabytes} GB/s), half of "
        "what it could use or less: put it into another slot, where there is one.",
        "{device} is connected by {lanes} lanes of PCIe {generation} at best ({gigabytes} GB/s), half of "
        "what it could use or less: put it into another slot, where there is one.",
        by="lanes",
    ),
    "catch-external-link": Plural(
        "{device} sits outside of the computer, behind {lanes} lane of PCIe {generation} at best ({gigabytes} GB/s), "
        "half of what it could use or less: trainings that send many images to it will wait.",
        "{device} sits outside of the computer, behind {lanes} lanes of PCIe {generation} at best ({gigabytes} GB/s), "
        "half of what it could use or less: trainings that send many images to it will wait.",
        by="lanes",
    ),
    "catch-spilled": N_(
        "While it trained, {has} of what {device} held lay in the computer's memory, as its own was full, and that is "
        "many times slower: take a smaller batch."
    ),
    "catch-memory": N_("Only {has} of the {need} of {device} were free: close what holds the rest and check again."),
    "catch-slow": N_(
        "{device} reaches {percent} % of what its name promises: compare its power and cooling with others'."
    ),
    "catch-heat": N_(
        "After {minutes} min {device} kept {percent} % of its first speed: look at fans and dust, or expect "
        "this of every long training."
    ),
    "catch-clock": N_(
        "Under load the processor stays at {clock} MHz of a base clock of {wanted} MHz: something holds it down, often "
        "an unknown charger, a worn battery or a sensor of the board; ask for a repair."
    ),
    "catch-throttles": N_(
        "The processor throttles by heat: for {percent} % of the time it was at the temperature at which it slows "
        "itself down; look at fans and dust."
    ),
    "catch-channel": N_(
        "Memory is copied at {gigabytes} GB/s only, little for {cores} cores. A suspicion: one memory "
        "module where two belong; look inside."
    ),
    "catch-one-module": N_(
        "There is a single memory module ({detail}) in {count} places: a second one like it would nearly double the "
        "speed of the memory."
    ),
    "catch-one-channel": N_(
        "All {count} memory modules are in one channel, which halves the speed of the memory: put them into the places "
        "that the board's manual names for two."
    ),
    "catch-npu": N_(
        "{device} is a neural unit for running finished networks, not for training: no PyTorch trains on it, so do not "
        "pay for it."
    ),
    "catch-translated": N_(
        "This Python is made for another processor and translated while it runs ({detail}), which costs much of the "
        "speed: install a Python for ARM64 and check again."
    ),
}

GPU_PROBLEMS: dict[str, Template] = {
    "gpu-asleep": N_("{device} sleeps to save power, so its readings are missing: a check wakes it up."),
    "gpu-no-driver": N_(
        "{device} is there, but its driver is not installed, and training runs on the processor alone: {link}"
    ),
    "gpu-driver-not-loaded": N_(
        "The driver of {device} is installed but not loaded: restart the computer; where Secure "
        "Boot is on, the driver has to be signed for it."
    ),
    "gpu-driver-mismatch": N_("The driver of {device} was updated while it ran: restart the computer."),
    "gpu-lost": N_(
        "{device} has fallen off the bus: restart the computer; if it happens again, look at its power cables "
        "and its temperature."
    ),
    "gpu-needs-reset": N_("{device} needs a reset: restart the computer; if it happens again, have it looked at."),
    "gpu-no-power": N_(
        "{device} gets too little power: switch the computer off and attach all of its power cables to the card."
    ),
    "gpu-handed-on": N_(
        "{device} is handed to virtual machines (vfio-pci), so this system cannot use it: train in one that has it, "
        "or give it back to its own driver."
    ),
    "gpu-not-in-container": N_(
        "{device} has a driver, but this program was given no GPU by the container: start it with --gpus all; outside "
        "of a container, install the libraries of the driver."
    ),
    "gpu-lost-by-container": N_(
        "This container has lost {device}, whose driver is loaded but gives an unknown error: restart the container; "
        "outside of one, restart the computer."
    ),
    "gpu-wsl-library": N_(
        "The library of a Linux driver package hides that of Windows in /usr/lib/wsl/lib, so {device} does not answer: "
        "remove the package; in WSL the driver of Windows is all that is needed."
    ),
    "gpu-unsupported": N_("No PyTorch of today is made for {device}: training runs on the processor alone."),
    "gpu-rocm": N_(
        "PyTorch is built for ROCm {version} but offers no GPU, most often as this user may not open /dev/kfd: let an "
        "administrator add the user to the groups render and video, and log in again; else the kernel's driver does "
        "not know {device}."
    ),
    "gpu-no-permission": N_(
        "This user may not ask the driver of {device}: let an administrator add the user to the "
        "groups video and render."
    ),
    "gpu-driver-error": N_(
        "The driver of {device} gave an unknown error: restart the computer, or install it anew: {link}"
    ),
    "gpu-driver-silent": N_(
        "The driver of {device} does not answer: restart the computer; with many GPUs, switch the "
        "driver's persistence mode on."
    ),
    "gpu-no-binding": N_(
        "{device} is there, but a part of this program is missing: python -m pip install nvidia-ml-py"
    ),
    "gpu-too-old": N_(
        "{device} (compute capability {capability}) is too old for every PyTorch of today, which begins at "
        "5.0: training runs on the processor alone."
    ),
    "catch-cpu-torch": N_(
        "{device} is there, but this PyTorch is built for the CPU alone. Install the CUDA build and "
        "check again: {command}"
    ),
    "catch-driver": N_(
        "The driver of {device} knows CUDA {driver}, and PyTorch is built for {wanted}. Update the driver "
        "({link}), or take the PyTorch that it can run: {command}"
    ),
    "catch-torch": N_(
        "This PyTorch ({version}) holds no code for {device} (compute capability {capability}). Take a "
        "build that does: {command}"
    ),
    "catch-last-torch": N_(
        "PyTorch {version} is the last one with code for {device} (compute capability {capability}): with newer ones "
        "it will not train."
    ),
    "gpu-hidden": N_(
        "{device} is hidden from PyTorch by the environment variable {variable}: remove it and start again."
    ),
    "gpu-smoke": N_(
        "A first training step on {device} failed: {detail}. Restart the computer; if it fails again, install "
        "driver and PyTorch anew."
    ),
    "gpu-no-memory": N_(
        "There is no room for even one training step on {device} ({detail}): close what uses it and check again."
    ),
    "gpu-little-memory": N_(
        "Only {has} of memory are free on {device}, and training needs {need} or more: close what "
        "uses it and check again."
    ),
    "gpu-apple": N_(
        "PyTorch does not train on {device} ({detail}): take macOS 14 or newer, and a Python for Apple silicon."
    ),
    "gpu-other": N_("PyTorch has no build for {device} on Windows: training runs on the processor alone."),
    "gpu-other-torch": N_("{device} may train with a PyTorch that is built for it: {command}"),
}

HINTS: dict[str, Template] = {
    "hint-engine": N_("The engine that was chosen cannot be used, so this program's own one measures ({why})."),
    "hint-gpu-busy": Plural(
        "{count} other program uses {device}: close it, or the training gets what it leaves.",
        "{count} other programs use {device}: close them, or the training gets what they leave.",
    ),
    "hint-undersized": N_(
        "The power supply is too weak for {device}, which slows down: use the one that came with it."
    ),
    "hint-battery": N_(
        "The computer runs on its battery and saves power, so it will look slower than it is: plug it in."
    ),
    "hint-draining": N_(
        "The battery drains although the computer is plugged in: use a stronger charger, or it may slow down."
    ),
    "hint-power-mode": N_(
        "Its power mode is {mode}, which saves energy: choose balanced or performance in the settings of the system."
    ),
    "hint-governor": N_(
        "Its clock governor is {governor}, which keeps the processor slow: choose schedutil or performance."
    ),
    "hint-memory-limit": N_(
        "A limit of the container or the service lets this program take {has} of the {need} of "
        "memory: raise it if larger networks should fit."
    ),
    "hint-memory": N_("Only {has} of {need} of memory are free: close what holds the rest, above all browsers."),
    "hint-swap": N_(
        "{has} of what programs hold lie in the swap space, as memory was short: close large programs, or the "
        "disk will slow the training down."
    ),
    "hint-variables": N_(
        "The environment holds what changes the speed of PyTorch ({variables}): a check measures without it; for "
        "trainings of your own, unset it."
    ),
    "hint-cores": Plural(
        "Only {usable} of {logical} cores may be used here: a container, a service or an affinity holds back the rest.",
        "Only {usable} of {logical} cores may be used here: a container, a service or an affinity holds back the rest.",
        by="usable",  # of which only other languages make a difference
    ),
}
