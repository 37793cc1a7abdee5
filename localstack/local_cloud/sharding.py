"""The databases of an instance, as their number changes."""

from __future__ import annotations

import psycopg

from local_cloud.config import Instance
from local_cloud.errors import LocalCloudError
from local_cloud.services.base import Service
from local_cloud.stack import databases, watchers

CONNECT_LIMIT_S = 10
_PLACES = """
    select partition, coalesce(moving_to, shard, 1) from ledger.partition_progress order by 1
"""


def places(instance: Instance) -> dict[int, int]:
    """Return the shard of each partition that the home database knows.

    Raises
    ------
    LocalCloudError
        If the home database does not answer.
    """
    try:
        with psycopg.connect(instance.database_url, connect_timeout=CONNECT_LIMIT_S) as connection:
            return dict(connection.execute(_PLACES).fetchall())
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return {}
    except psycopg.Error as error:
        raise LocalCloudError(
            f"can't read which database has which partitions ({error})", "see `make status`"
        ) from error


def give_up_shards(instance: Instance) -> list[Service]:
    """Reduce the instance to the number of databases that ``SHARDS`` asks for, if that is fewer.

    Returns
    -------
    list of Service
        What is to be stopped once the functions no longer use it.

    Raises
    ------
    LocalCloudError
        If partitions live on, or move to, a database that would be left out.
    """
    fewer = instance.fewer_shards
    if fewer is None:
        return []
    held = {one: shard for one, shard in places(instance).items() if shard > fewer}
    if held:
        where = ", ".join(f"{one} (shard {shard})" for one, shard in held.items())
        raise LocalCloudError(
            f"SHARDS={fewer} would leave out the databases of these partitions: {where}",
            f"move each with `make move-partition P={next(iter(held))} TO=1`, "
            f"or set SHARDS={instance.shards}",
        )
    before = [*databases(instance), *watchers(instance)]
    instance.shards, instance.fewer_shards = fewer, None
    instance.save()
    kept = {service.name for service in (*databases(instance), *watchers(instance))}
    return [service for service in before if service.name not in kept]


def advice(instance: Instance) -> str:
    """Return what to do about databases without partitions; empty if each has some."""
    if instance.shards == 1:
        return ""
    found = places(instance)
    empty = [shard for shard in instance.further_shards if shard not in found.values()]
    if not found or not empty:
        return ""
    listed = ", ".join(map(str, empty))
    return (
        f"  Partitions stay where they are; none is on shard {listed}. To move one there: "
        f"`make move-partition P={max(found)} TO={empty[0]}`"
    )
