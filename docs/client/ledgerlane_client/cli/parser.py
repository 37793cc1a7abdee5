"""What can be typed."""

from __future__ import annotations

import argparse
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ledgerlane_client.cli import commands
from ledgerlane_client.cli.commands import Command

ENDING = """
exit status: 0 done, 1 refused (by the API, or a move that was rejected), 2 wrong usage,
3 outcome unknown (`ledgerlane move resume` asks again, safely), 4 sign in first, 5 no answer.

environment: LEDGERLANE_API_URL says where the API is. LEDGERLANE_API_KEY or LEDGERLANE_TOKEN are
used instead of the session that `sign-in` keeps in $XDG_CONFIG_HOME/ledgerlane/session.json.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser; what it parses has the command's function in ``run``."""
    root = argparse.ArgumentParser(
        prog="ledgerlane",
        description="Use Ledgerlane's API by hand. Amounts are integers in minor units.",
        epilog=ENDING,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action="version", version=f"ledgerlane {_version()}")
    top = root.add_subparsers(metavar="COMMAND", required=True)
    _people(top)
    _accounts(top)
    _money(top)
    _keys(top)
    return root


def _people(top: Any) -> None:
    for name, run, text in (
        ("sign-up", commands.sign_up, "make a user, and sign in"),
        ("sign-in", commands.sign_in, "get a session and keep its token"),
    ):
        command = _command(top, name, run, text)
        command.add_argument("email")
        if run is commands.sign_up:
            command.add_argument("--name", required=True, help="the user's name")
        command.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )
    _command(top, "sign-out", commands.sign_out, "end the session")


def _accounts(top: Any) -> None:
    group = _group(top, "accounts", "list, open and show accounts")
    _command(group, "list", commands.list_accounts, "list your accounts")
    opening = _command(group, "open", commands.open_account, "open an account; prints its id")
    opening.add_argument("currency", help="such as EUR")
    opening.add_argument("--name")
    _add_metadata(opening)
    _add_key(opening)
    updating = _command(group, "update", commands.update_account, "change an account")
    updating.add_argument("account_id")
    updating.add_argument("--name", help="empty for none")
    _add_metadata(updating)
    updating.add_argument(
        "--remove", action="append", default=[], metavar="KEY", help="remove a key of the metadata"
    )
    showing = _command(group, "show", commands.show_account, "show an account with its balance")
    showing.add_argument("account_id")
    statement = _command(top, "statement", commands.statement, "print an account's statement")
    statement.add_argument("account_id")
    statement.add_argument("--from", dest="from_", metavar="TIME", help="RFC 3339; included")
    statement.add_argument("--to", metavar="TIME", help="RFC 3339; not included")
    statement.add_argument("--format", choices=("csv", "json"), help="csv, unless --json is given")


def _money(top: Any) -> None:
    group = _group(top, "move", "deposit, withdraw and transfer money")
    for name, run, text, accounts in (
        ("deposit", commands.deposit, "bring money in", ("account_id",)),
        ("withdraw", commands.withdraw, "take money out", ("account_id",)),
        (
            "transfer",
            commands.transfer,
            "move money from one account to another",
            ("source_account_id", "destination_account_id"),
        ),
    ):
        command = _command(group, name, run, text)
        for account in accounts:
            command.add_argument(account)
        command.add_argument("amount", type=_amount, help="in minor units: 1050 is 10.50 EUR")
        command.add_argument("currency", help="such as EUR")
        command.add_argument("--description", help="both sides see it")
        _add_key(command)
    _command(group, "resume", commands.resume, "ask again for what has no known outcome")


def _keys(top: Any) -> None:
    group = _group(top, "keys", "list, create and delete API keys")
    _command(group, "list", commands.list_keys, "list your API keys")
    creating = _command(group, "create", commands.create_key, "make an API key; prints it once")
    creating.add_argument("name", help="what it is for")
    creating.add_argument(
        "--scope",
        action="append",
        required=True,
        help="what it may do, such as money:write; repeat it for more",
    )
    creating.add_argument("--expires-in", type=int, metavar="SECONDS", help="never by default")
    deleting = _command(group, "delete", commands.delete_key, "delete an API key")
    deleting.add_argument("key_id")


def _group(top: Any, name: str, text: str) -> Any:
    group = top.add_parser(name, help=text, description=text)
    return group.add_subparsers(metavar="COMMAND", required=True)


def _command(group: Any, name: str, run: Command, text: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = group.add_parser(name, help=text, description=text)
    command.set_defaults(run=run)
    command.add_argument("--url", help="the API's address, with its stage")
    command.add_argument("--json", action="store_true", help="print the API's answer as JSON")
    command.add_argument(
        "--patience",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="how long to go on asking for an answer (60)",
    )
    return command


def _add_key(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--key", help="the idempotency key: the same key moves money once, however often it is sent"
    )


def _add_metadata(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--metadata",
        action="append",
        default=[],
        type=_pair,
        metavar="KEY=VALUE",
        help="your own words about it; repeat it for more",
    )


def _pair(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise argparse.ArgumentTypeError("KEY=VALUE, such as order=4711")
    return key, value


def _amount(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError("an integer in minor units, such as 1050 for 10.50 EUR")
    return int(text)


def _version() -> str:
    try:
        return version("ledgerlane-client")
    except PackageNotFoundError:
        return "(not installed)"
