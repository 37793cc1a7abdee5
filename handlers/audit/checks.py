"""What is checked: each check is one query, whose rows are (account id, what is wrong, how many).

The queries are in ``handlers/sql/audit``.  Some look at the whole ledger at once, because what they
aggregate is little; those that go through every posting or transaction do so a slice at a time, so
that the server's memory stays bounded and progress can be seen.
"""

from __future__ import annotations

from typing import Final, NamedTuple


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
    """

    name: str
    rule: str
    slices: str = ""


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
    Check(
        "legs",
        "each completed transaction has its postings, and its legs agree with them and each other",
        slices="transaction_slices",
    ),
    Check("held", "what is held equals the open holds"),
    Check("placed", "each hold has its transaction"),
    Check("pending_out", "what is noted as under way equals the pending moves"),
    Check("reversals", "reversals stay within their originals"),
    Check("conflicts", "each idempotency conflict names a transaction"),
)
