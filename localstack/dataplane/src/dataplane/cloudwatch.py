"""Send the functions' output to the emulator's CloudWatch Logs, if requested."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from dataplane.logs import next_lines
from dataplane.state_folder import StateFolder

_INTERVAL_S = 1.0
# PutLogEvents accepts 10,000 events and 1 MB, with 26 bytes counted for each event.
_CHUNK_BYTES = 512 * 1024
_MOST_EVENTS = 10_000
_LINE_CHARACTERS = 200_000


class LogShipper:
    """Follows the functions' logs, with one log group per function and one stream per run.

    Parameters
    ----------
    client
        The client of CloudWatch Logs.
    note
        Writes a line to the journal.
    """

    def __init__(self, layout: StateFolder, client: Any, note: Callable[[str], None]) -> None:
        self._folder = layout.function_logs
        self._client = client
        self._note = note
        self._stream = f"{time.strftime('%Y/%m/%d')}/[$LATEST]{uuid.uuid4().hex}"
        self._positions = {path: path.stat().st_size for path in self._folder.glob("*.log")}
        self._known: set[str] = set()
        self._trouble = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cloudwatch", daemon=True)

    def start(self) -> None:
        """Start to follow the logs. Existing lines are not sent."""
        self._thread.start()

    def stop(self) -> None:
        """Send the remaining lines, and stop."""
        self._stop.set()
        self._thread.join(5)

    def ship(self) -> None:
        """Send the lines since the last call."""
        for path in sorted(self._folder.glob("*.log")):
            try:
                while self._ship_chunk(path):
                    pass
                self._trouble = ""
            except (BotoCoreError, ClientError, OSError) as error:
                # The next call retries from the same position, so no line is lost.
                if str(error) != self._trouble:
                    self._note(f"can't send logs to CloudWatch: {error}")
                self._trouble = str(error)

    def _run(self) -> None:
        while not self._stop.wait(_INTERVAL_S):
            self.ship()
        self.ship()

    def _ship_chunk(self, path: Path) -> bool:
        """Send the next complete lines of one log; return whether there were any."""
        position, text = next_lines(path, self._positions.get(path, 0), _CHUNK_BYTES)
        lines = text.splitlines(keepends=True)[:_MOST_EVENTS]
        if not lines:
            self._positions[path] = position
            return False
        self._send(f"/aws/lambda/{path.stem}", lines)
        self._positions[path] = position + sum(len(line) for line in lines)
        return True

    def _send(self, group: str, lines: list[bytes]) -> None:
        if group not in self._known:
            self._create(self._client.create_log_group, logGroupName=group)
            self._create(
                self._client.create_log_stream, logGroupName=group, logStreamName=self._stream
            )
            self._known.add(group)
        now_ms = int(time.time() * 1000)
        events = [
            {"timestamp": now_ms, "message": text[:_LINE_CHARACTERS]}
            for line in lines
            if (text := line.decode(errors="replace").rstrip())
        ]
        if events:
            self._client.put_log_events(
                logGroupName=group, logStreamName=self._stream, logEvents=events
            )

    def _create(self, call: Callable[..., Any], **names: str) -> None:
        try:
            call(**names)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise
