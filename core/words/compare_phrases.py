"""The English of comparisons: what each row is, and why two results are not to be compared without a doubt."""

from __future__ import annotations

ROWS: dict[str, str] = {
    "scenario": "Scenario",
    "trust": "Trust",
    "rate": "Small network on {device}, images/s",
    "job": "{job}, on the fastest device",
    "product": "Matrix product on {device}, GFLOP/s",
    "bandwidth": "Memory of {device}, GB/s",
    "accuracy": "To {percent} % of unseen images right, on {device}",
    "endurance": "Of its first speed {device} keeps, %",
}
NOISE = {"beyond": "beyond the noise", "within": "within the noise", "unknown": "noise unknown"}
"""Whether a difference is larger than what one machine differs from itself."""

SETTINGS: dict[str, str] = {
    "model": "network",
    "depth": "convolution blocks",
    "width": "filters of the first block",
    "image_size": "side of an image",
    "channels": "colour channels",
    "classes": "classes",
    "batch": "images in a step",
    "optimizer": "optimiser",
    "learning_rate": "learning rate",
    "data": "training data",
    "epochs": "passes over the data",
    "seed": "start of the random numbers",
}
"""Fields of a plan in the middle of a sentence."""
VALUES: dict[str, str] = {
    "quick": "a quick check",
    "full": "a full check",
    "custom": "single measurements",
    "small-cnn": "small network",
    "mlp": "table network",
    "synthetic": "synthetic images",
    "fashion-mnist": "Fashion-MNIST",
}
"""What two results have that is a code, in the middle of a sentence."""

SENTENCES: dict[str, str] = {
    "unfair-battery": "{name} ran on its battery.",
    "unfair-trust": "{name} has the trust grade {trust}.",
    "unfair-partial": "{name} did not run to its end.",
    "unfair-version": "{name} was measured by Rigdyno {there}, {base} by {here}.",
    "unfair-torch": "{name} ran PyTorch {there}, {base} {here}.",
    "unfair-precision": "{name} trained in {there}, {base} in {here}.",
    "unfair-plan": "{name} trained with other settings than {base}: {setting} {there}, not {here}.",
    "unfair-preset": "{name} is of {there}, {base} of {here}.",
}
"""Each names the result at fault, and the one that all others are compared with."""
