"""What the log has fits into it, and so does what is made of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from handlers.accepting.intake import Intake
from handlers.applying.events import MAX_EVENT_BYTES, outgoing_of
from handlers.domain import commands as c
from handlers.domain.state import Account, Leg, PartitionState
from handlers.platform.bounds import MAX_BODY_BYTES
from handlers.platform.errors import InvalidInput

#: What brokers and the producer take by default; the lower one of both.
BROKER_BYTES = 1_000_000
#: All of a command but the client's words.
ENVELOPE_BYTES = 4096
ACCOUNT, TRANSACTION = "acc_" + "a" * 32, "txn_" + "b" * 32


def deposit_of(size: int) -> c.Deposit:
    """Make a deposit whose JSON has this many bytes."""
    command = c.Deposit(
        transaction_id=TRANSACTION,
        user_id="usr_" + "c" * 32,
        requested_at_us=1,
        account_id=ACCOUNT,
        amount=5,
        currency="EUR",
        description="",
    )
    return msgspec.structs.replace(command, description="x" * (size - len(c.encode(command))))


def leg_of(metadata: str | None, description: str | None = None) -> Leg:
    return Leg(
        transaction_id=TRANSACTION,
        leg=1,
        kind="deposit",
        status="completed",
        account_id=ACCOUNT,
        user_id="usr_" + "c" * 32,
        fingerprint="",
        partition=0,
        offset=0,
        requested_at_us=1,
        posted_at_us=1,
        amount=5,
        currency="EUR",
        metadata=metadata,
        description=description,
        completed_at_us=1,
    )


def event_bytes(leg: Leg) -> bytes:
    state = PartitionState(0, 1, 1)
    state.accounts[ACCOUNT] = Account(ACCOUNT, "customer", "EUR", 0, user_id=leg.user_id)
    state.results.append(leg)
    (event,) = outgoing_of(state, "commands", "events")
    return bytes(event.value)


def test_the_bounds_leave_room_for_each_other() -> None:
    assert MAX_BODY_BYTES + ENVELOPE_BYTES < c.MAX_COMMAND_BYTES
    assert c.MAX_COMMAND_BYTES + ENVELOPE_BYTES < MAX_EVENT_BYTES < BROKER_BYTES / 1.5


def test_a_record_as_large_as_a_command_may_be_is_read() -> None:
    command = deposit_of(c.MAX_COMMAND_BYTES)
    assert c.decode(c.encode(command)) == command


def test_a_larger_record_is_no_command() -> None:
    with pytest.raises(c.UndecodableError, match="at most 393216"):
        c.decode(c.encode(deposit_of(c.MAX_COMMAND_BYTES + 1)))
    with pytest.raises(c.UndecodableError, match="at most 393216"):
        c.decode(b"[" * 10_000_000)


def test_a_larger_command_is_refused_before_it_is_produced() -> None:
    unused: Any = None
    log: Any = SimpleNamespace(send=list, positions=list)
    intake = Intake(log, unused, unused, "topic", unused)
    with pytest.raises(InvalidInput, match="not valid"):
        intake.accept(deposit_of(c.MAX_COMMAND_BYTES + 1))
    (refusal,) = intake.accept_all([(deposit_of(c.MAX_COMMAND_BYTES + 1), None)])
    assert isinstance(refusal, InvalidInput)


def test_an_event_carries_all_of_the_largest_command() -> None:
    text = "x" * c.MAX_COMMAND_BYTES
    event = msgspec.json.decode(event_bytes(leg_of('{"k": "v"}', text)))
    assert event["transaction"]["description"] == text
    assert event["transaction"]["metadata"] == {"k": "v"}


def test_an_event_that_would_be_larger_leaves_the_clients_words_out() -> None:
    value = event_bytes(leg_of('{"k": 1' + "0" * MAX_EVENT_BYTES + "}", "words"))
    assert len(value) < ENVELOPE_BYTES
    event = msgspec.json.decode(value)
    assert event["transaction"]["amount"] == 5
    assert event["transaction"]["metadata"] is None
