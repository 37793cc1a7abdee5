"""Console output of a command: one line per step, with its duration.

On a terminal, the current step shows a spinner. Elsewhere (CI, a pipe), only finished steps are
printed. rich itself respects ``NO_COLOR``.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape

from local_cloud.errors import LocalCloudError

TITLE_WIDTH = 16


class Step:
    """A step in progress. `text` is printed when it ends."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.text = ""
        self.skipped = False
        self.hidden = False
        self.failed = False

    def skip(self, text: str) -> None:
        """Mark the step as having nothing to do, and say why."""
        self.text, self.skipped = text, True

    def fail(self, text: str) -> None:
        """Mark the step as failed although the command continues."""
        self.text, self.failed = text, True

    def hide(self) -> None:
        """Print no line, because there was nothing to do."""
        self.skipped = self.hidden = True


class Progress:
    """The steps of one command, and their total duration."""

    def __init__(self, quiet: bool = False) -> None:
        self.out = Console(highlight=False, soft_wrap=True, quiet=quiet)
        self.error = Console(stderr=True, highlight=False, soft_wrap=True)
        self.began = time.monotonic()
        self.changed = False

    @contextlib.contextmanager
    def step(self, title: str, doing: str = "", began: float | None = None) -> Iterator[Step]:
        """Show a step: its title and activity, and at the end its result and duration.

        Parameters
        ----------
        title : str
            The step's title.
        doing : str
            The activity, shown while the step runs.
        began : float, optional
            When it began (``time.monotonic()``), if that was before this call.
        """
        begin = time.monotonic() if began is None else began
        step = Step(title)
        status: contextlib.AbstractContextManager[object] = contextlib.nullcontext()
        if self.out.is_terminal:
            status = self.out.status(f"{escape(title)} [dim]{escape(doing)}[/]")
        try:
            with status:
                yield step
        except BaseException:
            self._line("[red]✗[/]", title, "", time.monotonic() - begin)
            raise
        if not step.skipped:
            self.changed = True
        if step.hidden:
            return
        mark = "[dim]·[/]" if step.skipped else "[green]✓[/]"
        mark = "[red]✗[/]" if step.failed else mark
        self._line(mark, title, step.text, time.monotonic() - begin)

    def report(self, title: str, text: str, seconds: float) -> None:
        """Show a finished step that was timed elsewhere."""
        self.changed = True
        self._line("[green]✓[/]", title, text, seconds)

    def _line(self, mark: str, title: str, text: str, seconds: float) -> None:
        padded = f"{title:<{TITLE_WIDTH}}"
        self.out.print(f"{mark} {escape(padded)} [dim]{seconds:6.1f} s[/]  {escape(text)}")

    def say(self, text: str, style: str = "") -> None:
        """Print a line."""
        self.out.print(escape(text), style=style or None)

    def fail(self, error: LocalCloudError) -> None:
        """Print an error: the problem, the remedy and the details."""
        self.error.print(f"[red]error:[/] {escape(error.problem)}")
        if error.remedy:
            self.error.print(f"[yellow]hint:[/] {escape(error.remedy)}")
        if error.detail:
            self.error.print(escape(error.detail), style="dim")

    @property
    def seconds(self) -> float:
        """Seconds since the command began."""
        return time.monotonic() - self.began
