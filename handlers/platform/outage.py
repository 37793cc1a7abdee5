"""What is known about a server that is away, so that requests don't each wait to find it out."""

from __future__ import annotations

from typing import Final

from handlers.platform.clock import monotonic_s
from handlers.platform.errors import Unavailable

#: How long a server that is away is left alone before the next attempt.
REST_S: Final = 1.0
#: How long an attempt waits for it. The pool goes on trying in the background.
ATTEMPT_S: Final = 0.5


class Outage:
    """Tells whether a server is away.

    It is if a request could not reach it and nobody else did in the meantime: a server that only
    has too much to do still answers some.

    Parameters
    ----------
    patience_s
        How long to wait for a server that is not known to be away, in seconds.
    """

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._is_away = False
        self._next_attempt_s = 0.0
        self._reached_s = -1.0

    def patience_s(self) -> float:
        """Return how long to wait for the server now, in seconds.

        Raises
        ------
        Unavailable
            If it is away, and it is not time for an attempt yet.
        """
        if not self._is_away:
            return self._patience_s
        now_s = monotonic_s()
        if now_s < self._next_attempt_s:
            raise Unavailable("the database can't be reached")
        # This request makes the attempt. The others need not wait for its outcome.
        self._next_attempt_s = now_s + ATTEMPT_S + REST_S
        return ATTEMPT_S

    def reached(self) -> None:
        """Note that the server answered."""
        self._reached_s = monotonic_s()
        self._is_away = False

    def missed(self, since_s: float) -> None:
        """Note that it could not be reached.

        Parameters
        ----------
        since_s
            When the request began, by the monotonic clock.
        """
        if self._reached_s < since_s:
            self._is_away = True
            self._next_attempt_s = monotonic_s() + REST_S
