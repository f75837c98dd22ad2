"""Whole training steps against what 2 and 4 of their blocks tell, in shuffled rounds on the processor.

    python -m tests.bench.depth_truth [--only "NAME;NAME"] [--seconds 40] [--threads N] [--json FILE]

Truth and parts are trained in turn by one network, so that a neighbour hits them alike. Of a language model that
writes, the truth is a whole answer, token after token, against what few blocks tell of its prompt and of one token.
Exit code 1 where the target is missed: median error at most 5 %, the worst at most 10 %.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from rigdyno.core.analysis.jobs.depth_extrapolation import LOW_QUANTILE, extrapolate
from rigdyno.core.analysis.jobs.text_generation import measured_writing
from rigdyno.core.records.workload import DecoderShape, Workload

from .error_summary import summarise

ROUNDS = 5
PARTS = (2, 4)


def decoder(layers: int, width: int = 512) -> DecoderShape:
    """A language model like Llama, of so many blocks."""
    return DecoderShape(width, layers, width // 64, width // 128, 64, 3 * width, 16_000)


CASES: dict[str, Workload] = {
    "bert-base, 12": Workload("bert-base", 4, 128, classes=2),
    "gpt2, 12": Workload("gpt2", 1, 256),
    "gpt2, 12, checkpoints": Workload("gpt2", 1, 256, checkpoint=True),
    "vit-base-16, 12": Workload("vit-base-16", 4),
    "vit-small-16, 12, lora": Workload("vit-small-16", 8, lora=8),
    "whisper-small, 12": Workload("whisper-small", 1, 64),
    "decoder, 16": Workload("decoder", 2, 256, decoder=decoder(16)),
    "decoder, 24, lora": Workload("decoder", 2, 256, decoder=decoder(24), lora=16),
    "decoder, 24, lora, checkpoints, bf16": Workload(
        "decoder", 2, 256, decoder=decoder(24), lora=16, checkpoint=True, precision="bf16-true"
    ),
    "decoder, 32": Workload("decoder", 2, 256, decoder=decoder(32, 384)),
    "decoder, 16, an answer": Workload("decoder", 1, 144, decoder=decoder(16), new_tokens=16),
    "decoder, 24, an answer, bf16": Workload(
        "decoder", 1, 272, decoder=decoder(24), precision="bf16-true", new_tokens=16
    ),
    "decoder, 16, an answer, 4 bits": Workload("decoder", 1, 144, decoder=decoder(16), bits=4, new_tokens=16),
}


def trained(workload: Workload, whole: int, seconds: float) -> tuple[float, Sequence[float]]:
    """(what parts tell of a training step, seconds of real ones)."""
    from rigdyno.core.worker.devices import Device
    from rigdyno.core.worker.measurement import Clock
    from rigdyno.core.worker.partial_networks.part_sizes import parts_of
    from rigdyno.core.worker.partial_networks.partial_network import measure_parts
    from rigdyno.core.worker.partial_networks.partial_training import PartialTraining

    clock = Clock()
    training = PartialTraining(replace(workload, blocks=whole), Device("cpu"), seed=0)
    parts = [training.part(*chosen) for chosen in (*parts_of((workload,), PARTS), (whole, workload))]
    *few, truth = measure_parts(training, parts, whole, clock, clock.wall() + seconds, ROUNDS)
    told = extrapolate(few, truth.flops)
    return told.seconds if told else 0.0, truth.seconds


def written(workload: Workload, whole: int, seconds: float) -> tuple[float, Sequence[float]]:
    """(what parts tell of an answer, seconds of real ones)."""
    from rigdyno.core.worker.devices import Device
    from rigdyno.core.worker.measurement import Clock
    from rigdyno.core.worker.partial_networks.partial_network import measure_parts
    from rigdyno.core.worker.text_generation.partial_generation import PartialGeneration

    clock, real = Clock(), []
    over = clock.wall() + seconds
    network = PartialGeneration(replace(workload, blocks=whole), Device("cpu"), seed=0)
    parts = [network.reading(n, workload) for n in PARTS] + [network.writing(n) for n in PARTS]
    while len(real) < ROUNDS or clock.wall() < over:
        timings = measure_parts(network, parts, whole, clock, 0.0, rounds=1)
        network.cut(whole)
        begin = clock.wall()
        network.generator.write_answer()
        real.append(clock.wall() - begin)
    told = measured_writing(workload, timings, 0.0, LOW_QUANTILE)
    return told.answers(1, workload.new_tokens - 1, 1).value if told else 0.0, real


def measured(name: str, seconds: float, threads: int) -> dict[str, object]:
    """Measure one case for so many seconds; prints and returns its figures."""
    import torch
    from rigdyno.core.worker.workloads import blueprint_of

    torch.set_num_threads(threads)
    workload = CASES[name]
    whole = blueprint_of(workload).blocks(workload)
    told, found = (written if workload.new_tokens else trained)(workload, whole, seconds)
    ordered = sorted(found)
    real = ordered[round(LOW_QUANTILE * (len(ordered) - 1))]
    error = told / real - 1
    noise = median(ordered) / ordered[0] - 1
    print(
        f"{name:38} real {real:.3f} s  told {told:.3f} s  {error:+.1%}  "
        f"({len(ordered)} rounds, median {noise:.1%} above the fastest)",
        flush=True,
    )
    return {"name": name, "real": real, "error": error, "noise": noise, "rounds": len(ordered)}


def main(arguments: list[str] | None = None) -> int:
    """Measure the cases and say how far off the parts are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="names of cases, with semicolons between them")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    names = options.only.split(";") if options.only else list(CASES)
    found = [measured(name, options.seconds, options.threads) for name in names]
    return summarise(found, options.json)


if __name__ == "__main__":
    sys.exit(main())
