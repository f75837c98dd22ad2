"""Which changes make a workload fit into less memory, and what they cost in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...records.experiment_events.memory import MemoryCount
from ...records.workload import Workload

RECOMPUTED = 4 / 3
"""Gradient checkpointing does the forward pass twice: four parts of work instead of three (Chen et al. 2016)."""
DEQUANTISED = 1.3
"""With a fused kernel for 4 bits; published QLoRA runs take 1.05 to 1.7 times as long as LoRA (litgpt, h2o)."""
SMALLER_STEPS = 1.05
"""The same samples in smaller batches, whose steps use the device a little less."""
SHORTEST = 128
LORA_RANK = 16
STATES_8_BIT = 1.02
"""bitsandbytes tells of no loss of speed; the conversion of states takes a little."""


@dataclass(frozen=True)
class Remedy:
    """A change of a workload: its code, the workload after it, and how many times as long the training takes.

    Codes: smaller-batch, eight-bit-optimizer, checkpoint, four-bit, lora, shorter-sequence; together with checkpoint:
    four-bit-checkpoint, lora-checkpoint, smaller-batch-checkpoint. Of a language model that writes: one-answer,
    eight-bit, four-bit, shorter-prompt, four-bit-shorter-prompt.
    """

    code: str
    workload: Workload
    slower: float


def remedies(workload: Workload) -> list[Remedy]:
    """Changes that need less memory, the cheapest first; those after which something else is learnt, or answered, come
    last.
    """
    if workload.new_tokens:
        return list(_other_answers(workload))
    found = list(_same_training(workload))
    found += [_with_checkpoint(r) for r in found if r.code == "smaller-batch" and not r.workload.checkpoint]
    found += list(_other_training(workload))
    return found


def _same_training(workload: Workload) -> Iterator[Remedy]:
    """Changes that leave the arithmetic of the training as it is, or nearly."""
    if workload.optimizer in ("adam", "adamw") and not workload.lora:
        yield Remedy("eight-bit-optimizer", replace(workload, optimizer="adamw-8bit"), STATES_8_BIT)
    if workload.batch > 1:
        small = replace(workload, batch=1, accumulation=workload.accumulation * workload.batch)
        yield Remedy("smaller-batch", small, SMALLER_STEPS)
    if workload.lora and not workload.bits:
        yield Remedy("four-bit", replace(workload, bits=4), DEQUANTISED)
    if not workload.checkpoint:
        yield Remedy("checkpoint", replace(workload, checkpoint=True), RECOMPUTED)


def _with_checkpoint(remedy: Remedy) -> Remedy:
    checkpointed = replace(remedy.workload, checkpoint=True)
    return Remedy(f"{remedy.code}-checkpoint", checkpointed, remedy.slower * RECOMPUTED)


def _other_training(workload: Workload) -> Iterator[Remedy]:
    """Changes after which something else is trained: shorter texts, adapters instead of all weights."""
    if workload.lora:
        leanest = replace(workload, bits=4, checkpoint=True, batch=1, loss_chunks=max(8, workload.loss_chunks))
        leanest = replace(leanest, accumulation=workload.samples_per_update)
        yield Remedy("four-bit-checkpoint", leanest, DEQUANTISED * RECOMPUTED * SMALLER_STEPS)
    if workload.sequence >= 2 * SHORTEST:
        yield Remedy("shorter-sequence", replace(workload, sequence=workload.sequence // 2), 1.0)
    if not workload.lora and workload.sequence:
        yield Remedy("lora", replace(workload, lora=LORA_RANK), 1.0)
        adapted = replace(workload, lora=LORA_RANK, bits=4, checkpoint=True)
        yield Remedy("lora-checkpoint", adapted, DEQUANTISED)


def _other_answers(workload: Workload) -> Iterator[Remedy]:
    """Changes of a language model that writes. Weights of fewer bits are read faster; what unpacks them takes its time,
    unless a fused kernel does.
    """
    if workload.batch > 1:  # weights are read once for all texts of a batch
        yield Remedy("one-answer", replace(workload, batch=1), float(workload.batch))
    if not workload.bits:
        yield Remedy("eight-bit", replace(workload, bits=8), 1.0)
    fewest = replace(workload, bits=4)
    if workload.bits != 4:
        yield Remedy("four-bit", fewest, 1.0)
    if workload.prompt >= 2 * SHORTEST:
        yield Remedy("shorter-prompt", workload.with_half_the_prompt(), 1.0)
        if workload.bits != 4:
            yield Remedy("four-bit-shorter-prompt", fewest.with_half_the_prompt(), 1.0)


def fits(count: MemoryCount) -> bool | None:
    """Whether a step has room in the memory that was free; None where that is not known."""
    return None if count.limit is None else count.peak <= count.limit


def largest_batch(counts: Sequence[MemoryCount]) -> int | None:
    """The largest batch that fits, from the line through the counts of two batches of the same sequence; None where it
    is not known.
    """
    return _largest(counts, "batch", "sequence")


def longest_sequence(counts: Sequence[MemoryCount]) -> int | None:
    """The same for the sequence; it is linear as long as attention's kernel is a fused one, so it is an upper bound
    where it is not.
    """
    return _largest(counts, "sequence", "batch") if counts and counts[0].sequence else None


def _largest(counts: Sequence[MemoryCount], size: str, fixed: str) -> int | None:
    """The largest `size` (a field) that fits, from the first count and one for the same device that differs in it, and
    not in `fixed`.
    """
    if not counts or (limit := counts[0].limit) is None:
        return None

    def differs(count: MemoryCount) -> bool:
        alike = (count.device, getattr(count, fixed)) == (counts[0].device, getattr(counts[0], fixed))
        return alike and getattr(count, size) != at

    at: int = getattr(counts[0], size)
    other = next(filter(differs, counts[1:]), None)
    if other is None:
        return None
    each = (other.peak - counts[0].peak) / (getattr(other, size) - at)
    return max(0, at + int((limit - counts[0].peak) / each)) if each > 0 else None
