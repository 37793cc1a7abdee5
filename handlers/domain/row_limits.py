"""What a row can hold of a command.

A command that can be decoded may still contain values that PostgreSQL refuses: a malformed id, or a
NUL in a text.  The API lets none of these through, but anyone who can produce to the topic can send
them. Such a command is parked, and discarding it must not fail on the same values again.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec

from handlers.domain import commands as c
from handlers.domain import ids

AnyCommandT = TypeVar("AnyCommandT", bound=c.Command)

_ACCOUNTS: Final = ("account_id", "source_account_id", "destination_account_id")


def clean(text: str) -> str:
    """Escape what PostgreSQL's text can't hold: NULs and halves of surrogate pairs."""
    return text.encode(errors="backslashreplace").decode().replace("\x00", "\\0")


def storable(command: AnyCommandT) -> AnyCommandT | None:
    """Return a command whose result can be recorded.

    Returns
    -------
    Command or None
        The same one, without values that no row can hold; None if its ids are malformed, so that it
        never stood for a transaction.
    """
    if not ids.is_id(command.transaction_id, ids.TRANSACTION):
        return None
    named: list[str | None] = [getattr(command, name, None) for name in _ACCOUNTS]
    # Only a decision about a record without an account may itself have no account.
    may_be_empty = isinstance(command, c.ParkedResolution)
    for account_id in named:
        if account_id is None or (may_be_empty and not account_id):
            continue
        if not ids.is_id(account_id, ids.ACCOUNT):
            return None
    # The ids are checked already, so they stay.
    changes: dict[str, Any] = {
        name: clean(text)
        for name in command.__struct_fields__
        if isinstance(text := getattr(command, name), str)
    }
    changes["user_id"] = command.user_id if ids.is_id(command.user_id, ids.USER) else ""
    if isinstance(command, c.Described):
        # The metadata may be what was refused; the parked record still has it.
        changes["metadata"] = c.NO_METADATA
    return msgspec.structs.replace(command, **changes)
