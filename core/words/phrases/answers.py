"""Whether this computer is enough for a job that somebody names, and what would be."""

from __future__ import annotations

from ..language import N_
from ..plural import Plural, Template

ANSWERS: dict[str, Template] = {
    "want-yes": N_("Yes: {job} takes {low} to {high} on {device}."),
    "want-perhaps": N_("Perhaps: {job} takes {low} to {high} on {device}; {deadline} would be good."),
    "want-slowly": N_("Yes, but slowly: {job} takes {low} to {high} on {device}; {deadline} would be good."),
    "want-too-slow": N_("No: {job} would take {low} to {high} on {device}; {deadline} would be good."),
    "want-memory": N_("No: {job} needs {need} of memory, and {device} has {has}."),
    "want-accelerators": N_("No: {job} asks for {need} or more accelerators."),
    "want-untried": N_("No: {job} was not tried, as an easier job already takes too long here."),
    "want-unknown": N_("Nobody knows yet: {job} was not measured here."),
    "data-suffices": N_(
        "Arithmetic, not data, sets the pace on {device}: num_workers={workers} suffices for the {trained} samples/s "
        "that it trains, and all cores read and decode {loaded}."
    ),
    "data-limits": Plural(
        "Data, not arithmetic, sets the pace on {device}: {workers} process reads and decodes {loaded} samples/s, and "
        "{trained} could be trained.",
        "Data, not arithmetic, sets the pace on {device}: {workers} processes read and decode {loaded} samples/s, and "
        "{trained} could be trained.",
        by="workers",
    ),
    "data-shares": N_(
        "Arithmetic sets the pace on {device}; reading and decoding images takes {percent} % of the time of the same "
        "cores, and num_workers={workers} suffices."
    ),
    "data-shares-most": N_(
        "Data, not arithmetic, sets the pace on {device}: reading and decoding images takes {percent} % of the time of "
        "its cores, with num_workers={workers}."
    ),
    "data-cached": N_("The trial images came from the computer's memory: from the disk, reading may be slower."),
    "data-unmeasured": N_("How fast images are read and decoded here was not measured. {failure}"),
    "writes": N_(
        "The first token comes after {low} to {high} ({first_kind}); then {least} to {most} tokens/s are written "
        "({rate_kind})."
    ),
    "corrected": N_("The speed is corrected by {factor}, from your own training of {steps} steps on {date}."),
    "corrected-by-several": N_(
        "The speed is corrected by {factor}, from {trainings} trainings of your own of {steps} steps in all, the "
        "latest on {date}; their factors are {least} to {most}."
    ),
    "unpacked": N_("Plain PyTorch has unpacked the weights of {bits} bits; a fused kernel is faster."),
    "unpacked-writing": N_(
        "That is PyTorch's speed with weights of {bits} bits; programs made for writing, such as llama.cpp, are faster."
    ),
    "rent": N_(
        "The cheapest way out that is known: {offer} ({accelerators}) takes {low} to {high} and {least} to {most} "
        "US dollars (price: {date})."
    ),
    "gpu-class": N_("It takes a GPU with {need} of memory or more; no published table says how long it would take."),
}
