"""The yardstick: pgbench's TPC-B in the same run, through the same pooler."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

CLIENTS = 8
SCALE = 10


class YardstickError(Exception):
    """pgbench is missing or failed."""


def prepare(database_url: str) -> None:
    """Create pgbench's tables (10 branches, a million accounts) if they are missing."""
    _run(["--initialize", "--quiet", f"--scale={SCALE}"], database_url)


def tpc_b(pooler_url: str, seconds: int) -> float:
    """Run TPC-B with 8 clients and return transactions per second."""
    return _transactions_per_s(pooler_url, seconds, [])


def simple_update(pooler_url: str, seconds: int) -> float:
    """Run TPC-B without its updates of tellers and branches (``-N``), and return the rate.

    In TPC-B, eight clients often wait for each other at the ten branches; here they rarely do.
    """
    return _transactions_per_s(pooler_url, seconds, ["--skip-some-updates"])


def _transactions_per_s(pooler_url: str, seconds: int, options: list[str]) -> float:
    how = [f"--client={CLIENTS}", "--jobs=2", f"--time={seconds}", "--no-vacuum"]
    output = _run([*how, *options], pooler_url)
    match = re.search(r"tps = ([\d.]+) \(without", output)
    if match is None:
        raise YardstickError(f"pgbench printed no result:\n{output}")
    return float(match[1])


def _run(arguments: list[str], url: str) -> str:
    address = urlsplit(url)
    done = subprocess.run(
        [_pgbench(), *arguments],
        env={
            **os.environ,
            "PGHOST": address.hostname or "",
            "PGPORT": str(address.port),
            "PGUSER": address.username or "",
            "PGPASSWORD": address.password or "",
            "PGDATABASE": address.path.lstrip("/"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise YardstickError(f"pgbench failed:\n{done.stderr.strip()}")
    return done.stdout


def _pgbench() -> str:
    for place in sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), reverse=True):
        return str(place)
    found = shutil.which("pgbench")
    if found is None:
        raise YardstickError("pgbench is missing; it comes with PostgreSQL's server package")
    return found
