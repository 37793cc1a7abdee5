"""A function's child process, as LocalStack's side sees it."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHILD = Path(__file__).with_name("child.py")
STOP_PATIENCE_S = 5.0
READ_BYTES = 65536


@dataclass(frozen=True)
class Answer:
    """What came of a start or an invocation.

    Attributes
    ----------
    payload : str
        A JSON document: the handler's result, or its error as Lambda reports it.
    is_error : bool
        Whether the handler raised, or the process ended or was too slow.
    logs : str
        What the function wrote meanwhile.
    """

    payload: str
    is_error: bool
    logs: str


class FunctionProcess:
    """The child process of one execution environment.

    Parameters
    ----------
    code : Path
        The unzipped code.
    environment : mapping
        The function's environment variables; it gets no others but ``PATH`` and ``HOME``.
    """

    def __init__(self, code: Path, environment: Mapping[str, str]) -> None:
        self._code = code
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        self._environment = {**kept, **environment, "LAMBDA_TASK_ROOT": str(code)}
        self._child: subprocess.Popen[bytes] | None = None
        self._requests = self._answers = -1
        # Private and without a name: it is gone when LocalStack is.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `stop`
        self._unread = b""

    @property
    def alive(self) -> bool:
        """Whether the child runs."""
        return self._child is not None and self._child.poll() is None

    def start(self, timeout_s: float) -> Answer:
        """Start the child and wait until its handler is loaded."""
        self._end_child()
        theirs_in, self._requests = os.pipe()
        self._answers, theirs_out = os.pipe()
        self._unread = b""
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-u", str(CHILD), str(theirs_in), str(theirs_out)],
                cwd=self._code,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=(theirs_in, theirs_out),
            )
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        return self._await_answer(timeout_s, f"Init timed out after {timeout_s:.2f} seconds")

    def invoke(self, request: Mapping[str, str], timeout_s: float) -> Answer:
        """Send a request to the child and return its answer; the child is ended if it is late."""
        line = json.dumps(dict(request)) + "\n"
        late = f"Task timed out after {timeout_s:.2f} seconds"
        try:
            with os.fdopen(os.dup(self._requests), "wb") as pipe:
                pipe.write(line.encode())
        except BrokenPipeError:
            return self._failure("Runtime.ExitError", "Runtime exited before the invocation")
        return self._await_answer(timeout_s, late)

    def stop(self) -> None:
        """End the child and forget its log."""
        self._end_child()
        self._log.close()

    def _await_answer(self, timeout_s: float, late: str) -> Answer:
        deadline = time.monotonic() + timeout_s
        while b"\n" not in self._unread:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self._answers], [], [], left)[0]:
                return self._failure("Sandbox.Timedout", late)
            chunk = os.read(self._answers, READ_BYTES)
            if not chunk:
                return self._failure("Runtime.ExitError", "Runtime exited without an answer")
            self._unread += chunk
        line, _, self._unread = self._unread.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return Answer(answer["payload"], bool(answer.get("is_error")), self._take_logs())

    def _failure(self, kind: str, message: str) -> Answer:
        """End the child, whose state is unknown, and return the error in its place."""
        self._end_child()
        payload = json.dumps({"errorType": kind, "errorMessage": message})
        return Answer(payload, True, self._take_logs())

    def _take_logs(self) -> str:
        """Return what was logged since the last call."""
        self._log.seek(0)
        text = self._log.read().decode(errors="replace")
        self._log.seek(0)
        self._log.truncate()
        return text

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        # It ends by itself when there are no more requests, unless it is busy.
        os.close(self._requests)
        os.close(self._answers)
        if child.poll() is None:
            child.terminate()
        try:
            child.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
