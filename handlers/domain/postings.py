"""Postings, which change two accounts, and the results of legs."""

from __future__ import annotations

from handlers.domain import commands as c
from handlers.domain.chain import link
from handlers.domain.state import Account, Leg, PartitionState, Posting, Record


class UnforeseenError(Exception):
    """A command makes no sense here: neither a business refusal nor a temporary fault."""


def post(
    state: PartitionState,
    transaction_id: str,
    leg: int,
    debit: Account,
    credit: Account,
    amount: int,
) -> None:
    """Move ``amount`` minor units from ``debit`` to ``credit`` and chain both entries.

    The caller has checked that both accounts allow it.
    """
    if amount <= 0 or debit is credit or debit.currency != credit.currency:
        raise UnforeseenError(
            "a posting moves a positive amount between two accounts in one currency"
        )
    transaction = bytes.fromhex(transaction_id[4:])
    posted_at_us = state.clock_us
    debit.version += 1
    debit.balance -= amount
    debit.is_changed = True
    debit.hash = link(
        debit.hash,
        debit.version,
        -amount,
        debit.balance,
        transaction,
        leg,
        credit.uuid,
        posted_at_us,
    )
    credit.version += 1
    credit.balance += amount
    credit.is_changed = True
    credit.hash = link(
        credit.hash,
        credit.version,
        amount,
        credit.balance,
        transaction,
        leg,
        debit.uuid,
        posted_at_us,
    )
    state.postings.append(
        Posting(
            transaction_id,
            leg,
            debit.account_id,
            credit.account_id,
            amount,
            debit.currency,
            debit.version,
            debit.balance,
            debit.hash,
            credit.version,
            credit.balance,
            credit.hash,
            posted_at_us,
        )
    )


def record_result(
    state: PartitionState,
    record: Record,
    command: c.Command,
    kind: str,
    account_id: str,
    *,
    leg: int = 1,
    reason: str | None = None,
    is_pending: bool = False,
    counterparty_id: str | None = None,
    amount: int | None = None,
    currency: str | None = None,
    balance_after: int | None = None,
    hold_id: str | None = None,
    reverses: str | None = None,
) -> Leg:
    """Record a command's result (or that its second leg is in transit) as a new leg."""
    described = command if isinstance(command, c.Described) else None
    posted_at_us = state.clock_us
    transaction = Leg(
        command.transaction_id,
        leg,
        kind,
        "pending" if is_pending else "rejected" if reason else "completed",
        account_id,
        command.user_id,
        command.fingerprint,
        record.partition,
        record.offset,
        command.requested_at_us,
        posted_at_us,
        reason,
        counterparty_id,
        amount,
        currency,
        balance_after,
        described.description if described else None,
        c.metadata_text(described.metadata) if described else None,
        hold_id,
        reverses,
        0,
        None if is_pending else posted_at_us,
        command.request_id,
        True,
    )
    state.legs[command.transaction_id, leg] = transaction
    state.results.append(transaction)
    return transaction
