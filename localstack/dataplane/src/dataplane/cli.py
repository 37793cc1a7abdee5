"""The command line: run, wait, status."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

_EPILOG = """\
examples:
  Run what the stack "shop" deployed to an emulator on its usual port:
    python -m dataplane run --stack shop --state .state

  One process serves the API with many requests in flight, four strict workers take what Kafka
  brings, everything else runs as on Lambda, one invocation at a time in a process (the default):
    python -m dataplane run --stack shop --state .state \\
        --mode api=concurrent,consume=strict:4

  In a script: start it in the background, then wait until it serves:
    python -m dataplane wait --state .state --timeout 30

  See partitions, offsets, lag, batches and errors, again each second:
    python -m dataplane status --state .state --watch

  The same from a file, dataplane.toml, that holds the flags' names:
    stack = ["shop"]
    state = ".state"
    cloudwatch-logs = true
    mode = { api = "concurrent", consume = "strict:4" }
    python -m dataplane run --config dataplane.toml

What runs is read from the emulator: stacks, functions and their code, REST APIs, event source
mappings. Deploy again and it follows within seconds; requests in flight finish on the old code.

Files below --state: ready.json (there while it serves), pids/, status/, logs/, logs/functions/,
code/. SIGTERM ends it gracefully; killed children are replaced; none outlives it.
"""

_REGION = "eu-central-1"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    try:
        options = _parser(_configured(arguments)).parse_args(arguments)
        return int(options.command(options))
    except (ValueError, LookupError, OSError) as error:
        print(f"dataplane: {error}", file=sys.stderr)
        return 2


def _configured(arguments: list[str] | None) -> dict[str, Any]:
    """Read the configuration file, if one is named: its values are the flags' defaults."""
    from dataplane.configfile import read_config

    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    first.add_argument("--config", type=Path)
    named, _ = first.parse_known_args(arguments)
    return read_config(named.config) if named.config else {}


def _parser(configured: dict[str, Any]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dataplane",
        description="Runs what is deployed to an emulated AWS, at speed: an HTTP gateway for REST "
        "APIs, function workers, and a poller for Kafka event source mappings.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="serve until SIGTERM (in the foreground)")
    run.set_defaults(command=_run)
    run.add_argument("--config", type=Path, help="a TOML file with any of these; flags win")
    run.add_argument(
        "--emulator",
        default=os.environ.get("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
        help="the emulator's endpoint (AWS_ENDPOINT_URL, else %(default)s)",
    )
    run.add_argument(
        "--stack", action="append", default=[], help="a stack to run; again for more; default all"
    )
    run.add_argument("--port", type=int, default=8080, help="HTTP on 127.0.0.1 (%(default)s)")
    run.add_argument(
        "--region",
        default=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or _REGION,
        help="the region that was deployed to (AWS_REGION, AWS_DEFAULT_REGION, else %(default)s)",
    )
    run.add_argument(
        "--mode",
        default="",
        metavar="NAME=MODE[:N],...",
        help="how functions run: strict[:N] (N processes, one invocation at a time each, as on "
        "Lambda; the default) or concurrent[:N] (many at a time in each of N processes, for the "
        "API's function where it is written for that). NAME is "
        "the end of a function's name, the beginning of its logical id, or *",
    )
    run.add_argument("--follow-seconds", type=float, default=2.0, help="between looks (2)")
    run.add_argument(
        "--rest-ms",
        type=float,
        default=40.0,
        help="the least time between two batches of a partition that aren't full (40)",
    )
    run.add_argument("--grace-seconds", type=float, default=10.0, help="to finish at the end (10)")
    run.add_argument(
        "--cloudwatch-logs",
        action="store_true",
        help="send what functions print to the emulator's CloudWatch Logs too",
    )
    run.add_argument(
        "--msk-brokers",
        default="",
        metavar="HOST:PORT,...",
        help="the brokers of MSK clusters, where the emulator names none that exist",
    )
    run.add_argument(
        "--metrics-port",
        type=int,
        help="serve metrics for Prometheus on 127.0.0.1; embedded metrics that functions print are "
        "among them (off)",
    )
    wait = commands.add_parser("wait", help="wait until it serves; exit status 1 if it doesn't")
    wait.set_defaults(command=_wait)
    wait.add_argument("--timeout", type=float, default=30.0, help="seconds (30)")
    status = commands.add_parser("status", help="partitions, offsets, lag, batches, errors")
    status.set_defaults(command=_status)
    status.add_argument("--json", action="store_true", help="as JSON")
    status.add_argument("--watch", action="store_true", help="again each second")
    for command in (run, wait, status):
        needed = "state" not in configured or command is not run
        command.add_argument("--state", type=Path, required=needed, help="the state folder")
    run.set_defaults(**configured)
    return parser


def _run(options: argparse.Namespace) -> int:
    from dataplane.config import Options, parse_modes
    from dataplane.startup import start

    return start(
        Options(
            emulator=options.emulator,
            state=options.state,
            stacks=tuple(options.stack),
            port=options.port,
            region=options.region,
            modes=parse_modes(options.mode),
            follow_s=options.follow_seconds,
            rest_s=options.rest_ms / 1000,
            grace_s=options.grace_seconds,
            cloudwatch_logs=options.cloudwatch_logs,
            metrics_port=options.metrics_port,
            msk_brokers=tuple(part for part in options.msk_brokers.split(",") if part),
        )
    )


def _wait(options: argparse.Namespace) -> int:
    from dataplane.state_folder import StateFolder, read_json

    layout = StateFolder(options.state)
    deadline_s = time.monotonic() + options.timeout
    while time.monotonic() < deadline_s:
        ready = read_json(layout.ready)
        if ready:
            print(f"serving {ready['url'] or 'no API'}")
            return 0
        time.sleep(0.05)
    print(f"dataplane: not serving after {options.timeout:g} s; see {layout.logs}", file=sys.stderr)
    return 1


def _status(options: argparse.Namespace) -> int:
    from dataplane.report import show

    return show(options.state, as_json=options.json, watch=options.watch)
