"""Whether restored databases fit each other, and what the home database must learn from the others.

Each shard is restored from its own backups, to the same time or to the end of its own archive. The
log is applied to each from where it ends, so they may end at different positions; but only one of
them may have a partition, and the home database must know the keys that the others have used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import psycopg

from handlers.platform.bounds import COMMANDS_TOPIC
from local_cloud.config import Instance
from local_cloud.errors import LocalCloudError

CONNECT_LIMIT_S = 10
# Backups may be older than the column.
_PLACES = """
    select partition, (to_jsonb(p) ->> 'shard')::int from ledger.partition_progress p
    where topic = %s
"""
_MOVES = "select count(*) from ledger.moves where topic = %s and finished_at is null"
_USED = """
    copy (
        select transaction_id, account_id, partition, "offset", fingerprint from ledger.legs
        where leg = 1 and account_id is not null and fingerprint <> ''
    ) to stdout
"""
_LEARN = """
    insert into ledger.claims (transaction_id, account_id, partition, "offset", fingerprint)
    select u.* from used u
    where not exists (
        select from ledger.legs l where l.transaction_id = u.transaction_id and l.leg = 1)
    on conflict do nothing
"""
#: A database's rows of partitions, with the shard that it says has them; None for itself.
Places = Mapping[int, int | None]


def check_agreement(instance: Instance) -> None:
    """Check that each partition lives in the one database that the home database says.

    Raises
    ------
    LocalCloudError
        If the backups are of different moments of a move, or of more databases than these.
    """
    check_databases([instance.database_url_of(shard) for shard in instance.shard_numbers])


def check_databases(urls: Sequence[str]) -> None:
    """Check databases like `check_agreement`, the home database first."""
    found: list[Places] = []
    for url in urls:
        with psycopg.connect(url, connect_timeout=CONNECT_LIMIT_S) as connection:
            found.append(_places(connection))
    with psycopg.connect(urls[0], connect_timeout=CONNECT_LIMIT_S) as connection:
        is_moving = _count_moves(connection) > 0
    problem = disagreement(found, is_moving=is_moving)
    if problem:
        raise LocalCloudError(
            f"the restored databases don't fit each other: {problem}",
            "restore to another time (AT=), before or after the move, "
            "with SHARDS as it was when the backups were made",
        )


def disagreement(found: Sequence[Places], *, is_moving: bool) -> str:
    """Return what is wrong with where partitions are; empty if nothing is.

    Parameters
    ----------
    found
        What the databases say, the home database first.
    is_moving
        Whether the home database has a move to finish, which a partition may be in the middle of.
    """
    for partition, mapped in found[0].items():
        home = mapped or 1
        if home > len(found):
            return f"partition {partition} is on shard {home}, of {len(found)} restored"
        live = [
            shard
            for shard, places in enumerate(found, 1)
            if partition in places and places[partition] is None
        ]
        if live != [home] and not (is_moving and not live):
            where = " and ".join(f"shard {shard}" for shard in live) or "no shard"
            return f"partition {partition} is to be on shard {home}, and is on {where}"
    return ""


def learn_used_keys(instance: Instance) -> int:
    """Have the home database know which ids the further shards have used; return how many are new.

    Keys are claimed at home before they are applied elsewhere, so a home database that ends earlier
    than another shard would give them away again.
    """
    learnt = 0
    with psycopg.connect(instance.database_url, connect_timeout=CONNECT_LIMIT_S) as home:
        for shard in instance.further_shards:
            home.execute("create temp table used (like ledger.claims) on commit drop")
            _copy_used(instance.database_url_of(shard), home)
            learnt += home.execute(_LEARN).rowcount
            home.commit()
    return learnt


def _copy_used(url: str, home: psycopg.Connection) -> None:
    into = 'copy used (transaction_id, account_id, partition, "offset", fingerprint) from stdin'
    with (
        psycopg.connect(url, connect_timeout=CONNECT_LIMIT_S) as further,
        further.cursor().copy(_USED) as source,
        home.cursor().copy(into) as target,
    ):
        for block in source:
            target.write(block)


def _places(connection: psycopg.Connection) -> Places:
    try:
        return dict(connection.execute(_PLACES, [COMMANDS_TOPIC]).fetchall())
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return {}


def _count_moves(connection: psycopg.Connection) -> int:
    try:
        row = connection.execute(_MOVES, [COMMANDS_TOPIC]).fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return 0
    return int(row[0]) if row else 0
