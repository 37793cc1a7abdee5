"""Reading a whole ledger from PostgreSQL, to hold it against the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg

from handlers.applying.events import Outgoing
from handlers.applying.rows import account_of
from handlers.domain import commands as c
from handlers.domain.leg_columns import leg_of
from handlers.domain.state import Hold, Parked, Posting, Record
from handlers.platform.postgres import sql
from tests.support.memory import Database, sent_message

_POSTINGS = """
select 'txn_' || encode(uuid_send(transaction_id), 'hex'), leg,
       'acc_' || encode(uuid_send(debit_account_id), 'hex'),
       'acc_' || encode(uuid_send(credit_account_id), 'hex'), amount, currency,
       debit_version, debit_balance_after, debit_hash,
       credit_version, credit_balance_after, credit_hash,
       (extract(epoch from posted_at) * 1000000)::bigint
from ledger.postings
order by posted_at, transaction_id, leg
"""
_METADATA = """
select 'acc_' || encode(uuid_send(account_id), 'hex'), metadata
from ledger.accounts
where metadata is not null
"""
_PARKED = """
select 'prk_' || encode(uuid_send(parked_id), 'hex'),
       'acc_' || encode(uuid_send(account_id), 'hex'),
       partition, "offset", timestamp_ms, key, value, error, is_behind, status
from ledger.parked_commands
order by parked_at, "offset"
"""
_CONFLICTS = """
select 'txn_' || encode(uuid_send(transaction_id), 'hex'), partition, "offset" from ledger.conflicts
"""


def read_ledger(url: str, partitions: int, sent: Sequence[Outgoing] = ()) -> Database:
    """Read everything.

    Parameters
    ----------
    sent
        What was published; its commands are what the ledger sent on to itself.
    """
    read = Database(partitions)
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        for row in _all(connection, "accounts", "account_id"):
            account = account_of(row)
            read.accounts[account.account_id] = account
        for account_id, metadata in connection.execute(_METADATA):
            read.accounts[account_id].metadata = metadata
        for row in _all(connection, "transactions", "transaction_id"):
            leg = leg_of(row)
            read.transactions[leg.transaction_id, leg.leg] = leg
        for row in _all(connection, "holds", "hold_id"):
            hold = Hold(*row)
            read.holds[hold.hold_id] = hold
        owners = connection.execute(
            "select 'acc_' || encode(uuid_send(account_id), 'hex'), partition from ledger.accounts"
        )
        read.owners = dict(owners.fetchall())
        read.postings = [Posting(*row) for row in connection.execute(_POSTINGS, binary=True)]
        for parked_id, account_id, *record, error, is_behind, status in connection.execute(_PARKED):
            read.parked[parked_id] = Parked(
                parked_id, account_id, Record(*record), error, is_behind, status
            )
        read.conflicts = {(one, two, three) for one, two, three in connection.execute(_CONFLICTS)}
    read.sent = messages_of(sent)
    return read


def _all(
    connection: psycopg.Connection[Any], table: LiteralString, key: LiteralString
) -> list[tuple[Any, ...]]:
    """Read a table by the writer's own query, as the writer would."""
    keys = connection.execute(f"select distinct {key} from ledger.{table}").fetchall()
    wanted = {"account_ids": [], "due_us": 0, f"{key}s": [one for (one,) in keys]}
    return connection.execute(sql(f"applying/load_{table}"), wanted, binary=True).fetchall()


def messages_of(sent: Sequence[Outgoing]) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return what the ledger sent to itself among what was published, each once."""
    commands = [
        (message.key, c.decode(bytes(message.value)))
        for message in sent
        if message.topic.endswith("commands")
    ]
    assert all(key == c.account_of(command) for key, command in commands)
    return dict(
        sent_message(command)
        for _, command in commands
        if isinstance(command, c.CreditLeg | c.Settlement | c.IdempotencyVerdict)
    )
