"""Shares reads between concurrent requests: one round trip for all that came during the last one.

Nobody waits for others to come. A request that finds no read in progress starts one for itself;
requests that come in the meantime share the next read, which one of them runs. With one request at
a time, as in Lambda, each read has one key.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")


class _Asker(Generic[Value]):
    """A request that waits for a key's value, or to run the next read."""

    __slots__ = ("followers", "key", "turn", "value")

    def __init__(self, key: str, unknown: Value) -> None:
        self.key = key
        self.value = unknown
        self.turn: threading.Lock = threading.Lock()
        #: The requests whose keys this one reads; None unless it runs the read.
        self.followers: list[_Asker[Value]] | None = None


class Gathering(Generic[Value]):
    """Reads keys for all concurrent requests.

    Parameters
    ----------
    read
        Returns the values of keys, in order.  It has its own timeout.
    unknown
        The value for requests whose read failed; the request that ran the read gets the exception.
    """

    def __init__(self, read: Callable[[Sequence[str]], Sequence[Value]], unknown: Value) -> None:
        self._read: Final = read
        self._unknown: Final = unknown
        self._lock = threading.Lock()
        self._is_reading = False
        self._waiting: list[_Asker[Value]] = []

    def get(self, key: str) -> Value:
        """Return a key's value, as of this call or later."""
        asker = _Asker(key, self._unknown)
        with self._lock:
            leads = not self._is_reading
            if leads:
                self._is_reading = True
            else:
                asker.turn.acquire()
                self._waiting.append(asker)
        if not leads:
            self._await_turn(asker)
            if asker.followers is None:
                return asker.value
        self._lead([asker, *(asker.followers or ())])
        return asker.value

    def _await_turn(self, asker: _Asker[Value]) -> None:
        try:
            asker.turn.acquire()
        except BaseException:
            # It was cancelled from outside, so another request must run the read.
            with self._lock:
                if asker in self._waiting:
                    self._waiting.remove(asker)
            if asker.followers is not None:
                self._hand_over(asker.followers)
            raise

    def _lead(self, askers: list[_Asker[Value]]) -> None:
        try:
            values = self._read([asker.key for asker in askers])
            for asker, value in zip(askers, values, strict=True):
                asker.value = value
        finally:
            self._hand_over([])
            for asker in askers[1:]:
                asker.turn.release()

    def _hand_over(self, askers: list[_Asker[Value]]) -> None:
        """Have the first waiting request run the next read for all of them."""
        with self._lock:
            waiting = askers + self._waiting
            self._waiting = []
            if not waiting:
                self._is_reading = False
                return
            waiting[0].followers = waiting[1:]
        waiting[0].turn.release()
