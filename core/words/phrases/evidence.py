"""What a verdict rests on, what limits the computer, and how far the next scenario is."""

from __future__ import annotations

from ..language import N_
from ..plural import Plural, Template

EVIDENCE: dict[str, Template] = {
    "trains-at": Plural(
        "The small network trains at {rate} images/s on {device} (± {half_width} %, {windows} window).",
        "The small network trains at {rate} images/s on {device} (± {half_width} %, {windows} windows).",
        by="windows",
    ),
    "learnt": N_("It reached {accuracy} % accuracy on unseen images after {seconds} of training on {device}."),
    "tuned": N_(
        "The best settings found ({threads}, {precision}{layout}) are {gain} times as fast on {device} as plain fp32."
    ),
    "untuned": N_("Plain fp32, with {threads}, is as fast on {device} as any other settings that were tried."),
    "job-tuned": N_(
        "With settings of its own ({precision}{layout}) {model} trains {gain} times as fast on {device} "
        "as with those of the small network."
    ),
    "line-gains": N_("In your own program, {line} alone makes training {gain} times as fast on {device}."),
    "way-wins": N_(
        "With {line}, {model} would train {gain} times as fast on {device} as with the best settings alone, after "
        "{seconds} of preparation: worth it from {time} of training on."
    ),
    "way-wins-at-once": N_("With {line}, {model} would train {gain} times as fast on {device} as without it."),
    "way-in-all": N_(
        "So {model} would train {gain} times as fast on {device} as with plain PyTorch: {factor} times by its settings "
        "alone, the rest by {line}."
    ),
    "way-loses": N_("For {model} on {device}, {line} is not worth it: {factor} times the speed without it."),
    "way-no-compiler": N_("Not tried on {device}: {line}. It needs a C++ compiler such as g++, and there is none."),
    "way-no-triton": N_("Not tried on {device}: {line}. It needs the Python package triton, which is missing."),
    "way-frozen": N_(
        "Not tried on {device}: {line}. This program's own PyTorch has no compiler; a check with a Python of your own "
        "can try it."
    ),
    "way-no-affinity": N_("Not tried on {device}: {line}. This system does not let a program place its threads."),
    "way-over-time": N_("Given up for {model} on {device}: {line}. It was not done after {seconds}."),
    "way-broke": N_("For {model} on {device}, {line} does not work: {detail}"),
    "way-differs": N_("For {model} on {device}, {line} cannot be trusted: it does not learn as well as without it."),
    "variables": N_("Other programs train as fast here with these variables in their environment: {variables}."),
    "sweep": N_(
        "One image at a time the small network trains at {rate} images/s on {device}, in batches of {batch} at {best}."
    ),
    "ways": N_(
        "The same product: {slow} GFLOP/s one multiplication at a time, {fast} all at once on {device}: "
        "{gain} times as fast."
    ),
    "most-intensive": N_(
        "Training takes {percent} % of a small project's time on {device}; preparing the images "
        "{prepare} %, storing, loading and using the network the rest."
    ),
    "time-to-accuracy": N_(
        "To {accuracy} % of unseen images right it takes {seconds} of training on {device} "
        "(median of {runs}, {low} to {high})."
    ),
    "capacity": N_("The largest batch of {model} that fits on {device}: {batch}."),
    "capacity-estimated": N_(
        "The largest batch of {model} that fits on {device}: {batch} (estimated; {tried} was tried)."
    ),
    "epoch": N_(
        "One pass of {model} over ImageNet would take {time} on {device}; multiplied one number at a time in "
        "Python, {naive}."
    ),
    "endures": N_(
        "After {minutes} min without a pause {device} keeps {percent} % of its first speed; the worst part is "
        "{stability} % of the best (97 % passes 3DMark's stress test)."
    ),
    "slowed": N_("{device} was slowed down by {cause} in {percent} % of that time."),
    "energy": Plural(
        "{device} took {kilojoules} kJ meanwhile: {images} image for each joule.",
        "{device} took {kilojoules} kJ meanwhile: {images} images for each joule.",
        by="images",
    ),
    "scales": N_(
        "{ranks} processes on {device} train {model} at {rate} samples/s together: {percent} % of {ranks} times "
        "one alone; exchanging gradients takes {exchange} % of a step."
    ),
    "per-joule": Plural(
        "{device} trains {many} image for each joule in batches of {batch}, and {one} one at a time.",
        "{device} trains {many} images for each joule in batches of {batch}, and {one} one at a time.",
        by="many",
    ),
    "driver-speed": N_(
        "Shaders on {device} (by {backend}; this is not PyTorch's speed): {gflops} GFLOP/s after {seconds} "
        "of load, {percent} % of its first speed; its memory copies {gigabytes} GB/s."
    ),
    "driver-sensors": N_("{device} took {watts} W meanwhile, at {clock} MHz and {celsius} °C."),
    "driver-job": N_(
        "With a PyTorch that can use {device}: {job} in probably {low} to {high} (estimated from shaders, "
        "not measured)."
    ),
    "driver-scenario": N_(
        "With a PyTorch that can use {device} this computer would probably be in scenario {least} "
        "(estimated from shaders, not measured)."
    ),
    "driver-scenarios": N_(
        "With a PyTorch that can use {device} this computer would be at least in scenario {least}, "
        "perhaps in {most} (estimated from shaders, not measured)."
    ),
    "driver-software": N_(
        "No graphics driver here offers a real GPU, only a software adapter, with which the "
        "processor imitates one: {device}."
    ),
    "driver-broke": N_("{device} was not measured through its driver: {failure}"),
    "driver-none": N_(
        "No graphics driver here offers a GPU: install the driver from the maker of the GPU, if there is one."
    ),
    "driver-failed": N_("The graphics drivers could not be asked: {detail}"),
    "leaves-out": N_("Forecasts leave out loading data, validation and checkpoints."),
    "finishes": N_("{job}: about {time} ({low} to {high}) on {device}, and {deadline} is the limit."),
    "too-slow": N_("{job} would take about {time} ({low} to {high}) on {device}; the limit is {deadline}."),
    "too-little-memory": N_("{job} needs about {need} of memory and {device} has {has}."),
    "not-measured": N_("{job} was not measured."),
    "not-tried": N_("{job} was not tried: an easier job already takes too long here."),
    "too-few-accelerators": N_("Scenario {scenario} needs {need} or more accelerators; this machine has {has}."),
}

LIMITS: dict[str, Template] = {
    "contended": N_("Other programs limited this measurement most: they had {percent} % of the processor."),
    "heat-limited": N_("{device} is limited by heat: it was slowed down for {percent} % of the time."),
    "power-limited": N_(
        "{device} is limited by its power: it ran at its cap for {percent} % of the time, as designed."
    ),
    "memory-capacity": N_("Memory is too small for one thing: {job} needs {need}, and {device} has {has}."),
    "launch-bound": N_(
        "Small steps on {device} wait for operations to start: twice the batch of {batch} takes only "
        "{ratio} times as long."
    ),
    "compute-bound": N_(
        "{device} is limited by its arithmetic: {model} does {gflops} of at most {peak} GFLOP/s ({compute} %)."
    ),
    "bandwidth-bound": N_(
        "{device} is limited by its memory: {model} moves {gigabytes} of at most {bandwidth} GB/s "
        "({memory} %; above 100 % caches help), and does {compute} % of its arithmetic."
    ),
    "no-roof": N_(
        "Neither arithmetic ({compute} % of {peak} GFLOP/s) nor memory ({memory} % of {bandwidth} GB/s) limits "
        "{model} on {device}: its operations are too small or wait for each other."
    ),
    "input-bound": N_(
        "Preparing the data is slower than training: one process prepares {prepared} images/s, and {device} "
        "trains {trained}."
    ),
}

MARGINS: dict[str, Template] = {
    "faster-needed": N_("For scenario {towards} this machine would have to be {factor} times as fast at {job}."),
    "close": N_("Close to scenario {towards}: only {factor} times as fast at {job} would do."),
    "memory-needed": N_("For scenario {towards} it lacks memory for {job}."),
    "accelerators-needed": N_("For scenario {towards} it lacks accelerators."),
    "measure-needed": N_("Whether scenario {towards} is in reach was not measured: {job}."),
    "top": N_("There is no higher scenario."),
}
