"""A pool of strict workers, which limits a function's concurrent invocations."""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from typing import Any

from dataplane.keeper import Keeper
from dataplane.metrics.invocations import Invocations
from dataplane.model import FunctionSpec
from dataplane.runtime import errors
from dataplane.worker import Invocation, Site, StrictWorker, WorkerFailedError


class PoolClosedError(RuntimeError):
    """The pool was closed, because its function was redeployed or the data plane stops."""


class ThrottledError(RuntimeError):
    """The function's reserved concurrency is used up."""


class StrictPool:
    """Warm workers of one function, started on demand up to a limit.

    It works with threads, and with greenlets in a process that gevent has patched.

    Parameters
    ----------
    limit
        The maximum number of workers. A reserved concurrency of the function that is not greater
        overrides it: invocations over it are throttled, as on Lambda, instead of waiting.
    keeper
        Keeps invocations on disk; None to keep none.
    """

    def __init__(
        self, spec: FunctionSpec, site: Site, limit: int, keeper: Keeper | None = None
    ) -> None:
        reserved = spec.reserved_concurrency
        self.limit = limit if reserved is None else min(limit, reserved)
        self._is_reserved = self.limit == reserved
        self.spec = spec
        self.cold_starts = 0
        self.lost = 0
        self.debug_port: int | None = None
        self.invocations = Invocations()
        self._site = site
        self._keeper = keeper
        self._changed = threading.Condition()
        self._idle: list[tuple[int, StrictWorker]] = []
        self._free_slots = deque(range(self.limit))
        self._closed = False

    def warm(self, count: int) -> None:
        """Start up to ``count`` workers before the first invocation.

        Raises
        ------
        WorkerFailedError
            If the function can't be loaded.
        """
        for _ in range(min(count, self.limit)):
            with self._changed:
                if not self._free_slots:
                    return
                slot = self._free_slots.popleft()
            self._put_back(slot, self._start(slot))

    def invoke(
        self,
        event: bytes,
        timeout_s: float | None = None,
        request_id: str | None = None,
        cores: frozenset[int] | None = None,
    ) -> Invocation:
        """Run one invocation on a free worker.

        If all are busy, it waits, unless the concurrency is reserved.

        Parameters
        ----------
        event
            The event's JSON.
        timeout_s
            A timeout shorter than the function's, if the caller can't wait that long. It includes
            the wait for a worker.
        cores
            The cores to run the worker on; None for no change.

        Raises
        ------
        PoolClosedError
            If the pool was closed before a worker was free.
        ThrottledError
            If the reserved concurrency is used up.
        """
        request_id = request_id or str(uuid.uuid4())
        budget_s = timeout_s if timeout_s is not None else float(self.spec.time_limit_s)
        deadline_s = time.monotonic() + budget_s
        taken = self._take(deadline_s)
        if taken is None:
            with self._changed:
                self.invocations.throttles += 1
            return Invocation(errors.timed_out(request_id, budget_s), True)
        slot, worker = taken
        begun_s = time.monotonic()
        try:
            if worker is None:
                worker = self._start(slot)
            if cores is not None:
                worker.use_cores(cores)
            left_s = None if timeout_s is None else max(0.001, deadline_s - time.monotonic())
            outcome = worker.invoke(request_id, event, left_s)
        except WorkerFailedError as error:
            self._count(time.monotonic() - begun_s, failed=True)
            self._give_up(slot)
            if self._keeper is not None:
                self._keep(self._keeper, request_id, event, error.payload)
            return Invocation(error.payload, True, worker_lost=True)
        except BaseException:
            # If the greenlet is killed, its worker may be in the middle of a reply.
            if worker is not None:
                worker.kill()
            self._give_up(slot)
            raise
        self._count(time.monotonic() - begun_s, failed=outcome.failed, timed_out=outcome.timed_out)
        if outcome.worker_lost:
            self.lost += 1
            self._give_up(slot)
        else:
            self._put_back(slot, worker)
        if self._keeper is not None:
            failure = outcome.payload if outcome.failed else None
            self._keep(self._keeper, request_id, event, failure)
        return outcome

    def describe(self) -> dict[str, Any]:
        """Return how the pool does, for a status file."""
        with self._changed:
            return {
                "limit": self.limit,
                "cold_starts": self.cold_starts,
                "lost": self.lost,
                "debug_port": self.debug_port,
                **self.invocations.describe(),
            }

    def close(self) -> None:
        """Stop idle workers now, and busy ones when they finish."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            self._changed.notify_all()
        for _, worker in idle:
            worker.stop()

    def _keep(self, keeper: Keeper, request_id: str, event: bytes, failure: bytes | None) -> None:
        error = None if failure is None else failure.decode(errors="replace")
        keeper.keep(self.spec.name, request_id, event, error)

    def _count(self, took_s: float, *, failed: bool, timed_out: bool = False) -> None:
        with self._changed:
            self.invocations.add(took_s, failed=failed, timed_out=timed_out)

    def _take(self, deadline_s: float) -> tuple[int, StrictWorker | None] | None:
        with self._changed:
            while True:
                if self._closed:
                    raise PoolClosedError(f"the pool of {self.spec.name} is closed")
                while self._idle:
                    slot, worker = self._idle.pop()
                    if worker.is_alive():
                        return slot, worker
                    # It died while it was idle, so use another one instead of failing.
                    worker.kill()
                    self.lost += 1
                    return slot, None
                if self._free_slots:
                    return self._free_slots.popleft(), None
                if self._is_reserved:
                    self.invocations.throttles += 1
                    raise ThrottledError(f"the concurrency of {self.spec.name} is used up")
                left_s = deadline_s - time.monotonic()
                if left_s <= 0:
                    return None
                self._changed.wait(left_s)

    def _start(self, slot: int) -> StrictWorker:
        self.cold_starts += 1
        try:
            worker = StrictWorker(self.spec, self._site, f"worker.{self.spec.logical_id}.{slot}")
            self.debug_port = worker.debug_port
            return worker
        except WorkerFailedError:
            raise
        except OSError as error:
            payload = errors.exited("init", None)
            raise WorkerFailedError(payload) from error

    def _put_back(self, slot: int, worker: StrictWorker) -> None:
        with self._changed:
            if not self._closed:
                self._idle.append((slot, worker))
                self._changed.notify()
                return
        worker.stop()

    def _give_up(self, slot: int) -> None:
        with self._changed:
            self._free_slots.append(slot)
            self._changed.notify()
