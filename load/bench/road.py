"""The whole road's ceiling: requests to a running instance, until what they asked for is applied.

    LEDGERLANE_STATE=... python -m load.bench.road --only singles --rounds 3 --seconds 8

It measures the instance that runs, nothing is deployed: users, accounts and deposits are added to
it, and pgbench's tables to its database.  pgbench's TPC-B runs before each round, through the same
pooler.  Exit status 1 if the ledger has other than what its clients were told.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg

from load.bench import singles, yardstick
from load.bench.figures import Spread, spreads
from load.bench.generator import GeneratorError
from load.bench.people import SetUpFailed, make_people
from load.bench.progress import NotDrained
from load.bench.target import Target, TargetError

WARM_UP_S = 2.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark as the command line says; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except (GeneratorError, NotDrained, SetUpFailed, TargetError, yardstick.YardstickError) as why:
        print(f"bench: {why}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m load.bench.road", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--only", default="singles", help="scenarios, by commas (singles)")
    parser.add_argument("--rounds", type=int, default=3, help="measured, after a warm-up (3)")
    parser.add_argument("--seconds", type=float, default=8.0, help="of load in a round (8)")
    parser.add_argument("--connections", type=int, default=64, help="keep-alive, at once (64)")
    parser.add_argument("--accounts", type=int, default=512, help="of 8 users (512)")
    parser.add_argument("--yardstick-seconds", type=int, default=5, help="of each pgbench (5)")
    return parser


def _run(options: argparse.Namespace) -> int:
    target = Target.from_environment()
    instance = target.instance
    prepare_yardstick(target)
    people = asyncio.run(make_people(instance.api_url, options.accounts))
    run = secrets.token_hex(4)
    measured, tpc_b, simple = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds + 1):
            seconds = options.seconds if number else WARM_UP_S
            if number:
                tpc_b.append(yardstick.tpc_b(instance.pooler_url, options.yardstick_seconds))
                simple.append(
                    yardstick.simple_update(instance.pooler_url, options.yardstick_seconds)
                )
            one = singles.measure(
                target, people, Path(folder), f"{run}-{number}", options.connections, seconds
            )
            print(f"{'round ' + str(number) if number else 'warm-up'}: {one.figures}", flush=True)
            print(f"  {one.proof}", flush=True)
            if one.proof and not one.proof.holds:
                print("THE LEDGER DIFFERS FROM WHAT ITS CLIENTS WERE TOLD", file=sys.stderr)
                return 1
            measured += [one] if number else []
    print("pgbench TPC-B", Spread.of(tpc_b), "  -N", Spread.of(simple))
    for name, spread in spreads([one.figures for one in measured]).items():
        print(f"  {name:26} {spread}")
    for name, spread in spreads([one.cpu_us for one in measured]).items():
        print(f"  {name:26} {spread} µs")
    sustained = [one.figures["sustained_per_s"] for one in measured]
    print("  of TPC-B", Spread.of(a / b for a, b in zip(sustained, tpc_b, strict=True)))
    return 0


def prepare_yardstick(target: Target) -> None:
    """Make pgbench's tables where they are missing."""
    with psycopg.connect(target.instance.database_url) as connection:
        row = connection.execute("select to_regclass('pgbench_accounts')").fetchone()
    if row is None or row[0] is None:
        yardstick.prepare(target.instance.pooler_url)


if __name__ == "__main__":
    sys.exit(main())
