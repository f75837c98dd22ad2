"""What scenarios, jobs, networks, steps, devices and spans of time are called."""

from __future__ import annotations

from ..language import N_
from ..plural import Plural

SO_FAR, CERTAIN = (
    N_("So far scenario {number}: {title} ({percent} % sure)"),
    N_("Scenario {number}: {title}. This is certain; the rest tells what limits the computer."),
)
"""While a check runs."""
WAITING, WAITING_FOR = (
    N_("Other programs use {percent} % of the processor: waiting for at most {time} until they are done"),
    N_("{program} is busy, others use {percent} % of the processor: waiting for at most {time} until they are done"),
)
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

CATALOGUE: dict[str, str] = {
    "llama-1b-lora": N_("LoRA of Llama 3.2 1B"),
    "llama-1b-qlora": N_("QLoRA of Llama 3.2 1B"),
    "llama-1b-full": N_("fine-tuning all of Llama 3.2 1B"),
    "llama-3b-lora": N_("LoRA of Llama 3.2 3B"),
    "llama-3b-qlora": N_("QLoRA of Llama 3.2 3B"),
    "llama-3b-full": N_("fine-tuning all of Llama 3.2 3B"),
    "llama-8b-lora": N_("LoRA of Llama 3.1 8B"),
    "llama-8b-qlora": N_("QLoRA of Llama 3.1 8B"),
    "llama-8b-full": N_("fine-tuning all of Llama 3.1 8B"),
    "gpt2-from-scratch": N_("GPT-2 from scratch, 9 billion tokens"),
    "llama-8b-generate": N_("an answer of Llama 3.1 8B in 4 bits"),
    "bert-classification": N_("classifying sentences with BERT-base"),
    "distilbert-classification": N_("classifying film reviews with DistilBERT"),
    "bert-squad": N_("answering questions with BERT-base"),
    "bert-large-squad": N_("answering questions with BERT-large"),
    "sd15-lora": N_("LoRA of Stable Diffusion 1.5"),
    "sdxl-lora": N_("LoRA of SDXL"),
    "flux-lora": N_("LoRA of FLUX.1-dev"),
    "flux-qlora": N_("QLoRA of FLUX.1-dev"),
    "flux2-klein-lora": N_("LoRA of FLUX.2-klein 4B"),
    "dcgan-training": N_("a DCGAN that draws faces"),
    "yolo-training": N_("the detector YOLOv5s on COCO, 300 epochs"),
    "ssd-training": N_("the detector SSD300 on COCO, 65 epochs"),
    "unet-2d": N_("cutting out cars with a U-Net"),
    "unet-3d": N_("finding tumours in scans with a 3D U-Net"),
    "efficientnet-b0-training": N_("EfficientNet-B0 on ImageNet, 350 epochs"),
    "vit-b16-finetune": N_("fine-tuning ViT-B/16 on 75,750 photos, 3 epochs"),
    "convnext-t-training": N_("ConvNeXt-T on ImageNet, 300 epochs"),
    "whisper-small-finetune": N_("fine-tuning Whisper-small on 6,540 recordings"),
    "lstm-forecasting": N_("forecasting with an LSTM"),
    "series-transformer-forecasting": N_("forecasting with a transformer"),
    "boosting-airline": N_("boosted trees on a table of a million rows"),
    "ppo-cartpole": N_("PPO on CartPole"),
    "ppo-atari": N_("PPO on an Atari game"),
}
"""The other jobs of the catalogue, `resources/jobs.toml`."""
ALL_JOBS = JOBS | CATALOGUE

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
    "memory": N_("Counting the memory of the job"),
    "workload": N_("Training some steps of the job"),
    "loading": N_("Reading and decoding images"),
    "generation": N_("Letting the language model write"),
    "boosting": N_("Training some trees of the job"),
    "sweep": N_("Trying batch sizes, from one image on"),
    "matmul": N_("Multiplying matrices, from one number at a time to all at once"),
    "stages": N_("Timing each stage, from raw images to an answer"),
    "accuracy": N_("Training until most unseen images are told apart"),
    "capacity": N_("Looking for the largest batch that fits"),
    "speedups": N_("Trying a compiler and other ways to train faster"),
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
YEARS = Plural("{count} year", "{count} years")
HOURS = Plural("{count} hour", "{count} hours")
ACCELERATORS = Plural("{count} accelerator", "{count} accelerators")
"""All of a machine's, at one job; `forecast` calls that device so."""

SPANS = (N_("s"), N_("min"), N_("hours"), N_("days"), N_("months"), N_("years"))
