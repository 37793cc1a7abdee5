"""Delay Ctrl-C and SIGTERM while an interruption would leave something half done.

An interruption between starting a process and recording its pid would orphan the process.
Cleaning up after a failed start must not be interrupted either.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType


class _Interrupts:
    """Whether interrupts are delayed, and whether one arrived in the meantime."""

    held = 0
    came = False


def install() -> None:
    """Make SIGTERM interrupt a command like Ctrl-C, and allow both to be delayed."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if _Interrupts.held:
        _Interrupts.came = True
    else:
        raise KeyboardInterrupt


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """Delay interrupts until the end of the block.

    Raises
    ------
    KeyboardInterrupt
        At the end of the outermost block, if a signal arrived within it.
    """
    _Interrupts.held += 1
    try:
        yield
    finally:
        _Interrupts.held -= 1
    if _Interrupts.came and not _Interrupts.held:
        _Interrupts.came = False
        raise KeyboardInterrupt
