"""What is checked: each check is one query, whose rows are (account id, what is wrong, how many).

The queries are in ``handlers/platform/sql/auditing``.  Some look at the whole ledger at once,
because what they aggregate is little, or because they only look at each row by itself; those that
go through every posting, transaction or hold do so a slice at a time, so that the server's memory
stays bounded and progress can be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from psycopg import Connection

from handlers.auditing.parked_checks import misparked
from handlers.auditing.placement import misplaced

#: Judges a check's rows where SQL can't: what is yielded is (account id, what is wrong).
Judge = Callable[[Connection[Any], Iterator[Sequence[Any]]], Iterator[tuple[str | None, str]]]


class Check(NamedTuple):
    """One thing that must hold.

    Attributes
    ----------
    name
        The query's file, and the check's name in reports.
    rule
        What must hold, in words.
    slices
        The query that cuts the ids into slices, or the empty string for a check of one query.
    judge
        Judges the query's rows, which then are whatever it wants to see; they are streamed to it.
    """

    name: str
    rule: str
    slices: str = ""
    judge: Judge | None = None


#: In this order: what concerns whole currencies, then account by account.
CHECKS: Final = (
    Check("sum_zero", "the accounts of each currency sum to zero"),
    Check("in_transit", "money in transit equals the second legs that are outstanding"),
    Check(
        "entries",
        "each account's versions are gapless, its hash chain is whole and its balance is the sum of"
        " its postings",
        slices="account_slices",
    ),
    Check("shapes", "each leg is what its kind, its status and its posting make of it"),
    Check(
        "legs",
        "each transaction's legs agree how it ended, and with what was posted",
        slices="transaction_slices",
    ),
    Check(
        "receipts",
        "each transaction's legs tell of the same request",
        slices="transaction_slices",
    ),
    Check("placement", "accounts and their commands are on their own partitions", judge=misplaced),
    Check("own_accounts", "the ledger's own accounts are those of their partition and currency"),
    Check("controls", "each account is what its commands made it", slices="account_slices"),
    Check("held", "what is held equals the open holds"),
    Check(
        "holds",
        "each hold is what its placing, capture, void or expiry made it",
        slices="hold_slices",
    ),
    Check("stated", "what a hold's legs state was its account's balance", slices="account_slices"),
    Check("pending_out", "what is noted as under way equals the pending moves"),
    Check("reversals", "reversals stay within their originals"),
    Check("reversed", "reversals go back the way their originals came"),
    Check(
        "conflicts", "each idempotency conflict names a transaction that asked for another thing"
    ),
    Check("parked", "each parked command is what its record and its end say", judge=misparked),
    Check(
        "resolutions", "each parked command was resolved by a decision, and none resolved nothing"
    ),
)
