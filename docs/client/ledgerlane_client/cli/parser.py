"""The parser of the command line."""

from __future__ import annotations

import argparse
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ledgerlane_client.cli import commands
from ledgerlane_client.cli.commands import Command

ENDING = """
exit status: 0 success, 1 refused by the API or rejected, 2 wrong usage,
3 outcome unknown (`ledgerlane move resume` retries safely), 4 not signed in, 5 no response.

environment: LEDGERLANE_API_URL is the API's URL. LEDGERLANE_API_KEY or LEDGERLANE_TOKEN override
the session that `sign-in` stores in $XDG_CONFIG_HOME/ledgerlane/session.json.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser. Its result has the command's function as ``run``."""
    root = argparse.ArgumentParser(
        prog="ledgerlane",
        description="Use Ledgerlane's API. Amounts are integers in minor units.",
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
        ("sign-up", commands.sign_up, "create a user and sign in"),
        ("sign-in", commands.sign_in, "sign in and store the session"),
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
    opening = _command(group, "open", commands.open_account, "open an account and print its id")
    opening.add_argument("currency", help="for example EUR")
    opening.add_argument("--name")
    _add_metadata(opening)
    _add_key(opening)
    updating = _command(group, "update", commands.update_account, "change an account")
    updating.add_argument("account_id")
    updating.add_argument("--name", help="the new name; empty removes it")
    _add_metadata(updating)
    updating.add_argument(
        "--remove", action="append", default=[], metavar="KEY", help="remove a metadata key"
    )
    showing = _command(group, "show", commands.show_account, "show an account with its balance")
    showing.add_argument("account_id")
    statement = _command(top, "statement", commands.statement, "print an account's statement")
    statement.add_argument("account_id")
    statement.add_argument("--from", dest="from_", metavar="TIME", help="RFC 3339, inclusive")
    statement.add_argument("--to", metavar="TIME", help="RFC 3339, exclusive")
    statement.add_argument("--format", choices=("csv", "json"), help="csv, unless --json is used")


def _money(top: Any) -> None:
    group = _group(top, "move", "deposit, withdraw and transfer money")
    for name, run, text, accounts in (
        ("deposit", commands.deposit, "deposit money", ("account_id",)),
        ("withdraw", commands.withdraw, "withdraw money", ("account_id",)),
        (
            "transfer",
            commands.transfer,
            "transfer money between accounts",
            ("source_account_id", "destination_account_id"),
        ),
    ):
        command = _command(group, name, run, text)
        for account in accounts:
            command.add_argument(account)
        command.add_argument("amount", type=_amount, help="in minor units: 1050 is 10.50 EUR")
        command.add_argument("currency", help="for example EUR")
        command.add_argument("--description", help="a text that both sides see")
        _add_key(command)
    _command(group, "resume", commands.resume, "retry requests with an unknown outcome")


def _keys(top: Any) -> None:
    group = _group(top, "keys", "list, create and delete API keys")
    _command(group, "list", commands.list_keys, "list your API keys")
    creating = _command(group, "create", commands.create_key, "create and print an API key")
    creating.add_argument("name", help="the key's purpose")
    creating.add_argument(
        "--scope",
        action="append",
        required=True,
        help="a right, for example money:write; can be repeated",
    )
    creating.add_argument(
        "--expires-in", type=int, metavar="SECONDS", help="by default, it never expires"
    )
    deleting = _command(group, "delete", commands.delete_key, "delete an API key")
    deleting.add_argument("key_id")


def _group(top: Any, name: str, text: str) -> Any:
    group = top.add_parser(name, help=text, description=text)
    return group.add_subparsers(metavar="COMMAND", required=True)


def _command(group: Any, name: str, run: Command, text: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = group.add_parser(name, help=text, description=text)
    command.set_defaults(run=run)
    command.add_argument("--url", help="the API's URL, including its stage")
    command.add_argument("--json", action="store_true", help="print the API's response as JSON")
    command.add_argument(
        "--patience",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="how long to retry for a response (60)",
    )
    return command


def _add_key(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--key", help="the idempotency key; requests with the same key move money once"
    )


def _add_metadata(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--metadata",
        action="append",
        default=[],
        type=_pair,
        metavar="KEY=VALUE",
        help="custom metadata; can be repeated",
    )


def _pair(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise argparse.ArgumentTypeError("must be KEY=VALUE, for example order=4711")
    return key, value


def _amount(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(
            "must be an integer in minor units, for example 1050 for 10.50 EUR"
        )
    return int(text)


def _version() -> str:
    try:
        return version("ledgerlane-client")
    except PackageNotFoundError:
        return "(not installed)"
