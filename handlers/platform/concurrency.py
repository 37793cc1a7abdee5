"""Keeps blocking work from holding up other requests, where many share the process.

AWS Lambda runs one invocation at a time in a process. The local data plane's concurrent mode runs
hundreds as gevent greenlets, and a call that blocks in C would stop all of them.
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
    """Run work that needs the CPU or blocks in C, without holding up other requests.

    Under gevent it runs in a real thread; elsewhere it just runs.
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
    # gevent prints every exception in its thread pool, even expected ones.
    try:
        return work(), None
    except Exception as error:
        return None, error


class Sleeper:
    """Lets a greenlet sleep until it is woken, at a third of the cost of a lock and a timer.

    Only for processes under gevent. Waking twice, or before the sleep, does no harm.
    """

    __slots__ = ("_hub", "_waiter")

    def __init__(self) -> None:
        self._hub: Any = sys.modules["gevent"].get_hub()
        self._waiter: Any = sys.modules["gevent.hub"].Waiter(self._hub)

    def sleep(self) -> None:
        """Sleep until `wake` is called."""
        self._waiter.get()

    def wake(self) -> None:
        """End the sleep. The greenlet runs when it is its turn."""
        self._hub.loop.run_callback(self._waiter.switch, None)
