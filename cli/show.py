"""What a person sees while pictures are painted: one line on the terminal that is gone once they are there."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from protocol import events


class Show:
    """Used as `with Show(pictures) as show`; where stderr is no terminal it shows nothing."""

    def __init__(self, pictures: int) -> None:
        console = Console(stderr=True)
        self._pictures = pictures
        self._done = 0
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("Looking for an engine.", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def done(self) -> None:
        """The line goes before the end, for what is printed next."""
        self._progress.stop()

    def sentence(self, sentence: str) -> None:
        """Something that takes time nobody knows, such as loading."""
        self._progress.update(self._task, description=sentence)

    def bytes(self, done: int, total: int) -> None:
        """A file on its way here."""
        name = f"Fetching {done / 2**20:.0f} of {total / 2**20:.0f} MiB"
        self._progress.update(self._task, description=name, total=total, completed=done)

    def event(self, event: events.Event) -> None:
        if isinstance(event, events.Queued) and event.place:
            self.sentence(f"Waiting; {event.place} go first." if event.place > 1 else "Waiting; one goes first.")
        elif isinstance(event, events.Progress):
            whole, done = self._pictures * event.steps, self._done * event.steps + event.step
            name = "Painting" if self._pictures == 1 else f"Painting {self._done + 1} of {self._pictures}"
            self._progress.update(self._task, description=name, total=whole, completed=done)
        elif isinstance(event, events.Completed):
            self._done += 1
