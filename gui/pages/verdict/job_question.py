"""A card to choose a job: it says whether this computer is enough for it, and if not, what would be."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from ....core.records.verdict import Verdict
from ....core.words.language import _
from ....core.words.phrases.names import JOBS
from ...widgets.containers import clear
from ...widgets.input_fields import Choice
from ...widgets.labels import label
from ...words import text

SHORT = 16
"""Least characters of the choice; long names of jobs must not widen the page."""


class JobQuestion(QFrame):
    """The answer comes from the forecasts of a verdict and from the table of rental prices."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._verdict = verdict
        title = label(_("What do you want to do?"), "headline")
        self.choice = Choice((("", _("choose …")), *((job, text.words.job(job)) for job in JOBS)))
        self.choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(SHORT)
        self.choice.setAccessibleName(title.text())
        title.setBuddy(self.choice)
        self.choice.currentIndexChanged.connect(self._answer)
        self._answers = QVBoxLayout()
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(title)
        row.addWidget(self.choice, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(8)
        column.addLayout(row)
        column.addLayout(self._answers)

    def _answer(self) -> None:
        # Imported here, as a start does not need the tables.
        from ....core.reference import scenarios
        from ....core.verdict.cloud_rentals import known_rentals
        from ....core.verdict.job_answer import job_answer

        clear(self._answers)
        job = next((j for j in scenarios.load_rules().jobs if j.name == self.choice.value()), None)
        told = job_answer(job, self._verdict.forecasts, known_rentals()) if job else []
        for number, reason in enumerate(told):
            self._answers.addWidget(label(text.sentence(reason), "" if number else "large", wrap=True))
