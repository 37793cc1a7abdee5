"""Puts commands into the log of their account's partition and waits for the brokers' acks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, NamedTuple, Protocol, TypedDict, TypeVar

import msgspec

from handlers.accepting.admission import Admission
from handlers.accepting.partitioning import Partitioning
from handlers.domain import commands as c
from handlers.domain.ids import TRANSACTION, batched_transaction_id, keyed_transaction_id
from handlers.domain.partitions import partition_of
from handlers.platform import clock, random_ids
from handlers.platform.errors import InvalidInput, LedgerlaneError, Unavailable
from handlers.platform.kafka import Headers, Outbound, Position, Producer

Sort = TypeVar("Sort", bound=c.Command)

_fingerprints: Final = msgspec.json.Encoder(order="deterministic")


class Asker(NamedTuple):
    """The user who makes a request, and the request's ids.

    Attributes
    ----------
    idempotency_key
        The client's idempotency key, or None.
    place
        The item's index in the batch, if the key belongs to a whole batch; otherwise None.
    """

    user_id: str
    request_id: str
    idempotency_key: str | None = None
    place: int | None = None


def fingerprint(kind: str, body: Any) -> str:
    """Return a request's digest: 16 bytes of SHA-256, in hexadecimal.

    Parameters
    ----------
    kind
        The command's kind.
    body
        The validated body with its defaults, and the parts of the path that belong to the request.
    """
    return hashlib.sha256(_fingerprints.encode([kind, body])).hexdigest()[:32]


class Envelope(TypedDict):
    """The fields that every command takes from its request, by name."""

    transaction_id: str
    user_id: str
    requested_at_us: int
    fingerprint: str
    request_id: str
    rules: int


def envelope(asker: Asker, kind: str, body: Any) -> Envelope:
    """Build a command's envelope. With a key, the same request gets the same transaction id."""
    key, place = asker.idempotency_key, asker.place
    if key is None:
        transaction_id = random_ids.new_id(TRANSACTION)
    elif place is None:
        transaction_id = keyed_transaction_id(asker.user_id, key)
    else:
        transaction_id = batched_transaction_id(asker.user_id, key, place)
    return {
        "transaction_id": transaction_id,
        "user_id": asker.user_id,
        # The log's times are whole milliseconds, so nothing is completed before it is requested.
        "requested_at_us": clock.now_us() // 1000 * 1000,
        "fingerprint": fingerprint(kind, body),
        "request_id": asker.request_id,
        "rules": c.RULES,
    }


class Recent(Protocol):
    """Remembers accepted commands for a while, so that they can be read before they are applied."""

    def add(self, command: c.AnyCommand, position: Position) -> None:
        """Remember a command that is in the log."""


class Traces(Protocol):
    """Traces what is sent; see `handlers.platform.traces`."""

    def sending(self, topic: str, count: int) -> AbstractContextManager[Headers]:
        """Trace sending records to a topic; return the headers to send, none if not traced."""


class Intake:
    """Puts commands into the log.

    Parameters
    ----------
    topic, partitioning
        The commands topic, and how accounts map to its partitions.
    traces
        Traces requests' commands, if traces are on.
    """

    def __init__(
        self,
        producer: Producer,
        recent: Recent,
        admission: Admission,
        topic: str,
        partitioning: Partitioning,
        traces: Traces | None = None,
    ) -> None:
        self._traces = traces
        self._producer = producer
        self._recent = recent
        self._admission = admission
        self._topic = topic
        self._partitioning = partitioning

    def accept(self, command: c.AnyCommand, partition: int | None = None) -> Position:
        """Put a command into its account's partition and wait until all brokers have it.

        Parameters
        ----------
        partition
            The partition, if it is not the account's (for a parked record without an account).

        Raises
        ------
        Unavailable
            If the brokers don't acknowledge it in time. The outcome is unknown; it can be sent
            again under its idempotency key.
        Overloaded
            If its partition is too far behind. Nothing was produced.
        LogFenced
            If the log is being grown. Nothing was produced.
        InvalidInput
            If it is too large. Nothing was produced.
        """
        record = self._record(command, partition)
        if self._traces is None:
            position = self._produce(record)
        else:
            with self._traces.sending(self._topic, 1) as headers:
                position = self._produce(_with(headers, [record])[0])
        self._note(command, position)
        return position

    def accept_all(
        self, commands: Sequence[tuple[c.AnyCommand, int | None]]
    ) -> list[Position | LedgerlaneError]:
        """Put several commands into their partitions at once. Each succeeds or fails by itself.

        Parameters
        ----------
        commands
            Each with its partition, if that is not the account's.

        Returns
        -------
        list
            The positions in the log, in order, or the error for a command that was not accepted.
        """
        records: list[Outbound | LedgerlaneError] = []
        for command, partition in commands:
            try:
                records.append(self._record(command, partition))
            except (Unavailable, InvalidInput) as error:
                records.append(error)
        taken = [one for one in records if isinstance(one, Outbound)]
        if self._traces is None:
            found = self._produce_all(taken)
        else:
            with self._traces.sending(self._topic, len(taken)) as headers:
                found = self._produce_all(_with(headers, taken))
        places = iter(found)
        results: list[Position | LedgerlaneError] = []
        for (command, _partition), record in zip(commands, records, strict=True):
            place = next(places) if isinstance(record, Outbound) else record
            if isinstance(place, Position):
                self._note(command, place)
            results.append(place)
        return results

    def _produce(self, record: Outbound) -> Position:
        return self._producer.wait(self._producer.send([record]))[0]

    def _produce_all(self, records: Sequence[Outbound]) -> list[Position | Unavailable]:
        return self._producer.positions(self._producer.send(records))

    def _note(self, command: c.AnyCommand, position: Position) -> None:
        self._recent.add(command, position)
        self._admission.produced(position)

    def _record(self, command: c.AnyCommand, partition: int | None) -> Outbound:
        """Return a command's record, if it may be sent now."""
        value = c.encode(command)
        if len(value) > c.MAX_COMMAND_BYTES:
            raise InvalidInput.of("", f"the command must have at most {c.MAX_COMMAND_BYTES} bytes")
        account_id = c.account_of(command)
        partitions = self._partitioning.sending_by()
        if partition is None:
            partition = partition_of(account_id, partitions)
        self._admission.check(partition)
        return Outbound(self._topic, partition, account_id.encode(), value)


def _with(headers: Headers, records: list[Outbound]) -> list[Outbound]:
    """Return records with headers, if there are any: most requests are not traced."""
    return [record._replace(headers=headers) for record in records] if headers else records
