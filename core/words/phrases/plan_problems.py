"""Why a plan cannot run, and what its fields may hold."""

from __future__ import annotations

from ..language import N_

PROBLEMS: dict[str, str] = {
    "not-allowed": N_("{field}: {value} is not allowed; allowed is {range}."),
    "too-deep": N_(
        "{field}: {depth} blocks halve a {image_size}-pixel image to nothing; "
        "allowed at this image_size is 1 to {high}."
    ),
    "too-wide": N_(
        "{field}: {width} filters doubled in each of {depth} blocks end at {end}; allowed at this depth is 1 to {high}."
    ),
    "too-lonely": N_(
        "{field}: one {image_size}-pixel image ends as a single value, which {model} cannot normalise; "
        "allowed at this image_size is 2 to {high}."
    ),
    "too-small": N_("{field}: VGG16 halves a {image_size}-pixel image to nothing; allowed is {low} to {high} pixels."),
    "synthetic-only": N_("{field}: {model} trains on synthetic data only; use data synthetic."),
    "fixed": N_(
        "{field}: Fashion-MNIST has {field} {value}, not {given}; allowed is {value}, or any value with data synthetic."
    ),
    "too-few-images": N_("{field}: {batch} is more than the {high} training images; allowed is 1 to {high}."),
    "endless": N_("{field}: synthetic data is endless and has no epochs; allowed is 0, with seconds instead."),
    "too-many-threads": N_("{field}: {count} is more than this computer lets us use; allowed is 0 to {high}."),
    "no-device": N_("{field}: {name} cannot train here{why}; allowed is {allowed}."),
    "no-precision": N_("{field}: {name} cannot do {precision}; allowed is {allowed}."),
    "nobody-to-join": N_("{field}: too few devices to train together; allowed is 2 or more GPUs, or devices cpu."),
    "too-much-memory": N_(
        "{field}: {batch} would need about {need} and {has} may be used; allowed at this size is 1 to {high}."
    ),
    "hopeless-memory": N_(
        "{field}: {batch} would need about {need} and {has} may be used; make the network or the image smaller."
    ),
}
"""Why a plan cannot run; each begins with the field as it is written on a command line and in a file."""

ALLOWED: dict[str, str] = {
    "between": N_("{low} to {high}"),
    "one-of": N_("one of {choices}"),
    "one-of-or-own": N_("one of {choices}, or {called}"),
}
"""What a field may hold; the codes of `limits.Field.range`."""
