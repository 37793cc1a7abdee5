"""On-failure destinations: an SQS queue, an SNS topic, an S3 bucket or a Kafka topic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from confluent_kafka import KafkaException, Message, Producer

from dataplane.model import KafkaMapping
from dataplane.poller.failure import Failure, FailureWriter

_KAFKA_SCHEME = "kafka://"
_FLUSH_TIMEOUT_S = 10.0


class DeliveryError(Exception):
    """The destination did not accept a failure, which will be sent again."""


class Destination(Protocol):
    """An on-failure destination."""

    def deliver(self, failure: Failure) -> None:
        """Send a failure. When this returns, the destination has stored it.

        Raises
        ------
        DeliveryError
            If it is not certain that the failure was stored.
        """


class _AwsDestination:
    """Calls an AWS service for each failure."""

    def __init__(self, call: Callable[[Failure], Any]) -> None:
        self._call = call

    def deliver(self, failure: Failure) -> None:
        """Hand over one failure; see :class:`Destination`."""
        try:
            self._call(failure)
        except (BotoCoreError, ClientError) as error:
            raise DeliveryError(str(error)) from error


class _KafkaDestination:
    """A topic of the source's cluster. Each record becomes a message with the record's key."""

    def __init__(
        self, topic: str, mapping: KafkaMapping, security: dict[str, str], writer: FailureWriter
    ) -> None:
        self._topic = topic
        self._writer = writer
        self._settings = {
            "bootstrap.servers": ",".join(mapping.bootstrap_servers),
            "client.id": f"esm-{mapping.uuid}-on-failure",
            "acks": "all",
            "enable.idempotence": True,
            "delivery.timeout.ms": int(_FLUSH_TIMEOUT_S * 1000),
            "linger.ms": 0,
            "message.max.bytes": 16 * 1024 * 1024,
            "log_level": 2,
            **security,
        }

    def deliver(self, failure: Failure) -> None:
        """Hand over one failure; see :class:`Destination`."""
        failed: list[str] = []

        def delivered(error: Any, message: Message) -> None:
            if error is not None:
                failed.append(str(error))

        try:
            # A new producer for each delivery, because failures are rare, and a producer may never
            # recover from a broker's restart.
            producer = Producer(self._settings)
            for key, value in self._writer.messages(failure):
                producer.produce(self._topic, value, key=key, on_delivery=delivered)
                producer.poll(0)
            left = producer.flush(_FLUSH_TIMEOUT_S)
        except (KafkaException, BufferError) as error:
            raise DeliveryError(str(error)) from error
        if failed or left:
            why = failed[0] if failed else f"{left} messages not acknowledged"
            raise DeliveryError(f"topic {self._topic}: {why}")


def make_destination(
    mapping: KafkaMapping,
    writer: FailureWriter,
    client: Callable[[str], Any],
    security: dict[str, str],
) -> Destination | None:
    """Return a mapping's on-failure destination, None if it has none.

    Parameters
    ----------
    client
        Returns the client of an AWS service.
    security
        librdkafka's security settings, for a Kafka topic.

    Raises
    ------
    ValueError
        If Lambda would not accept the destination either.
    """
    arn = mapping.on_failure_arn
    if not arn:
        return None
    if arn.startswith(_KAFKA_SCHEME):
        topic = arn.removeprefix(_KAFKA_SCHEME)
        if not topic or topic in mapping.topics:
            raise ValueError(
                f"{mapping.logical_id}: the on-failure topic {topic!r} must be another than the "
                f"mapping's topics"
            )
        return _KafkaDestination(topic, mapping, security, writer)
    service, _, name = arn.removeprefix("arn:").partition(":")[2].partition(":")
    if service == "sqs" and not name.endswith(".fifo"):
        return _AwsDestination(_queue(arn, writer, client))
    if service == "sns" and not name.endswith(".fifo"):
        return _AwsDestination(
            lambda failure: client("sns").publish(TopicArn=arn, Message=writer.metadata(failure))
        )
    if service == "s3":
        bucket = arn.rpartition(":")[2]
        return _AwsDestination(
            lambda failure: client("s3").put_object(
                Bucket=bucket,
                Key=writer.object_key(failure),
                Body=writer.whole(failure).encode(),
                ContentType="application/json",
            )
        )
    raise ValueError(
        f"{mapping.logical_id}: {arn} can't be an on-failure destination; use the ARN of a "
        "standard SQS queue, a standard SNS topic or an S3 bucket, or kafka://TOPIC"
    )


def _queue(
    arn: str, writer: FailureWriter, client: Callable[[str], Any]
) -> Callable[[Failure], Any]:
    account, name = arn.split(":")[-2:]

    def send(failure: Failure) -> None:
        sqs = client("sqs")
        # Looked up each time, because a recreated queue may have another URL.
        address = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        sqs.send_message(QueueUrl=address, MessageBody=writer.metadata(failure))

    return send
