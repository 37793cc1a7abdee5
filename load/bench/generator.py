"""Run wrk, the load generator, and parse its output."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_cloud.cores import GATEWAYS, Room

SCRIPTS = Path(__file__).with_name("wrk")
RESULT = "RESULT "
#: How long wrk waits for responses after the last request, in seconds.
GRACE_S = 2
#: Longer than any response takes, so that no latency is left out.
TIMEOUT_S = 30


class GeneratorError(Exception):
    """wrk is missing or failed."""


@dataclass(frozen=True)
class Driven:
    """The figures of a run of wrk.

    Attributes
    ----------
    made
        The number of requests of each thread.
    refused
        Responses with a status of 400 or above.
    broken
        Connections that failed.
    first_s, last_s
        When sending began and ended, on the monotonic clock.
    cpu_s
        CPU time of wrk itself.
    """

    made: tuple[int, ...]
    answered: int
    refused: int
    broken: int
    first_s: float
    last_s: float
    p50_us: int
    p95_us: int
    p99_us: int
    max_us: int
    cpu_s: float

    @property
    def sent(self) -> int:
        """The number of requests."""
        return sum(self.made)

    @property
    def accepted(self) -> int:
        """The number of successful requests."""
        return self.answered - self.refused

    @property
    def unknown(self) -> int:
        """The number of requests without a response."""
        return self.sent - self.answered

    @property
    def window_s(self) -> float:
        """The duration of sending, in seconds."""
        return self.last_s - self.first_s

    @property
    def per_s(self) -> float:
        """The rate of successful requests per second."""
        return self.accepted / self.window_s


def drive(
    script: str, url: str, connections: int, seconds: float, arguments: Sequence[object]
) -> Driven:
    """Send a script's requests over keep-alive connections, and wait for all responses.

    Parameters
    ----------
    script
        The name of a file in ``load/bench/wrk``, without its extension.
    arguments
        A file of lines, then the script's arguments that follow the seconds.

    Raises
    ------
    GeneratorError
        If wrk is missing or fails.
    """
    lines, *rest = arguments
    command = [*_apart(), wrk(), "--threads=1", f"--connections={connections}"]
    command += [f"--duration={round(seconds) + GRACE_S}s", f"--timeout={TIMEOUT_S}s"]
    command += [f"--script={SCRIPTS / script}.lua", url, "--"]
    command += [str(lines), str(seconds), *map(str, rest)]
    before_s = _children_cpu_s()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return read_result(done.stdout + done.stderr, _children_cpu_s() - before_s)


def _apart() -> list[str]:
    """Keep wrk off the gateway's core if the machine has few cores."""
    room = Room.with_gateways(GATEWAYS)
    if not room.gateways:
        return []
    return ["taskset", "--cpu-list", ",".join(map(str, sorted(room.others)))]


def read_result(output: str, cpu_s: float) -> Driven:
    """Parse a script's output.

    Raises
    ------
    GeneratorError
        If it printed no result.
    """
    for line in output.splitlines():
        if line.startswith(RESULT):
            found: dict[str, Any] = json.loads(line.removeprefix(RESULT))
            return Driven(made=tuple(found.pop("made")), cpu_s=cpu_s, **found)
    raise GeneratorError(f"wrk printed no result:\n{output.strip()}")


def wrk() -> str:
    """Return the path of wrk.

    Raises
    ------
    GeneratorError
        If it is not installed.
    """
    found = shutil.which("wrk")
    if found is None:
        raise GeneratorError("wrk is missing; run `apt-get install wrk`, or use `make bench`")
    return found


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
