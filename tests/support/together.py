"""Asking for many keys while a first one is being read, to see them read together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from handlers.platform.shared_reads import Gathering

PATIENCE_S = 10.0


class Gate:
    """What a read passes: it tells that it began, and goes on when it is let."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)

    def enter(self) -> None:
        """Stand at the gate until it is opened."""
        self.begun.release()
        assert self.go_on.wait(PATIENCE_S)


def wait_for(gathering: Gathering[Any], count: int) -> None:
    """Wait until so many stand behind the read that runs."""
    end_s = time.monotonic() + PATIENCE_S
    while len(gathering._waiting) < count:
        assert time.monotonic() < end_s
        time.sleep(0.001)


def ask_together(
    ask: Callable[[str], Any], gathering: Gathering[Any], gate: Gate, keys: Sequence[str]
) -> list[Any]:
    """Ask for the first key, and for the others meanwhile; return what came, or was raised."""
    with ThreadPoolExecutor(len(keys)) as threads:
        asked = [threads.submit(ask, keys[0])]
        assert gate.begun.acquire(timeout=PATIENCE_S)
        asked += [threads.submit(ask, key) for key in keys[1:]]
        wait_for(gathering, len(keys) - 1)
        gate.go_on.set()
        return [one.exception(PATIENCE_S) or one.result() for one in asked]
