"""Start, watch, replace and stop the supervisor's child processes."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable

from dataplane.state_folder import StateFolder

_FIRST_DELAY_S = 0.1
_LONGEST_DELAY_S = 5.0
# If a child ran for this long, its start was fine, so the restart delay is reset.
_HEALTHY_S = 10.0

# Starts the process, which writes a line to the given descriptor when it is ready.
Starter = Callable[[int], "subprocess.Popen[bytes]"]


class Child:
    """A process that should always run.

    Parameters
    ----------
    name
        The name of its pid file.
    starter
        Starts it.
    aliases
        The names of more pid files for its pid.
    """

    def __init__(
        self, name: str, starter: Starter, layout: StateFolder, aliases: tuple[str, ...] = ()
    ) -> None:
        self.name = name
        self._starter = starter
        self._pid_files = [layout.pid_file(alias) for alias in (name, *aliases)]
        self._process: subprocess.Popen[bytes] | None = None
        self._ready_fd: int | None = None
        self._ready = False
        self.started_at = 0.0
        self._started_s = 0.0
        self._delay_s = _FIRST_DELAY_S
        self._start_at_s = 0.0

    @property
    def pid(self) -> int | None:
        """The process id, None if it is not running."""
        return self._process.pid if self._process else None

    def is_ready(self) -> bool:
        """Whether the process has reported that it is ready."""
        if not self._ready and self._ready_fd is not None:
            readable, _, _ = select.select([self._ready_fd], [], [], 0)
            if readable:
                self._ready = os.read(self._ready_fd, 16) != b""
                self._close_ready()
        return self._ready

    def start(self) -> None:
        """Start the process."""
        reading, writing = os.pipe()
        try:
            self._process = self._starter(writing)
        finally:
            os.close(writing)
        self._close_ready()
        self._ready_fd, self._ready = reading, False
        self._started_s = time.monotonic()
        self.started_at = time.time()
        for path in self._pid_files:
            path.write_text(f"{self._process.pid}\n")

    def watch(self) -> str | None:
        """Restart the process if it has ended, after an increasing delay.

        Returns
        -------
        How it ended, once for each end; otherwise None.
        """
        now_s = time.monotonic()
        if self._process is None:
            if now_s >= self._start_at_s:
                self.start()
            return None
        status = self._process.poll()
        if status is None:
            return None
        self._process = None
        self._ready = False
        if now_s - self._started_s > _HEALTHY_S:
            self._delay_s = _FIRST_DELAY_S
        self._start_at_s = now_s + self._delay_s
        self._delay_s = min(_LONGEST_DELAY_S, self._delay_s * 2)
        return f"signal {-status}" if status < 0 else f"exit status {status}"

    def signal(self, number: int) -> None:
        """Send a signal to the process, if it is running."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def stop(self, deadline_s: float) -> bool:
        """Wait for a process that is stopping; kill it at the deadline.

        Returns
        -------
        Whether it ended without being killed.
        """
        by_itself = True
        if self._process is not None:
            try:
                self._process.wait(max(0.0, deadline_s - time.monotonic()))
            except subprocess.TimeoutExpired:
                by_itself = False
                self._process.kill()
                self._process.wait()
            self._process = None
        self._close_ready()
        return by_itself

    def _close_ready(self) -> None:
        if self._ready_fd is not None:
            os.close(self._ready_fd)
            self._ready_fd = None


def stop_all(children: list[Child], grace_s: float) -> bool:
    """Stop all children in parallel; return whether all ended without being killed."""
    for child in children:
        child.signal(signal.SIGTERM)
    deadline_s = time.monotonic() + grace_s
    stopped = [child.stop(deadline_s) for child in children]
    return all(stopped)
