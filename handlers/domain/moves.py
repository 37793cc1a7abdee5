"""Moves between customers' accounts, within a partition or across two.

Across partitions a move has three steps, each applied by the partition that owns what it changes.
The source's partition debits the source into its in-transit account and sends a `CreditLeg`. The
destination's partition credits the destination out of *its* in-transit account, or refuses, and
sends a `Settlement` back. The source's partition ends the transaction and, after a refusal, returns
the money (`handlers.domain.settlements`).  So the in-transit accounts of one currency sum to the
money in transit.
"""

from __future__ import annotations

from typing import Literal

from handlers.domain import commands as c
from handlers.domain import preconditions, reasons
from handlers.domain.expiry import let_go_due
from handlers.domain.partitions import partition_of
from handlers.domain.postings import post, record_result
from handlers.domain.state import Account, Leg, Message, PartitionState, Record

Origin = Literal["transfer", "capture", "reversal"]


def transfer(state: PartitionState, record: Record, command: c.Transfer) -> None:
    """Move money from the source, if it has enough, to the destination, if that accepts it."""
    amount, currency = command.amount, command.currency
    source = state.accounts.get(command.source_account_id)
    reason = preconditions.debit(source, currency, amount)
    if reason is None and source is not None:
        reason = preconditions.velocity(source, amount, state.clock_us) or move_refusal(
            state, record, command, source, command.destination_account_id, amount
        )
    if reason is not None or source is None:
        record_result(
            state,
            record,
            command,
            "transfer",
            command.source_account_id,
            reason=reason,
            counterparty_id=command.destination_account_id,
            amount=amount,
            currency=currency,
        )
        return
    preconditions.count_spending(source, amount, state.clock_us)
    move(state, record, command, "transfer", source, command.destination_account_id, amount)


def move_refusal(
    state: PartitionState,
    record: Record,
    command: c.Described,
    source: Account,
    destination_id: str,
    amount: int,
) -> str | None:
    """Return why a move can't start. A destination on another partition may still refuse later."""
    if destination_id == source.account_id:
        return reasons.SAME_ACCOUNT
    if must_travel(state, command, destination_id):
        return None
    destination = state.accounts.get(destination_id)
    if destination is not None and destination.held and command.rules > 1:
        # As before a second leg, which is a command about the destination.
        let_go_due(state, record, destination)
    return preconditions.credit(destination, source.currency, amount)


def must_travel(state: PartitionState, command: c.Described, destination_id: str) -> bool:
    """Tell whether a move needs a second leg to reach its destination.

    It does if the destination is on another partition, or has a parked queue here: then it must
    wait behind the queue, as it would from any other partition.
    """
    if is_elsewhere(state, destination_id):
        return True
    return command.rules > 1 and destination_id in state.parked


def is_elsewhere(state: PartitionState, account_id: str) -> bool:
    """Tell whether an account is on another partition."""
    return partition_of(account_id, state.partitions) != state.partition


def move(
    state: PartitionState,
    record: Record,
    command: c.Described,
    origin: Origin,
    source: Account,
    destination_id: str,
    amount: int,
    *,
    hold_id: str | None = None,
    reverses: str | None = None,
) -> Leg:
    """Take ``amount`` minor units from ``source`` and credit or send them to the destination.

    The caller has checked the source and `move_refusal`.
    """
    destination = None
    if must_travel(state, command, destination_id):
        in_transit = state.in_transit(source.currency, amount)
        post(state, command.transaction_id, 1, source, in_transit, amount)
        source.pending_out += amount
        leg = _credit_leg(command, origin, source, destination_id, amount, hold_id, reverses)
        state.messages.append(Message(destination_id, leg))
    else:
        destination = state.accounts[destination_id]
        post(state, command.transaction_id, 1, source, destination, amount)
    result = record_result(
        state,
        record,
        command,
        origin,
        source.account_id,
        is_pending=destination is None,
        counterparty_id=destination_id,
        amount=amount,
        currency=source.currency,
        balance_after=source.balance,
        hold_id=hold_id,
        reverses=reverses,
    )
    if destination is not None:
        _record_receipt(state, record, command, origin, source.account_id, destination, amount)
    return result


def _credit_leg(
    command: c.Described,
    origin: Origin,
    source: Account,
    destination_id: str,
    amount: int,
    hold_id: str | None,
    reverses: str | None,
) -> c.CreditLeg:
    return c.CreditLeg(
        transaction_id=command.transaction_id,
        user_id=command.user_id,
        requested_at_us=command.requested_at_us,
        fingerprint=command.fingerprint,
        request_id=command.request_id,
        rules=command.rules,
        description=command.description,
        metadata=command.metadata,
        origin=origin,
        source_account_id=source.account_id,
        destination_account_id=destination_id,
        amount=amount,
        currency=source.currency,
        reverses=reverses,
        # By the earlier rules, a hold ended as soon as its capture was in transit.
        hold_id=hold_id if command.rules > 1 else None,
    )


def _record_receipt(
    state: PartitionState,
    record: Record,
    command: c.Described,
    origin: Origin,
    source_id: str,
    destination: Account,
    amount: int,
) -> None:
    record_result(
        state,
        record,
        command,
        origin,
        destination.account_id,
        leg=2,
        counterparty_id=source_id,
        amount=amount,
        currency=destination.currency,
        balance_after=destination.balance,
    )


def credit_leg(state: PartitionState, record: Record, command: c.CreditLeg) -> None:
    """Credit a move from another partition to its destination, or send it back."""
    amount, currency = command.amount, command.currency
    destination = state.accounts.get(command.destination_account_id)
    reason = preconditions.credit(destination, currency, amount)
    if reason is not None or destination is None:
        turn_round(state, record, command, reason)
        return
    in_transit = state.in_transit(currency, -amount)
    post(state, command.transaction_id, 2, in_transit, destination, amount)
    _record_receipt(
        state, record, command, command.origin, command.source_account_id, destination, amount
    )
    _send_settlement(state, command, "completed", None)


def turn_round(
    state: PartitionState, record: Record, command: c.CreditLeg, reason: str | None
) -> None:
    """Refuse a move at its destination and return the money."""
    record_result(
        state,
        record,
        command,
        command.origin,
        command.destination_account_id,
        leg=2,
        reason=reason,
        counterparty_id=command.source_account_id,
        amount=command.amount,
        currency=command.currency,
    )
    _send_settlement(state, command, "rejected", reason)


def _send_settlement(
    state: PartitionState, command: c.CreditLeg, outcome: c.Outcome, reason: str | None
) -> None:
    settlement = c.Settlement(
        transaction_id=command.transaction_id,
        user_id=command.user_id,
        requested_at_us=command.requested_at_us,
        request_id=command.request_id,
        rules=command.rules,
        account_id=command.source_account_id,
        outcome=outcome,
        completed_at_us=state.clock_us,
        reason=reason,
        reverses=command.reverses,
        hold_id=command.hold_id,
    )
    state.messages.append(Message(command.source_account_id, settlement))


def received_leg(state: PartitionState, transaction_id: str, account_id: str) -> Leg | None:
    """Return ``account_id``'s leg of a transaction: the second one if it received the money."""
    for leg in (2, 1):
        transaction = state.legs.get((transaction_id, leg))
        if transaction is not None and transaction.account_id == account_id:
            return transaction
    return None
