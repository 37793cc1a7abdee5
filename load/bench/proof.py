"""Verify a round: the ledger has each accepted command once, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple

import psycopg

from handlers.auditing.auditor import audit
from handlers.auditing.report import Report
from handlers.platform.bounds import COMMANDS_TOPIC
from handlers.platform.postgres import Database
from handlers.sharding.shards import Shards
from load.bench.people import Deposit, People
from load.bench.statements import statement


class Result(NamedTuple):
    """A command's result in the ledger."""

    transaction_id: str
    status: str
    amount: int
    account_id: str
    postings: int


@dataclass(frozen=True)
class Proof:
    """The differences between the ledger and its responses.

    Attributes
    ----------
    lost
        Accepted commands that are not in the ledger.
    doubled
        Effects that nobody requested: unknown transactions and extra postings.
    refused
        Commands that were rejected without a reason to.
    diverging
        Accounts whose balance is not the sum of their commands.
    """

    accepted: int
    in_ledger: int
    lost: int
    doubled: int
    refused: int
    diverging: int

    @property
    def holds(self) -> bool:
        """Whether there are no differences."""
        return not (self.lost or self.doubled or self.refused or self.diverging)

    def __str__(self) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in self.as_dict())

    def as_dict(self) -> list[tuple[str, int]]:
        """Return the figures by name."""
        return list(asdict(self).items())


def database_now(database_url: str) -> datetime:
    """Return the database's time."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute("select clock_timestamp()").fetchone()
        assert row is not None
        moment: datetime = row[0]
        return moment


def prove(
    urls: Sequence[str], people: People, since: datetime, sent: Iterable[Deposit], accepted: int
) -> Proof:
    """Compare the ledger with what was sent, and update ``people.balances``.

    Parameters
    ----------
    urls
        The databases that have the accounts.
    since
        A time before the round's first command.
    sent
        All commands of the round that may have been accepted.
    accepted
        How many of them were answered as accepted.
    """
    accounts = {"accounts": people.account_digits}
    results: list[Result] = []
    balances: dict[str, int] = {}
    for url in urls:
        with psycopg.connect(url) as connection:
            connection.read_only = True
            rows = connection.execute(statement("results"), {**accounts, "since": since})
            results += [Result(*row) for row in rows]
            balances.update(connection.execute(statement("balances"), accounts).fetchall())
    return compare(people, list(sent), accepted, results, balances)


def audited(urls: Sequence[str]) -> Report:
    """Audit the whole ledger, over all its databases."""
    databases = [Database(url) for url in urls]
    with closing(Shards(databases, COMMANDS_TOPIC, 1)) as shards:
        return audit(shards)


def compare(
    people: People,
    sent: list[Deposit],
    accepted: int,
    results: list[Result],
    balances: dict[str, int],
) -> Proof:
    """Compare what was sent with the ledger, whose ids have no prefix."""
    by_id = {deposit.transaction_id[4:]: deposit for deposit in sent}
    doubled = refused = in_ledger = 0
    for result in results:
        deposit = by_id.get(result.transaction_id)
        if deposit is None:
            doubled += 1
            continue
        in_ledger += 1
        doubled += max(0, result.postings - 1)
        refused += result.status != "completed"
        people.balances[deposit.account_id] += deposit.amount
    diverging = sum(
        balances.get(account_id[4:]) != expected for account_id, expected in people.balances.items()
    )
    return Proof(accepted, in_ledger, max(0, accepted - in_ledger), doubled, refused, diverging)
