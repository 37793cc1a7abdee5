"""Play a history over a partition layout."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from handlers.domain import commands as c
from handlers.domain.partitions import partition_of
from tests.support.histories import Clear, Garbage, History, Pause, Resolve, Said, Step

Outcomes = dict[str, dict[Any, Any]]


class Player(ABC):
    """Plays histories. Everything that a step causes is applied before the next step.

    Parameters
    ----------
    partitions
        The partition count of the log.
    at_step
        The step before which the log grows.
    grows_to
        The new partition count; None if it does not grow.
    """

    def __init__(self, partitions: int, at_step: int, grows_to: int | None = None) -> None:
        self.partitions = partitions
        self._grows_to = grows_to
        self._at_step = at_step

    @abstractmethod
    def tick(self, seconds: float) -> None:
        """Let time pass in the log."""

    @abstractmethod
    def put(self, partition: int, account_id: str, value: bytes) -> None:
        """Append a record to the log, under an account's key."""

    @abstractmethod
    def drain(self) -> None:
        """Apply everything, including the messages that this sends."""

    @abstractmethod
    def head(self, account_id: str) -> tuple[str, int] | None:
        """Return the head of an account's parked queue, and the partition that processes it."""

    @abstractmethod
    def grow(self, partitions: int) -> None:
        """Grow the log. Everything so far is applied."""

    @abstractmethod
    def outcomes(self) -> Outcomes:
        """Return everything that must be the same in every layout."""

    def play(self, history: History) -> Outcomes:
        """Play a history to its end and return its outcome."""
        for number, step in enumerate(history.steps()):
            if number == self._at_step:
                if self._grows_to is not None:
                    self.grow(self._grows_to)
                    self.partitions = self._grows_to
                # A growth takes a microsecond of the log's time.
                self.tick(0.001)
            self._do(step)
        return self.outcomes()

    def _do(self, step: Step) -> None:
        match step:
            case Pause(seconds):
                self.tick(seconds)
                return
            case Said(command):
                self._put(c.account_of(command), c.encode(command))
            case Garbage(account_id, value):
                self._put(account_id, value)
            case Resolve(account_id, action, common):
                self._resolve(account_id, action, common)
            case Clear(account_id, commons):
                self._clear(account_id, commons)
        self.drain()

    def _put(self, account_id: str, value: bytes) -> None:
        self.put(partition_of(account_id, self.partitions), account_id, value)

    def _clear(self, account_id: str, commons: list[dict[str, Any]]) -> None:
        actions: tuple[c.Resolution, ...] = ("replay", "discard")
        for number, common in enumerate(commons):
            if not self._resolve(account_id, actions[number % 2], common):
                return
            self.drain()
        raise AssertionError("the queue does not become empty")

    def _resolve(self, account_id: str, action: c.Resolution, common: dict[str, Any]) -> bool:
        """Resolve the head of an account's queue; return whether there was one."""
        head = self.head(account_id)
        if head is None:
            return False
        parked_id, partition = head
        command = c.ParkedResolution(
            **common, account_id=account_id, parked_id=parked_id, action=action, note="because"
        )
        self.put(partition, account_id, c.encode(command))
        return True


def assert_same(one: Outcomes, other: Outcomes, where: str) -> None:
    """Fail unless two layouts gave a history the same outcome."""
    for what, wanted in one.items():
        found = other[what]
        assert found.keys() == wanted.keys(), f"{what} over {where}"
        for key, value in wanted.items():
            assert found[key] == value, f"{what} {key} over {where}"
