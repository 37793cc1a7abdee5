"""Writes a partition's state back after a batch: set-based statements in one round trip.

One call to ``ledger.write_lane``, with an array per column, writes what nearly every batch changes;
rare changes have statements of their own.  Each update checks with ``ledger.expect`` that it
changed as many rows as the batch has. A mismatch fails like a violated constraint and can't be
committed.

The statements have ``unnest`` in the select list, where the arrays are read in step. In FROM, each
column would go through its own tuplestore, which costs a fifth of the statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, Final

import msgspec

from handlers.applying.arrays import (
    Text,
    bool_array,
    bytes_array,
    id_array,
    int_array,
    rare_array,
    text_array,
    time_array,
)
from handlers.applying.loader import Connection, Cursor, Progress
from handlers.domain.ids import ACCOUNT, HOLD, PARKED, TRANSACTION, USER
from handlers.domain.leg_columns import COLUMNS
from handlers.domain.state import (
    RETURN_LEG,
    Account,
    Conflict,
    Hold,
    Leg,
    Parked,
    PartitionState,
    Posting,
)
from handlers.platform.postgres import sql

_transaction_id: Final = attrgetter("transaction_id")
#: Columns that a batch may write in a shorter form, see `_columns_of_legs`.
_SHORTENED: Final = ("partition", "completed_at")
_LEG_COLUMNS: Final = [
    (column, attrgetter(column.field)) for column in COLUMNS if column.name not in _SHORTENED
]
_encode: Final = msgspec.json.Encoder().encode
#: Stands in for the posting of a leg without one: every column is null.
_NO_POSTING: Final = SimpleNamespace(**dict.fromkeys(Posting.__struct_fields__))


def write(
    connection: Connection,
    topic: str,
    state: PartitionState,
    progress: Progress,
    messages: bytes | None,
) -> Cursor:
    """Send everything that a batch changed, in pipeline mode: errors appear at the next wait.

    Parameters
    ----------
    progress
        The partition's progress after the batch.
    messages
        The messages to publish after the commit, as an outbox row's JSON array, or None.

    Returns
    -------
    Cursor
        Will hold the outbox row's id, or null if there is none.
    """
    new = [account for account in state.accounts.values() if account.is_new]
    _insert_accounts(connection, state.partition, new)
    _update_transactions(connection, state)
    _write_holds(connection, state)
    _write_parked(connection, state)
    if state.conflicts:
        _execute(connection, "insert_conflicts", _conflict_columns(state.conflicts))
    changed = [one for one in state.accounts.values() if one.is_changed and not one.is_new]
    _restate_accounts(connection, state.partition, [one for one in changed if one.is_restated])
    _describe_accounts(connection, state.partition, [one for one in changed if one.is_described])
    columns = _prefixed("a_", _money_columns([one for one in changed if not one.is_restated]))
    columns |= _prefixed("l_", _leg_columns(state)) | progress._asdict()
    text = None if messages is None else Text(messages)
    columns |= {"topic": topic, "partition": state.partition, "messages": text}
    return _execute(connection, "write_partition", columns)


def _execute(connection: Connection, name: str, parameters: dict[str, Any]) -> Cursor:
    return connection.execute(sql(f"applying/{name}"), parameters)


def _prefixed(prefix: str, columns: dict[str, Any]) -> dict[str, Any]:
    return {prefix + name: column for name, column in columns.items()}


def _leg_columns(state: PartitionState) -> dict[str, Any]:
    postings = {(posting.transaction_id, posting.leg): posting for posting in state.postings}
    legs = [leg for leg in state.legs.values() if leg.is_new]
    legs += [_returned(state, posting) for posting in state.postings if posting.leg == RETURN_LEG]
    # Sorted, so that two partitions' writers that insert the same ids can't deadlock. The legs of
    # one transaction are in order already.
    legs.sort(key=_transaction_id)
    posted = [postings.pop((leg.transaction_id, leg.leg), _NO_POSTING) for leg in legs]
    if postings:
        raise AssertionError(f"postings without a leg: {sorted(postings)}")
    return _columns_of_legs(state.partition, legs) | _posting_columns(posted)


def _returned(state: PartitionState, posting: Posting) -> Leg:
    """Build the leg that returned a refused move's money: it has no result of its own."""
    return msgspec.structs.replace(
        state.legs[posting.transaction_id, 1],
        leg=posting.leg,
        status="completed",
        reason=None,
        posted_at_us=posting.posted_at_us,
        completed_at_us=posting.posted_at_us,
        balance_after=posting.credit_balance_after,
        description=None,
        metadata=None,
        hold_id=None,
        reverses=None,
        reversed_amount=0,
    )


def _columns_of_legs(partition: int, legs: Sequence[Leg]) -> dict[str, Any]:
    # Most legs are final at once, and then end at the time of their posting.
    is_final_at_once = all(leg.completed_at_us == leg.posted_at_us for leg in legs)
    columns: dict[str, Any] = {
        "partition": rare_array([leg.partition for leg in legs], partition),
        "completed_at": time_array(
            [] if is_final_at_once else [leg.completed_at_us for leg in legs]
        ),
    }
    for column, get in _LEG_COLUMNS:
        values = list(map(get, legs))
        match column.type:
            case "id":
                columns[column.name] = id_array(values, column.prefix)
            case "time":
                columns[column.name] = time_array(values)
            case "integer" if column.usual is not None:
                columns[column.name] = rare_array(values, column.usual)
            case "integer":
                columns[column.name] = int_array(values)
            case _:
                columns[column.name] = text_array(values)
    return columns


def _update_transactions(connection: Connection, state: PartitionState) -> None:
    changed = [leg for leg in state.legs.values() if leg.is_changed and not leg.is_new]
    if changed:
        parameters = {
            "transaction_id": id_array([leg.transaction_id for leg in changed], TRANSACTION),
            "leg": int_array([leg.leg for leg in changed]),
            "status": text_array([leg.status for leg in changed]),
            "reason": text_array([leg.reason for leg in changed]),
            "balance_after": int_array([leg.balance_after for leg in changed]),
            "reversed_amount": int_array([leg.reversed_amount for leg in changed]),
            "completed_at": int_array([leg.completed_at_us for leg in changed]),
            "expected": len(changed),
        }
        _execute(connection, "update_transactions", parameters)


def _posting_columns(postings: Sequence[Any]) -> dict[str, Any]:
    return {
        "debit_account_id": id_array([one.debit_account_id for one in postings], ACCOUNT),
        "credit_account_id": id_array([one.credit_account_id for one in postings], ACCOUNT),
        "debit_version": int_array([one.debit_version for one in postings]),
        "debit_balance_after": int_array([one.debit_balance_after for one in postings]),
        "debit_hash": bytes_array([one.debit_hash for one in postings]),
        "credit_version": int_array([one.credit_version for one in postings]),
        "credit_balance_after": int_array([one.credit_balance_after for one in postings]),
        "credit_hash": bytes_array([one.credit_hash for one in postings]),
    }


def _insert_accounts(connection: Connection, partition: int, new: Sequence[Account]) -> None:
    if not new:
        return
    parameters = {
        "partition": partition,
        "kind": text_array([account.kind for account in new]),
        "user_id": id_array([account.user_id for account in new], USER),
        "currency": text_array([account.currency for account in new]),
        **_description_columns(new),
        "opened_at": int_array([account.created_at_us for account in new]),
        **_account_columns(new),
    }
    _execute(connection, "insert_accounts", parameters)


def _restate_accounts(connection: Connection, partition: int, restated: Sequence[Account]) -> None:
    if restated:
        parameters = {
            "partition": partition,
            "expected": len(restated),
            **_account_columns(restated),
        }
        _execute(connection, "restate_accounts", parameters)


def _describe_accounts(
    connection: Connection, partition: int, described: Sequence[Account]
) -> None:
    if described:
        parameters = {
            "partition": partition,
            "expected": len(described),
            "account_id": id_array([account.account_id for account in described], ACCOUNT),
            **_description_columns(described),
        }
        _execute(connection, "describe_accounts", parameters)


def _description_columns(accounts: Sequence[Account]) -> dict[str, Any]:
    return {
        "name": text_array([account.name for account in accounts]),
        "metadata": text_array(
            [
                _encode(account.metadata).decode() if account.metadata else None
                for account in accounts
            ]
        ),
    }


def _account_columns(accounts: Sequence[Account]) -> dict[str, Any]:
    return {
        "overdraft_limit": int_array([account.overdraft_limit for account in accounts]),
        "daily_amount": int_array([account.daily_amount for account in accounts]),
        "daily_count": int_array([account.daily_count for account in accounts]),
        "frozen_by_owner": int_array([account.frozen_by_owner for account in accounts]),
        "frozen_by_operator": int_array([account.frozen_by_operator for account in accounts]),
        "is_closed": bool_array([account.is_closed for account in accounts]),
        **_money_columns(accounts),
    }


def _money_columns(accounts: Sequence[Account]) -> dict[str, Any]:
    return {
        "account_id": id_array([account.account_id for account in accounts], ACCOUNT),
        "balance": int_array([account.balance for account in accounts]),
        "held": rare_array([account.held for account in accounts], 0),
        "version": int_array([account.version for account in accounts]),
        "hash": bytes_array([account.hash for account in accounts]),
        "day": rare_array([account.day for account in accounts], 0),
        "day_amount": rare_array([account.day_amount for account in accounts], 0),
        "day_count": rare_array([account.day_count for account in accounts], 0),
        "pending_out": rare_array([account.pending_out for account in accounts], 0),
    }


def _write_holds(connection: Connection, state: PartitionState) -> None:
    new = [hold for hold in state.holds.values() if hold.is_new]
    if new:
        parameters = {
            "account_id": id_array([hold.account_id for hold in new], ACCOUNT),
            "amount": int_array([hold.amount for hold in new]),
            "currency": text_array([hold.currency for hold in new]),
            "destination_id": id_array([hold.destination_id for hold in new], ACCOUNT),
            "opened_at": int_array([hold.created_at_us for hold in new]),
            "expires_at": int_array([hold.expires_at_us for hold in new]),
            **_hold_columns(new),
        }
        _execute(connection, "insert_holds", parameters)
    changed = [hold for hold in state.holds.values() if hold.is_changed and not hold.is_new]
    if changed:
        parameters = {"expected": len(changed), **_hold_columns(changed)}
        _execute(connection, "update_holds", parameters)


def _hold_columns(holds: Sequence[Hold]) -> dict[str, Any]:
    return {
        "hold_id": id_array([hold.hold_id for hold in holds], HOLD),
        "status": text_array([hold.status for hold in holds]),
        "captured_amount": int_array([hold.captured_amount for hold in holds]),
        "closed_at": int_array([hold.closed_at_us for hold in holds]),
    }


def _write_parked(connection: Connection, state: PartitionState) -> None:
    new = state.park_log
    if new:
        records = [parked.record for parked in new]
        parameters = {
            "parked_at": int_array([parked.parked_at_us for parked in new]),
            "account_id": id_array([parked.account_id for parked in new], ACCOUNT),
            "partition": int_array([record.partition for record in records]),
            "offset": int_array([record.offset for record in records]),
            "timestamp_ms": int_array([record.timestamp_ms for record in records]),
            "key": bytes_array([record.key for record in records]),
            "value": bytes_array([record.value for record in records]),
            **_parked_columns(new),
        }
        _execute(connection, "insert_parked", parameters)
    known = {parked.parked_id for parked in new}
    changed = {one.parked_id: one for one in state.resolved if one.parked_id not in known}
    if changed:
        parameters = {"expected": len(changed), **_parked_columns([*changed.values()])}
        _execute(connection, "update_parked", parameters)


def _parked_columns(parked: Sequence[Parked]) -> dict[str, Any]:
    return {
        "parked_id": id_array([one.parked_id for one in parked], PARKED),
        "error": text_array([one.error for one in parked]),
        "is_behind": bool_array([one.is_behind for one in parked]),
        "status": text_array([one.status for one in parked]),
        "resolved_by": id_array([one.resolved_by for one in parked], USER),
        "note": text_array([one.note for one in parked]),
        "resolved_at": int_array([one.resolved_at_us for one in parked]),
    }


def _conflict_columns(conflicts: Sequence[Conflict]) -> dict[str, Any]:
    return {
        "transaction_id": id_array([one.transaction_id for one in conflicts], TRANSACTION),
        "partition": int_array([one.partition for one in conflicts]),
        "offset": int_array([one.offset for one in conflicts]),
        "fingerprint": text_array([one.fingerprint for one in conflicts]),
        "user_id": id_array([one.user_id for one in conflicts], USER),
        "requested_at": int_array([one.requested_at_us for one in conflicts]),
        "posted_at": int_array([one.posted_at_us for one in conflicts]),
    }
