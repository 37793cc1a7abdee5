"""A partition's records are handed to librdkafka together, and each has a fate of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from handlers.platform.errors import Unavailable
from handlers.platform.kafka import (
    LONGEST_REST_S,
    REST_S,
    Outbound,
    Position,
    Producer,
    _rest_after,
)
from handlers.platform.kafka_config import Brokers


class Taken:
    """What a delivery report carries."""

    def __init__(self, partition: int, offset: int) -> None:
        self.partition = lambda: partition
        self.offset = lambda: offset


class Client:
    """Stands for librdkafka: takes what it is told to, and reports it when it is flushed."""

    def __init__(
        self, partitions: int, refuses: bytes = b"", raises: Exception | None = None
    ) -> None:
        self.partitions = partitions
        self.refuses = refuses
        self.raises = raises
        self.calls: list[tuple[str, int, list[bytes]]] = []
        self.headers: list[tuple[bytes, list[tuple[str, str]]]] = []
        self.asked = 0
        self._reports: list[tuple[Any, Taken]] = []
        self._ends: dict[int, int] = {}

    def produce_batch(self, topic: str, messages: list[dict[str, Any]], partition: int) -> int:
        if self.raises is not None and not self.refuses:
            raise self.raises
        self.calls.append((topic, partition, [message["value"] for message in messages]))
        for message in messages:
            if partition >= self.partitions:
                message["_error"] = KafkaError(KafkaError._UNKNOWN_PARTITION)
            elif message["value"] == self.refuses:
                message["_error"] = KafkaError(KafkaError.MSG_SIZE_TOO_LARGE)
            else:
                offset = self._ends.get(partition, 0)
                self._ends[partition] = offset + 1
                self._reports.append((message["callback"], Taken(partition, offset)))
        return sum("_error" not in message for message in messages)

    def produce(
        self,
        topic: str,
        value: bytes,
        key: bytes,
        partition: int,
        report: Any,
        *,
        headers: list[tuple[str, str]],
    ) -> None:
        if self.raises is not None and value == self.refuses:
            raise self.raises
        self.headers.append((value, headers))
        offset = self._ends.get(partition, 0)
        self._ends[partition] = offset + 1
        self._reports.append((report, Taken(partition, offset)))

    def list_topics(self, timeout: float) -> None:
        self.asked += 1
        self.partitions += 1

    def flush(self, _timeout_s: float) -> int:
        reports, self._reports = self._reports, []
        for report, message in reports:
            report(None, message)
        return 0

    def poll(self, _timeout_s: float) -> int:
        return self.flush(0)

    def __len__(self) -> int:
        return len(self._reports)


@pytest.fixture
def producer() -> Iterator[Producer]:
    made = Producer(Brokers("127.0.0.1:1"), delivery_timeout_s=0.5)
    yield made
    made.close(timeout_s=0)


def records(*places: tuple[int, bytes]) -> list[Outbound]:
    return [Outbound("topic", partition, b"key", value) for partition, value in places]


def use(producer: Producer, client: Client) -> Client:
    producer._client = client  # type: ignore[assignment]  # a double
    return client


def test_each_partitions_records_go_together_and_in_order(producer: Producer) -> None:
    client = use(producer, Client(partitions=3))
    sent = producer.send(records((2, b"a"), (0, b"b"), (2, b"c"), (0, b"d")))
    assert producer.wait(sent) == [(2, 0), (0, 0), (2, 1), (0, 1)]
    assert client.calls == [("topic", 2, [b"a", b"c"]), ("topic", 0, [b"b", b"d"])]


def test_a_record_that_is_refused_takes_no_other_along(producer: Producer) -> None:
    use(producer, Client(partitions=1, refuses=b"too large"))
    sent = producer.send(records((0, b"a"), (0, b"too large"), (0, b"c")))
    first, refused, last = producer.positions(sent)
    assert (first, last) == (Position(0, 0), Position(0, 1))
    assert isinstance(refused, Unavailable)
    with pytest.raises(Unavailable):
        producer.wait(sent)


def test_a_partition_that_is_new_is_asked_for_once_and_keeps_the_order(producer: Producer) -> None:
    client = use(producer, Client(partitions=1))
    sent = producer.send(records((1, b"a"), (0, b"b"), (1, b"c")))
    assert producer.wait(sent) == [(1, 0), (0, 0), (1, 1)]
    assert client.asked == 1
    assert client.calls[-1] == ("topic", 1, [b"a", b"c"])


def test_a_partition_that_there_is_not_is_no_place_to_wait_for(producer: Producer) -> None:
    client = use(producer, Client(partitions=1))
    (lost,) = producer.send(records((7, b"a")))
    with pytest.raises(Unavailable):
        producer.wait([lost], timeout_s=60)
    assert client.asked == 1


@pytest.mark.parametrize(
    "error", [BufferError("full"), KafkaException(KafkaError(KafkaError._QUEUE_FULL))]
)
def test_a_full_queue_is_told_by_the_wait(producer: Producer, error: Exception) -> None:
    use(producer, Client(partitions=1, raises=error))
    sent = producer.send(records((0, b"a"), (0, b"b")))
    with pytest.raises(Unavailable):
        producer.wait(sent, timeout_s=60)


def with_headers(*values: bytes) -> list[Outbound]:
    return [Outbound("topic", 0, b"key", value, (("of", value.decode()),)) for value in values]


def test_headers_go_with_their_records_and_a_partition_keeps_its_order(producer: Producer) -> None:
    client = use(producer, Client(partitions=1))
    sent = producer.send([*with_headers(b"a"), *records((0, b"b")), *with_headers(b"c")])
    assert producer.wait(sent) == [(0, 0), (0, 1), (0, 2)]
    assert client.headers == [(b"a", [("of", "a")]), (b"c", [("of", "c")])]


def test_a_header_takes_no_record_without_one_out_of_its_batch(producer: Producer) -> None:
    client = use(producer, Client(partitions=1))
    values = (b"a", b"b"), (b"d", b"e", b"f")
    before, after = (records(*((0, value) for value in some)) for some in values)
    sent = producer.send([*before, *with_headers(b"c"), *after])
    assert producer.wait(sent) == [(0, offset) for offset in range(6)]
    assert client.calls == [("topic", 0, [b"a", b"b"]), ("topic", 0, [b"d", b"e", b"f"])]


def test_a_full_queue_lets_no_later_run_overtake_it(producer: Producer) -> None:
    use(producer, Client(partitions=1, refuses=b"b", raises=BufferError("full")))
    sent = producer.send([*with_headers(b"a", b"b"), *records((0, b"c"), (0, b"d"))])
    producer.wait(sent[:1])
    assert [one.position is not None for one in sent] == [True, False, False, False]


@pytest.mark.parametrize(
    ("error", "offsets"),
    [
        # What does not fit the queue is not overtaken; what is refused for good is passed over.
        (BufferError("full"), [0, None, None]),
        (KafkaException(KafkaError(KafkaError.MSG_SIZE_TOO_LARGE)), [0, None, 1]),
    ],
)
def test_of_records_with_headers_none_overtakes_one_that_has_yet_to_be_taken(
    producer: Producer, error: Exception, offsets: list[int | None]
) -> None:
    use(producer, Client(partitions=1, refuses=b"b", raises=error))
    sent = producer.send(with_headers(b"a", b"b", b"c"))
    producer.wait(sent[:1])
    found = [one.position.offset if one.position else None for one in sent]
    assert found == offsets


def test_the_rest_grows_with_what_was_gathered_and_has_an_end() -> None:
    rests = [_rest_after(count) for count in (0, 1, 10, 1000)]
    assert rests == sorted(rests)
    assert (rests[0], rests[-1]) == (REST_S, LONGEST_REST_S)
