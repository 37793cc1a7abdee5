"""Idempotency keys: a transaction's id belongs to the first record that was decided.

Records of one partition are decided in order.  The log gives no order between records of two
partitions, so the partition whose record came too late writes a verdict to the log.
"""

from __future__ import annotations

from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.moves import is_elsewhere
from handlers.domain.row_limits import clean
from handlers.domain.state import Conflict, Leg, Message, PartitionState, Record


def is_repetition(
    state: PartitionState, record: Record, command: c.AnyCommand, decided_at: int
) -> bool:
    """Tell whether a command has already taken effect, and record it if it is a conflict.

    This comes before parking, because what is already applied need not wait behind anything.

    Parameters
    ----------
    decided_at
        The offset of the record being applied; for a parked record, that of its resolution.
    """
    if is_nudge(command):
        return _is_spent(state, command, decided_at)
    is_conflict = _decide(state, record, command, decided_at)
    if is_conflict is None:
        return False
    if is_conflict:
        _record_conflict(state, record, command)
    else:
        state.duplicates += 1
    return True


def is_taken(state: PartitionState, record: Record, command: c.AnyCommand, decided_at: int) -> bool:
    """Tell whether another record owns the command's id, so that discarding it ends nothing."""
    return _decide(state, record, command, decided_at) is not None


def is_nudge(command: c.AnyCommand) -> bool:
    """Tell whether a command only triggers a check of its account's holds.

    Its id is that of a hold's expiry, which may not have happened yet.
    """
    return type(command) is c.HoldExpiry and command.rules > 1


def _is_spent(state: PartitionState, nudge: c.AnyCommand, decided_at: int) -> bool:
    """Tell whether a nudge was already handled. It leaves no other trace.

    A second check could expire a hold that the first did not, and a rebuild checks only once.
    """
    known = state.legs.get((nudge.transaction_id, 1))
    is_done = known is not None and known.account_id == c.account_of(nudge)
    is_spent = is_done or decided_at < state.next_offset
    state.duplicates += is_spent
    return is_spent


def _decide(
    state: PartitionState, record: Record, command: c.AnyCommand, decided_at: int
) -> bool | None:
    """Tell whether a command conflicts with the owner of its id; None if nobody owns it.

    If the log's order does not determine the answer, a verdict is sent to the log.
    """
    leg = 2 if type(command) is c.CreditLeg else 1
    verdict = _verdict_on(state, record, command) if leg == 1 else None
    if verdict is not None and _is_now(state, verdict, decided_at):
        return verdict.is_conflict
    known = state.legs.get((command.transaction_id, leg))
    if known is None:
        return None
    if type(command) is c.Settlement:
        return None if known.status == "pending" else False
    is_rival = leg == 1 and _is_rival(state, record, known)
    is_parked = c.account_of(command) in state.parked
    if state.verdicts is not None and is_rival and (is_parked or verdict is not None):
        # The log has no verdict yet, so the other record was not known when this was parked.
        # Whether it is here now says nothing: a rebuild reads partitions in another order.
        return None
    # A row has the fingerprint without what no row can hold.
    is_conflict = clean(known.fingerprint) != clean(command.fingerprint)
    if is_rival:
        _send_verdict(state, record, command, decided_at, is_conflict=is_conflict)
    return is_conflict


def _verdict_on(
    state: PartitionState, record: Record, command: c.AnyCommand
) -> c.IdempotencyVerdict | None:
    if state.verdicts is None:
        return None
    verdict = state.verdicts.get((record.partition, record.offset))
    is_meant = verdict is not None and verdict.contested == command.transaction_id
    return verdict if is_meant else None


def _is_now(state: PartitionState, verdict: c.IdempotencyVerdict, decided_at: int) -> bool:
    return (verdict.decided_in, verdict.decided_at) == (state.partition, decided_at)


def _is_rival(state: PartitionState, record: Record, known: Leg) -> bool:
    """Tell whether a leg was possibly decided in no fixed order relative to this record.

    The order is fixed if both records and the account are on this partition. After the log grew, a
    parked command may be decided on another partition than its record's.
    """
    if (known.partition, known.offset) == (record.partition, record.offset):
        return False
    if known.partition != state.partition or record.partition != state.partition:
        return True
    return bool(known.account_id) and is_elsewhere(state, known.account_id)


def _send_verdict(
    state: PartitionState,
    record: Record,
    loser: c.AnyCommand,
    decided_at: int,
    *,
    is_conflict: bool,
) -> None:
    """Write to the log that another partition's record was first, which no order in it shows."""
    verdict = c.IdempotencyVerdict(
        transaction_id=ids.verdict_id(record.partition, record.offset, decided_at),
        user_id="",
        requested_at_us=state.clock_us,
        rules=c.RULES,
        contested=loser.transaction_id,
        partition=record.partition,
        offset=record.offset,
        decided_in=state.partition,
        decided_at=decided_at,
        is_conflict=is_conflict,
    )
    state.messages.append(Message(verdict.account_id, verdict))


def _record_conflict(state: PartitionState, record: Record, command: c.AnyCommand) -> None:
    # A value that no row can hold must not prevent recording the conflict, the only effect here.
    state.conflicts.append(
        Conflict(
            command.transaction_id,
            record.partition,
            record.offset,
            clean(command.fingerprint),
            command.user_id if ids.is_id(command.user_id, ids.USER) else "",
            command.requested_at_us,
            state.clock_us,
        )
    )
