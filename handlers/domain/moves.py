"""Moves from one customer's account to another's: within a partition, or across two.

Across partitions a move has three steps, each applied by the partition that owns what it changes:
the source's debits the source into its in-transit account and sends a `CreditLeg`; the
destination's credits the destination out of *its* in-transit account, or refuses, and sends a
`Settlement` back; the source's ends the transaction, and after a refusal gives the money back.
The in-transit accounts of one currency therefore sum to the money that is under way.
"""

from __future__ import annotations

from typing import Literal

from handlers.domain import checks, reasons
from handlers.domain import commands as c
from handlers.domain.lanes import partition_of
from handlers.domain.postings import UnforeseenError, post, record_result
from handlers.domain.state import RETURN_LEG, Account, Lane, Message, Record, Transaction

Origin = Literal["transfer", "capture", "reversal"]


def transfer(lane: Lane, record: Record, command: c.Transfer) -> None:
    """Move money from the source, if it has it, to the destination, if that takes it."""
    amount, currency = command.amount, command.currency
    source = lane.accounts.get(command.source_account_id)
    reason = checks.debit(source, currency, amount)
    if reason is None and source is not None:
        reason = checks.velocity(source, amount, lane.clock_us) or move_refusal(
            lane, source, command.destination_account_id, currency, amount
        )
    if reason is not None or source is None:
        record_result(
            lane,
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
    checks.count_spending(source, amount, lane.clock_us)
    move(lane, record, command, "transfer", source, command.destination_account_id, amount)


def move_refusal(
    lane: Lane, source: Account, destination_id: str, currency: str, amount: int
) -> str | None:
    """Tell why a move can't start; whether another partition's account takes it shows there."""
    if destination_id == source.account_id:
        return reasons.SAME_ACCOUNT
    if partition_of(destination_id, lane.partitions) == lane.partition:
        return checks.credit(lane.accounts.get(destination_id), currency, amount)
    return checks.own_account(lane.in_transit(currency), amount)


def move(
    lane: Lane,
    record: Record,
    command: c.Described,
    origin: Origin,
    source: Account,
    destination_id: str,
    amount: int,
    *,
    hold_id: str | None = None,
    reverses: str | None = None,
) -> Transaction:
    """Take ``amount`` minor units from ``source`` and bring or send it to the destination.

    The caller has checked the source, and `move_refusal`.
    """
    destination = None
    if partition_of(destination_id, lane.partitions) == lane.partition:
        destination = lane.accounts[destination_id]
        post(lane, command.transaction_id, 1, source, destination, amount)
    else:
        post(lane, command.transaction_id, 1, source, lane.in_transit(source.currency), amount)
        source.pending_out += amount
        lane.messages.append(
            Message(
                destination_id,
                _credit_leg(command, origin, source, destination_id, amount, reverses),
            )
        )
    result = record_result(
        lane,
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
        _record_receipt(lane, record, command, origin, source.account_id, destination, amount)
    return result


def _credit_leg(
    command: c.Described,
    origin: Origin,
    source: Account,
    destination_id: str,
    amount: int,
    reverses: str | None,
) -> c.CreditLeg:
    return c.CreditLeg(
        transaction_id=command.transaction_id,
        user_id=command.user_id,
        requested_at_us=command.requested_at_us,
        fingerprint=command.fingerprint,
        request_id=command.request_id,
        description=command.description,
        metadata=command.metadata,
        origin=origin,
        source_account_id=source.account_id,
        destination_account_id=destination_id,
        amount=amount,
        currency=source.currency,
        reverses=reverses,
    )


def _record_receipt(
    lane: Lane,
    record: Record,
    command: c.Described,
    origin: Origin,
    source_id: str,
    destination: Account,
    amount: int,
) -> None:
    record_result(
        lane,
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


def credit_leg(lane: Lane, record: Record, command: c.CreditLeg) -> None:
    """Bring a move that comes from another partition to its destination, or turn it round."""
    amount, currency = command.amount, command.currency
    destination = lane.accounts.get(command.destination_account_id)
    reason = checks.credit(destination, currency, amount)
    if reason is None:
        reason = checks.own_account(lane.in_transit(currency), -amount)
    if reason is not None or destination is None:
        turn_round(lane, record, command, reason)
        return
    post(lane, command.transaction_id, 2, lane.in_transit(currency), destination, amount)
    _record_receipt(
        lane, record, command, command.origin, command.source_account_id, destination, amount
    )
    _send_settlement(lane, command, "completed", None)


def turn_round(lane: Lane, record: Record, command: c.CreditLeg, reason: str | None) -> None:
    """Refuse a move at its destination and send the money back."""
    record_result(
        lane,
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
    _send_settlement(lane, command, "rejected", reason)


def _send_settlement(
    lane: Lane, command: c.CreditLeg, outcome: c.Outcome, reason: str | None
) -> None:
    settlement = c.Settlement(
        transaction_id=command.transaction_id,
        user_id=command.user_id,
        requested_at_us=command.requested_at_us,
        request_id=command.request_id,
        account_id=command.source_account_id,
        outcome=outcome,
        completed_at_us=lane.clock_us,
        reason=reason,
        reverses=command.reverses,
    )
    lane.messages.append(Message(command.source_account_id, settlement))


def settlement(lane: Lane, record: Record, command: c.Settlement) -> None:
    """End a move whose second leg is decided; after a refusal the source has its money again.

    It comes back whatever the account's state: a freeze does not keep money from its owner, and an
    account with moves under way can't be closed.
    """
    transaction = lane.transactions.get((command.transaction_id, 1))
    source = lane.accounts.get(command.account_id)
    if transaction is None or source is None or transaction.amount is None:
        raise UnforeseenError("a settlement names a transaction that this partition does not have")
    source.pending_out -= transaction.amount
    source.is_changed = True
    transaction.status = command.outcome
    # The other partition's clock may be behind ours; a transaction never ends before it began.
    transaction.completed_at_us = max(command.completed_at_us, transaction.posted_at_us)
    transaction.is_changed = True
    if command.outcome == "rejected":
        transaction.reason = command.reason
        transaction.balance_after = None
        amount = transaction.amount
        in_transit = lane.in_transit(source.currency)
        post(lane, command.transaction_id, RETURN_LEG, in_transit, source, amount)
        if command.reverses is not None:
            _give_back_reversed(lane, command.reverses, source.account_id, amount)
    lane.results.append(transaction)


def _give_back_reversed(lane: Lane, reverses: str, account_id: str, amount: int) -> None:
    original = received_leg(lane, reverses, account_id)
    if original is None:
        raise UnforeseenError("a settlement reverses a transaction that this partition has not")
    original.reversed_amount -= amount
    original.is_changed = True


def received_leg(lane: Lane, transaction_id: str, account_id: str) -> Transaction | None:
    """Return the leg of a transaction that ``account_id`` has: the second, if it received it."""
    for leg in (2, 1):
        transaction = lane.transactions.get((transaction_id, leg))
        if transaction is not None and transaction.account_id == account_id:
            return transaction
    return None
