"""The commands of the local cloud: `python -m local_cloud COMMAND`, or `make COMMAND`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from local_cloud import interrupts, status
from local_cloud.addresses import exports
from local_cloud.backup.restoring import restore_both, restore_ledger, restore_log
from local_cloud.backup.taking import back_up, show
from local_cloud.backup.verification import verify
from local_cloud.config import Instance, load_instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.growth import grow
from local_cloud.lifecycle import restart
from local_cloud.stack import exclusive, find_service
from local_cloud.suite import run_checks, run_localstack_tests, run_tests
from local_cloud.tools import run_module
from local_cloud.trace import show_trace
from local_cloud.up import clean, down, up

DESCRIPTION = """\
The emulated cloud on this machine: PostgreSQL, PgBouncer, Redis, a Kafka broker, an AWS emulator
that CDK deploys the application to, and the data plane that runs the deployed functions.

An instance is a state directory (LEDGERLANE_STATE, default .ledgerlane in the clone) and a set of
ports (GATEWAY_PORT 8080, EMULATOR_PORT 4566, POSTGRES_PORT 15432, PGBOUNCER_PORT 16432,
REDIS_PORT 16379, KAFKA_PORT 19092, KAFKA_CONTROLLER_PORT 19093). BROKER=redpanda|kafka|tansu
selects the broker, BROKERS=3 runs three that replicate the log, SHARDS=2 runs two databases that
share the partitions, PARTITIONS is the partition count of the topics (4)."""

INTERRUPTED = 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local_cloud",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--state", type=Path, help="the state directory")
    parser.add_argument(
        "--ports-from", type=int, metavar="PORT", help="use consecutive ports from PORT on"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="install, start and deploy; keep running services running")
    commands.add_parser("down", help="stop everything; keep the data")
    commands.add_parser("clean", help="stop everything and remove all state")
    commands.add_parser("url", help="print the API's base URL and nothing else")
    commands.add_parser("env", help="print the addresses, for eval in a shell")
    shown = commands.add_parser(
        "status", help="show each service; exit status 3 if one is not running"
    )
    shown.add_argument("--json", action="store_true")
    logs = commands.add_parser("logs", help="show the logs and follow them")
    logs.add_argument("service", nargs="?")
    logs.add_argument("-n", "--lines", type=int, default=20)
    logs.add_argument("--no-follow", action="store_true")
    again = commands.add_parser(
        "restart", help="stop a service if it is running, and start it again"
    )
    again.add_argument("service")
    services = commands.add_parser("services", help="only the services, without a deployment")
    services.add_argument("action", choices=["up", "down"])
    commands.add_parser("lint", help="check style, format and types")
    tool = commands.add_parser(
        "run", help="run a Python module of the clone against the running instance"
    )
    tool.add_argument("module")
    tool.add_argument("arguments", nargs=argparse.REMAINDER)
    growing = commands.add_parser("grow", help="add partitions to the log")
    growing.add_argument("partitions", nargs="?", help="the new count")
    growing.add_argument(
        "--give-up", action="store_true", help="cancel a growth and lift its fence"
    )
    backup = commands.add_parser("backup", help="add to the backups of the ledger and the log")
    backup.add_argument("--full", action="store_true", help="make a full base backup")
    backup.add_argument("--log", action="store_true", help="add only what is new in the log")
    commands.add_parser("backups", help="list the backups")
    commands.add_parser("verify-backup", help="show that the backups restore")
    back = commands.add_parser("restore", help="restore the ledger, or the log, of a backup")
    back.add_argument("--at", default="", help="the time to restore the ledger to (RFC 3339)")
    back.add_argument("--both", action="store_true", help="restore both after both are lost")
    back.add_argument("--log", action="store_true", help="put the log's backup into an empty log")
    back.add_argument(
        "--from",
        dest="source",
        default="",
        metavar="SOURCE",
        help="with --log, `archive` (ARCHIVE=1 make up) or s3://BUCKET instead of the backup",
    )
    traced = commands.add_parser("trace", help="print a request's trace (TRACES=1 make up)")
    traced.add_argument("id", help="the id of the request, of its transaction or of the trace")
    tests = commands.add_parser("test", help="run the tests against a separate instance")
    tests.add_argument("arguments", nargs=argparse.REMAINDER, help="passed to pytest")
    on_localstack = commands.add_parser(
        "test-localstack", help="run the tests of the deployed stack on LocalStack"
    )
    on_localstack.add_argument("arguments", nargs=argparse.REMAINDER, help="passed to pytest")
    return parser


def _restart(instance: Instance, options: argparse.Namespace, progress: Progress) -> int:
    with exclusive(instance):
        restart(find_service(instance, options.service), progress)
    return 0


def _services(instance: Instance, options: argparse.Namespace, progress: Progress) -> int:
    if options.action == "up":
        up(instance, progress, only_services=True)
    else:
        down(instance, progress)
    return 0


def _test(instance: Instance, options: argparse.Namespace, progress: Progress) -> int:
    return run_tests(options.arguments, progress)


def _test_localstack(instance: Instance, options: argparse.Namespace, progress: Progress) -> int:
    return run_localstack_tests(options.arguments, progress)


def _lint(instance: Instance, options: argparse.Namespace, progress: Progress) -> int:
    return 0 if run_checks(progress) else 1


def _run(instance: Instance, options: argparse.Namespace, progress: Progress) -> int:
    return run_module(instance, options.module, options.arguments)


def _grow(instance: Instance, options: argparse.Namespace, progress: Progress) -> int:
    return grow(instance, options.partitions, give_up=options.give_up)


def _backup(instance: Instance, options: argparse.Namespace, progress: Progress) -> int:
    back_up(instance, progress, full=options.full, only_log=options.log)
    return 0


def _restore(instance: Instance, options: argparse.Namespace, progress: Progress) -> int:
    if options.source and not options.log:
        raise LocalCloudError(
            f"FROM={options.source} is a copy of the log alone", "add LOG=1, or leave FROM out"
        )
    if options.both:
        restore_both(instance, progress)
    elif options.log:
        restore_log(instance, progress, options.source)
    else:
        restore_ledger(instance, progress, options.at)
    return 0


def _print(text: str) -> int:
    print(text)
    return 0


def _plain(action: Callable[[Instance, Progress], object]) -> Command:
    """Return the command of an action that has no options and either succeeds or raises."""

    def command(instance: Instance, options: argparse.Namespace, progress: Progress) -> int:
        action(instance, progress)
        return 0

    return command


Command = Callable[[Instance, argparse.Namespace, Progress], int]
COMMANDS: dict[str, Command] = {
    "up": _plain(up),
    "down": _plain(down),
    "clean": _plain(clean),
    "url": lambda instance, _, progress: _print(instance.api_url),
    "env": lambda instance, _, progress: _print(exports(instance)),
    "status": lambda instance, options, progress: status.show_status(
        instance, progress, options.json
    ),
    "logs": lambda instance, options, progress: status.follow_logs(
        instance, options.service, options.lines, not options.no_follow
    ),
    "restart": _restart,
    "lint": _lint,
    "run": _run,
    "grow": _grow,
    "backup": _backup,
    "backups": _plain(show),
    "verify-backup": _plain(verify),
    "restore": _restore,
    "services": _services,
    "trace": lambda instance, options, progress: _print(show_trace(instance, options.id)),
    "test": _test,
    "test-localstack": _test_localstack,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status (130 if it was interrupted)."""
    options = _parser().parse_args(arguments)
    progress = Progress()
    interrupts.install()
    try:
        instance = load_instance(state=options.state, ports_from=options.ports_from)
        return COMMANDS[options.command](instance, options, progress)
    except LocalCloudError as error:
        progress.fail(error)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
