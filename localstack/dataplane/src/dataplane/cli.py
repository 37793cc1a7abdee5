"""The command line: run, wait, status, kept, invoke."""

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

  One process serves the API with many concurrent requests, four strict workers consume from Kafka,
  and everything else runs as on Lambda, with one invocation at a time per process (the default):
    python -m dataplane run --stack shop --state .state \\
        --mode api=concurrent,consume=strict:4

  Run changed code of one function at once, without a deployment:
    python -m dataplane run --stack shop --state .state --watch api=src/api

  Stop at breakpoints of that function, in VS Code or any client of the Debug Adapter Protocol:
    python -m dataplane run --stack shop --state .state --watch api=src/api --debug api=5678

  Keep the events of failed invocations, and send one again:
    python -m dataplane run --stack shop --state .state --keep-events failed
    python -m dataplane kept --state .state
    python -m dataplane invoke --state .state --again 2f1c4b1e-...

  In a script, start it in the background, then wait until it is ready:
    python -m dataplane wait --state .state --timeout 30

  Show partitions, offsets, lag, batches and errors, updated each second:
    python -m dataplane status --state .state --watch

  Use a file, dataplane.toml, with the flags' names:
    stack = ["shop"]
    state = ".state"
    cloudwatch-logs = true
    mode = { api = "concurrent", consume = "strict:4" }
    python -m dataplane run --config dataplane.toml

It reads what to run from the emulator: stacks, functions and their code, REST APIs, event source
mappings. It follows a new deployment within seconds; requests in flight finish on the old code.

Files below --state: ready.json (exists while it is ready), pids/, status/, logs/, logs/functions/,
code/. SIGTERM stops it gracefully. Killed children are replaced, and none outlives it.
"""

_REGION = "eu-central-1"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    try:
        options = _parser(_configured(arguments)).parse_args(arguments)
        return int(options.command(options))
    except (ValueError, LookupError, OSError) as error:
        print(f"dataplane: {error}", file=sys.stderr)
        return 2


def _configured(arguments: list[str] | None) -> dict[str, Any]:
    """Read the configuration file, if given. Its values are the flags' defaults."""
    from dataplane.configfile import read_config

    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    first.add_argument("--config", type=Path)
    named, _ = first.parse_known_args(arguments)
    return read_config(named.config) if named.config else {}


def _parser(configured: dict[str, Any]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dataplane",
        description="Run what is deployed to an emulated AWS, with an HTTP gateway for REST APIs, "
        "function workers, and a poller for Kafka event source mappings.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="serve until SIGTERM (in the foreground)")
    run.set_defaults(command=_run)
    run.add_argument("--config", type=Path, help="a TOML file with options; flags override it")
    run.add_argument(
        "--emulator",
        default=os.environ.get("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
        help="the emulator's endpoint (AWS_ENDPOINT_URL, else %(default)s)",
    )
    run.add_argument(
        "--stack", action="append", default=[], help="a stack to run; can be repeated (all)"
    )
    run.add_argument("--port", type=int, default=8080, help="HTTP on 127.0.0.1 (%(default)s)")
    run.add_argument(
        "--region",
        default=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or _REGION,
        help="the deployment's region (AWS_REGION, AWS_DEFAULT_REGION, else %(default)s)",
    )
    run.add_argument(
        "--mode",
        default="",
        metavar="NAME=MODE[:N],...",
        help="how functions run: strict[:N] (N processes with one invocation at a time, as on "
        "Lambda; the default) or concurrent[:N] (N processes with many invocations at a time, for "
        "the API's function if it supports that). NAME is "
        "the end of a function's name, the beginning of its logical id, or *",
    )
    run.add_argument(
        "--watch",
        action="append",
        default=[],
        metavar="NAME=FOLDER",
        help="run a function's code from a folder and reload it when a file changes, without a "
        "deployment; what the folder lacks comes from the artefact; repeatable",
    )
    run.add_argument(
        "--debug",
        action="append",
        default=[],
        metavar="NAME[=PORT]",
        help="let a debugger attach to a function, which then runs strict in one process and "
        "without its timeout; needs debugpy; repeatable",
    )
    run.add_argument(
        "--keep-events",
        metavar="failed|all",
        help="keep the events of failed, or of all, invocations below the state directory, to send "
        "them again with `invoke --again`; they can hold personal data (off)",
    )
    run.add_argument(
        "--follow-seconds", type=float, default=2.0, help="how often to check the deployment (2)"
    )
    run.add_argument(
        "--rest-ms",
        type=float,
        default=40.0,
        help="the minimum time between two batches of a partition that are not full (40)",
    )
    run.add_argument(
        "--grace-seconds", type=float, default=10.0, help="time to finish when stopped (10)"
    )
    run.add_argument(
        "--cloudwatch-logs",
        action="store_true",
        help="also send the functions' output to the emulator's CloudWatch Logs",
    )
    run.add_argument(
        "--msk-brokers",
        default="",
        metavar="HOST:PORT,...",
        help="the brokers of MSK clusters, because emulators return none that exist",
    )
    run.add_argument(
        "--metrics-port",
        type=int,
        help="serve metrics for Prometheus on 127.0.0.1; embedded metrics that functions print are "
        "among them (off)",
    )
    wait = commands.add_parser("wait", help="wait until it is ready; exit status 1 if it is not")
    wait.set_defaults(command=_wait)
    wait.add_argument("--timeout", type=float, default=30.0, help="seconds (30)")
    status = commands.add_parser("status", help="partitions, offsets, lag, batches, errors")
    status.set_defaults(command=_status)
    status.add_argument("--json", action="store_true", help="as JSON")
    status.add_argument("--watch", action="store_true", help="update each second")
    kept = commands.add_parser("kept", help="list the invocations that are kept")
    kept.set_defaults(command=_kept)
    invoke = commands.add_parser("invoke", help="send a kept invocation again")
    invoke.set_defaults(command=_invoke)
    invoke.add_argument("--again", metavar="ID", required=True, help="the invocation's request id")
    invoke.add_argument(
        "--debug",
        nargs="?",
        const="",
        metavar="PORT",
        help="wait for a debugger on 127.0.0.1 first (a free port)",
    )
    for command in (run, wait, status, kept, invoke):
        needed = "state" not in configured or command is not run
        command.add_argument("--state", type=Path, required=needed, help="the state directory")
    run.set_defaults(**configured)
    return parser


def _run(options: argparse.Namespace) -> int:
    from dataplane.config import Options, parse_modes, parse_watched
    from dataplane.debuggers import parse_debugged
    from dataplane.keeper import parse_keep
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
            watched=parse_watched(options.watch),
            debugged=parse_debugged(options.debug),
            keep=parse_keep(options.keep_events),
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
    print(f"dataplane: not ready after {options.timeout:g} s; see {layout.logs}", file=sys.stderr)
    return 1


def _status(options: argparse.Namespace) -> int:
    from dataplane.report import show

    return show(options.state, as_json=options.json, watch=options.watch)


def _kept(options: argparse.Namespace) -> int:
    from dataplane.replay import list_kept

    return list_kept(options.state)


def _invoke(options: argparse.Namespace) -> int:
    from dataplane.debuggers import parse_port
    from dataplane.replay import invoke_again

    port = None if options.debug is None else parse_port(options.debug)
    return invoke_again(options.state, options.again, port)
