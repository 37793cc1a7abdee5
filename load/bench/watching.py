"""Keep the Prometheus of one instance from costing another one's measurement."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from local_cloud.config import Instance
from local_cloud.services.prometheus import Prometheus


@contextmanager
def unwatched(instances: Iterable[Instance]) -> Iterator[None]:
    """Pause the Prometheus of instances that are not measured now.

    Nothing asks an idle instance for anything but its Prometheus, whose scrapes would cost the
    instance beside it as much as its own, so that the cost of observing would not be seen.
    """
    with ExitStack() as paused:
        for instance in instances:
            process = Prometheus(instance).process
            if process is not None:
                os.kill(process.pid, signal.SIGSTOP)
                paused.callback(os.kill, process.pid, signal.SIGCONT)
        yield
