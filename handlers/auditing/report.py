"""The result of an audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes
    ----------
    check
        The name of the check that found it.
    account_id
        The account, or None if it is about a whole currency.
    detail
        What is wrong, in words, as a predicate of the account.
    """

    check: str
    account_id: str | None
    detail: str

    def __str__(self) -> str:
        """Format the finding for people."""
        return f"{self.account_id or 'ledger'}: {self.detail} [{self.check}]"


@dataclass(frozen=True, slots=True)
class Report:
    """The result of an audit.

    Attributes
    ----------
    accounts, postings, transactions
        The number of rows of each.
    in_transit
        Money in transit at that moment, in minor units by currency; not an error.
    waiting, waiting_accounts
        The number of parked commands that wait for an operator, and of their accounts; not an
        error.
    findings
        The first findings of each check, in the order of the checks and of the account ids.
    wrong
        The number of findings of each check, including those left out.
    shards
        The number of databases.
    between_shards
        The part of the money in transit whose destination is on another shard.
    """

    accounts: int
    postings: int
    transactions: int
    in_transit: Mapping[str, int]
    waiting: int
    waiting_accounts: int
    findings: Sequence[Finding]
    wrong: Mapping[str, int] = field(default_factory=dict)
    shards: int = 1
    between_shards: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong

    @property
    def first_wrong_account(self) -> Finding | None:
        """The first finding that names an account."""
        return next((one for one in self.findings if one.account_id is not None), None)
