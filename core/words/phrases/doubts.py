"""What speaks against a measurement, and what became of a check that was cut off."""

from __future__ import annotations

from ..language import N_
from ..plural import Plural, Template

DOUBTS: dict[str, Template] = {
    "simulated": N_(
        "Simulated: nothing was measured. A machine with this GPU ({gpu}) is not here; its times are scaled from "
        "published rates of others, and its processor, cooling and disk are not looked at."
    ),
    "partial": N_("The check did not run to its end."),
    "other-load": N_("Other programs used {percent} % of the processor meanwhile; the busiest: {program}."),
    "preempted": N_(
        "The system took the processor away from each thread {times} times a second, to run something else."
    ),
    "power-saver": N_("The computer was in its power mode {mode}, which saves energy."),
    "steal": N_("The host of this virtual machine took {percent} % of the processor away."),
    "own-cpu": N_("Training got only {percent} % of the processor time that its threads asked for."),
    "corrected-for-load": N_(
        "Other programs kept cores busy: training had {threads} only, and its rates were multiplied by {least} to "
        "{most}, to what {cores} cores would reach on a quiet computer (corrected)."
    ),
    "not-sure": N_(
        "Not sure: others took {percent} % of the processor, and without them scenario {towards} could be in "
        "reach. Close what is running and check again."
    ),
    "foreign-variables": N_("The training ran with variables that change its speed: {variables}."),
    "above-peak": N_(
        "{model} on {device} reached {percent} % of the highest arithmetic rate that was measured there: one of the "
        "two rates is wrong."
    ),
    "on-battery": N_("The computer ran on its battery."),
    "draining": N_("The charger gave less power than the computer took, so its battery drained."),
    "did-not-settle": N_("The rate of {model} on {device} had not settled after the warm-up."),
    "wide": N_("The rate of {model} on {device} is known to ± {half_width} % only."),
    "few-windows": Plural(
        "Only {windows} window of {model} on {device} was measured.",
        "Only {windows} windows of {model} on {device} were measured.",
        by="windows",
    ),
    "clock-fell": N_("The processor's clock fell by {percent} % during the check."),
    "throttled": N_("{device} was slowed down by {cause} for {percent} % of the time."),
    "gpu-shared": N_("Other programs used {percent} % of {device} meanwhile."),
    "stood-still": N_(
        "The computer slept, or the program was stopped, for {seconds}; what was measured meanwhile does not count."
    ),
    "swap": N_("The machine swapped memory to disk meanwhile."),
    "estimated": N_("{model} was measured at smaller batches and extrapolated."),
    "failed": N_("{model} on {device} did not run: {failure}"),
    "kept-elsewhere": N_("{folder} cannot be written, so results are kept in {place}."),
    "unsaved": N_("The result could not be stored: {why}."),
    "cut-off": N_("The program ended in the middle of this check; what it had measured by then is kept."),
    "leftover": N_("The check of {when} was interrupted, and what it had measured is not lost."),
}
