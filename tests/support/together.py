"""Request many keys while a first one is being read, to test that they are read together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from handlers.platform.shared_reads import Gathering

PATIENCE_S = 10.0


class Gate:
    """A gate for reads. It signals that a read has begun, and lets it continue when opened."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)

    def enter(self) -> None:
        """Wait until the gate is opened."""
        self.begun.release()
        assert self.go_on.wait(PATIENCE_S)


def wait_for(gathering: Gathering[Any], count: int) -> None:
    """Wait until so many requests are queued behind the current read."""
    end_s = time.monotonic() + PATIENCE_S
    while len(gathering._waiting) < count:
        assert time.monotonic() < end_s
        time.sleep(0.001)


def ask_together(
    ask: Callable[[str], Any], gathering: Gathering[Any], gate: Gate, keys: Sequence[str]
) -> list[Any]:
    """Request the first key and, during its read, the others; return the results or errors."""
    with ThreadPoolExecutor(len(keys)) as threads:
        asked = [threads.submit(ask, keys[0])]
        assert gate.begun.acquire(timeout=PATIENCE_S)
        asked += [threads.submit(ask, key) for key in keys[1:]]
        wait_for(gathering, len(keys) - 1)
        gate.go_on.set()
        return [one.exception(PATIENCE_S) or one.result() for one in asked]
