"""Bugs that the judges must catch, each as changes to a copy of the code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from load.chaos.schedule import How

_QUEUE: Final = "localstack/dataplane/src/dataplane/poller/partition_queue.py"
_KAFKA: Final = "handlers/platform/kafka.py"
_LOCK: Final = "handlers/platform/sql/applying/lock_progress.sql"
_OUTBOX: Final = "handlers/applying/outbox.py"
_MAPPING: Final = "localstack/dataplane/src/dataplane/poller/mapping.py"
_WRITER: Final = "handlers/applying/writer.py"
_SHARDS: Final = "handlers/sharding/shards.py"


class Change(NamedTuple):
    """A text of a file, and what stands there instead."""

    file: str
    before: str
    after: str

    def applied(self, root: Path) -> str:
        """Return the changed file's text.

        Raises
        ------
        LookupError
            If the file does not have the text exactly once: the change is out of date.
        """
        text = (root / self.file).read_text(encoding="utf-8")
        if text.count(self.before) != 1:
            raise LookupError(f"{self.file} does not have {self.before!r} once")
        return text.replace(self.before, self.after)


@dataclass(frozen=True)
class Bug:
    """A bug.

    Attributes
    ----------
    name
        What ``make test-chaos BUG=`` calls it.
    about
        What it does wrong.
    forgets_replay
        Whether an old copy of the database is put in its place at the end.
    shards
        How many databases it takes.
    only
        The faults that it takes, without others; all of them by default.
    """

    name: str
    about: str
    changes: tuple[Change, ...] = ()
    forgets_replay: bool = False
    shards: int = 1
    only: tuple[How, ...] = ()


def mutated(bug: Bug, tree: Path) -> None:
    """Put a bug into a copy of the code.

    Raises
    ------
    LookupError
        If it does not fit the code any more.
    """
    for change in bug.changes:
        (tree / change.file).write_text(change.applied(tree), encoding="utf-8")


_ALL: Final = (
    Bug(
        "offset-committed-early",
        "the poller commits a batch's offset when it sends it, not when it is done",
        (
            Change(
                _QUEUE,
                "        self.in_flight = taken\n",
                "        self.in_flight = taken\n"
                "        if taken:\n            self.next_offset = taken[-1].offset + 1\n",
            ),
        ),
    ),
    Bug(
        "acknowledged-before-the-broker",
        "a request is accepted as soon as its record is queued in the producer",
        (
            Change(
                _KAFKA,
                "        self._settle(pendings, deadline_s)\n        return [self._position",
                "        return [Position(one.record.partition, 0) for one in pendings]\n"
                "        return [self._position",
            ),
        ),
    ),
    Bug(
        # Without the lock alone, a batch that overtakes another sees that offsets are missing.
        "no-fence",
        "two batches of a partition are applied at once, without its lock and its next offset",
        (
            Change(
                _LOCK,
                "select * from ledger.lock_partition(%(topic)s, %(partition)s)\n",
                "select p.incarnation, p.next_offset, "
                "(extract(epoch from p.clock) * 1000000)::bigint,\n"
                "       p.has_parked, p.partitions, p.growing_to, p.shard, p.moving_to, true\n"
                "from ledger.partition_progress p\n"
                "where p.topic = %(topic)s and p.partition = %(partition)s\n",
            ),
            Change(
                _WRITER,
                "        if gap and (state.partition, first) not in self._confirmed_gaps:\n",
                "        if False:\n",
            ),
            Change(
                _MAPPING,
                "                outcome = self._invoke(queue, batch, request_id)\n"
                "                with schedule.changed:\n",
                "                with schedule.changed:\n"
                "                    sent, queue.in_flight = queue.in_flight, []\n"
                "                    schedule.offer(queue)\n"
                "                outcome = self._invoke(queue, batch, request_id)\n"
                "                with schedule.changed:\n"
                "                    queue.in_flight = sent\n",
            ),
        ),
    ),
    Bug(
        "outbox-deleted-first",
        "a batch's messages are deleted from the outbox before they are published",
        (
            Change(
                _OUTBOX,
                "    failed: dict[tuple[int, TopicPartition], str] = {}\n",
                "    delete_published(connection, [one.row.outbox_id for one in remains])\n"
                "    failed: dict[tuple[int, TopicPartition], str] = {}\n",
            ),
        ),
    ),
    Bug(
        "restored-without-replay",
        "an old copy of the database is put in its place, and the log is not applied to it",
        forgets_replay=True,
    ),
    Bug(
        "shard-map-kept",
        "each process reads once which database has which partitions, and keeps that",
        (
            Change(
                _SHARDS,
                "        return self._only_map if self.is_one else self._map.now()\n",
                "        if self.is_one:\n            return self._only_map\n"
                "        if not hasattr(self, '_kept'):\n            self._kept = self._map.now()\n"
                "        return self._kept\n",
            ),
        ),
        shards=2,
        only=("move",),
    ),
)
#: By name.
BUGS: Final = {bug.name: bug for bug in _ALL}
