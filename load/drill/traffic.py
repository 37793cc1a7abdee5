"""Clients that move money while parts are lost, and what their history says afterwards."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from load.drill.stage import PATIENCE_S, DrillFailed, Stage, wait_until
from load.judge.findings import Finding, check_history
from load.judge.lines import Attempt, History, Recorder, load_history
from load.traffic.workload import Plan, Workload

#: So light that a laptop does something else beside it.
PLAN = Plan(
    clients=4,
    requests=10_000_000,
    accounts=40,
    users=4,
    # Who can't know whether a request was taken asks again with its key.
    keyed=1.0,
    patience_s=600,
    pause_s=0.05,
)


class Traffic:
    """A workload that runs in a thread until it is stopped.

    Accounts and sessions are there once it is entered, so only money moves afterwards.
    """

    def __init__(self, stage: Stage) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ledgerlane-drill-")
        self.path = Path(self._folder.name) / "history.jsonl"
        self._file = self.path.open("w", encoding="utf-8")
        self._workload = Workload(stage.instance.api_url, Recorder(self._file), PLAN)
        self._stage = stage
        self._thread = threading.Thread(target=self._move_money)
        self._failure: BaseException | None = None

    def __enter__(self) -> Traffic:
        asyncio.run(self._workload.open_accounts())
        self._stage.await_drained()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._workload.stop()
        if error is None:
            self._thread.join()
        self._file.close()
        if error is None:
            self._folder.cleanup()

    def _move_money(self) -> None:
        try:
            asyncio.run(self._workload.move_money())
        except BaseException as error:
            self._failure = error

    @property
    def accepted(self) -> int:
        """How many commands were accepted so far."""
        return self._workload.accepted

    def goes_on(self, commands: int = 200) -> None:
        """Wait until so many more commands are accepted.

        Raises
        ------
        DrillFailed
            If that takes too long.
        """
        enough = self.accepted + commands
        wait_until(lambda: self.accepted >= enough or self._failure is not None, "commands")
        self._check()

    def stop(self) -> None:
        """Send no more; wait until each request has its answer."""
        self._workload.stop()
        self._thread.join(PATIENCE_S)
        self._check()

    def _check(self) -> None:
        if self._failure is not None:
            raise DrillFailed(f"a client failed: {self._failure!r}") from self._failure

    def finish(self) -> History:
        """Stop, wait for every end, read everything back, and return the history."""
        self.stop()
        self._stage.await_drained()
        asyncio.run(self._workload.read_finals())
        return self.history()

    def history(self) -> History:
        """Return the history so far."""
        self._file.flush()
        return load_history(self.path)


def judge(stage: Stage, history: History) -> list[Finding]:
    """Return what is lost, doubled, reordered or wrong by the history, the log and the rules."""
    return check_history(history, stage.topic())


def accepted(history: History) -> list[Attempt]:
    """Return the attempts that were acknowledged."""
    return [attempt for attempt in history.attempts if attempt.transaction_id is not None]


def failing_s(attempts: Iterable[Attempt]) -> list[float]:
    """Return each time in which commands failed, from one acknowledgement to the next, in seconds.

    A time counts if an attempt that failed falls into it. A slow answer alone is no failure.
    """
    every = list(attempts)
    times = sorted(one.returned_at_us or 0 for one in every if one.transaction_id is not None)
    failed = [(one.invoked_at_us, one.returned_at_us or 0) for one in every if one.status is None]
    return [
        (after - before) / 1e6
        for before, after in itertools.pairwise(times)
        if any(began < after and ended > before for began, ended in failed)
    ]
