"""The end of a move between partitions, which the destination's partition reports to the source's.

A refusal undoes what the source's partition did in advance: the money comes back, a hold is open
again with everything it held, and nothing counts against the daily limits.
"""

from __future__ import annotations

from handlers.domain import commands as c
from handlers.domain import holds, preconditions
from handlers.domain.moves import received_leg
from handlers.domain.postings import UnforeseenError, post
from handlers.domain.state import RETURN_LEG, Account, Leg, PartitionState, Record


def settle(state: PartitionState, record: Record, command: c.Settlement) -> None:
    """End a move whose second leg is decided, and return the money if it was refused.

    The money returns whatever the account's state: a freeze must not keep it from its owner, and an
    account with money in transit can't be closed.
    """
    transaction = state.legs.get((command.transaction_id, 1))
    source = state.accounts.get(command.account_id)
    if transaction is None or source is None or transaction.amount is None:
        raise UnforeseenError("a settlement names a transaction that this partition does not have")
    source.pending_out -= transaction.amount
    source.is_changed = True
    transaction.status = command.outcome
    # The other partition's clock may be behind. A transaction must not end before it began.
    transaction.completed_at_us = max(command.completed_at_us, transaction.posted_at_us)
    transaction.is_changed = True
    if command.outcome == "rejected":
        _turn_back(state, command, transaction, source, transaction.amount)
    if command.hold_id is not None:
        holds.settle_capture(state, record, source, command.hold_id, command.outcome)
    state.results.append(transaction)


def _turn_back(
    state: PartitionState, command: c.Settlement, transaction: Leg, source: Account, amount: int
) -> None:
    transaction.reason = command.reason
    transaction.balance_after = None
    in_transit = state.in_transit(source.currency, -amount)
    post(state, command.transaction_id, RETURN_LEG, in_transit, source, amount)
    if command.reverses is not None:
        _give_back_reversed(state, command.reverses, source.account_id, amount)
    if command.rules > 1 and _was_counted(transaction, source):
        preconditions.uncount_spending(source, amount, transaction.posted_at_us)


def _was_counted(transaction: Leg, source: Account) -> bool:
    """Tell whether a move counted against its source's limits; a capture counted as its hold."""
    if transaction.kind == "reversal":
        return transaction.user_id == source.user_id
    return transaction.kind == "transfer"


def _give_back_reversed(state: PartitionState, reverses: str, account_id: str, amount: int) -> None:
    original = received_leg(state, reverses, account_id)
    if original is None:
        raise UnforeseenError("a settlement reverses a transaction that is not on this partition")
    original.reversed_amount -= amount
    original.is_changed = True
