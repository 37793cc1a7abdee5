"""Parking: setting aside, per account, what can't be applied, so that the partition continues.

A record is parked if it is not a command, or if its command fails unexpectedly. Later commands of
its account are parked behind it, in order, until an operator has it replayed (once the fault is
fixed) or discarded.  The decision goes through the log like every other change to an account.
"""

from __future__ import annotations

from typing import Final, Literal

from handlers.domain import commands as c
from handlers.domain import idempotency, ids, moves, reasons
from handlers.domain.money import MAX_AMOUNT
from handlers.domain.postings import record_result
from handlers.domain.row_limits import clean, storable
from handlers.domain.state import Parked, PartitionState, Record

#: The reason for parking a record that is not itself at fault.
WAITS: Final = "waits behind a parked command of its account"
#: The maximum length of a stored error, which may quote a record of any length.
MAX_ERROR_LENGTH: Final = 10_000
#: Commands without a transaction of their own.
_WITHOUT_END: Final = (c.ParkedResolution, c.Settlement, c.LogGrowth, c.IdempotencyVerdict)
#: The queue of records whose key is not an account; each of them stands alone.
NO_ACCOUNT: Final = ""


def account_of_key(record: Record) -> str | None:
    """Return the account in a record's key, or None."""
    if record.key is None:
        return None
    key = record.key.decode(errors="replace")
    return key if ids.is_id(key, ids.ACCOUNT) else None


def is_known(state: PartitionState, record: Record) -> bool:
    """Tell whether a record was parked before, so that this is a redelivery."""
    return _id_of(record) in state.known_parked


def park(
    state: PartitionState,
    record: Record,
    account_id: str | None,
    error: str,
    *,
    is_behind: bool = False,
) -> None:
    """Set a record aside, and let its account's later ones queue behind it."""
    if account_id is not None and not ids.is_id(account_id, ids.ACCOUNT):
        account_id = None
    parked = Parked(
        _id_of(record),
        account_id,
        record,
        _kept(error),
        is_behind,
        parked_at_us=state.clock_us,
    )
    state.has_parked = True
    state.known_parked.add(parked.parked_id)
    state.park_log.append(parked)
    state.parked.setdefault(account_id or NO_ACCOUNT, []).append(parked)


def resolvable(queue: list[Parked], command: c.ParkedResolution) -> Parked | None:
    """Return the parked record that a resolution names, if it may be resolved now.

    In an account's queue, only the first may be, so that the account's commands keep their order.
    """
    candidates = queue if command.account_id == NO_ACCOUNT else queue[:1]
    return next((parked for parked in candidates if parked.parked_id == command.parked_id), None)


def settle(
    state: PartitionState,
    parked: Parked,
    command: c.ParkedResolution,
    status: Literal["replayed", "discarded"],
) -> None:
    """Record a parked record's outcome, with who decided it and why."""
    parked.status = status
    parked.resolved_by = command.user_id
    parked.note = command.note
    parked.resolved_at_us = state.clock_us
    state.resolved.append(parked)


def fail_again(state: PartitionState, parked: Parked, error: str) -> None:
    """Keep a record parked that failed again; it is now itself at fault."""
    parked.error = _kept(error)
    parked.is_behind = False
    state.resolved.append(parked)


def discard(
    state: PartitionState, record: Record, parked: Parked, command: c.ParkedResolution
) -> str | None:
    """Discard a parked record. An accepted command still ends with a result.

    Parameters
    ----------
    record
        The record of the resolution.

    Returns
    -------
    str | None
        Why it can't be discarded, or None if it was.
    """
    try:
        discarded = c.decode(parked.record.value)
    except c.UndecodableError:
        settle(state, parked, command, "discarded")
        return None
    if isinstance(discarded, c.Settlement):
        transaction = state.legs.get((discarded.transaction_id, 1))
        if transaction is not None and transaction.status == "pending":
            # Without it the move would never end, and its money would stay in transit forever.
            return reasons.STILL_NEEDED
    settle(state, parked, command, "discarded")
    kept = storable(discarded)
    if kept is not None:
        _end_discarded(state, record, parked, kept)
    return None


def _end_discarded(
    state: PartitionState, record: Record, parked: Parked, discarded: c.AnyCommand
) -> None:
    if isinstance(discarded, _WITHOUT_END) or idempotency.is_nudge(discarded):
        return
    if idempotency.is_taken(state, parked.record, discarded, record.offset):
        return
    if isinstance(discarded, c.CreditLeg):
        moves.turn_round(state, parked.record, discarded, reasons.DISCARDED)
        return
    record_result(
        state,
        parked.record,
        discarded,
        c.kind_of(discarded),
        c.account_of(discarded),
        reason=reasons.DISCARDED,
        amount=_amount_of(discarded),
        currency=getattr(discarded, "currency", None),
    )


def _amount_of(command: c.AnyCommand) -> int | None:
    # The amount may be why the command failed; a result contains only valid amounts.
    amount: int | None = getattr(command, "amount", None)
    return amount if amount is not None and 0 < amount <= MAX_AMOUNT else None


def _kept(error: str) -> str:
    return clean(error)[:MAX_ERROR_LENGTH]


def _id_of(record: Record) -> str:
    return ids.parked_id(record.partition, record.offset, record.timestamp_ms)
