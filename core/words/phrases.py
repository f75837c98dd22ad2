"""The English of every code and reading, with places for the numbers. Other languages are translations of these."""

from __future__ import annotations

from ..records.machine import VIRTUAL_GPU, WEAK_SUPPLY

LABELS: dict[str, str] = {
    "host.os": "Operating system",
    "host.kind": "Kind of computer",
    "host.model": "Model",
    "host.virtual": "Virtual machine",
    "cpu.vendor": "Processor maker",
    "cpu.model": "Processor",
    "cpu.physical_cores": "Physical cores",
    "cpu.logical_cores": "Logical cores",
    "cpu.usable_cores": "Cores we may use",
    "cpu.performance_cores": "Performance cores",
    "cpu.base_clock": "Base clock",
    "cpu.max_clock": "Highest clock",
    "cpu.simd": "Vector units",
    "cpu.caches": "Caches",
    "cpu.governor": "Clock governor",
    "memory.total": "Memory",
    "memory.limit": "Memory limit",
    "memory.available": "Free memory",
    "memory.swap_total": "Swap space",
    "memory.swap_used": "Swap in use",
    "disk.free": "Free disk space",
    "power.source": "Power",
    "power.battery": "Battery charge",
    "power.battery_health": "Battery health",
    "power.mode": "Power mode",
    "gpu.name": "GPU",
    "gpu.memory_total": "GPU memory",
    "gpu.memory_free": "Free GPU memory",
    "gpu.driver": "Driver",
    "gpu.cuda_driver": "CUDA of the driver",
    "gpu.capability": "Compute capability",
    "gpu.power_limit": "Power limit",
    "gpu.power_limit_max": "Highest power limit",
    "gpu.power_limit_default": "Default power limit",
    "gpu.generation": "Generation",
    "gpu.driver_model": "Driver model",
    "gpu.power_source": "Power of the GPU",
    "gpu.clock_max": "Highest GPU clock",
    "gpu.split": "Split (MIG)",
    "gpu.virtual": "Virtual GPU",
    "gpu.programs": "Programs that compute on it",
    "gpu.pcie_generation": "PCIe generation",
    "gpu.pcie_generation_max": "Highest PCIe generation here",
    "gpu.pcie_generation_own": "Highest PCIe generation of the GPU",
    "gpu.pcie_width": "PCIe lanes",
    "gpu.pcie_width_max": "Highest PCIe lanes",
    "torch.version": "PyTorch",
    "torch.engine": "Engine",
    "torch.build": "PyTorch build",
    "torch.cpu_capability": "Vector units PyTorch uses",
    "torch.threads": "PyTorch's own choice of threads",
    "torch.devices": "Devices PyTorch can train on",
}

BYTES = {"memory.total", "memory.limit", "memory.available", "memory.swap_total", "memory.swap_used", "disk.free",
          "gpu.memory_total", "gpu.memory_free", "memory.used", "memory.own"}  # fmt: skip
UNITS = {
    "cpu.base_clock": "MHz",
    "cpu.max_clock": "MHz",
    "gpu.clock_max": "MHz",
    "gpu.power_limit": "W",
    "gpu.power_limit_max": "W",
    "gpu.power_limit_default": "W",
    "power.battery": "%",
    "power.battery_health": "%",
}

SCENARIOS: dict[int, tuple[str, str]] = {
    1: ("No GPU needed", "Right for small or sequential tasks and classic machine learning."),
    2: ("A reasonable GPU", "Right for somewhat intensive training on manageable data."),
    3: ("A deep-learning rig or the cloud", "Right for complex problems, trained regularly."),
    4: ("A cluster of GPUs", "Right for training at a larger scale than usual."),
}

JOBS: dict[str, str] = {
    "mlp-table": "a small network on a table of 100,000 rows",
    "resnet18-small-images": "ResNet-18 on 50,000 small images, 30 epochs",
    "resnet50-finetune": "fine-tuning ResNet-50 on 10,000 photos, 5 epochs",
    "resnet50-imagenet": "ResNet-50 on ImageNet, 90 epochs",
    "transformer-finetune": "fine-tuning a 335-million-parameter transformer",
    "resnet50-imagenet-day": "ResNet-50 on ImageNet within a day",
}

MODELS: dict[str, str] = {
    "small-cnn": "the small network",
    "mlp": "the table network",
    "resnet18": "ResNet-18",
    "resnet50": "ResNet-50",
    "vgg16": "VGG16",
    "transformer": "the transformer",
}

STEPS: dict[str, str] = {
    "inspect": "Looking at this machine",
    "engine": "Starting PyTorch",
    "tune": "Trying which settings suit this machine",
    "train": "Training",
    "job": "Training real work for a moment",
    "sweep": "Trying batch sizes, from one image on",
    "matmul": "Multiplying matrices, from one number at a time to all at once",
    "stages": "Timing each stage, from raw images to an answer",
    "accuracy": "Training until most unseen images are told apart",
    "capacity": "Looking for the largest batch that fits",
    "soak": "Training without a pause",
    "scaling": "Training on several devices together",
    "driver": "Measuring the GPU through its driver alone",
    "verify": "Comparing its results with the processor's",
    "copy": "Copying its memory",
    "prepare": "Preparing the network and the data",
    "warm-up": "Warming up until the rate is steady",
    "measure": "Measuring",
    "evaluate": "Testing what the network has learnt",
}

FAILURES: dict[str, str] = {
    "died": "The training process ended without an answer ({detail}).",
    "silent": "The training process has not answered for {detail} and was stopped.",
    "protocol": "The training process wrote something that is not part of a result: {detail}",
    "out-of-memory": "There was not enough memory for this run. {detail}",
    "diverged": "The loss is no longer a finite number ({detail}): lower the learning rate or take fp32.",
    "bad-model": "The network could not be built: {detail}",
    "device-lost": "The GPU stopped in the middle of the run ({detail}): restart the computer; if it happens again, "
    "look at its temperature and its power cables.",
    "too-hot": "The run was stopped before the computer takes harm, as it stayed near its critical temperature "
    "({detail}): let it cool down, free its fans, and try again.",
    "torch-missing": "PyTorch could not be loaded by the training process ({detail}): install it into the Python that "
    "is used, with python -m pip install torch numpy",
    "driver-wrong": "The GPU calculates wrongly ({detail}): update its driver; if it happens again, have it replaced.",
    "driver-error": "The graphics driver failed: {detail}",
    "rank-lost": "The training by several processes lost one of them: {detail}.",
    "ranks-differ": "After the same steps the weights of {detail} processes differ: gradients get lost between them.",
    "error": "The training process failed: {detail}",
    "host-no-client": "This computer cannot connect to others: {detail}.",
    "host-unknown": "There is no computer by the name of {detail}: look at its spelling, and at ~/.ssh/config.",
    "host-unreachable": "{detail} does not answer: is it on, is its SSH server running, and is the port right?",
    "host-denied": "{detail} lets this user in by no key: run ssh-copy-id {detail}, and try again.",
    "host-key": "The key of {detail} is not the known one, or not known yet: run ssh {detail} once, and look at it.",
    "host-python": "{detail} was not found there: name a Python with --host-python.",
    "host-old-python": "{detail} is too old there: name a Python 3.10 or newer with --host-python.",
    "host-failed": "The other computer could not be asked: {detail}",
    "interrupted": "The program ended in the middle of this run.",
    "cancelled": "Stopped by you.",
}

DEVICES = {"cpu": "the CPU", "cuda": "the GPUs"}
"""What to call a device in a sentence; a single GPU so, and what is neither by its id."""
ONE_GPU = "the GPU ({id})"
LAYOUTS = {"contiguous": "", "channels_last": ", channels_last"}

UNREADABLE: dict[str, str] = {
    "no-file": "Not a Rigdyno result: it is no file but a folder, a pipe or a device.",
    "too-large": "Not a Rigdyno result: it is larger than {mebibytes} MiB.",
    "too-many": "Not a Rigdyno result: it holds more than {count} values.",
    "no-json": "Not a Rigdyno result: it is no JSON, the format of result files.",
    "cut-short": "Not a Rigdyno result: it ends too early.",
    "other-json": "Not a Rigdyno result: it holds something else.",
    "missing-field": "Not a Rigdyno result: {place} is missing.",
    "wrong-field": "Not a Rigdyno result: what stands at {place} does not belong there.",
    "newer-format": "Format {format} is from a newer Rigdyno; this one reads up to {known}.",
    "store-damaged": "The stored results cannot be read, as their file is damaged: {path}. Set it aside, and a new one "
    "begins; nothing is deleted.",
    "store-newer": "The stored results were written by a newer Rigdyno (tables {tables}): {path}. Take that version.",
    "store-failed": "The stored results cannot be read: {detail} ({path}).",
    "gone": "This result is no longer stored: another program has deleted it.",
}
"""Why a file or the store gives no result; the codes of `results.NoResultError` and of `troubles`."""

PROBLEMS: dict[str, str] = {
    "not-allowed": "{field}: {value} is not allowed; allowed is {range}.",
    "too-deep": "{field}: {depth} blocks halve a {image_size}-pixel image to nothing; "
    "allowed at this image_size is 1 to {high}.",
    "too-wide": "{field}: {width} filters doubled in each of {depth} blocks end at {end}; "
    "allowed at this depth is 1 to {high}.",
    "too-lonely": "{field}: one {image_size}-pixel image ends as a single value, which {model} cannot normalise; "
    "allowed at this image_size is 2 to {high}.",
    "too-small": "{field}: VGG16 halves a {image_size}-pixel image to nothing; allowed is {low} to {high} pixels.",
    "synthetic-only": "{field}: {model} trains on synthetic data only; use data synthetic.",
    "fixed": "{field}: Fashion-MNIST has {field} {value}, not {given}; "
    "allowed is {value}, or any value with data synthetic.",
    "too-few-images": "{field}: {batch} is more than the {high} training images; allowed is 1 to {high}.",
    "endless": "{field}: synthetic data has no end, so no epochs; allowed is 0, and seconds.",
    "too-many-threads": "{field}: {count} is more than this computer lets us use; allowed is 0 to {high}.",
    "no-device": "{field}: {name} cannot train here{why}; allowed is {allowed}.",
    "no-precision": "{field}: {name} cannot do {precision}; allowed is {allowed}.",
    "nobody-to-join": "{field}: {device} is alone here; allowed is 2 or more GPUs, or devices cpu.",
    "too-much-memory": "{field}: {batch} would need about {need} and {has} may be used; "
    "allowed at this size is 1 to {high}.",
    "hopeless-memory": "{field}: {batch} would need about {need} and {has} may be used; "
    "make the network or the image smaller.",
}
"""Why a plan cannot run; each begins with the field as it is written on a command line and in a file."""

ALLOWED: dict[str, str] = {
    "between": "{low} to {high}",
    "one-of": "one of {choices}",
    "one-of-or-own": "one of {choices}, or {called}",
}
"""What a field may hold; the codes of `limits.Field.range`."""

SPANS = ("s", "min", "hours", "days", "months", "years")
ANSWERS = {
    "yes": "yes",
    "perhaps": "perhaps ({percent} %)",
    "memory": "no: memory",
    "slow": "no: too slow",
    "no": "no",
}
"""Whether a job is done in time; the codes of `words.outlook`."""
TITLES = {
    "scenario": "Scenario {number} of 4",
    "no-verdict": "No verdict",
    "forecasts": "What this computer can finish",
    "job": "Job",
    "device": "On",
    "time": "Time",
    "limit": "Limit",
    "answer": "In time?",
    "catches": "Before you buy",
    "limits": "What limits it",
    "driver": "GPU compute (driver only)",
    "evidence": "What it rests on",
    "trust": "How far to trust it: {grade}",
    "machine": "This computer",
    "explored": "What is said of deep learning, measured",
    "made-by": "Made by Rigdyno {version} on {date}, result {id}. This file loads nothing and sends nothing.",
}
"""Headings of a result, wherever it is shown."""
VALUES = ("mains", "battery", "laptop", "desktop", "server", WEAK_SUPPLY, VIRTUAL_GPU, "host of virtual GPUs")
"""What some readings say in a word."""
NOT_REPORTED, YES, NO, NONE = "not reported", "yes", "no", "none"
ONE_THREAD, THREADS = "1 thread", "{count} threads"
ACCELERATORS, ONE_ACCELERATOR = "{count} accelerators", "1 accelerator"
"""All of a machine's, at one job; `forecast` calls that device so."""
CAUSES = {
    "power-limit": "its power limit",
    "hardware": "a hardware slowdown",
    "heat": "heat",
    "power-brake": "the power brake",
}
"""What slows a GPU down; the codes of `gpu_use.CAUSES`."""

SENTENCES: dict[str, str] = {
    # evidence
    "trains-at": "The small network trains at {rate} images/s on {device} (± {half_width} %, {windows} windows).",
    "learnt": "It reached {accuracy} % accuracy on unseen images after {seconds} of training on {device}.",
    "tuned": "The best settings found ({threads}, {precision}{layout}) are {gain} times as fast on {device} "
    "as plain fp32.",
    "untuned": "Plain fp32, with {threads}, is as fast on {device} as any other settings that were tried.",
    "job-tuned": "With settings of its own ({precision}{layout}) {model} trains {gain} times as fast on {device} "
    "as with those of the small network.",
    "variables": "Other programs train as fast here with these variables in their environment: {variables}.",
    "sweep": "One image at a time the small network trains at {rate} images/s on {device}, "
    "in batches of {batch} at {best}.",
    "ways": "The same product: {slow} GFLOP/s one multiplication at a time, {fast} all at once on {device}: "
    "{gain} times as fast.",
    "most-intensive": "Training takes {percent} % of a small project's time on {device}; preparing the images "
    "{prepare} %, storing, loading and using the network the rest.",
    "time-to-accuracy": "To {accuracy} % of unseen images right it takes {seconds} of training on {device} "
    "(median of {runs}, {low} to {high}).",
    "capacity": "The largest batch of {model} that fits on {device}: {batch}.",
    "capacity-estimated": "The largest batch of {model} that fits on {device}: {batch} (estimated; {tried} was tried).",
    "epoch": "One pass of {model} over ImageNet would take {time} on {device}; multiplied one number at a time in "
    "Python, {naive}.",
    "endures": "After {minutes} min without a pause {device} keeps {percent} % of its first speed; the worst part is "
    "{stability} % of the best (97 % passes 3DMark's stress test).",
    "slowed": "{device} was slowed down by {cause} in {percent} % of that time.",
    "energy": "{device} took {kilojoules} kJ meanwhile: {images} images for each joule.",
    "scales": "{ranks} processes on {device} train {model} at {rate} samples/s together: {percent} % of {ranks} times "
    "one alone; exchanging gradients takes {exchange} % of a step.",
    "per-joule": "{device} trains {many} images for each joule in batches of {batch}, and {one} one at a time.",
    "driver-speed": "Shaders on {device} (by {backend}; this is not PyTorch's speed): {gflops} GFLOP/s after {seconds} "
    "of load, {percent} % of its first speed; its memory copies {gigabytes} GB/s.",
    "driver-sensors": "{device} took {watts} W meanwhile, at {clock} MHz and {celsius} °C.",
    "driver-job": "With a PyTorch that can use {device}: {job} in probably {low} to {high} (estimated from shaders, "
    "not measured).",
    "driver-scenario": "With a PyTorch that can use {device} this computer would probably be in scenario {least} "
    "(estimated from shaders, not measured).",
    "driver-scenarios": "With a PyTorch that can use {device} this computer would be at least in scenario {least}, "
    "perhaps in {most} (estimated from shaders, not measured).",
    "driver-software": "No graphics driver here offers a GPU but a software adapter: {device}, the processor playing "
    "one.",
    "driver-broke": "{device} was not measured through its driver: {failure}",
    "driver-none": "No graphics driver here offers a GPU: install the driver from the maker of the GPU, if there is "
    "one.",
    "driver-failed": "The graphics drivers could not be asked: {detail}",
    "leaves-out": "Forecasts leave out loading data, validation and checkpoints.",
    "finishes": "{job}: about {time} ({low} to {high}) on {device}, and {deadline} is the limit.",
    "too-slow": "{job} would take about {time} ({low} to {high}) on {device}; the limit is {deadline}.",
    "too-little-memory": "{job} needs about {need} of memory and {device} has {has}.",
    "not-measured": "{job} was not measured.",
    "not-tried": "{job} was not tried: an easier job already takes too long here.",
    "too-few-accelerators": "Scenario {scenario} needs {need} or more accelerators; this machine has {has}.",
    # limits
    "contended": "Other programs limited this measurement most: they had {percent} % of the processor.",
    "heat-limited": "{device} is limited by heat: it was slowed down for {percent} % of the time.",
    "power-limited": "{device} is limited by its power: it ran at its cap for {percent} % of the time, as designed.",
    "memory-capacity": "Memory is too small for one thing: {job} needs {need}, and {device} has {has}.",
    "launch-bound": "Small steps on {device} wait for operations to start: twice the batch of {batch} takes only "
    "{ratio} times as long.",
    "compute-bound": "{device} is limited by its arithmetic: {model} does {gflops} of at most {peak} GFLOP/s "
    "({compute} %).",
    "bandwidth-bound": "{device} is limited by its memory: {model} moves {gigabytes} of at most {bandwidth} GB/s "
    "({memory} %; above 100 % caches help), and does {compute} % of its arithmetic.",
    "no-roof": "Neither arithmetic ({compute} % of {peak} GFLOP/s) nor memory ({memory} % of {bandwidth} GB/s) limits "
    "{model} on {device}: its operations are too small or wait for each other.",
    "input-bound": "Preparing the data is slower than training: one process prepares {prepared} images/s, and {device} "
    "trains {trained}.",
    # margin
    "faster-needed": "For scenario {towards} this machine would have to be {factor} times as fast at {job}.",
    "close": "Close to scenario {towards}: only {factor} times as fast at {job} would do.",
    "memory-needed": "For scenario {towards} it lacks memory for {job}.",
    "accelerators-needed": "For scenario {towards} it lacks accelerators.",
    "measure-needed": "Whether scenario {towards} is in reach was not measured: {job}.",
    "top": "There is no higher scenario.",
    # catches
    "catch-battery": "It runs on its battery, where computers save power: plug it in and check again.",
    "catch-worn": "The battery holds {percent} % of what it held when new: a new one belongs to the price.",
    "catch-power": "{device} may take {watts} of at most {most} W ({percent} %): look for a performance mode, or for "
    "the same GPU with more power.",
    "catch-link": "{device} is connected by {lanes} lanes of PCIe {generation} at best ({gigabytes} GB/s), half of "
    "what it could use or less: put it into another slot, where there is one.",
    "catch-memory": "Only {has} of the {need} of {device} were free: close what holds the rest and check again.",
    "catch-slow": "{device} reaches {percent} % of what its name promises: compare its power and cooling with others'.",
    "catch-heat": "After {minutes} min {device} kept {percent} % of its first speed: look at fans and dust, or expect "
    "this of every long training.",
    "catch-channel": "Memory is copied at {gigabytes} GB/s only, little for {cores} cores. A suspicion: one memory "
    "module where two belong; look inside.",
    # why a GPU cannot train: the first broken link of `usability`
    "gpu-asleep": "{device} sleeps to save power, so its readings are missing: a check wakes it up.",
    "gpu-no-driver": "{device} is there, but its driver is not installed, and training runs on the processor alone: "
    "{link}",
    "gpu-driver-not-loaded": "The driver of {device} is installed but not loaded: restart the computer; where Secure "
    "Boot is on, the driver has to be signed for it.",
    "gpu-driver-mismatch": "The driver of {device} was updated while it ran: restart the computer.",
    "gpu-lost": "{device} has fallen off the bus: restart the computer; if it happens again, look at its power cables "
    "and its temperature.",
    "gpu-no-permission": "This user may not ask the driver of {device}: let an administrator add the user to the "
    "groups video and render.",
    "gpu-driver-error": "The driver of {device} gave an unknown error: restart the computer, or install it anew: "
    "{link}",
    "gpu-driver-silent": "The driver of {device} does not answer: restart the computer; with many GPUs, switch the "
    "driver's persistence mode on.",
    "gpu-no-binding": "{device} is there, but a part of this program is missing: python -m pip install nvidia-ml-py",
    "gpu-too-old": "{device} (compute capability {capability}) is too old for every PyTorch of today, which begins at "
    "5.0: training runs on the processor alone.",
    "catch-cpu-torch": "{device} is there, but this PyTorch is built for the CPU alone. Install the CUDA build and "
    "check again: {command}",
    "catch-driver": "The driver of {device} knows CUDA {driver}, and PyTorch is built for {wanted}. Update the driver "
    "({link}), or take the PyTorch that it can run: {command}",
    "catch-torch": "This PyTorch ({version}) holds no code for {device} (compute capability {capability}). Take a "
    "build that does: {command}",
    "gpu-hidden": "{device} is hidden from PyTorch by the environment variable {variable}: remove it and start again.",
    "gpu-smoke": "A first training step on {device} failed: {detail}. Restart the computer; if it fails again, install "
    "driver and PyTorch anew.",
    "gpu-no-memory": "There is no room for even one training step on {device} ({detail}): close what uses it and check "
    "again.",
    "gpu-little-memory": "Only {has} of memory are free on {device}, and training needs {need} or more: close what "
    "uses it and check again.",
    "gpu-apple": "PyTorch does not train on {device} ({detail}): take macOS 14 or newer, and a Python for Apple "
    "silicon.",
    "gpu-other": "PyTorch has no build for {device} on Windows: training runs on the processor alone.",
    "gpu-other-torch": "{device} may train with a PyTorch that is built for it: {command}",
    # hints: what to mend before a check
    "hint-engine": "The engine that was chosen cannot be used, so this program's own one measures ({why}).",
    "hint-gpu-busy": "{count} other programs use {device}: close them, or the training gets what they leave.",
    "hint-undersized": "The power supply is too weak for {device}, which slows down: use the one that came with it.",
    "hint-battery": "The computer runs on its battery and saves power, so it will look slower than it is: plug it in.",
    "hint-power-mode": "Its power mode is {mode}, which saves energy: choose balanced or performance in the settings "
    "of the system.",
    "hint-governor": "Its clock governor is {governor}, which keeps the processor slow: choose schedutil or "
    "performance.",
    "hint-memory-limit": "A limit of the container or the service lets this program take {has} of the {need} of "
    "memory: raise it if larger networks should fit.",
    "hint-memory": "Only {has} of {need} of memory are free: close what holds the rest, above all browsers.",
    "hint-swap": "{has} of what programs hold lie in the swap space, as memory was short: close large programs, or the "
    "disk will slow the training down.",
    "hint-cores": "Only {usable} of {logical} cores may be used here: a container, a service or an affinity holds back "
    "the rest.",
    # what somebody wants
    "want-yes": "Yes: {job} takes {low} to {high} on {device}.",
    "want-slowly": "Yes, but slowly: {job} takes {low} to {high} on {device}; {deadline} would be good.",
    "want-too-slow": "No: {job} would take {low} to {high} on {device}; {deadline} would be good.",
    "want-memory": "No: {job} needs {need} of memory, and {device} has {has}.",
    "want-accelerators": "No: {job} asks for {need} or more accelerators.",
    "want-untried": "No: {job} was not tried, as an easier job already takes too long here.",
    "rent": "The cheapest way out that is known: {offer} ({accelerators}) takes {low} to {high} and {least} to {most} "
    "US dollars (price: {date}).",
    "gpu-class": "It takes a GPU with {need} of memory or more; how long, no published table tells.",
    # doubts
    "partial": "The check did not run to its end.",
    "other-load": "Other programs used {percent} % of the processor meanwhile; the busiest: {program}.",
    "preempted": "The system took the processor away from each thread {times} times a second, to run something else.",
    "power-saver": "The computer was in its power mode {mode}, which saves energy.",
    "steal": "The host of this virtual machine took {percent} % of the processor away.",
    "own-cpu": "Training got only {percent} % of the processor time that its threads asked for.",
    "not-sure": "Not sure: others took {percent} % of the processor, and without them scenario {towards} could be in "
    "reach. Close what is running and check again.",
    "on-battery": "The computer ran on its battery.",
    "did-not-settle": "The rate of {model} on {device} had not settled after the warm-up.",
    "wide": "The rate of {model} on {device} is known to ± {half_width} % only.",
    "few-windows": "Only {windows} windows of {model} on {device} were measured.",
    "clock-fell": "The processor's clock fell by {percent} % during the check.",
    "throttled": "{device} was slowed down by {cause} for {percent} % of the time.",
    "gpu-shared": "Other programs used {percent} % of {device} meanwhile.",
    "stood-still": "The computer slept, or the program was stopped, for {seconds}; what was measured meanwhile does "
    "not count.",
    "swap": "The machine swapped memory to disk meanwhile.",
    "estimated": "{model} was measured at smaller batches and extrapolated.",
    "failed": "{model} on {device} did not run: {failure}",
    "kept-elsewhere": "{folder} cannot be written, so results are kept in {place}.",
    "unsaved": "The result could not be stored: {why}.",
    "cut-off": "The program ended in the middle of this check; what it had measured by then is kept.",
    "leftover": "The check of {when} was interrupted, and what it had measured is not lost.",
}
