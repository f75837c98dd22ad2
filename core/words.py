"""English for every code and reading: the edge where numbers become sentences. Other languages start from the codes."""

from __future__ import annotations

from .model import Forecast, Reason, Value

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
    "gpu.pcie_generation": "PCIe generation",
    "gpu.pcie_generation_max": "Highest PCIe generation",
    "gpu.pcie_width": "PCIe lanes",
    "gpu.pcie_width_max": "Highest PCIe lanes",
    "torch.version": "PyTorch",
    "torch.build": "PyTorch build",
    "torch.cpu_capability": "Vector units PyTorch uses",
    "torch.threads": "PyTorch's own choice of threads",
    "torch.devices": "Devices PyTorch can train on",
}

_BYTES = {"memory.total", "memory.limit", "memory.available", "memory.swap_total", "memory.swap_used", "disk.free",
          "gpu.memory_total", "gpu.memory_free", "memory.used", "memory.own"}  # fmt: skip
_UNITS = {
    "cpu.base_clock": "MHz",
    "cpu.max_clock": "MHz",
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
    "torch-missing": "PyTorch could not be loaded by the training process: {detail}",
    "error": "The training process failed: {detail}",
    "cancelled": "Stopped by you.",
}

SURE, UNLIKELY = 0.95, 0.05
"""From and up to these chances a forecast is a plain yes or no."""
FORECAST_CODES = ("finishes", "too-slow", "too-little-memory")
"""Reasons that repeat a forecast in words, for where no table shows it."""
_DEVICES = {"cpu": "the CPU"}
_LAYOUTS = {"contiguous": "", "channels_last": ", channels_last"}

_SENTENCES: dict[str, str] = {
    # evidence
    "trains-at": "The small network trains at {rate} images/s on {device} (± {half_width} %, {windows} windows).",
    "learnt": "It reached {accuracy} % accuracy on unseen images after {seconds} of training on {device}.",
    "tuned": "The best settings found ({threads}, {precision}{layout}) are {gain} times as fast as "
    "PyTorch's own on {device}.",
    "sweep": "One image at a time the small network trains at {rate} images/s on {device}, "
    "in batches of {batch} at {best}.",
    "ways": "The same product: {slow} GFLOP/s one multiplication at a time, {fast} all at once on {device}: "
    "{gain} times as fast.",
    "most-intensive": "Training takes {percent} % of a small project's time on {device}; preparing the images "
    "{prepare} %, storing, loading and using the network the rest.",
    "time-to-accuracy": "To {accuracy} % of unseen images right it takes {seconds} of training on {device} "
    "(median of {runs}, {low} to {high}).",
    "capacity": "The largest batch of {model} that fits on {device}: {batch}{how}.",
    "epoch": "One pass of {model} over ImageNet would take {time} on {device}; multiplied one number at a time in "
    "Python, {naive}.",
    "endures": "After {minutes} min without a pause {device} keeps {percent} % of its first speed; the worst part is "
    "{stability} % of the best (97 % passes 3DMark's stress test).",
    "slowed": "{device} was slowed down by {cause} in {percent} % of that time.",
    "energy": "{device} took {kilojoules} kJ meanwhile: {images} images for each joule.",
    "per-joule": "{device} trains {many} images for each joule in batches of {batch}, and {one} one at a time.",
    "leaves-out": "Forecasts leave out loading data, validation and checkpoints.",
    "finishes": "{job}: about {time} ({low} to {high}) on {device}, and {deadline} is the limit.",
    "too-slow": "{job} would take about {time} ({low} to {high}) on {device}; the limit is {deadline}.",
    "too-little-memory": "{job} needs about {need} of memory and {device} has {has}.",
    "not-measured": "{job} was not measured.",
    "not-tried": "{job} was not tried: an easier job already takes too long here.",
    "too-few-accelerators": "Scenario {scenario} needs {need} or more accelerators; this machine has {has}.",
    # limits
    "contended": "Other programs limited this measurement most: they had {percent} % of the processor.",
    "heat-limited": "{device} is limited by heat: it was slowed down in {percent} % of the samples.",
    "power-limited": "{device} is limited by its power: it ran at its cap in {percent} % of the samples, as designed.",
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
    "catch-memory": "Only {has} of the {need} of {device} were free: close what holds the rest and check again.",
    "catch-cpu-torch": "{device} is there, but this PyTorch is built for the CPU alone: install the CUDA build and "
    "check again.",
    "catch-driver": "The driver of {device} knows CUDA {driver}, and PyTorch is built for {wanted}: update the driver.",
    "catch-torch": "This PyTorch ({version}) holds no code for {device} (compute capability {capability}): take a "
    "build that does.",
    "catch-slow": "{device} reaches {percent} % of what its name promises: compare its power and cooling with others'.",
    "catch-heat": "After {minutes} min {device} kept {percent} % of its first speed: look at fans and dust, or expect "
    "this of every long training.",
    "catch-channel": "Memory is copied at {gigabytes} GB/s only, little for {cores} cores. A suspicion: one memory "
    "module where two belong; look inside.",
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
    "throttled": "{device} was slowed down by {cause} in {percent} % of the samples.",
    "swap": "The machine swapped memory to disk meanwhile.",
    "estimated": "{model} was measured at smaller batches and extrapolated.",
    "failed": "{model} on {device} did not run: {failure}",
}


def sentence(code: str, numbers: dict[str, float | int | str | None]) -> str:
    """The English sentence of a coded reason.

    A code without words, or without the numbers that they want, shows itself with what there is: a worker may report
    any code, and nothing is hidden.
    """
    template = _SENTENCES.get(code) or FAILURES.get(code)
    try:
        text = template.format(**{k: _number(k, v) for k, v in numbers.items()}) if template else ""
    except KeyError:
        text = ""
    return capital(text) or f"{code}: " + ", ".join(f"{k} {v}" for k, v in numbers.items())


def reason(code: str, **numbers: float | int | str | None) -> Reason:
    """A coded reason with its sentence."""
    return Reason(code, numbers, sentence(code, numbers))


def show(key: str, value: Value) -> str:
    """A reading's value with its unit."""
    if value is None:
        return "not reported"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    if key in _BYTES and isinstance(value, int | float):
        return size(value)
    if key.endswith("_clock") and isinstance(value, int | float):
        return f"{value / 1000:.2f} GHz"
    if isinstance(value, float):
        value = f"{value:.1f}"
    return f"{value} {_UNITS[key]}" if key in _UNITS else str(value)


def size(value: float) -> str:
    """Bytes as people read them."""
    return f"{value / 2**30:.1f} GiB" if value >= 2**30 else f"{value / 2**20:.0f} MiB"


def duration(seconds: float) -> str:
    """A time span in the one unit that suits it, to two digits: no forecast knows more."""
    for limit, divisor, unit in (
        (120, 1, "s"),
        (120 * 60, 60, "min"),
        (48 * 3600, 3600, "hours"),
        (100 * 86400, 86400, "days"),
        (700 * 86400, 30.44 * 86400, "months"),
    ):
        if seconds < limit:
            return f"{_two_digits(seconds / divisor)} {unit}"
    return f"{_two_digits(seconds / (365.25 * 86400))} years"


def outlook(forecast: Forecast) -> str:
    """Whether a job is done in time: "yes", "perhaps", or no for want of "memory", as too "slow", or just "no"."""
    if forecast.probability >= SURE:
        return "yes"
    if forecast.probability > UNLIKELY:
        return "perhaps"
    if forecast.memory_has is not None and forecast.memory_has < forecast.memory_need:
        return "memory"
    return "slow" if forecast.seconds is not None and forecast.seconds > forecast.deadline_s else "no"


def span(low: float, high: float) -> str:
    """A range of time, the unit said once where both ends share it."""
    first, last = duration(low).split(" "), duration(high).split(" ")
    return f"{first[0]} – {' '.join(last)}" if first[1:] == last[1:] else f"{' '.join(first)} – {' '.join(last)}"


def limit(seconds: float) -> str:
    """A deadline: exact, where a measured time is not."""
    return duration(seconds).replace(".0 ", " ")


def job(name: str) -> str:
    """What a job is, as the start of a line."""
    return capital(JOBS.get(name, name))


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def model(name: str) -> str:
    """What to call a network; a user's own by its name."""
    return MODELS.get(name, name)


def device(name: str) -> str:
    """What to call a device in a sentence: "the CPU", else its id."""
    return _DEVICES.get(name, name)


def threads(count: int) -> str:
    """As in "1 thread"."""
    return f"{count} thread" + ("" if count == 1 else "s")


def _two_digits(value: float) -> str:
    return f"{value:.1f}" if 1 <= value < 9.95 else f"{value:,.0f}" if value >= 9.95 else f"{value:.2g}"


def _number(name: str, value: float | int | str | None) -> str:
    if value is None:
        return "not reported"
    if isinstance(value, str):
        names = {"job": JOBS, "model": MODELS, "device": _DEVICES, "layout": _LAYOUTS}.get(name, {})
        return names.get(value, value)
    if name == "deadline":
        return limit(value)
    if name in ("time", "low", "high", "seconds", "naive"):
        return duration(value)
    if name in ("least", "most") and isinstance(value, float):
        return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"
    if name in ("need", "has") and value > 1e6:
        return size(value)
    if name == "threads" and isinstance(value, int):
        return threads(value)
    if name in ("factor", "gain"):
        return f"{value:.2f}" if 1 <= value < 1.1 else _two_digits(value)
    return f"{value:,.0f}" if isinstance(value, int) or abs(value) >= 100 else f"{value:.3g}"
