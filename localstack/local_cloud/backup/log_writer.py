"""Put the records of the log's backup into a new topic, at the offsets and times that they had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource

from local_cloud.backup.log_reader import ANSWER_LIMIT_S, LogReader
from local_cloud.backup.segments import Logged
from local_cloud.errors import LocalCloudError

_TIME = "message.timestamp.type"


class LogWriter:
    """An empty topic that gets its records back.

    Parameters
    ----------
    bootstrap : str
        The brokers, host:port with commas between them.
    topic : str
        The topic.
    """

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._problem = ""
        settings: dict[str, Any] = {"bootstrap.servers": bootstrap, "log_level": 0}
        self._admin = AdminClient(settings)
        self._producer = Producer(settings | {"enable.idempotence": True, "linger.ms": 5})

    def check_empty(self, partitions: int) -> None:
        """Check that the topic can take the records of so many partitions.

        Raises
        ------
        LocalCloudError
            If it has records, or fewer partitions.
        """
        log = LogReader(self._bootstrap, self._topic)
        try:
            ends = log.ends()
        finally:
            log.close()
        if any(ends):
            raise LocalCloudError(
                f"the log has {sum(ends):,} records, so nothing of it is lost that a backup has",
                "a log is restored only in place of an empty one (see docs/recovery.md)",
            )
        if len(ends) < partitions:
            raise LocalCloudError(
                f"the log has {len(ends)} partitions, and its backup {partitions}",
                f"set PARTITIONS={partitions} and repeat",
            )

    def write(self, partitions: Iterable[Iterable[Logged]]) -> int:
        """Write each partition's records; return how many there were.

        The topic keeps the records' own times meanwhile, because a posting's time is its record's.

        Raises
        ------
        LocalCloudError
            If the broker refuses a record, or puts one at another offset.
        """
        self._stamp_by("CreateTime")
        count = 0
        for partition, records in enumerate(partitions):
            for record in self._sent(partition, records):
                count += record
        self._producer.flush(ANSWER_LIMIT_S)
        self._check()
        self._stamp_by("LogAppendTime")
        return count

    def _sent(self, partition: int, records: Iterable[Logged]) -> Iterator[int]:
        for record in records:
            while True:
                try:
                    self._producer.produce(
                        self._topic,
                        value=record.value,
                        key=record.key,
                        partition=partition,
                        on_delivery=self._expect(record.offset),
                        timestamp=record.timestamp_ms,
                        headers=list(record.headers),
                    )
                    break
                except BufferError:
                    self._producer.poll(0.1)
            self._producer.poll(0)
            self._check()
            yield 1

    def _expect(self, offset: int) -> Any:
        def report(error: KafkaError | None, message: Message) -> None:
            if error is not None:
                self._problem = f"the broker refuses a record ({error})"
            elif message.offset() != offset:
                self._problem = (
                    f"partition {message.partition()} has at offset {message.offset()} what was "
                    f"at {offset}"
                )

        return report

    def _check(self) -> None:
        if self._problem:
            raise LocalCloudError(
                self._problem, "empty the log (see docs/recovery.md) and repeat the restore"
            )

    def _stamp_by(self, clock: str) -> None:
        entry = ConfigEntry(_TIME, clock, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(
            ConfigResource.Type.TOPIC, self._topic, incremental_configs=[entry]
        )
        try:
            for future in self._admin.incremental_alter_configs([resource]).values():
                future.result(timeout=ANSWER_LIMIT_S)
        except (KafkaException, TimeoutError) as error:
            raise LocalCloudError(
                f"can't configure topic {self._topic} ({error})", "see `make status`"
            ) from error
