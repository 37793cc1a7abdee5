"""What a partition of the log does not take holds up no other, and keeps its order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from handlers.applying import publisher as publishing
from handlers.applying.events import Outgoing
from handlers.applying.publisher import Failure, OutboxPublisher
from handlers.platform.kafka import Outbound, Undelivered

AWAY = Undelivered("no leader", is_final=False)
TOO_LARGE = Undelivered("too large", is_final=True)


class FakeProducer:
    """A log of which some partitions are away, and which refuses whole batches for one record."""

    def __init__(self, away: Iterable[int] = (), refused: Iterable[str] = ()) -> None:
        self.away = set(away)
        self.refused = {text.encode() for text in refused}
        self.log: dict[int, list[str]] = {}
        self.waits = 0

    def send(self, records: Iterable[Outbound]) -> list[Outbound]:
        return list(records)

    def outcomes(self, pendings: Sequence[Outbound], timeout_s: float) -> list[Undelivered | None]:
        self.waits += any(one.partition in self.away for one in pendings)
        spoilt = {one.partition for one in pendings if one.value in self.refused}
        outcomes: list[Undelivered | None] = []
        for one in pendings:
            if one.partition in self.away:
                outcomes.append(AWAY)
            elif one.partition in spoilt:
                outcomes.append(TOO_LARGE)
            else:
                self.log.setdefault(one.partition, []).append(one.value.decode())
                outcomes.append(None)
        return outcomes


def message(partition: int, text: str) -> Outgoing:
    return Outgoing("topic", partition, "key", msgspec.Raw(text.encode()))


def publisher(producer: Any) -> OutboxPublisher:
    return OutboxPublisher(producer)


def test_a_partition_without_a_leader_fails_alone() -> None:
    log = FakeProducer(away=[1])
    failures = publisher(log).publish([message(0, "a"), message(1, "b"), message(0, "c")])
    assert failures == [Failure(1, "no leader", is_final=False)]
    assert log.log == {0: ["a", "c"]}


def test_a_refused_message_fails_alone_and_those_with_it_keep_their_order() -> None:
    log = FakeProducer(refused=["x"])
    texts = ["a", "x", "b", "c"]
    failures = publisher(log).publish([message(0, text) for text in texts])
    assert failures == [Failure(1, "too large", is_final=True)]
    assert log.log == {0: ["a", "b", "c"]}


def test_nothing_behind_a_failed_message_counts_as_published() -> None:
    class Hiccup(FakeProducer):
        def outcomes(
            self, pendings: Sequence[Outbound], timeout_s: float
        ) -> list[Undelivered | None]:
            return [AWAY if one.value == b"b" else None for one in pendings]

    failures = publisher(Hiccup()).publish([message(0, text) for text in ("a", "b", "c")])
    assert [failure.place for failure in failures] == [1, 2]


def test_a_partition_that_goes_away_among_refusals_keeps_the_rest(monkeypatch: Any) -> None:
    class Leaving(FakeProducer):
        def outcomes(
            self, pendings: Sequence[Outbound], timeout_s: float
        ) -> list[Undelivered | None]:
            if [one.value for one in pendings] == [b"b"]:
                self.away = {0}
            return super().outcomes(pendings, timeout_s)

    failures = publisher(Leaving(refused=["x"])).publish(
        [message(0, text) for text in ("a", "x", "b", "c")]
    )
    assert failures == [
        Failure(1, "too large", is_final=True),
        Failure(2, "no leader", is_final=False),
        Failure(3, "no leader", is_final=False),
    ]


def test_a_partition_that_is_away_is_waited_for_once(monkeypatch: Any) -> None:
    monkeypatch.setattr(publishing, "AT_ONCE", 2)
    log = FakeProducer(away=[1])
    failures = publisher(log).publish([message(n % 2, str(n)) for n in range(6)])
    assert [failure.place for failure in failures] == [1, 3, 5]
    assert log.waits == 1
    assert log.log == {0: ["0", "2", "4"]}
