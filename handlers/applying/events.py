"""The events that report results, on the topic ``ledger.events``.

Each result becomes one event, keyed by the account whose partition decided it, so an account's
events are in order.  Delivery is at least once; ``event_id`` is the same each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Final

import msgspec

from handlers.domain import commands as c
from handlers.domain.kinds import EVENT_TYPES
from handlers.domain.partitions import partition_of
from handlers.domain.presentation import TransactionView, leg_view
from handlers.domain.state import Account, Leg, PartitionState
from handlers.platform.clock import rfc3339_us
from handlers.platform.kafka import Headers

EventType = Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(EVENT_TYPES)})]


#: The events' source. An event's id is unique within it.
SOURCE: Final = "urn:ledgerlane:ledger"


class Event(msgspec.Struct, frozen=True, gc=False):
    """One event. ``type`` is the transaction's kind and what happened to it.

    ``transaction`` is the view that the owner of ``account_id`` would read.
    """

    event_id: str
    type: EventType
    account_id: str
    occurred_at: str
    transaction: TransactionView


class Outgoing(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A message to publish, as stored in an outbox row."""

    topic: str
    partition: int
    key: str
    value: msgspec.Raw


class TracedOutgoing(Outgoing, frozen=True, array_like=True, gc=False):
    """A message of a traced command. Others don't store the field, and old releases skip it."""

    traceparent: str = ""


#: The maximum size of an event in bytes: a command's texts fit, and brokers accept twice as much.
MAX_EVENT_BYTES: Final = 512 * 1024
_Raw: Final = msgspec.Raw
_encode: Final = msgspec.json.Encoder().encode
_decode_outbox: Final = msgspec.json.Decoder(list[TracedOutgoing]).decode


# Neighbouring transactions in the log often end at the same time.
_end = lru_cache(maxsize=64)(rfc3339_us)


def event_of(leg: Leg, accounts: Mapping[str, Account], occurred_at: str) -> Event:
    """Build the event for a leg's new status.

    Parameters
    ----------
    accounts
        Includes the leg's account, if there is one; its owner reads the event.
    occurred_at
        An RFC 3339 timestamp.
    """
    # Only metadata depends on the reader: it is for the user who requested the transaction.
    account = accounts.get(leg.account_id) if leg.metadata else None
    happened = "received" if leg.leg == 2 and leg.status == "completed" else leg.status
    # Positional arguments take half the time of keywords.
    return Event(
        f"evt_{leg.transaction_id[4:]}-{leg.leg}-{leg.status}",
        f"{leg.kind}.{happened}",
        leg.account_id,
        occurred_at,
        leg_view(
            leg,
            rfc3339_us(leg.requested_at_us),
            None if leg.completed_at_us is None else _end(leg.completed_at_us),
            account is not None and account.user_id == leg.user_id,
        ),
    )


def outgoing_of(state: PartitionState, commands_topic: str, events_topic: str) -> list[Outgoing]:
    """Return a batch's messages: second legs and settlements first, then its events."""
    legs = [
        Outgoing(
            commands_topic,
            partition_of(message.account_id, state.partitions)
            if message.account_id
            else state.partition,
            message.account_id,
            _Raw(c.encode(message.command)),
        )
        for message in state.messages
    ]
    occurred_at = rfc3339_us(state.clock_us)
    partition, accounts = state.partition, state.accounts
    events = [
        Outgoing(
            events_topic,
            partition,
            leg.account_id,
            _Raw(_value_of(leg, accounts, occurred_at)),
        )
        for leg in state.results
    ]
    return legs + events


def traced_outgoing(
    outgoing: Sequence[Outgoing], state: PartitionState, parents: Mapping[str, str]
) -> list[Outgoing]:
    """Let the messages that follow from traced commands carry their traces.

    Parameters
    ----------
    outgoing
        The result of `outgoing_of` for the same state.
    parents
        By transaction id: the value of the header ``traceparent``.
    """
    ids = [message.command.transaction_id for message in state.messages]
    ids += [leg.transaction_id for leg in state.results]
    return [
        TracedOutgoing(one.topic, one.partition, one.key, one.value, parents[transaction_id])
        if transaction_id in parents
        else one
        for one, transaction_id in zip(outgoing, ids, strict=True)
    ]


def _value_of(leg: Leg, accounts: Mapping[str, Account], occurred_at: str) -> bytes:
    value = _encode(event_of(leg, accounts, occurred_at))
    if len(value) <= MAX_EVENT_BYTES:
        return value
    # PostgreSQL writes out numbers in metadata: 1e9999 in a raw record becomes 10,000 digits.
    plain = msgspec.structs.replace(leg, description=None, metadata=None)
    return _encode(event_of(plain, accounts, occurred_at))


class _Head(msgspec.Struct, frozen=True, gc=False):
    event_id: str
    type: str
    occurred_at: str


_CONTENT_TYPE: Final = ("content-type", b"application/json")
_VERSION: Final = ("ce_specversion", b"1.0")
_SOURCE: Final = ("ce_source", SOURCE.encode())
#: The start of every event's JSON, and of no command's.
_EVENT: Final = b'{"event_id":'
_head_of: Final = msgspec.json.Decoder(_Head).decode


def headers_of(value: bytes) -> Headers:
    """Return an event's headers (CloudEvents 1.0, Kafka protocol binding, binary mode).

    They are derived from the event when it is published, so outbox rows don't store them, and rows
    from an earlier release get them too.  A command has none.
    """
    if not value.startswith(_EVENT):
        return ()
    try:
        head = _head_of(value)
    except msgspec.DecodeError:
        return ()  # this module did not write it
    return [
        _CONTENT_TYPE,
        _VERSION,
        ("ce_id", head.event_id),
        _SOURCE,
        ("ce_type", head.type),
        ("ce_time", head.occurred_at),
    ]


def encode_outbox(outgoing: Sequence[Outgoing]) -> bytes:
    """Write an outbox row's JSON."""
    return _encode(outgoing)


def decode_outbox(messages: str) -> list[Outgoing]:
    """Read an outbox row's JSON."""
    return [
        one if one.traceparent else Outgoing(one.topic, one.partition, one.key, one.value)
        for one in _decode_outbox(messages)
    ]
