"""The rows of `resources/reference/job_reference.csv` as workloads on GPUs of the tables, and why others are left out.

Each row goes by its line in the file. What a source says of its settings was looked up in its repository; lengths of
texts are those of the data, padded as the source pads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rigdyno.core.analysis.jobs.published_jobs import COMPILED, EAGER, FUSED, Software
from rigdyno.core.records.workload import DecoderShape, Workload
from rigdyno.core.reference.decoders import decoder


@dataclass(frozen=True)
class Row:
    """`per_second`: from the published figure to samples/s. `fused`: attention by a kernel that keeps no scores.
    `four_bit`: frozen weights of 4 bits, dequantised by a fused kernel.
    """

    line: int
    gpu: str
    workload: Workload
    per_second: Callable[[float], float]
    software: Software = EAGER
    fused: bool = True
    four_bit: bool = False


def a_second(rate: float) -> float:
    return rate


def tokens(each: int) -> Callable[[float], float]:
    """Tokens/s, of samples with so many."""
    return lambda rate: rate / each


def whole_run(samples: float, unit_s: float) -> Callable[[float], float]:
    """The duration of so many samples, in units of so many seconds."""
    return lambda duration: samples / (duration * unit_s)


def language_model(name: str, tied: bool = True, **sizes: object) -> Workload:
    """`tied`: with the head that the model was published with; litgpt always has one of its own."""
    shape = decoder(name)
    own = shape if tied else replace(shape, tie_word_embeddings=False)
    return Workload("decoder", decoder=own, precision="bf16-true", **sizes)


PADDED = {1: 207, 2: 279, 4: 356, 8: 423}
"""Mean tokens of Alpaca-2k's texts, cut at 512, where so many are padded to the longest of them: from the histogram in
litgpt's tutorials/prepare_dataset.md (median 168, longest 763)."""
ALPACA = {1: 123, 2: 156}
"""The same of Alpaca, from the same page."""
KINDS = {
    "full": {},
    "q and v": {"lora": 32, "lora_layers": "attention"},
    "all, 32": {"lora": 32},
    "all, 16": {"lora": 16},
    "all, 8": {"lora": 8},
}


def litgpt() -> Iterator[Row]:
    """config_hub/finetune: the batch before the weights are updated has 8 texts (6 for Gemma, 64 without adapters)."""
    for line, name, batch, kind, epochs, four_bit in (
        (4, "llama-3.2-1b", 4, "full", 1, False),
        (5, "llama-3.2-1b", 1, "q and v", 2, False),
        (6, "llama-3.2-1b", 2, "q and v", 2, True),
        (7, "llama-3.1-8b", 1, "q and v", 2, False),
        (8, "llama-3.1-8b", 2, "q and v", 2, True),
        (9, "llama-2-7b", 2, "q and v", 4, False),
        (10, "llama-2-7b", 2, "q and v", 4, True),
        (11, "mistral-7b", 2, "q and v", 4, False),
        (12, "mistral-7b", 2, "q and v", 4, True),
        (13, "tinyllama-1.1b", 8, "all, 32", 3, False),
        (14, "gemma-2b", 2, "all, 8", 2, False),
        (15, "gemma-2b", 2, "all, 16", 2, True),
    ):
        updates = 64 if kind == "full" else 6 if "gemma" in name else 8
        sizes = {"batch": batch, "accumulation": updates // batch, "sequence": PADDED[batch], **KINDS[kind]}
        work = whole_run(2000 * 0.96 * epochs, 60)  # the rest is for validation
        yield Row(line, "A10G", language_model(name, tied=False, **sizes), work, four_bit=four_bit)
    for line, batch, four_bit in ((20, 1, False), (21, 1, True), (22, 2, False)):
        sizes = {"batch": batch, "accumulation": 128 // batch, "sequence": ALPACA[batch]}
        model = language_model("llama-2-7b", lora=8, lora_layers="attention", **sizes)
        yield Row(line, "A100 SXM4 40 GB", model, whole_run(1000 * batch, 60), four_bit=four_bit)


def of_peft() -> Iterator[Row]:
    """method_comparison: MetaMathQA has 4,198,051 tokens in 20,000 texts; images of 512 pixels with checkpoints."""
    for line, rank in ((23, 0), (24, 32), (25, 64)):
        layers = {"lora": rank, "lora_layers": "attention"} if rank else {}
        model = language_model("llama-3.2-3b", batch=4, sequence=210, **layers)
        yield Row(line, "L40S", model, whole_run(20_000, 1))
    for line, rank, steps in ((26, 32, 750), (27, 64, 750), (28, 0, 300)):
        sizes = {"batch": 2, "image_size": 512, "lora": rank, "checkpoint": True, "precision": "bf16-true"}
        yield Row(line, "L40S", Workload("flux2-klein", **sizes), whole_run(2 * steps, 1))


def bert() -> Iterator[Row]:
    """NVIDIA's example, with apex: weights in fp16 (O2), plain attention, fused norms and optimiser."""
    for line, gpu, size, batch in (
        (45, "GeForce RTX 3080 Mobile", "base", 32),
        (46, "GeForce RTX 3080 Mobile", "base", 16),
        (47, "GeForce RTX 3080 Mobile", "large", 8),
        (48, "GeForce GTX 1080 Ti", "base", 20),
        (49, "GeForce RTX 3070", "base", 16),
        (50, "GeForce RTX 3080", "base", 20),
        (51, "GeForce RTX 3090", "base", 52),
        (52, "GeForce RTX 4090", "base", 96),
        (53, "A10 PCIe", "base", 80),
        (54, "A100 PCIe 40 GB", "base", 160),
        (55, "H100 PCIe 80 GB", "base", 320),
        (56, "GeForce RTX 4090", "large", 28),
        (57, "GeForce RTX 3090", "large", 28),
        (58, "A100 PCIe 40 GB", "large", 48),
    ):
        precision = "tf32" if line == 46 else "bf16-true"
        model = Workload(f"bert-{size}-squad", batch=batch, sequence=384, precision=precision)
        yield Row(line, gpu, model, a_second, FUSED, fused=False)


def images() -> Iterator[Row]:
    """Detectors, segmentation and classifiers, in mixed precision."""
    for line, gpu, batch in (
        (59, "GeForce RTX 2070 Mobile", 32),
        (60, "GeForce RTX 3080 Mobile", 88),
        (61, "GeForce GTX 1080 Ti", 56),
        (62, "GeForce RTX 3070", 24),
        (63, "GeForce RTX 3080", 56),
        (64, "GeForce RTX 3090", 140),
        (65, "GeForce RTX 4090", 140),
        (66, "A100 SXM4 80 GB", 64),
        (67, "Tesla V100 SXM2 16 GB", 32),
    ):
        sizes = {"batch": batch, "image_size": 300, "classes": 81, "optimizer": "sgd", "precision": "fp16"}
        per_second = whole_run(65 * 117_266, 3600) if line >= 66 else a_second
        yield Row(line, gpu, Workload("ssd300-resnet50", **sizes), per_second)
    for line, name, days in ((68, "yolov5n", 86_400), (69, "yolov5s", 86_400)):
        sizes = {"batch": 64, "image_size": 640, "classes": 80, "optimizer": "sgd", "precision": "fp16"}
        yield Row(line, "Tesla V100 SXM2 16 GB", Workload(name, **sizes), whole_run(300 * 118_287, days))
    for line, gpu, dimensions in (
        *((72, "A100 SXM4 80 GB", 2), (73, "Tesla V100 SXM2 16 GB", 2)),
        *((74, "A100 SXM4 80 GB", 3), (75, "Tesla V100 SXM2 16 GB", 3)),
    ):
        side, batch = (192, 64) if dimensions == 2 else (128, 2)
        sizes = {"batch": batch, "image_size": side, "classes": 4, "optimizer": "adam", "precision": "fp16"}
        # Images of 192 x 160 pixels, where the workload has squares of 192.
        per_second = (lambda rate: rate * 160 / 192) if dimensions == 2 else a_second
        yield Row(line, gpu, Workload(f"nnunet-{dimensions}d", **sizes), per_second)
    for line, name, batch in (
        *((84, "vit-small-16", 384), (85, "vit-tiny-16", 512), (86, "convnext-tiny", 256)),
        *((87, "efficientnet-b0", 512), (88, "resnet18", 512), (89, "mobilenet-v3-large", 512)),
    ):
        sizes = {"batch": batch, "image_size": 224, "classes": 1000, "optimizer": "sgd", "precision": "fp16"}
        yield Row(line, "GeForce RTX 3090", Workload(name, **sizes), a_second, fused=False)


def others() -> Iterator[Row]:
    """torchtune, FLUX and nanoGPT."""
    long = {"batch": 2, "sequence": 2048, "checkpoint": True, "loss_chunks": 8}
    whole = language_model("llama-3.1-8b", optimizer="paged-adamw-8bit", **long)
    yield Row(2, "GeForce RTX 4090", whole, tokens(2048), COMPILED)
    yield Row(3, "GeForce RTX 4090", language_model("llama-3.1-8b", lora=8, **long), tokens(2048), COMPILED)
    # 512 x 768 pixels are 1,536 tokens; a square of 624 has 1,521. Four pictures before each of 700 updates.
    sizes = {"batch": 1, "accumulation": 4, "image_size": 624, "sequence": 77, "lora": 4, "lora_layers": "attention"}
    flux = Workload("flux-transformer", checkpoint=True, precision="bf16-true", **sizes)
    yield Row(78, "GeForce RTX 4090", flux, whole_run(2_800, 60), four_bit=True)
    # GPT's feed-forward part (384 x 1536 twice) as a gated one of the same weights (384 x 1024 three times). Every 250
    # iterations 400 batches go forwards alone.
    shape = DecoderShape(384, 6, 6, 6, 64, 1024, 65)
    small = Workload("decoder", batch=64, sequence=256, decoder=shape, precision="bf16")
    yield Row(93, "A100 SXM4 40 GB", small, whole_run(64 * (5000 + 20 * 400 / 3), 60), COMPILED)


ROWS: tuple[Row, ...] = tuple(sorted((*litgpt(), *of_peft(), *bert(), *images(), *others()), key=lambda row: row.line))
NO_GPU = "the hardware is none of the GPUs in gpus.csv"
NO_NETWORK = "no network of the workloads"
LEFT_OUT: dict[int, str] = {
    **dict.fromkeys((16, 17), f"{NO_NETWORK}: phi has attention and feed-forward part side by side"),
    **dict.fromkeys((18, 19), f"{NO_NETWORK}: StableLM Alpha is a GPT-NeoX"),
    **dict.fromkeys(range(29, 38), NO_GPU),
    **dict.fromkeys(range(38, 42), "how many texts an epoch of OASST has there, and how long they are, is not said"),
    **dict.fromkeys(range(42, 45), NO_GPU),
    70: f"{NO_NETWORK}: YOLOv5m",
    71: f"{NO_NETWORK}: YOLOv5s with masks",
    76: "how many epochs it takes to that score is not said",
    77: "no rate",
    79: "products in fp8, which no workload has",
    **dict.fromkeys((80, 81, 83), "batch and size of the images are not said; one of them spills into the computer"),
    82: "the batch is not said; 13 s for a picture is ten times what the card takes: it spills into the computer",
    **dict.fromkeys((90, 91, 92, 94, 95), NO_GPU),
    **dict.fromkeys(range(96, 103), "boosted trees are no network"),
    **dict.fromkeys(range(103, 106), NO_GPU),
}
