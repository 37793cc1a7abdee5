"""A command that rebuilds the ledger from the log (``python -m functions.rebuild``).

``check`` rebuilds it in a scratch database, compares that with the live ledger as it was when the
command started, on all its shards, and drops the scratch database.  ``restore`` rebuilds it in the
given database, which must be empty, and sends the messages that a crash kept from the log.  Users
and sessions are not in the log; restore them from a backup.  ``restore --shard 2`` rebuilds what a
further shard had in its empty database, beside the others.

As a function, it takes the event ``{}`` to check or ``{"restore": true}`` to restore, in the
database of its environment, as the schema's owner.  It has fifteen minutes, so a larger ledger
needs the command, on a machine that reaches the database and the brokers.

Exit status: 0 if the ledgers are equal or the restore is done, 1 if they differ, 2 on an error.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final

import psycopg
from psycopg import sql as sql_text
from psycopg.conninfo import make_conninfo

from functions import wiring
from handlers.applying.events import decode_outbox
from handlers.applying.publisher import OutboxPublisher
from handlers.applying.topic_directory import TopicDirectory
from handlers.applying.writer import Applied, Writer
from handlers.auditing.comparison import Difference, first_difference
from handlers.auditing.rebuild import Unsent, counts_of, rebuild, values_of, verdicts_of
from handlers.auditing.snapshots import taken
from handlers.domain.growth import Growth
from handlers.domain.state import PartitionState, Verdicts
from handlers.growing import growths
from handlers.moving.takeover import take_over
from handlers.platform.bounds import SETTINGS
from handlers.platform.errors import LedgerlaneError, Unavailable
from handlers.platform.kafka import Producer
from handlers.platform.kafka_config import Brokers
from handlers.platform.log_history import LogHistory, LogIncomplete
from handlers.platform.migrator import migrate, migrations
from handlers.platform.postgres import Database, sql
from handlers.platform.setting import SettingError
from handlers.sharding.addresses import urls_of
from handlers.sharding.shards import HOME, Shards

SAME: Final = 0
DIFFERENT: Final = 1
UNKNOWN: Final = 2
PROGRESS_INTERVAL_S: Final = 2.0
#: How many connections it takes to look at a shard: at a snapshot, and at what came later.
LOOKING: Final = 3


class CannotTell(LedgerlaneError):
    """The ledger can't be rebuilt here."""


class _NoCache:
    """Does nothing, because a rebuilt ledger has no readers yet."""

    def before_commit(self, state: PartitionState, marker: str) -> None:
        """Mark nothing."""

    def after_commit(self, state: PartitionState, marker: str) -> None:
        """Publish nothing."""


@dataclass(frozen=True, slots=True)
class Source:
    """The log to rebuild the ledger from."""

    brokers: Brokers
    topic: str
    partitions: int


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Check or restore the ledger; return the counts, and the first difference or None."""
    settings = wiring.settings()
    source = Source(wiring.brokers(), settings.commands_topic, settings.partitions)
    places = (wiring.home(), *wiring.further_places())
    urls = [wiring.owner_conninfo(place) for place in places]
    if event.get("restore"):
        applied, difference = restore(source, urls[0]), None
    else:
        applied, difference = check(source, urls, urls[0])
    wiring.logger().info("the ledger was rebuilt", extra={"is_equal": difference is None})
    return {
        "completed": applied.completed,
        "rejected": applied.rejected,
        "duplicates": applied.duplicates,
        "parked": applied.parked,
        "difference": None if difference is None else str(difference),
    }


def check(
    source: Source, live_urls: Sequence[str], admin_url: str
) -> tuple[Applied, Difference | None]:
    """Rebuild the ledger next to the live one and compare them.

    Parameters
    ----------
    live_urls
        The live ledger's databases, the home database first.
    admin_url
        One of the servers or another, as a role that may create databases.

    Returns
    -------
    tuple
        The counts of the log's records, and the first difference or None.

    Raises
    ------
    CannotTell
        If the log is being grown.
    PartitionsMoving
        If partitions are being moved between shards.
    """
    databases = [Database(url, max_size=LOOKING) for url in live_urls]
    live = Shards(databases, source.topic, source.partitions)
    try:
        with (
            taken(live) as snapshots,
            scratch_database(admin_url) as url,
            psycopg.connect(url, prepare_threshold=None) as rebuilt,
        ):
            connections = [snapshot.connection for snapshot in snapshots.each]
            known = replace(source, partitions=_partitions(connections, source))
            ends = _progress(connections, known)
            applied, _ = replay(known, url, ends, _unpublished(connections))
            return applied, first_difference(connections, rebuilt)
    finally:
        live.close()


def _partitions(shards: Sequence[psycopg.Connection[Any]], source: Source) -> int:
    """Return the partition count that the live ledger uses for accounts.

    Raises
    ------
    CannotTell
        If the log is being grown.
    """
    counts = [_count_of(connection, source) for connection in shards]
    # A shard without partitions knows nothing of growths before it.
    known = {count for count in counts[1:] if count is not None}
    partitions = counts[0] or source.partitions
    if not known <= {partitions}:
        raise CannotTell("the log was grown meanwhile: run it again")
    return partitions


def _count_of(connection: psycopg.Connection[Any], source: Source) -> int | None:
    row = connection.execute(sql("growing/current"), {"topic": source.topic}).fetchone()
    if row is None:
        return None
    growth = Growth(*row)
    if growth.state == "marking":
        raise CannotTell(
            "the log is being grown: finish that first (make grow-partitions), then compare"
        )
    return growth.partitions if growth.state == "done" else growth.partitions_before


def _progress(shards: Sequence[psycopg.Connection[Any]], source: Source) -> list[int | None]:
    """Return the live ledger's progress in each partition, where the rebuild must stop."""
    incarnation = TopicDirectory(source.brokers).incarnation(source.topic, refresh=True)
    ends: list[int | None] = [0] * source.partitions
    for partition, known, next_offset in _rows(shards, "rebuild/progress", source):
        if known != incarnation:
            raise LogIncomplete(
                f"the topic {source.topic} was recreated: it does not hold the ledger's history"
            )
        # A growth that was given up can leave extra partitions, with records, on the topic.
        ends.extend([0] * (partition + 1 - len(ends)))
        ends[partition] = next_offset
    return ends


def _rows(
    shards: Sequence[psycopg.Connection[Any]], query: str, source: Source
) -> Iterator[Sequence[Any]]:
    for connection in shards:
        yield from connection.execute(sql(query), {"topic": source.topic})


def _unpublished(shards: Sequence[psycopg.Connection[Any]]) -> list[bytes]:
    """Return the live ledger's unsent messages, which count as part of the log."""
    rows = [
        row
        for connection in shards
        for row in connection.execute("select messages from ledger.outbox")
    ]
    return [bytes(message.value) for (text,) in rows for message in decode_outbox(text)]


def restore(source: Source, url: str) -> Applied:
    """Rebuild the ledger in an empty database, and send the messages that never reached the log.

    Raises
    ------
    CannotTell
        If the database already holds a ledger.
    """
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        migrate(connection, migrations())
        taken = connection.execute("select exists (select from ledger.partition_progress)")
        if taken.fetchone() != (False,):
            raise CannotTell("this database already holds a ledger; use an empty one")
    applied, unsent = replay(source, url, None)
    _send(source, unsent)
    return applied


def _send(source: Source, unsent: Unsent) -> None:
    producer = Producer(source.brokers)
    failures = OutboxPublisher(producer).publish(unsent.missing)
    producer.close()
    if failures:
        raise Unavailable(f"{len(failures)} messages were not sent: {failures[0].reason}")


def restore_shard(source: Source, urls: Sequence[str], number: int, admin_url: str) -> Applied:
    """Rebuild what a further shard had in its empty database, by the home database's map.

    The ledger is rebuilt in a scratch database first: a move between accounts of two shards needs
    both. Until the end, nothing is applied to the shard.

    Parameters
    ----------
    urls
        The ledger's databases, the home database first.
    number
        The shard's number, at least 2.
    admin_url
        A server for the scratch database, as a role that may create databases.

    Raises
    ------
    CannotTell
        If there is no such shard, or it has partitions.
    """
    if not HOME < number <= len(urls):
        raise CannotTell(f"there is no further shard {number}: the ledger has {len(urls)} shards")
    shards = Shards(
        [Database(url, max_size=LOOKING) for url in urls], source.topic, source.partitions
    )
    try:
        with scratch_database(admin_url) as url:
            if shards.database(number).read("select 1 from ledger.partition_progress"):
                raise CannotTell(f"shard {number} has partitions; its database must be empty")
            applied, unsent = replay(source, url, None)
            with psycopg.connect(url, prepare_threshold=None) as rebuilt:
                take_over(rebuilt, shards, source.topic, source.partitions, number)
        _send(source, unsent)
        return applied
    finally:
        shards.close()


def replay(
    source: Source, url: str, ends: Sequence[int | None] | None, unpublished: Sequence[bytes] = ()
) -> tuple[Applied, Unsent]:
    """Apply the log to an empty, migrated database, up to the given offsets or the log's end.

    Parameters
    ----------
    unpublished
        Values of records that are not in the log yet.
    """
    history = LogHistory(source.brokers, source.topic)
    try:
        counts = counts_of(history, source.partitions)
        verdicts = verdicts_of(chain(values_of(history), unpublished))
        to = ends or [None] * max(counts[-1], history.partitions())
        return _replay(source, url, history, verdicts, counts, to)
    finally:
        history.close()


def _replay(
    source: Source,
    url: str,
    history: LogHistory,
    verdicts: Verdicts,
    counts: Sequence[int],
    ends: Sequence[int | None],
) -> tuple[Applied, Unsent]:
    database = Database(url, max_size=1)
    unsent = Unsent(source.topic)
    writer = Writer(
        Shards.only(database),
        unsent,
        _NoCache(),
        TopicDirectory(source.brokers),
        commands_topic=source.topic,
        events_topic="",
        partitions=counts[0],
        verdicts=verdicts,
    )

    def complete(growth: Growth) -> None:
        with database.connection() as connection:
            growths.note_from_log(connection, source.topic, growth)
            growths.complete(connection, source.topic, growth, lambda seen: None)

    try:
        applied = rebuild(history, writer, unsent, counts, ends, _Progress(ends).show, complete)
    finally:
        database.close()
    if applied.gap:
        raise LogIncomplete(f"{applied.gap} records are missing from the log")
    return applied, unsent


@contextmanager
def scratch_database(admin_url: str) -> Iterator[str]:
    """Create an empty ledger in a scratch database, yield its URL, and drop it afterwards."""
    database = f"ledgerlane_rebuild_{secrets.token_hex(4)}"
    name = sql_text.Identifier(database)
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(sql_text.SQL("create database {} template template0").format(name))
        try:
            url = make_conninfo(admin_url, dbname=database)
            with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
                migrate(connection, migrations())
            yield url
        finally:
            admin.execute(sql_text.SQL("drop database {} with (force)").format(name))


class _Progress:
    """Prints the number of applied records from time to time."""

    def __init__(self, ends: Sequence[int | None]) -> None:
        known = [end for end in ends if end is not None]
        self._total = f" of {sum(known):,}" if len(known) == len(ends) else ""
        self._printed_s = time.monotonic()

    def show(self, done: int) -> None:
        """Update the count after a batch."""
        now_s = time.monotonic()
        if now_s - self._printed_s >= PROGRESS_INTERVAL_S:
            self._printed_s = now_s
            print(f"{done:,}{self._total} records applied", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild the ledger and print the result; return the exit status."""
    options = _options(arguments)
    source = Source(
        Brokers(options.kafka),
        SETTINGS["COMMANDS_TOPIC"].read(os.environ),
        options.partitions,
    )
    started_s = time.monotonic()
    try:
        urls = urls_of(options.database_url, options.shards)
        difference = None
        if options.action == "check":
            applied, difference = check(source, urls, options.admin_url)
        elif options.shard is None:
            applied = restore(source, options.database_url)
        else:
            applied = restore_shard(source, urls, options.shard, options.admin_url)
    except (LedgerlaneError, psycopg.OperationalError) as error:
        print(f"rebuild: {error}", file=sys.stderr)
        return UNKNOWN
    took_s = time.monotonic() - started_s
    print(
        f"rebuilt from the log in {took_s:.1f} s: {applied.completed:,} completed,"
        f" {applied.rejected:,} rejected, {applied.duplicates:,} repeats, {applied.parked:,} parked"
    )
    if difference is not None:
        print(f"THE LEDGERS DIFFER, first at {difference}")
        return DIFFERENT
    if options.action == "check":
        print("The rebuilt ledger equals the live one, byte for byte.")
    return SAME


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="rebuild", description="Rebuild the ledger from the log.")
    parser.add_argument("action", choices=["check", "restore"])
    for name, variable, what in (
        ("--database-url", "LEDGERLANE_POOLER_URL", "the live ledger, or an empty database"),
        ("--admin-url", "LEDGERLANE_DATABASE_URL", "a server for the scratch database"),
        ("--kafka", "LEDGERLANE_KAFKA", "the brokers, host:port"),
    ):
        parser.add_argument(
            name, default=os.environ.get(variable), help=f"{what} (default: ${variable})"
        )
    parser.add_argument(
        "--shards", help="the further shards' hosts and ports (default: $DATABASE_SHARDS)"
    )
    parser.add_argument("--shard", type=int, help="with restore: only this further shard")
    parser.add_argument(
        "--partitions",
        default=os.environ.get("PARTITIONS", ""),
        help="the log's partition count (default: $PARTITIONS)",
    )
    options = parser.parse_args(arguments)
    if not options.kafka or not options.database_url:
        parser.error('give the database and the brokers, or run eval "$(make -s env)"')
    if (options.action == "check" or options.shard is not None) and not options.admin_url:
        parser.error("this requires --admin-url")
    try:
        setting = SETTINGS["DATABASE_SHARDS"]
        given = options.shards
        options.shards = setting.read(os.environ) if given is None else setting.parse(given)
        options.partitions = SETTINGS["PARTITIONS"].read({"PARTITIONS": options.partitions})
    except SettingError as error:
        parser.error(str(error))
    return options


if __name__ == "__main__":
    sys.exit(main())
