"""The audit's checks. Each is one query that returns rows of (account id, detail, count).

The queries are in ``handlers/platform/sql/auditing``, and run on each shard.  Checks that aggregate
little, or look at each row alone, run over the whole database at once. Checks that go through every
posting, transaction or hold run slice by slice, which bounds the server's memory and shows
progress.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Literal, NamedTuple

from psycopg import Connection

from handlers.auditing import across
from handlers.auditing.parked_checks import misparked
from handlers.auditing.placement import misplaced
from handlers.auditing.snapshots import Snapshots

#: Checks rows in Python where SQL can't; yields (account id, detail).
Judge = Callable[[Connection[Any], Iterator[Sequence[Any]]], Iterator[tuple[str | None, str]]]

#: Checks what all shards have together; yields (account id, detail).
Across = Callable[[Snapshots], Iterator[tuple[str | None, str]]]


class Check(NamedTuple):
    """A rule that must hold.

    Attributes
    ----------
    name
        The query's file name, and the check's name in reports.
    rule
        The rule in words.
    slices
        The query that cuts the ids into slices, or empty to run the check in one query.
    judge
        Checks the rows of the query in Python; they are streamed to it.
    elsewhere
        What the query needs to know from other shards, if there are any.
    across
        Replaces the query if there are several shards.
    is_of_shards
        Whether there is nothing to check with one shard.
    """

    name: str
    rule: str
    slices: str = ""
    judge: Judge | None = None
    elsewhere: Literal["", "legs", "winners"] = ""
    across: Across | None = None
    is_of_shards: bool = False


#: In this order: first whole currencies, then account by account.
CHECKS: Final = (
    Check("sum_zero", "the accounts of each currency sum to zero"),
    Check(
        "in_transit",
        "money in transit equals the outstanding second legs",
        across=across.in_transit,
    ),
    Check(
        "entries",
        "each account's versions are gapless, its hash chain is whole and its balance is the sum of"
        " its postings",
        slices="account_slices",
    ),
    Check("shapes", "each leg fits its kind, its status and its posting"),
    Check(
        "legs",
        "each transaction's legs agree on its result and on what was posted",
        slices="transaction_slices",
        elsewhere="legs",
    ),
    Check(
        "receipts",
        "each transaction's legs describe the same request",
        slices="transaction_slices",
        elsewhere="legs",
    ),
    Check("placement", "accounts and their commands are on their own partitions", judge=misplaced),
    Check(
        "strangers",
        "each partition is on one shard, with all its rows",
        across=across.strangers,
        is_of_shards=True,
    ),
    Check("own_accounts", "the ledger's own accounts are those of their partition and currency"),
    Check("controls", "each account's state follows from its commands", slices="account_slices"),
    Check("held", "the held amount equals the open holds"),
    Check(
        "holds",
        "each hold's state follows from its placing, capture, void or expiry",
        slices="hold_slices",
    ),
    Check("stated", "the balance in a hold's legs was its account's", slices="account_slices"),
    Check("pending_out", "the amount in transit equals the pending moves"),
    Check("reversals", "reversals stay within their originals"),
    Check("reversed", "reversals go back the way their originals came"),
    Check(
        "conflicts",
        "each idempotency conflict names a transaction of a different request",
        elsewhere="winners",
    ),
    Check("parked", "each parked command agrees with its record and its result", judge=misparked),
    Check(
        "resolutions", "each resolved command has a decision, and each decision resolved a command"
    ),
)
