"""The commands. Each is a function of its arguments."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from collections.abc import Callable

from ledgerlane_client.cli.failures import CommandError, Exit
from ledgerlane_client.cli.output import Output, note
from ledgerlane_client.cli.session import Access, Session, find_access, find_url
from ledgerlane_client.client import Ledgerlane
from ledgerlane_client.errors import ApiError, Json, OutcomeUnknownError

Command = Callable[[Namespace, Output], Exit]

ACCOUNT_COLUMNS = ("account_id", "name", "currency", "balance", "available", "status")
KEY_COLUMNS = ("key_id", "name", "scopes", "created_at", "expires_at")


# -- people -----------------------------------------------------------------------------------


def sign_up(arguments: Namespace, output: Output) -> Exit:
    """Create a user, and sign in."""
    password = _password(arguments, is_new=True)
    url = find_url(arguments.url)
    with Ledgerlane(url, patience_s=arguments.patience) as client:
        output.record(client.sign_up(arguments.email, password, arguments.name))
        _sign_in(client, url, arguments.email, password)
    return Exit.DONE


def sign_in(arguments: Namespace, output: Output) -> Exit:
    """Sign in and store the session's token."""
    password = _password(arguments)
    url = find_url(arguments.url)
    with Ledgerlane(url, patience_s=arguments.patience) as client:
        session = _sign_in(client, url, arguments.email, password)
    # Don't print the token, which would stay in the terminal or in a log.
    output.record({name: value for name, value in session.items() if name != "token"})
    return Exit.DONE


def _sign_in(client: Ledgerlane, url: str, email: str, password: str) -> Json:
    answer = client.sign_in(email, password)
    Session(url, answer["token"]).save()
    return answer


def sign_out(arguments: Namespace, output: Output) -> Exit:
    """End the stored session and remove it."""
    session = Session.load()
    if session is None:
        return Exit.DONE
    with Access(session.url, session.token).client(arguments.patience) as client:
        try:
            client.sign_out()
        except ApiError as error:
            # The session has already ended.
            if error.status != 401:
                raise
    Session.forget()
    return Exit.DONE


def _password(arguments: Namespace, is_new: bool = False) -> str:
    """Read a password from a prompt or standard input, never from the command line."""
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandError("no terminal: use --password-stdin to read the password")
    try:
        password = getpass.getpass("Password: ")
        if is_new and getpass.getpass("Again: ") != password:
            raise CommandError("the passwords differ")
    except EOFError as error:
        raise CommandError("no password was entered") from error
    return password


# -- accounts ---------------------------------------------------------------------------------


def list_accounts(arguments: Namespace, output: Output) -> Exit:
    """List your accounts."""
    with find_access(arguments.url).client(arguments.patience) as client:
        output.table(client.accounts(), ACCOUNT_COLUMNS)
    return Exit.DONE


def open_account(arguments: Namespace, output: Output) -> Exit:
    """Open an account; print its id."""
    body = {"currency": arguments.currency, "name": arguments.name}
    if arguments.metadata:
        body["metadata"] = dict(arguments.metadata)
    output.made(_ask_once(arguments, "/accounts", body), "account_id")
    return Exit.DONE


def update_account(arguments: Namespace, output: Output) -> Exit:
    """Change an account's name or metadata; print the updated account."""
    metadata = dict(arguments.metadata) | dict.fromkeys(arguments.remove)
    changes: Json = {"metadata": metadata} if metadata else {}
    if arguments.name is not None:
        changes["name"] = arguments.name or None
    if not changes:
        raise CommandError("nothing to change: use --name, --metadata or --remove")
    with find_access(arguments.url).client(arguments.patience) as client:
        transaction = client.update_account(arguments.account_id, **changes)
        if transaction.status != "completed":
            output.record({"status": transaction.status, "reason": transaction.reason})
            return Exit.REFUSED
        output.record(client.account(arguments.account_id))
    return Exit.DONE


def show_account(arguments: Namespace, output: Output) -> Exit:
    """Show an account with its balance."""
    with find_access(arguments.url).client(arguments.patience) as client:
        output.record(client.account(arguments.account_id))
    return Exit.DONE


def statement(arguments: Namespace, output: Output) -> Exit:
    """Print a statement in the API's format."""
    if arguments.json and arguments.format == "csv":
        raise CommandError("--format csv can't be used with --json")
    period = (arguments.account_id, arguments.from_, arguments.to)
    with find_access(arguments.url).client(arguments.patience) as client:
        if arguments.json or arguments.format == "json":
            Output(is_json=True).record(client.statement(*period))
        else:
            output.raw(client.statement_csv(*period))
    return Exit.DONE


# -- money ------------------------------------------------------------------------------------


def deposit(arguments: Namespace, output: Output) -> Exit:
    """Deposit money."""
    return _move(arguments, output, "/deposits", {"account_id": arguments.account_id})


def withdraw(arguments: Namespace, output: Output) -> Exit:
    """Withdraw money."""
    return _move(arguments, output, "/withdrawals", {"account_id": arguments.account_id})


def transfer(arguments: Namespace, output: Output) -> Exit:
    """Transfer money between accounts."""
    accounts = {
        "source_account_id": arguments.source_account_id,
        "destination_account_id": arguments.destination_account_id,
    }
    return _move(arguments, output, "/transfers", accounts)


def resume(arguments: Namespace, output: Output) -> Exit:
    """Retry every request whose outcome is unknown. A failure does not stop the others."""
    answers: list[Json] = []
    status = Exit.DONE
    with find_access(arguments.url).journaled_client(arguments.patience) as client:
        for request in client.unfinished():
            try:
                answer = client.ask(request.path, request.body, request.key)
            except ApiError as error:
                # Without a valid token, all other requests would fail too.
                if error.status == 401:
                    raise
                note(f"{request.key}: {error.problem.get('detail') or error}")
                status = max(status, Exit.REFUSED)
            except OutcomeUnknownError as error:
                note(str(error))
                status = Exit.OUTCOME_UNKNOWN
            else:
                answers.append({"key": request.key, **answer})
                if answer.get("status") == "rejected":
                    status = max(status, Exit.REFUSED)
    output.table(answers, ("key", "transaction_id", "account_id", "status", "reason"))
    return status


def _move(arguments: Namespace, output: Output, path: str, accounts: Json) -> Exit:
    body = {**accounts, "amount": arguments.amount, "currency": arguments.currency}
    if arguments.description is not None:
        body["description"] = arguments.description
    answer = _ask_once(arguments, path, body)
    if output.is_json:
        output.record(answer)
    else:
        told = {name: value for name, value in answer.items() if value not in (None, {})}
        told.pop("position", None)
        output.record(told)
    if answer["status"] == "completed":
        return Exit.DONE
    note(f"rejected: {answer['reason']}")
    return Exit.REFUSED


def _ask_once(arguments: Namespace, path: str, body: Json) -> Json:
    """Send a request under the given key, or a new one unless the same request is pending."""
    with find_access(arguments.url).journaled_client(arguments.patience) as client:
        if arguments.key is None:
            for request in client.unfinished():
                if (request.path, request.body) == (path, body):
                    raise CommandError(
                        "an identical request has an unknown outcome: run"
                        " `ledgerlane move resume`, or use --key to send a new one",
                        Exit.OUTCOME_UNKNOWN,
                    )
        return client.ask(path, body, arguments.key)


# -- API keys ---------------------------------------------------------------------------------


def list_keys(arguments: Namespace, output: Output) -> Exit:
    """List your API keys, without the keys themselves."""
    with find_access(arguments.url).client(arguments.patience) as client:
        output.table(client.keys(), KEY_COLUMNS)
    return Exit.DONE


def create_key(arguments: Namespace, output: Output) -> Exit:
    """Create an API key and print it. It can't be shown again."""
    with find_access(arguments.url).client(arguments.patience) as client:
        answer = client.create_key(arguments.name, arguments.scope, arguments.expires_in)
    output.made(answer, "key")
    if not output.is_json:
        note(f"store the key of {answer['key_id']} now: it can't be shown again")
    return Exit.DONE


def delete_key(arguments: Namespace, output: Output) -> Exit:
    """Delete an API key."""
    with find_access(arguments.url).client(arguments.patience) as client:
        client.delete_key(arguments.key_id)
    return Exit.DONE
