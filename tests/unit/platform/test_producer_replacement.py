"""A producer that its broker won't hear any more is replaced, not used for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import KafkaError

from handlers.platform.kafka import Outbound, Pending, Producer
from handlers.platform.kafka_config import Brokers


@pytest.fixture
def producer() -> Iterator[Producer]:
    producer = Producer(Brokers("127.0.0.1:1"))
    # As if it had been made long ago: replacing is not done more often than now and then.
    producer._made_at_s = 0.0
    yield producer
    producer.close(timeout_s=0)


def report(producer: Producer, code: int) -> None:
    message: Any = None
    Pending(Outbound("topic", 0, b"key", b"value"), producer).report(KafkaError(code), message)
    producer._look_after()


@pytest.mark.parametrize(
    "code",
    [
        KafkaError._FATAL,
        KafkaError.PRODUCER_FENCED,
        KafkaError.INVALID_PRODUCER_EPOCH,
        KafkaError.UNKNOWN_PRODUCER_ID,
        KafkaError.OUT_OF_ORDER_SEQUENCE_NUMBER,
    ],
)
def test_a_session_that_is_over_takes_its_producer_along(producer: Producer, code: int) -> None:
    client = producer._client
    report(producer, code)
    assert producer._client is not client


def test_a_message_that_is_refused_for_itself_does_not(producer: Producer) -> None:
    client = producer._client
    report(producer, KafkaError.MSG_SIZE_TOO_LARGE)
    assert producer._client is client
