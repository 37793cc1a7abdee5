"""Ctrl-C and SIGTERM, held back where an interruption would leave something half done.

Between starting a process and writing down its pid there must be no interruption, or nobody
would know of it; nor while what was started is taken back.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType


class _Interrupts:
    """Whether interruptions are held back, and whether one came meanwhile."""

    held = 0
    came = False


def install() -> None:
    """Let SIGTERM interrupt a command as Ctrl-C does, and both be held back."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if _Interrupts.held:
        _Interrupts.came = True
    else:
        raise KeyboardInterrupt


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """Hold interruptions back; one that came meanwhile happens at the end.

    Raises
    ------
    KeyboardInterrupt
        At the end of the outermost such block, if a signal came within it.
    """
    _Interrupts.held += 1
    try:
        yield
    finally:
        _Interrupts.held -= 1
    if _Interrupts.came and not _Interrupts.held:
        _Interrupts.came = False
        raise KeyboardInterrupt
