"""The English of comparisons: what each row is, and why two results are not to be compared without a doubt."""

from __future__ import annotations

from ..language import N_
from ..plural import Template

ROWS: dict[str, str] = {
    "scenario": N_("Scenario"),
    "trust": N_("Trust"),
    "rate": N_("Small network on {device}, images/s"),
    "job": N_("{job}, on the fastest device"),
    "product": N_("Matrix product on {device}, GFLOP/s"),
    "bandwidth": N_("Memory of {device}, GB/s"),
    "accuracy": N_("To {percent} % of unseen images right, on {device}"),
    "endurance": N_("Of its first speed {device} keeps, %"),
}
NOISE = {"beyond": N_("beyond the noise"), "within": N_("within the noise"), "unknown": N_("noise unknown")}
"""Whether a difference is larger than what one machine differs from itself."""

SETTINGS: dict[str, str] = {
    "model": N_("network"),
    "depth": N_("convolution blocks"),
    "width": N_("filters of the first block"),
    "image_size": N_("side of an image"),
    "channels": N_("colour channels"),
    "classes": N_("classes"),
    "batch": N_("images in a step"),
    "optimizer": N_("optimiser"),
    "learning_rate": N_("learning rate"),
    "data": N_("training data"),
    "epochs": N_("passes over the data"),
    "seed": N_("start of the random numbers"),
}
"""Fields of a plan in the middle of a sentence."""
VALUES: dict[str, str] = {
    "quick": N_("a quick check"),
    "full": N_("a full check"),
    "custom": N_("single measurements"),
    "small-cnn": N_("small network"),
    "mlp": N_("table network"),
    "synthetic": N_("synthetic images"),
    "fashion-mnist": N_("Fashion-MNIST"),
}
"""What two results have that is a code, in the middle of a sentence."""

SENTENCES: dict[str, Template] = {
    "unfair-battery": N_("{name} ran on its battery."),
    "unfair-trust": N_("{name} has the trust grade {trust}."),
    "unfair-partial": N_("{name} did not run to its end."),
    "unfair-version": N_("{name} was measured by Rigdyno {there}, {base} by {here}."),
    "unfair-torch": N_("{name} ran PyTorch {there}, {base} {here}."),
    "unfair-precision": N_("{name} trained in {there}, {base} in {here}."),
    "unfair-plan": N_("{name} trained with other settings than {base}: {setting} {there}, not {here}."),
    "unfair-preset": N_("{name} is of {there}, {base} of {here}."),
}
"""Each names the result at fault, and the one that all others are compared with."""
