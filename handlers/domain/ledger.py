"""Applies commands, one after the other, to the state of a partition.

`apply_batch` is the whole of the ledger's behaviour. The same records over the same state give the
same state, however they are batched, because it reads no clock and draws no random numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from handlers.domain import (
    cash,
    controls,
    expiry,
    growth,
    holds,
    idempotency,
    moves,
    parking,
    reasons,
    reversals,
    settlements,
)
from handlers.domain import commands as c
from handlers.domain.kinds import CASH_IN, CASH_OUT
from handlers.domain.partitions import partition_of
from handlers.domain.postings import UnforeseenError, record_result
from handlers.domain.row_limits import storable
from handlers.domain.state import Parked, PartitionState, Record

#: What `apply_batch` can't apply, with the error: the key is the offset of the record and "", or
#: (offset of the resolution, parked id) for a record that an operator had replayed.
Poison = Mapping[tuple[int, str], str]

_RULES: Final[dict[type, Callable[[PartitionState, Record, Any], None]]] = {
    **{c.BY_KIND[kind]: cash.bring_in for kind in CASH_IN},
    **{c.BY_KIND[kind]: cash.take_out for kind in CASH_OUT},
    c.Transfer: moves.transfer,
    c.CreditLeg: moves.credit_leg,
    c.Settlement: settlements.settle,
    c.HoldPlacement: holds.place,
    c.Capture: holds.capture,
    c.Void: holds.void,
    c.HoldExpiry: holds.expire,
    c.Reversal: reversals.reverse,
    c.AccountOpening: controls.open_account,
    c.AccountUpdate: controls.update_account,
    c.Freeze: controls.freeze,
    c.Unfreeze: controls.unfreeze,
    c.Closing: controls.close,
    c.Limits: controls.set_limits,
}


class PoisonError(Exception):
    """A command failed unexpectedly, and the state it was applied to is no longer valid.

    Attributes
    ----------
    place
        The key to add to the poison before the batch is applied again to freshly loaded state.
    """

    def __init__(self, place: tuple[int, str], error: str) -> None:
        super().__init__(error)
        self.place = place


Decoded = c.AnyCommand | c.UndecodableError


def decoded(record: Record) -> Decoded:
    """Decode a record's command. If the value can't be decoded, return the error."""
    try:
        return c.decode(record.value)
    except c.UndecodableError as error:
        return error


def apply_batch(
    state: PartitionState, batch: Iterable[tuple[Record, Decoded]], poison: Poison | None = None
) -> None:
    """Apply records in order.

    Parameters
    ----------
    state
        The partition's state, with everything loaded that the batch refers to.
    batch
        Records in order of their offsets, each with the result of `decoded`.
    poison
        Records known to fail. Such a record is parked, and its account's later records behind it.

    Raises
    ------
    PoisonError
        If a command fails unexpectedly.  Apply the batch again, to freshly loaded state and with
        the error's place added to the poison.
    """
    known_poison = poison or {}
    for record, command in batch:
        timestamp_us = record.timestamp_ms * 1000
        # A time beyond the calendar would stay the partition's time forever, and no row could store
        # it.
        if state.clock_us < timestamp_us <= c.MAX_TIME_US:
            state.clock_us = timestamp_us
        if state.has_parked and parking.is_known(state, record):
            state.duplicates += 1
            continue
        try:
            _ROADS.get(type(command), _apply_or_park)(state, record, command, known_poison)
        except PoisonError:
            raise
        except Exception as error:
            raise PoisonError((record.offset, ""), _describe(error)) from error


def _park_undecodable(
    state: PartitionState, record: Record, error: c.UndecodableError, poison: Poison
) -> None:
    parking.park(state, record, parking.account_of_key(record), str(error))


def _pass_over(
    state: PartitionState, record: Record, command: c.IdempotencyVerdict, poison: Poison
) -> None:
    """Change nothing: the ledger already knows what a verdict says; only a rebuild needs it."""


def _apply_or_park(
    state: PartitionState, record: Record, command: c.AnyCommand, poison: Poison
) -> None:
    if idempotency.is_repetition(state, record, command, record.offset):
        return
    account_id = c.account_of(command)
    place = (record.offset, "")
    if account_id in state.parked and not _comes_first(command):
        parking.park(state, record, account_id, parking.WAITS, is_behind=True)
    elif place in poison:
        parking.park(state, record, account_id, poison[place])
    else:
        apply(state, record, command)


def _comes_first(command: c.AnyCommand) -> bool:
    """Tell whether a command skips its account's parked queue.

    A settlement does. It ends a move that was decided before anything in the queue; a move within
    one partition would have ended at once.
    """
    return type(command) is c.Settlement and command.rules > 1


def _mark_or_park(
    state: PartitionState, record: Record, command: c.LogGrowth, poison: Poison
) -> None:
    place = (record.offset, "")
    if place in poison:
        parking.park(state, record, None, poison[place])
    else:
        growth.mark(state, command)


def apply(state: PartitionState, record: Record, command: c.AnyCommand) -> None:
    """Apply one new command.

    Raises
    ------
    UnforeseenError
        If the command does not belong to this partition.
    """
    account_id = c.account_of(command)
    if partition_of(account_id, state.partitions) != state.partition:
        raise UnforeseenError(f"account {account_id} does not live on partition {state.partition}")
    if command.rules != 1:
        _see_to_rules(state, record, command, account_id)
    _RULES[type(command)](state, record, command)


def _see_to_rules(
    state: PartitionState, record: Record, command: c.AnyCommand, account_id: str
) -> None:
    """Apply today's rules before any command about an account, such as expiring its holds."""
    if command.rules != c.RULES:
        raise UnforeseenError(f"this writer does not know the rules {command.rules}")
    account = state.accounts.get(account_id)
    if account is not None and account.held:
        expiry.let_go_due(state, record, account)


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _resolve(
    state: PartitionState, record: Record, command: c.ParkedResolution, poison: Poison
) -> None:
    """Carry out an operator's decision, then continue with the commands behind it."""
    if command.rules == 1 and (command.transaction_id, 1) in state.legs:
        state.duplicates += 1
        return
    if idempotency.is_repetition(state, record, command, record.offset):
        return
    refusal = poison.get((record.offset, ""))
    if refusal is not None:
        kept = storable(command)
        if kept is None:
            parking.park(state, record, None, refusal)
            return
        command = kept
    queue = state.parked.get(command.account_id, [])
    parked = parking.resolvable(queue, command)
    reason = None
    if parked is None:
        reason = reasons.NOT_PARKED
    elif command.action == "discard":
        reason = parking.discard(state, record, parked, command)
        if reason is None:
            queue.remove(parked)
    elif _replay(state, record, parked, command, poison):
        queue.remove(parked)
    else:
        reason = reasons.STILL_FAILING
    # Commands that only waited continue, and the next one that fails becomes the head.  After the
    # database refused something, stop: the next command may be what it refused.
    while reason is None and refusal is None and queue and queue[0].is_behind:
        if not _replay(state, record, queue[0], command, poison):
            break
        del queue[0]
    if not queue:
        state.parked.pop(command.account_id, None)
    record_result(state, record, command, "parked_resolution", command.account_id, reason=reason)


def _replay(
    state: PartitionState,
    record: Record,
    parked: Parked,
    command: c.ParkedResolution,
    poison: Poison,
) -> bool:
    """Apply a parked record now; return whether that succeeded."""
    place = (record.offset, parked.parked_id)
    replayed = decoded(parked.record)
    error = str(replayed) if isinstance(replayed, Exception) else poison.get(place)
    if error is not None or isinstance(replayed, c.UndecodableError | c.ParkedResolution):
        parking.fail_again(state, parked, error or "a resolution can't be replayed")
        return False
    try:
        if not idempotency.is_repetition(state, parked.record, replayed, record.offset):
            apply(state, parked.record, replayed)
    except Exception as failure:
        raise PoisonError(place, _describe(failure)) from failure
    parking.settle(state, parked, command, "replayed")
    return True


#: Commands with handling of their own. Everything else is applied, or parked with its account.
_ROADS: Final[dict[type, Callable[[PartitionState, Record, Any, Poison], None]]] = {
    c.UndecodableError: _park_undecodable,
    c.ParkedResolution: _resolve,
    c.LogGrowth: _mark_or_park,
    c.IdempotencyVerdict: _pass_over,
}
