"""Measure the apply side alone and the poller alone, for the report of `make bench`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from load.bench.measured import Measured
from load.bench.report import scenario_report
from load.bench.target import ROOT, Target
from local_cloud.addresses import addresses

APPLY, POLLER = "apply", "poller"
NAMES = (APPLY, POLLER)


class BenchmarkFailed(Exception):
    """A benchmark of a single part failed."""


def apply_alone(target: Target, folder: Path, rounds: int, seconds: int, commands: int) -> Any:
    """Measure the apply side, alternating with pgbench. This empties the ledger."""
    options = ["--commands", str(commands)]
    measured, tpc_b = apply_rounds(target, folder, rounds, seconds, options)
    return scenario_report("The apply side alone", "applied_per_s", measured, tpc_b)


def apply_rounds(
    target: Target, folder: Path, rounds: int, seconds: int, options: Sequence[str]
) -> tuple[list[Measured], list[float]]:
    """Run ``load.bench.apply``; return its rounds and the TPC-B rate of each."""
    file = folder / "apply.json"
    arguments = ["--rounds", rounds, "--seconds", seconds, *options]
    found = _run(target, "load.bench.apply", file, arguments)
    measured = [
        Measured(
            {"applied_per_s": one["commands_per_s"], "wal_bytes": one["wal_bytes"]},
            {"apply workers": one["python_us"], "postgres": one["postgres_us"]},
        )
        for one in found["rounds"]
    ]
    return measured, [one["tpc_b_per_s"] for one in found["rounds"]]


def poller_alone(target: Target, folder: Path, rounds: int) -> Any:
    """Measure the poller with a function that does nothing."""
    found = _run(target, "load.bench.poller", folder / "poller.json", ["--rounds", rounds])
    measured = [
        Measured(
            {"polled_per_s": one["records_per_s"], "records_in_a_batch": one["batch"]},
            {"poller": one["cpu_us"]},
        )
        for one in found["rounds"]
    ]
    return scenario_report("The poller alone", "polled_per_s", measured, [])


def _run(target: Target, module: str, file: Path, arguments: Sequence[object]) -> Any:
    command = [sys.executable, "-m", module, *map(str, arguments), "--json", str(file)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **addresses(target.instance)},
        capture_output=True,
        text=True,
        check=False,
    )
    # The poller's exit status is 1 if it is over its limit; its figures are still valid.
    if not file.exists():
        raise BenchmarkFailed(f"{module} failed:\n{done.stdout.strip()}\n{done.stderr.strip()}")
    return json.loads(file.read_text())
