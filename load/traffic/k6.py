"""Run k6 and follow its output."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

from load.traffic.finals import WorkloadFailed
from load.traffic.outcomes import Outcome, parse_outcome

SCRIPT: Final = Path(__file__).with_name("scripts") / "load.js"
#: k6's exit status if a threshold was crossed.
CROSSED: Final = 99
STOP_PATIENCE_S: Final = 10


@dataclass(frozen=True)
class Pace:
    """The pace of a run. ``rate`` is in requests per second; 0 is the maximum rate."""

    mix: str
    profile: str
    rate: int
    seconds: int
    limit_factor: float


@dataclass(frozen=True)
class Summary:
    """k6's summary of a run.

    Attributes
    ----------
    requests, dropped
        How many requests it sent, and how many were due but could not be sent.
    thresholds
        Each threshold, and whether it was met.
    """

    requests: int = 0
    dropped: int = 0
    thresholds: dict[str, bool] = field(default_factory=dict)


class K6:
    """One run of k6 in a separate directory.

    Parameters
    ----------
    program
        The path of k6.
    folder
        The directory of its output.
    """

    def __init__(self, program: str, folder: Path, pace: Pace) -> None:
        self.pace = pace
        self._program = program
        self._outcomes = folder / "k6.csv"
        self._summary = folder / "k6-summary.json"
        self._log = folder / "k6.log"
        self._page = folder / "report.html"
        self._setup = folder / "setup.json"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, setup: str) -> int:
        """Start k6 with a setup, as JSON; return its pid."""
        self._outcomes.touch()
        # The setup has tokens, so only its owner can read it, and it is removed at the end.
        self._setup.touch(mode=0o600)
        self._setup.write_text(setup)
        pace = self.pace
        environment = {
            **os.environ,
            "SETUP": str(self._setup.absolute()),
            "SUMMARY": str(self._summary.absolute()),
            "MIX": pace.mix,
            "PROFILE": pace.profile,
            "RATE": str(pace.rate or "max"),
            "SECONDS": str(pace.seconds),
            "LIMIT_FACTOR": str(pace.limit_factor),
            # k6's dashboard, saved as a self-contained page and not served during the run.
            "K6_WEB_DASHBOARD": "true",
            "K6_WEB_DASHBOARD_EXPORT": str(self._page.absolute()),
            "K6_WEB_DASHBOARD_PERIOD": "1s",
            "K6_WEB_DASHBOARD_PORT": "-1",
            # Collect garbage less often, which trades memory for CPU time.
            "GOGC": os.environ.get("GOGC", "400"),
            # Send nothing except requests to the API.
            "K6_NO_USAGE_REPORT": "true",
            "K6_AUTO_EXTENSION_RESOLUTION": "false",
        }
        # Its own HTTP interface would use port 6565, which another run may use.
        command = [self._program, "run", "--quiet", "--address", "", "--log-format", "raw"]
        command += ["--console-output", str(self._outcomes.absolute()), str(SCRIPT)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self._process.pid

    def wait(self, timeout_s: float) -> bool:
        """Wait until k6 ends; return whether it did."""
        if self._process is None:
            return True
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout_s)
        return self._process.poll() is not None

    def stop(self) -> None:
        """Stop k6 if it is still running."""
        self._setup.unlink(missing_ok=True)
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        if not self.wait(STOP_PATIENCE_S):
            self._process.kill()
            self._process.wait()

    def summary(self) -> Summary:
        """Return k6's summary.

        Raises
        ------
        WorkloadFailed
            If k6 failed.
        """
        status = self._process.returncode if self._process is not None else None
        if status not in (0, CROSSED) or not self._summary.is_file():
            said = self._log.read_text(errors="replace").strip()[-1500:]
            raise WorkloadFailed(f"k6 ended with status {status}: {said or 'it printed nothing'}")
        return read_summary(json.loads(self._summary.read_text()))

    def follow(self) -> Follower:
        """Return a reader of the outcomes while k6 runs."""
        return Follower(self._outcomes)


def read_summary(document: dict[str, Any]) -> Summary:
    """Parse the document that ``handleSummary`` gets."""
    metrics = document["metrics"]

    def count(name: str) -> int:
        return int(metrics.get(name, {}).get("values", {}).get("count", 0))

    thresholds = {
        f"{name} {rule}": bool(verdict["ok"])
        for name, metric in metrics.items()
        for rule, verdict in metric.get("thresholds", {}).items()
    }
    return Summary(count("http_reqs"), count("dropped_iterations"), thresholds)


class Follower:
    """Reads a file of outcomes while it grows, and keeps all of them."""

    def __init__(self, path: Path) -> None:
        self.outcomes: list[Outcome] = []
        self._file: TextIO = path.open(encoding="utf-8")
        self._rest = ""

    def read(self) -> Sequence[Outcome]:
        """Return the outcomes of the complete lines that are new since the last call.

        Raises
        ------
        OutcomeError
            If a line is not an outcome.
        """
        lines = (self._rest + self._file.read()).split("\n")
        self._rest = lines.pop()
        new = [parse_outcome(line) for line in lines if line]
        self.outcomes += new
        return new

    def close(self) -> None:
        """Stop reading."""
        self._file.close()
