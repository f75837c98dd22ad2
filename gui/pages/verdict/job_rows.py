"""A job of the catalogue as a row of the table: what is known of it here, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ....core.analysis.jobs.job_estimate import JobEstimate
from ....core.analysis.jobs.job_of_result import is_measurable
from ....core.records.result import Result
from ....core.records.verdict import Reason
from ....core.reference.job_catalogue import CatalogueJob
from ....core.verdict.catalogue_answer import best_estimate, catalogue_answer, time_answer
from ....core.words.language import _
from ....core.words.phrases.jobs import FAMILIES, KINDS, SHORT_KINDS
from ....core.words.writer import capital
from ...words import text

ROLES = {"want-yes": "good", "want-perhaps": "warn", "want-slowly": "warn", "want-unknown": ""}
"""Roles of the style sheet for answers; the others are bad."""
UNKNOWN = "—"


@dataclass(frozen=True)
class JobRow:
    """A job and what is known of it on each device."""

    job: CatalogueJob
    found: tuple[JobEstimate, ...]

    @property
    def best(self) -> JobEstimate | None:
        """The device to do it on; None where nothing is known."""
        return best_estimate(self.found)

    @property
    def answer(self) -> Reason:
        """Whether this computer is enough for it."""
        return catalogue_answer(self.job, self.found)

    @property
    def role(self) -> str:
        """The style sheet's role of the answer."""
        return ROLES.get(self.answer.code, "bad")

    def time_role(self, item: JobEstimate) -> str:
        """The same of the time on a device alone."""
        return ROLES.get(time_answer(self.job, item), "bad")

    @property
    def title(self) -> str:
        """What the job is."""
        return text.words.job(self.job.name)

    @property
    def family(self) -> str:
        """The family as a heading."""
        return capital(_(FAMILIES[self.job.family]))

    @property
    def why_not_measured(self) -> str:
        """Why a check of this job alone cannot measure it; empty where one can."""
        if is_measurable(self.job):
            return ""
        return _("It asks for several accelerators: a whole check measures it.")


def job_rows(result: Result, others: Sequence[Result]) -> list[JobRow]:
    """All jobs of the catalogue; `others` are checks of single jobs on the same computer, the latest first."""
    from ....core.analysis.jobs.job_guess import all_jobs  # imports tables that a start does not need

    return [JobRow(job, tuple(found)) for job, found in all_jobs(result, others)]


def time_range(item: JobEstimate) -> str:
    """The range of the job's time on a device; a dash where nobody knows."""
    known = item.low is not None and item.high is not None
    return text.words.span(item.low, item.high) if known else UNKNOWN  # type: ignore[arg-type]


def kind(item: JobEstimate) -> str:
    """How the time was found; empty where there is none."""
    return _(KINDS[item.kind]) if item.seconds is not None else ""


def short_kind(item: JobEstimate) -> str:
    """The same in one word, with the factor that corrects it; a dash where there is no time."""
    if item.seconds is None:
        return UNKNOWN
    factor = f" × {text.words.number('factor', item.correction.factor)}" if item.correction else ""
    return _(SHORT_KINDS[item.kind]) + factor


def rate(item: JobEstimate) -> str:
    """Samples a second, or tokens a second of a language model that writes; empty where nobody knows."""
    value = item.writing.tokens_per_s.value if item.writing else item.samples_per_s
    unit = _("tokens/s") if item.writing else _("rows/s") if item.library else _("samples/s")
    return f"{text.words.figure(value)} {unit}" if value else ""


def fit(item: JobEstimate) -> str:
    """Whether the job fits the memory."""
    return {True: _("fits"), False: _("does not fit"), None: _("unknown whether it fits")}[item.fits]
