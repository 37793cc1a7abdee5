"""Embedded metrics of functions that the emulator runs itself, such as scheduled ones."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from dataplane.metrics.emf import samples
from dataplane.metrics.reported import Reported

_INTERVAL_S: Final = 5.0
#: Events can appear in the log out of order by this much.
_OVERLAP_MS: Final = 30_000
_MOST_PAGES: Final = 20
_MOST_SEEN: Final = 50_000


class Elsewhere:
    """Reads the functions' log groups in the emulator's CloudWatch Logs.

    It has its own thread, because an emulator that hangs must not delay the reports of the data
    plane's own functions.

    Parameters
    ----------
    client
        The client of CloudWatch Logs.
    functions
        Returns the names of the functions to read.
    reported
        Receives the samples.
    """

    def __init__(
        self, client: Any, functions: Callable[[], Collection[str]], reported: Reported
    ) -> None:
        self._client = client
        self._functions = functions
        self._reported = reported
        self._began_ms = int(time.time() * 1000)
        self._until_ms: dict[str, int] = {}
        self._seen: dict[str, dict[str, int]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="elsewhere", daemon=True)

    def start(self) -> None:
        """Start to read. Earlier events don't count."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def look(self) -> None:
        """Read the events since the last call. A missing log group has no events."""
        for function in self._functions():
            try:
                self._read(function)
            except (BotoCoreError, ClientError):
                # The emulator is unavailable or the function never ran; retry from here next time.
                continue

    def _run(self) -> None:
        while not self._stop.wait(_INTERVAL_S):
            self.look()

    def _read(self, function: str) -> None:
        begin_ms = max(self._began_ms, self._until_ms.get(function, 0) - _OVERLAP_MS)
        seen = self._seen.setdefault(function, {})
        request: dict[str, Any] = {
            "logGroupName": f"/aws/lambda/{function}",
            "startTime": begin_ms,
            "filterPattern": '"CloudWatchMetrics"',
        }
        for _ in range(_MOST_PAGES):
            page = self._client.filter_log_events(**request)
            for event in page["events"]:
                self._take(function, event, seen)
            if not page.get("nextToken"):
                break
            request["nextToken"] = page["nextToken"]
        for event_id in [key for key, at_ms in seen.items() if at_ms < begin_ms]:
            del seen[event_id]

    def _take(self, function: str, event: dict[str, Any], seen: dict[str, int]) -> None:
        # Not every emulator assigns ids to events.
        message, at_ms = str(event["message"]), int(event["timestamp"])
        event_id = f"{event.get('logStreamName')} {at_ms} {message}"
        if event_id in seen or len(seen) >= _MOST_SEEN:
            return
        seen[event_id] = at_ms
        self._until_ms[function] = max(self._until_ms.get(function, 0), at_ms)
        for sample in samples(message.encode()):
            self._reported.add(sample)
