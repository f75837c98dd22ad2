"""What scenarios, jobs, networks, steps, devices and spans of time are called."""

from __future__ import annotations

from ..language import N_
from ..plural import Plural

SCENARIOS: dict[int, tuple[str, str]] = {
    1: (N_("No GPU needed"), N_("Right for small or sequential tasks and classic machine learning.")),
    2: (N_("A reasonable GPU"), N_("Right for somewhat intensive training on manageable data.")),
    3: (N_("A deep-learning rig or the cloud"), N_("Right for complex problems, trained regularly.")),
    4: (N_("A cluster of GPUs"), N_("Right for training at a larger scale than usual.")),
}

JOBS: dict[str, str] = {
    "mlp-table": N_("a small network on a table of 100,000 rows"),
    "resnet18-small-images": N_("ResNet-18 on 50,000 small images, 30 epochs"),
    "resnet50-finetune": N_("fine-tuning ResNet-50 on 10,000 photos, 5 epochs"),
    "resnet50-imagenet": N_("ResNet-50 on ImageNet, 90 epochs"),
    "transformer-finetune": N_("fine-tuning a 335-million-parameter transformer"),
    "resnet50-imagenet-day": N_("ResNet-50 on ImageNet within a day"),
}

MODELS: dict[str, str] = {
    "small-cnn": N_("the small network"),
    "mlp": N_("the table network"),
    "resnet18": N_("ResNet-18"),
    "resnet50": N_("ResNet-50"),
    "vgg16": N_("VGG16"),
    "transformer": N_("the transformer"),
}

STEPS: dict[str, str] = {
    "inspect": N_("Looking at this machine"),
    "engine": N_("Starting PyTorch"),
    "tune": N_("Trying which settings suit this machine"),
    "train": N_("Training"),
    "job": N_("Training real work for a moment"),
    "sweep": N_("Trying batch sizes, from one image on"),
    "matmul": N_("Multiplying matrices, from one number at a time to all at once"),
    "stages": N_("Timing each stage, from raw images to an answer"),
    "accuracy": N_("Training until most unseen images are told apart"),
    "capacity": N_("Looking for the largest batch that fits"),
    "soak": N_("Training without a pause"),
    "scaling": N_("Training on several devices together"),
    "driver": N_("Measuring the GPU through its driver alone"),
    "verify": N_("Comparing its results with the processor's"),
    "copy": N_("Copying its memory"),
    "prepare": N_("Preparing the network and the data"),
    "warm-up": N_("Warming up until the rate is steady"),
    "measure": N_("Measuring"),
    "evaluate": N_("Testing what the network has learnt"),
}

DEVICES = {"cpu": N_("the CPU"), "cuda": N_("the GPUs")}
"""What to call a device in a sentence; a single GPU so, and what is neither by its id."""
ONE_GPU = N_("the GPU ({id})")
LAYOUTS = {"contiguous": "", "channels_last": N_(", channels_last")}

CAUSES = {
    "power-limit": N_("its power limit"),
    "hardware": N_("a hardware slowdown"),
    "heat": N_("its temperature"),
    "power-brake": N_("the power brake"),
}
"""What slows a GPU down; the codes of `gpu_use.CAUSES`."""

THREADS = Plural("{count} thread", "{count} threads")
ACCELERATORS = Plural("{count} accelerator", "{count} accelerators")
"""All of a machine's, at one job; `forecast` calls that device so."""

SPANS = (N_("s"), N_("min"), N_("hours"), N_("days"), N_("months"), N_("years"))
