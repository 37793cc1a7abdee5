"""After the log was lost, what was accepted and not applied is sent again from the archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from functions import resend, wiring
from handlers.archiving.archive import Archive, ArchiveDamaged
from handlers.platform.kafka import Outbound
from handlers.platform.segments import Logged
from tests.support.bucket import Bucket
from tests.support.settings import settings_with

HEADERS = (("traceparent", b"00-1"),)


def record(offset: int) -> Logged:
    return Logged(offset, 1_000, b"acc", b"value %d" % offset, HEADERS)


class World:
    """An archive, a ledger in two databases that has applied some of it, and a new log."""

    def __init__(self) -> None:
        self.bucket = Bucket()
        self.archive = Archive(self.bucket, "bucket", "commands")
        self.present = "second"
        # By database: partition, incarnation, next offset.
        self.progress: list[list[tuple[int, str, int]]] = [[], []]
        self.sent: list[Outbound] = []

    def incarnation(self, topic: str, *, refresh: bool) -> str:
        return self.present

    def send(self, records: Iterable[Outbound]) -> Sequence[Outbound]:
        return list(records)

    def wait(self, pendings: Sequence[Outbound]) -> None:
        self.sent += pendings

    @property
    def each(self) -> list[Any]:
        return [
            SimpleNamespace(database=SimpleNamespace(read=lambda *_, rows=rows: rows))
            for rows in self.progress
        ]


@pytest.fixture
def world() -> Iterator[World]:
    made: Any = World()
    wiring.reset()
    wiring.settings.replace(settings_with())
    wiring.archive.replace(made.archive)
    wiring.topics.replace(made)
    wiring.producer.replace(made)
    wiring.shards.replace(made)
    for partition, count in ((0, 5), (1, 3), (2, 2)):
        made.archive.put("first", partition, [record(offset) for offset in range(count)])
    yield made
    wiring.reset()


def test_what_was_not_applied_is_counted_and_then_sent_as_it_was(world: World) -> None:
    world.progress = [[(0, "first", 4)], [(1, "first", 3)]]

    counted = resend.handler({}, None)
    assert counted["commands"] == {"0": 1, "2": 2}, "nothing of partition 2 was ever applied"
    assert world.sent == []

    assert resend.handler({"send": True}, None)["sent"] is True
    assert world.sent == [
        Outbound("commands", 0, b"acc", b"value 4", [*HEADERS]),
        Outbound("commands", 2, b"acc", b"value 0", [*HEADERS]),
        Outbound("commands", 2, b"acc", b"value 1", [*HEADERS]),
    ]


def test_a_partition_that_went_on_with_the_new_log_gets_all_of_the_former_one(
    world: World,
) -> None:
    """How far it was is no longer known, and what is applied already changes nothing."""
    world.progress = [[(0, "second", 1), (1, "first", 3)], [(2, "first", 2)]]

    assert resend.handler({}, None)["commands"] == {"0": 5}


def test_a_log_that_was_never_lost_has_nothing_to_send(world: World) -> None:
    world.present = "first"
    world.progress = [[(0, "first", 0)], []]

    answer = resend.handler({"send": True}, None)

    assert (answer["former"], answer["commands"], world.sent) == (None, {}, [])


def test_more_than_is_sent_at_once_is_sent_in_order(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resend, "TOGETHER", 2)

    resend.handler({"send": True}, None)

    assert [one.value for one in world.sent if one.partition == 0] == [
        b"value %d" % offset for offset in range(5)
    ]


def test_an_archive_that_lacks_a_command_is_not_sent_past_the_gap(world: World) -> None:
    world.archive.put("first", 0, [record(7)])

    with pytest.raises(ArchiveDamaged, match="offsets 5 to 6 of partition 0"):
        resend.handler({"send": True}, None)
