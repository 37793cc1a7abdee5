"""Loads a partition's state for a batch under the partition's lock, usually in one round trip."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import msgspec
import psycopg

from handlers.applying.arrays import Parameter, UnstorableError, id_array
from handlers.applying.outbox import NO_BACKLOG, Backlog, load_backlog
from handlers.applying.references import SYSTEM_ACCOUNT_IDS, References, own_accounts, references_of
from handlers.applying.rows import Row, account_of
from handlers.domain import ids, parking
from handlers.domain.commands import MAX_TIME_US
from handlers.domain.ledger import Decoded, decoded
from handlers.domain.leg_columns import leg_of
from handlers.domain.money import HALF_FULL
from handlers.domain.partitions import partition_of
from handlers.domain.state import Account, Hold, Leg, Parked, PartitionState, Record, Verdicts
from handlers.platform.errors import Unavailable
from handlers.platform.postgres import sql

Connection = psycopg.Connection[Row]
Cursor = psycopg.Cursor[Row]

_metadata: Final = msgspec.json.Decoder(dict[str, str])


class Progress(NamedTuple):
    """A partition's progress. Whoever locks its row is the partition's only writer."""

    incarnation: str
    next_offset: int
    clock_us: int
    has_parked: bool
    partitions: int | None = None
    growing_to: int | None = None
    shard: int | None = None
    moving_to: int | None = None


class NotHereError(Unavailable):
    """The partition is not in this database, or is being moved away from it.

    Nothing was applied. The batch comes again, and then the map says where the partition is.
    """


class OtherCountError(Exception):
    """The accounts use a different partition count than was assumed."""

    def __init__(self, partitions: int) -> None:
        super().__init__(f"the log has {partitions} partitions")
        self.partitions = partitions


class Loaded(NamedTuple):
    """A partition's state before a batch, its progress, and its unpublished messages."""

    state: PartitionState
    progress: Progress
    backlog: Backlog


def load(
    connection: Connection,
    topic: str,
    partition: int,
    partitions: int,
    batch: Sequence[tuple[Record, Decoded]],
    *,
    is_new: bool = False,
    sought: Collection[str] = (),
    rivals: Collection[Leg] = (),
    verdicts: Verdicts | None = None,
) -> Loaded:
    """Lock the partition's progress and load everything the batch refers to.

    Parameters
    ----------
    is_new
        Skip the lookup of the commands' own ids, because they have probably never been applied. If
        one was, recording it again violates the primary key of the legs.
    sought
        Further transaction ids to look up, which the batch may lead to.
    rivals
        Stand-ins for legs in other databases that own ids of the batch.
    verdicts
        A rebuild's verdicts, see `handlers.domain.state.PartitionState`.

    Must run inside a transaction and in pipeline mode: nothing blocks until the first row is
    fetched.  Waits for another writer of the partition to finish.

    Raises
    ------
    OtherCountError
        If the log has grown, so that ``partitions`` is out of date.
    NotHereError
        If another database has the partition.
    """
    references = references_of(batch, partitions)
    if not is_new:
        references.transactions |= references.own
    references.transactions.update(sought)
    lock = _lock(connection, topic, partition)
    cursors = _query(connection, partition, references)
    row = lock.fetchone()
    if row is None:
        # The partition's first batch ever: insert the row, then read again under its lock.
        connection.execute(
            sql("applying/start_progress"),
            {"topic": topic, "partition": partition, "partitions": partitions},
        )
        lock = _lock(connection, topic, partition)
        cursors = _query(connection, partition, references)
        row = lock.fetchone()
        if row is None:
            raise NotHereError(f"partition {partition} was never on this shard")
    *columns, has_outbox = row
    progress = Progress(*columns)
    _check_place(partition, progress)
    if progress.partitions not in (None, partitions):
        raise OtherCountError(progress.partitions)
    state = PartitionState(partition, partitions, progress.clock_us, has_parked=progress.has_parked)
    state.verdicts = verdicts
    state.growing_to = progress.growing_to
    state.next_offset = progress.next_offset
    _fill(state, cursors)
    for rival in rivals:
        # What happens on one partition is in order anyway.
        if partition_of(rival.account_id, partitions) != partition:
            state.legs.setdefault((rival.transaction_id, rival.leg), rival)
    waiting = References()
    if progress.has_parked:
        waiting = _load_parked(connection, state, batch, references)
    if references.indirect:
        _load_indirect(connection, state)
    if progress.has_parked and (references.indirect or waiting.accounts):
        _load_queues(connection, state, waiting.accounts | _destinations(state))
    _load_series(connection, state)
    _load_due(connection, state, batch)
    return Loaded(
        state, progress, load_backlog(connection, partition) if has_outbox else NO_BACKLOG
    )


def _check_place(partition: int, progress: Progress) -> None:
    if progress.shard is not None:
        raise NotHereError(f"partition {partition} is on shard {progress.shard}")
    if progress.moving_to is not None:
        raise NotHereError(f"partition {partition} is being moved to shard {progress.moving_to}")


def state_count(connection: Connection, topic: str, loaded: Loaded) -> None:
    """Store the partition count of the accounts, if it is new or changes."""
    state, before = loaded.state, loaded.progress
    if before.partitions == state.partitions and before.growing_to == state.growing_to:
        return
    parameters = {
        "topic": topic,
        "partition": state.partition,
        "partitions": state.partitions,
        "growing_to": state.growing_to,
    }
    connection.execute(sql("applying/state_partition"), parameters)


def _lock(connection: Connection, topic: str, partition: int) -> Cursor:
    return connection.execute(
        sql("applying/lock_progress"), {"topic": topic, "partition": partition}
    )


class Cursors(NamedTuple):
    """The queries' results, as far as they were sent."""

    transactions: Cursor | None = None
    accounts: Cursor | None = None
    metadata: Cursor | None = None
    holds: Cursor | list[Row] | None = None


def _query(connection: Connection, partition: int, references: References) -> Cursors:
    accounts = [*references.accounts, *own_accounts(partition, references.currencies)]
    return Cursors(
        _execute(connection, "load_transactions", "transaction_ids", references.transactions),
        _execute(connection, "load_accounts", "account_ids", accounts),
        _execute(connection, "load_metadata", "account_ids", references.described),
        _load_holds(connection, hold_ids=references.holds) if references.holds else None,
    )


def _load_holds(
    connection: Connection,
    *,
    hold_ids: Collection[str] = (),
    account_ids: Collection[str] = (),
    due_us: int = 0,
) -> Cursor:
    parameters = {
        "hold_ids": _ids(hold_ids),
        "account_ids": _ids(account_ids),
        "due_us": due_us,
    }
    return connection.execute(sql("applying/load_holds"), parameters, binary=True)


def _execute(
    connection: Connection, name: str, parameter: str, values: Collection[str]
) -> Cursor | None:
    if not values:
        return None
    return connection.execute(sql(f"applying/{name}"), {parameter: _ids(values)}, binary=True)


def _ids(values: Collection[str]) -> Parameter:
    try:
        return id_array(list(values))
    except UnstorableError:
        # A malformed id can't be in the database, and would make the array invalid.
        return id_array([value for value in values if ids.is_id(value, value[: ids.PREFIX_LENGTH])])


def _fill(state: PartitionState, cursors: Cursors) -> None:
    for row in _rows(cursors.transactions):
        transaction = leg_of(row)
        state.legs.setdefault((transaction.transaction_id, transaction.leg), transaction)
    for row in _rows(cursors.accounts):
        account = account_of(row)
        state.accounts.setdefault(account.account_id, account)
    for uuid, metadata in _rows(cursors.metadata):
        described = state.accounts[ids.ACCOUNT + uuid.hex()]
        if described.metadata is msgspec.UNSET:
            described.metadata = _metadata.decode(metadata)
    for row in _rows(cursors.holds):
        hold = Hold(*row)
        if state.holds.setdefault(hold.hold_id, hold) is hold and hold.expires_at_us is not None:
            state.expiring.setdefault(hold.account_id, []).append(hold)


def _rows(found: Cursor | list[Row] | None) -> list[Row]:
    """Fetch all rows at once, which is faster than one by one."""
    if found is None:
        return []
    return found if isinstance(found, list) else found.fetchall()


def _load_more(connection: Connection, state: PartitionState, references: References) -> None:
    """Load what the first load showed to be needed."""
    _fill(state, _query(connection, state.partition, references))


def _load_indirect(connection: Connection, state: PartitionState) -> None:
    """Load the destinations of captures and reversals that are on this partition."""
    currencies = {account.currency for account in state.accounts.values()}
    missing = {
        account_id
        for account_id in (*_destinations(state), *own_accounts(state.partition, currencies))
        if account_id not in state.accounts
    }
    if missing:
        _load_more(connection, state, References(accounts=missing))


def _destinations(state: PartitionState) -> set[str]:
    """Return the accounts that loaded holds or reversed transactions may send money to."""
    found = {hold.destination_id for hold in state.holds.values()}
    found |= {transaction.counterparty_id for transaction in state.legs.values()}
    return {account_id for account_id in found if account_id}


def _load_series(connection: Connection, state: PartitionState) -> None:
    """Load more of the ledger's own accounts if one is so full that the next may be needed."""
    for currency in {account.currency for account in state.accounts.values()}:
        for id_of in SYSTEM_ACCOUNT_IDS:
            number = 0
            while _is_filling(state.accounts.get(id_of(state.partition, currency, number))):
                number += 1
                further = id_of(state.partition, currency, number)
                _load_more(connection, state, References(accounts={further}))


def _is_filling(account: Account | None) -> bool:
    """Tell whether a batch may fill an account so far that the next of its series is used.

    A batch that fills the other half at once, and so needs an account that is not loaded, is
    applied record by record.
    """
    return account is not None and 2 * abs(account.balance) > HALF_FULL


def _load_due(
    connection: Connection, state: PartitionState, batch: Sequence[tuple[Record, Decoded]]
) -> None:
    """Load the holds that may expire within the batch, and the expiries recorded already."""
    holders = [account.account_id for account in state.accounts.values() if account.held]
    if not holders:
        return
    times_us = (record.timestamp_ms * 1000 for record, _ in batch)
    due_us = max((time_us for time_us in times_us if time_us <= MAX_TIME_US), default=0)
    due_us = max(due_us, state.clock_us)
    rows = _load_holds(connection, account_ids=holders, due_us=due_us).fetchall()
    expiries = {ids.hold_expiry_id(row[0]) for row in rows}
    known = _execute(connection, "load_transactions", "transaction_ids", expiries)
    _fill(state, Cursors(transactions=known, holds=rows))


def _load_parked(
    connection: Connection,
    state: PartitionState,
    batch: Sequence[tuple[Record, Decoded]],
    references: References,
) -> References:
    """Load the queues of the batch's accounts and, for resolutions, what the queues refer to.

    Returns
    -------
    References
        What the commands in the queues refer to, if one may be replayed.
    """
    parked_ids = [
        ids.parked_id(record.partition, record.offset, record.timestamp_ms) for record, _ in batch
    ]
    _load_queues(connection, state, references.accounts, parked_ids)
    queued = [
        (parked.record, decoded(parked.record))
        for account_id in references.resolutions
        for parked in state.parked.get(account_id, ())
    ]
    waiting = references_of(queued, state.partitions)
    if queued:
        waiting.transactions |= waiting.own
        _load_more(connection, state, waiting)
    return waiting


def _load_queues(
    connection: Connection,
    state: PartitionState,
    account_ids: Collection[str],
    parked_ids: Sequence[str] = (),
) -> None:
    """Load the parked queues of accounts, and the known parked records."""
    parameters = {
        "partition": state.partition,
        "account_ids": _ids([value for value in account_ids if value]),
        "parked_ids": id_array(parked_ids),
    }
    rows = connection.execute(sql("applying/load_parked"), parameters, binary=True).fetchall()
    for parked_id, account_id, partition, offset, timestamp_ms, key, value, *rest in rows:
        if parked_id in state.known_parked:
            continue
        error, is_behind, status = rest
        record = Record(partition, offset, timestamp_ms, key, value)
        state.known_parked.add(parked_id)
        if status == "parked":
            parked = Parked(parked_id, account_id, record, error, is_behind)
            state.parked.setdefault(account_id or parking.NO_ACCOUNT, []).append(parked)
