"""What a person sees while things happen: a line a step, with its time.

On a terminal the step under way spins; elsewhere (CI, a pipe) only finished lines are printed.
``NO_COLOR`` is respected by rich itself.
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
    """One step under way; what it says at its end is `text`."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.text = ""
        self.skipped = False
        self.hidden = False
        self.failed = False

    def skip(self, text: str) -> None:
        """Say that there was nothing to do, and why."""
        self.text, self.skipped = text, True

    def fail(self, text: str) -> None:
        """Say that it failed, where the command goes on nevertheless."""
        self.text, self.failed = text, True

    def hide(self) -> None:
        """Leave no line: there was nothing to do, and nothing to say about it."""
        self.skipped = self.hidden = True


class Progress:
    """The steps of one command, and how long they took together."""

    def __init__(self, quiet: bool = False) -> None:
        self.out = Console(highlight=False, soft_wrap=True, quiet=quiet)
        self.error = Console(stderr=True, highlight=False, soft_wrap=True)
        self.began = time.monotonic()
        self.changed = False

    @contextlib.contextmanager
    def step(self, title: str, doing: str = "", began: float | None = None) -> Iterator[Step]:
        """Show a step: its title, what is being done, and at its end its result and time.

        Parameters
        ----------
        title : str
            What it is about.
        doing : str
            What is being done, shown while it lasts.
        began : float, optional
            When it began (``time.monotonic()``), where that was before now.
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
        """Show a step that something else took and timed."""
        self.changed = True
        self._line("[green]✓[/]", title, text, seconds)

    def _line(self, mark: str, title: str, text: str, seconds: float) -> None:
        padded = f"{title:<{TITLE_WIDTH}}"
        self.out.print(f"{mark} {escape(padded)} [dim]{seconds:6.1f} s[/]  {escape(text)}")

    def say(self, text: str, style: str = "") -> None:
        """Print a line."""
        self.out.print(escape(text), style=style or None)

    def fail(self, error: LocalCloudError) -> None:
        """Print an error: what is wrong, what to do, and the evidence."""
        self.error.print(f"[red]error:[/] {escape(error.problem)}")
        if error.remedy:
            self.error.print(f"[yellow]to do:[/] {escape(error.remedy)}")
        if error.detail:
            self.error.print(escape(error.detail), style="dim")

    @property
    def seconds(self) -> float:
        """Seconds since the command began."""
        return time.monotonic() - self.began
