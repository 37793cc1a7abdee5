"""Whether many requests share this process, and how blocking work is kept from holding them up.

AWS Lambda runs one invocation at a time in a process; the local data plane's concurrent mode runs
hundreds, as gevent's greenlets.  There a call into C that waits would stop all of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

Result = TypeVar("Result")


def is_cooperative() -> bool:
    """Tell whether gevent runs this process, so that nothing may block in C."""
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and bool(monkey.is_module_patched("threading"))


def off_loop(work: Callable[[], Result]) -> Result:
    """Run work that needs the CPU or blocks in C without holding up other requests.

    Under gevent it runs in one of its real threads; elsewhere it simply runs.
    """
    if not is_cooperative():
        return work()
    hub = sys.modules["gevent"].get_hub()
    result: tuple[Result | None, BaseException | None] = hub.threadpool.apply(_caught, (work,))
    value, error = result
    if error is not None:
        raise error
    return cast(Result, value)


def _caught(work: Callable[[], Result]) -> tuple[Result | None, BaseException | None]:
    # gevent prints whatever a task of its thread pool raises, foreseen or not.
    try:
        return work(), None
    except Exception as error:
        return None, error


class Sleeper:
    """Lets a greenlet sleep until it is woken, for a third of what a lock and a timer cost.

    Only where gevent runs the process. Waking twice, or before the sleep, does no harm.
    """

    __slots__ = ("_hub", "_waiter")

    def __init__(self) -> None:
        self._hub: Any = sys.modules["gevent"].get_hub()
        self._waiter: Any = sys.modules["gevent.hub"].Waiter(self._hub)

    def sleep(self) -> None:
        """Sleep until `wake` is called."""
        self._waiter.get()

    def wake(self) -> None:
        """End the sleep, soon: the greenlet runs when it is its turn."""
        self._hub.loop.run_callback(self._waiter.switch, None)
