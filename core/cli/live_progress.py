"""What happens during a check, in a terminal: the phase, the live rate and the time left."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, Task, TextColumn
from rich.text import Text

from ..check import updates
from ..records import events
from ..words.language import _
from ..words.safe_text import neutral
from ..words.writer import spoken as words


class LiveProgress:
    """A listener that draws phase, live rate and time left; without a terminal it writes a line for each step."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            _Left(),
            TextColumn("{task.fields[rate]}", markup=False),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=None, rate="")
        self._where = ""
        self._waited = False
        self._band: tuple[int, float, bool] | None = None

    def __enter__(self) -> LiveProgress:
        if self._console.is_terminal:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:  # rich writes a blank line where it ends what it never began
            self._progress.stop()

    def __call__(self, update: updates.Update) -> None:
        """Take one update; cheap, as the training waits for nobody but shares the processor."""
        if isinstance(update, updates.StepStarted):
            self._where = " · ".join(filter(None, (words.model(update.model), update.device)))
            total = None if update.remaining_s is None else update.t + update.remaining_s
            self._progress.update(
                self._task, description=self._line(update.step), total=total, completed=update.t, rate=""
            )
            if not self._console.is_terminal:
                self._console.print(
                    f"{words.write(update.t, '5.1f')} s  {self._line(update.step)}", markup=False, highlight=False
                )
        elif isinstance(update, updates.WaitingForQuiet):
            if not self._waited:
                self._waited = True
                told = words.waiting(update.program, update.percent, update.most_s)
                self._console.print(f"{words.write(update.t, '5.1f')} s  {told}", markup=False, highlight=False)
        elif isinstance(update, updates.ScenarioSoFar):
            self._tell_scenario(update)
        elif isinstance(update, updates.Sampled):
            self._progress.update(self._task, completed=update.sample.t)
        elif isinstance(update, updates.WorkerSaid):
            event = update.event
            if isinstance(event, events.Phase):
                self._progress.update(self._task, description=self._line(event.name))
            elif isinstance(event, events.Window):
                self._progress.update(self._task, rate=_("{rate} samples/s").format(rate=words.figure(event.rate)))

    def _tell_scenario(self, news: updates.ScenarioSoFar) -> None:
        """A line where another scenario, or another band of 10 %, is the most likely one now."""
        if (band := (news.scenario, round(news.probability, 1), news.certain)) != self._band:
            self._band = band
            told = words.scenario_so_far(news.scenario, news.probability, news.certain)
            self._console.print(f"{words.write(news.t, '5.1f')} s  {told}", markup=False, highlight=False)

    def _line(self, step: str) -> str:
        return neutral(words.step(step) + (f" ({self._where})" if self._where else ""))


class _Left(TextColumn):
    """The most time that is left, counted down by the samples' clock."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        left = max(0.0, (task.total or 0.0) - task.completed)
        return Text(_("at most {time} left").format(time=words.duration(round(left))) if task.total else "")
