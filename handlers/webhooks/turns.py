"""Whose delivery is sent next: fair between users, whatever their receivers are like.

A user has a share of what is under way at once, and one whose receivers are slow a smaller one; all
slow receivers together have half of it, so however many there are, quick ones find room.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

#: How many attempts are under way at once, and how many of them may be one user's.
AT_ONCE: Final = 16
OF_EACH_USER: Final = 4
#: The same for receivers that take long.
SLOW_AT_ONCE: Final = AT_ONCE // 2
SLOW_OF_EACH_USER: Final = 1
#: From how many milliseconds on a receiver counts as slow.
SLOW_MS: Final = 1000
#: How many slow webhooks are remembered for their turn; more are found again later.
MAX_SLOW_READY: Final = 1000


class Ready(NamedTuple):
    """A webhook that may have something due; ids without prefixes.

    Attributes
    ----------
    answer_ms
        How long its receiver took lately, in milliseconds.
    """

    webhook: str
    user: str
    answer_ms: int

    @property
    def is_slow(self) -> bool:
        """Whether its receiver takes long."""
        return self.answer_ms >= SLOW_MS


class UnderWay(NamedTuple):
    """An attempt that has begun and not ended.

    Attributes
    ----------
    begun_s
        When, by `handlers.platform.clock.monotonic_s`.
    """

    user: str
    answer_ms: int
    begun_s: float

    def is_slow(self, now_s: float) -> bool:
        """Tell whether it goes to a slow receiver; one that keeps us waiting is slow already."""
        return self.answer_ms >= SLOW_MS or (now_s - self.begun_s) * 1000 >= SLOW_MS


class Turns:
    """The webhooks that wait for their turn: users in a row, and each user's webhooks in a row.

    Parameters
    ----------
    serves_slow
        Whether slow receivers have a turn at all.
    """

    def __init__(self, *, serves_slow: bool = True) -> None:
        self._serves_slow = serves_slow
        # In order of turn. A user without webhooks is not in it.
        self._users: dict[str, deque[Ready]] = {}
        self._known: dict[str, Ready] = {}
        self._slow = 0

    def add(self, found: Iterable[Ready]) -> None:
        """Line webhooks up, behind those that wait already."""
        for ready in found:
            is_left_out = not self._serves_slow or self._slow >= MAX_SLOW_READY
            if ready.webhook in self._known or (ready.is_slow and is_left_out):
                continue
            self._known[ready.webhook] = ready
            self._slow += ready.is_slow
            self._users.setdefault(ready.user, deque()).append(ready)

    def drop(self, webhook: str) -> None:
        """Forget a webhook: it has nothing due, or is in a backoff."""
        ready = self._known.pop(webhook, None)
        if ready is None:
            return
        self._slow -= ready.is_slow
        webhooks = self._users[ready.user]
        webhooks.remove(ready)
        if not webhooks:
            del self._users[ready.user]

    def choose(self, under_way: Collection[UnderWay], room: int, now_s: float) -> Counter[str]:
        """Choose of which webhooks how many deliveries may begin.

        Parameters
        ----------
        under_way
            All attempts that have not ended.
        room
            How many may begin at most.
        """
        held = Counter(one.user for one in under_way)
        slow = [one.user for one in under_way if one.is_slow(now_s)]
        shares = _Shares(held, set(slow), SLOW_AT_ONCE - len(slow))
        chosen: Counter[str] = Counter()
        # Each pass gives every user one more at most: there are as many as the largest share.
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
        """Take the first of a user's webhooks that there is a share for; both go to the end."""
        webhooks = self._users[user]
        for ready in webhooks:
            if shares.take(ready):
                webhooks.remove(ready)
                webhooks.append(ready)
                self._users[user] = self._users.pop(user)
                return ready
        return None


class _Shares:
    """What users have of what is under way at once."""

    def __init__(self, held: Counter[str], slow_users: set[str], slow_room: int) -> None:
        self._held = held
        self._slow_users = slow_users
        self._slow_room = slow_room

    def take(self, ready: Ready) -> bool:
        """Take a place for a webhook if its user's share and that of slow receivers allow it."""
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
