"""The question "What do you want to train?": a family, then one of its jobs; "nothing special" asks for none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ....core.check.job_plans import MOST_S, job_alone, job_first
from ....core.records.plan import CheckPlan
from ....core.words.language import _
from ....core.words.phrases.jobs import FAMILIES
from ....core.words.writer import capital
from ...widgets.flow_layout import FlowLayout
from ...widgets.input_fields import Choice
from ...widgets.labels import label
from ...words import text

if TYPE_CHECKING:  # the catalogue is read when a family is chosen
    from ....core.reference.job_catalogue import CatalogueJob


class JobChoice(QWidget):
    """`changed` comes when another job is chosen; `alone_requested` asks to measure the chosen job and nothing else."""

    changed = Signal()
    alone_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._jobs: dict[str, CatalogueJob] = {}
        question = label(_("What do you want to train?"))
        nothing = ("", _("nothing special"))
        self.family = Choice((nothing, *((name, capital(_(title))) for name, title in FAMILIES.items())))
        self.family.setAccessibleName(question.text())
        question.setBuddy(self.family)
        self.jobs = Choice(())
        self.jobs.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.jobs.setAccessibleName(text.words.title("job"))
        self.alone = QPushButton(_("Measure this alone"))
        self.alone.setProperty("role", "link")
        self.alone.clicked.connect(self.alone_requested)
        self._about = label("", "dim", wrap=True)
        line = QWidget()
        flow = FlowLayout(line, spacing=10)
        for part in (question, self.family, self.jobs, self.alone):
            flow.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(line)
        column.addWidget(self._about)
        self.family.currentIndexChanged.connect(self._offer)
        self.jobs.currentIndexChanged.connect(self._react)
        self._react()

    @property
    def job(self) -> CatalogueJob | None:
        """The chosen job; None for nothing special."""
        return self._jobs.get(self.jobs.value())

    def added_to(self, plan: CheckPlan) -> CheckPlan:
        """A plan that measures the chosen job before the rest; the plan as it is where none is chosen."""
        return job_first(plan, self.job.workload, self.job.work, self.job.files) if self.job else plan

    def by_itself(self, devices: tuple[str, ...]) -> CheckPlan | None:
        """The plan of a check of the chosen job and nothing else."""
        return job_alone(self.job.workload, self.job.work, devices, self.job.files) if self.job else None

    def _offer(self) -> None:
        """The jobs of the chosen family that a check can measure."""
        from ....core.analysis.jobs.job_of_result import is_measurable
        from ....core.reference.job_catalogue import load_catalogue

        family = [job for job in load_catalogue() if job.family == self.family.value() and is_measurable(job)]
        self._jobs = {job.name: job for job in family}
        blocked = self.jobs.blockSignals(True)
        self.jobs.clear()
        for name in self._jobs:
            self.jobs.addItem(text.words.job(name), name)
        self.jobs.blockSignals(blocked)
        self._react()

    def _react(self) -> None:
        job = self.job
        for part in (self.jobs, self.alone, self._about):
            part.setVisible(job is not None)
        if job:
            told = _("Measured first, in {time} a device at most: {facts}.")
            self._about.setText(told.format(time=text.words.limit(MOST_S), facts=", ".join(_facts(job))))
        self.changed.emit()


def _facts(job: CatalogueJob) -> list[str]:
    """What the job is taken to be."""
    if job.trees:
        parts = _("{count} rows"), _("{count} columns"), _("{count} trees")
        counts = job.samples, job.columns, job.trees
        return [told.format(count=text.words.write(n)) for told, n in zip(parts, counts, strict=True)]
    facts = [_("batch {size}").format(size=job.batch * job.accumulation)]
    if job.sequence:
        facts.append(_("{count} tokens a sample").format(count=text.words.write(job.sequence)))
    if job.image_size:
        facts.append(_("{size} x {size} pixels").format(size=job.image_size))
    if job.new_tokens:
        told = _("{read} tokens read, {written} written")
        facts.append(told.format(read=text.words.write(job.prompt), written=text.words.write(job.new_tokens)))
    samples = text.words.write(job.work)
    return [*facts, _("{samples} samples in all").format(samples=samples)]
