"""Whose an idempotency key is: a transaction's id stands for the first record that was decided.

Records of one partition are decided in their order.  Of two partitions' records neither is first by
the log alone, so the partition whose record came too late has the log say so, by a verdict.
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
    """Tell whether a command has its effect already; note it, or the conflict that it is.

    It comes before parking: what is applied already needn't wait behind anything.

    Parameters
    ----------
    decided_at
        The offset of the record that is being applied: of a parked one, its resolution's.
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
    """Tell whether another record has a command's id, so that giving it up ends nothing."""
    return _decide(state, record, command, decided_at) is not None


def is_nudge(command: c.AnyCommand) -> bool:
    """Tell whether a command only has its account's holds looked at, and is nothing by itself.

    Its id is that of a hold's expiry, which may still be to come.
    """
    return type(command) is c.HoldExpiry and command.rules > 1


def _is_spent(state: PartitionState, nudge: c.AnyCommand, decided_at: int) -> bool:
    """Tell whether a nudge was looked at before; it leaves no trace by which to know it.

    A second look could find a hold due that the first did not, and a rebuild has no second look.
    """
    known = state.legs.get((nudge.transaction_id, 1))
    is_done = known is not None and known.account_id == c.account_of(nudge)
    is_spent = is_done or decided_at < state.next_offset
    state.duplicates += is_spent
    return is_spent


def _decide(
    state: PartitionState, record: Record, command: c.AnyCommand, decided_at: int
) -> bool | None:
    """Tell whether a command conflicts with the one that has its id; None if none has.

    What only this decides, and no order of the log, is sent to the log.
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
        # The log says nothing of it yet, so the other one was not known when this was parked.
        # Whether it is here already says nothing: a rebuild takes the partitions as they come.
        return None
    is_conflict = known.fingerprint != command.fingerprint
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
    """Tell whether a leg may have been decided in no order with this record.

    It was decided here, in this partition's order, if both lie here and so does its account: after
    a growth of the log, what was parked is decided elsewhere than where it lies.
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
    """Have the log say that another partition's record was first, as no order in it does."""
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
    # What no row can hold must not keep the conflict from being noted: nothing else is done.
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
