"""Put the records of the log's backup into a new topic, at the offsets and times that they had."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource

from handlers.platform.segments import Logged
from local_cloud.backup.log_reader import ANSWER_LIMIT_S, LogReader
from local_cloud.config import Instance
from local_cloud.errors import LocalCloudError
from local_cloud.services.topics import create_topics

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

    def write(self, instance: Instance, partitions: Iterable[Iterable[Logged]]) -> int:
        """Write each partition's records; return how many there were.

        The topic is made anew for it, to keep the records' own times: a posting's time is its
        record's. A setting that is changed reaches a broker's log only later.

        Raises
        ------
        LocalCloudError
            If the broker refuses a record, or puts one at another offset or time.
        """
        self._delete()
        create_topics(
            self._bootstrap,
            instance.partitions,
            appends_time=False,
            growing_to=instance.growing_to,
            replicas=instance.brokers,
        )
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
                        on_delivery=self._expect(record),
                        timestamp=record.timestamp_ms,
                        headers=list(record.headers),
                    )
                    break
                except BufferError:
                    self._producer.poll(0.1)
            self._producer.poll(0)
            self._check()
            yield 1

    def _expect(self, record: Logged) -> Any:
        def report(error: KafkaError | None, message: Message) -> None:
            place = (message.offset(), message.timestamp()[1])
            if error is not None:
                self._problem = f"the broker refuses a record ({error})"
            elif place != (record.offset, record.timestamp_ms):
                self._problem = (
                    f"the broker gives a record of partition {message.partition()} offset and time "
                    f"{place}, and it had {(record.offset, record.timestamp_ms)}"
                )

        return report

    def _check(self) -> None:
        if self._problem:
            raise LocalCloudError(
                self._problem, "empty the log (see docs/recovery.md) and repeat the restore"
            )

    def _delete(self) -> None:
        deadline = time.monotonic() + ANSWER_LIMIT_S
        try:
            self._admin.delete_topics([self._topic])[self._topic].result(timeout=ANSWER_LIMIT_S)
            while self._topic in self._admin.list_topics(timeout=ANSWER_LIMIT_S).topics:
                if time.monotonic() >= deadline:
                    raise LocalCloudError(f"topic {self._topic} is not deleted", "repeat")
                time.sleep(0.1)
        except (KafkaException, TimeoutError) as error:
            raise LocalCloudError(
                f"can't delete the empty topic {self._topic} ({error})", "see `make status`"
            ) from error

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
