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

SENTENCES: dict[str, str] = {
    "unfair-battery": "{name} ran on its battery.",
    "unfair-trust": "{name} has the trust grade {trust}.",
    "unfair-partial": "{name} did not run to its end.",
    "unfair-version": "{name} was measured by Rigdyno {there}, {base} by {here}.",
    "unfair-torch": "{name} ran PyTorch {there}, {base} {here}.",
    "unfair-precision": "{name} trained in {there}, {base} in {here}.",
    "unfair-plan": "{name} trained with other settings than {base}: {field} {there}, not {here}.",
    "unfair-preset": "{name} is of a {there} check, {base} of a {here} one.",
}
"""Each names the result at fault, and the one that all others are compared with."""
