"""Decides whose delivery is sent next, fairly between users whatever their receivers are like.

A user has a share of the concurrent attempts, and a smaller one for slow receivers. All slow
receivers together get half of the attempts, so however many there are, fast ones find room.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

#: The maximum number of concurrent attempts, and of one user's.
AT_ONCE: Final = 16
OF_EACH_USER: Final = 4
#: The same for slow receivers.
SLOW_AT_ONCE: Final = AT_ONCE // 2
SLOW_OF_EACH_USER: Final = 1
#: From this response time on, in milliseconds, a receiver counts as slow.
SLOW_MS: Final = 1000
#: How many slow webhooks are queued; any others are found again later.
MAX_SLOW_READY: Final = 1000


class Ready(NamedTuple):
    """A webhook that may have something due; ids have no prefixes.

    Attributes
    ----------
    answer_ms
        The receiver's recent response time, in milliseconds.
    """

    webhook: str
    user: str
    answer_ms: int

    @property
    def is_slow(self) -> bool:
        """Whether the receiver is slow."""
        return self.answer_ms >= SLOW_MS


class UnderWay(NamedTuple):
    """An attempt in progress.

    Attributes
    ----------
    begun_s
        Its start, by `handlers.platform.clock.monotonic_s`.
    """

    user: str
    answer_ms: int
    begun_s: float

    def is_slow(self, now_s: float) -> bool:
        """Tell whether its receiver is slow, including one that has kept us waiting this time."""
        return self.answer_ms >= SLOW_MS or (now_s - self.begun_s) * 1000 >= SLOW_MS


class Turns:
    """The queue of webhooks: users take turns, and so do each user's webhooks.

    Parameters
    ----------
    serves_slow
        Whether slow receivers get any turns.
    """

    def __init__(self, *, serves_slow: bool = True) -> None:
        self._serves_slow = serves_slow
        # In order of turns. Users without webhooks are not in it.
        self._users: dict[str, deque[Ready]] = {}
        self._known: dict[str, Ready] = {}
        self._slow = 0

    def add(self, found: Iterable[Ready]) -> None:
        """Queue webhooks behind those that wait already."""
        for ready in found:
            is_left_out = not self._serves_slow or self._slow >= MAX_SLOW_READY
            if ready.webhook in self._known or (ready.is_slow and is_left_out):
                continue
            self._known[ready.webhook] = ready
            self._slow += ready.is_slow
            self._users.setdefault(ready.user, deque()).append(ready)

    def drop(self, webhook: str) -> None:
        """Remove a webhook that has nothing due or is in a backoff."""
        ready = self._known.pop(webhook, None)
        if ready is None:
            return
        self._slow -= ready.is_slow
        webhooks = self._users[ready.user]
        webhooks.remove(ready)
        if not webhooks:
            del self._users[ready.user]

    def choose(self, under_way: Collection[UnderWay], room: int, now_s: float) -> Counter[str]:
        """Choose how many deliveries of which webhooks may start.

        Parameters
        ----------
        under_way
            All attempts in progress.
        room
            The maximum number to start.
        """
        held = Counter(one.user for one in under_way)
        slow = [one.user for one in under_way if one.is_slow(now_s)]
        shares = _Shares(held, set(slow), SLOW_AT_ONCE - len(slow))
        chosen: Counter[str] = Counter()
        # Each pass gives every user at most one more, up to the largest share.
        for _ in range(OF_EACH_USER):
            for user in sorted(self._users, key=held.__getitem__):
                if room <= 0:
                    return chosen
                ready = self._next_of(user, shares)
                if ready is not None:
                    chosen[ready.webhook] += 1
                    room -= 1
        return chosen

    def _next_of(self, user: str, shares: _Shares) -> Ready | None:
        """Take a user's first webhook with a share left; both move to the end of their queues."""
        webhooks = self._users[user]
        for ready in webhooks:
            if shares.take(ready):
                webhooks.remove(ready)
                webhooks.append(ready)
                self._users[user] = self._users.pop(user)
                return ready
        return None


class _Shares:
    """The users' shares of the concurrent attempts."""

    def __init__(self, held: Counter[str], slow_users: set[str], slow_room: int) -> None:
        self._held = held
        self._slow_users = slow_users
        self._slow_room = slow_room

    def take(self, ready: Ready) -> bool:
        """Take a place for a webhook, if its user's share and that of slow receivers allow it."""
        is_slow = ready.is_slow
        of_slow = is_slow or ready.user in self._slow_users
        share = SLOW_OF_EACH_USER if of_slow else OF_EACH_USER
        if self._held[ready.user] >= share or (is_slow and self._slow_room <= 0):
            return False
        self._held[ready.user] += 1
        if is_slow:
            self._slow_users.add(ready.user)
            self._slow_room -= 1
        return True
