"""Events carry CloudEvents' headers, whichever release wrote them down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from handlers.applying.events import (
    SOURCE,
    Event,
    decode_outbox,
    encode_outbox,
    headers_of,
    outgoing_of,
)
from handlers.applying.publisher import OutboxPublisher
from handlers.domain import commands as c
from handlers.domain.state import Account, Leg, Message, PartitionState
from handlers.platform.kafka import Headers, Outbound

#: An outbox row as the release before wrote it.
YESTERDAY = (
    '[["ledger.events",2,"acc_00000000000000000000000000000001",'
    '{"event_id":"evt_00000000000000000000000000000007-1-completed","type":"deposit.completed",'
    '"account_id":"acc_00000000000000000000000000000001",'
    '"occurred_at":"2026-11-22T09:30:00.250000Z","transaction":{"transaction_id":'
    '"txn_00000000000000000000000000000007","kind":"deposit","status":"completed","amount":125,'
    '"currency":"EUR","account_id":"acc_00000000000000000000000000000001",'
    '"counterparty_account_id":null,"reason":null,"balance_after":125,"description":null,'
    '"metadata":null,"hold_id":null,"reverses":null,"position":{"partition":2,"offset":7},'
    '"request_id":"req_1","requested_at":"2026-11-22T09:30:00.000000Z",'
    '"completed_at":"2026-11-22T09:30:00.250000Z"}}]]'
)
EXPECTED = {
    "content-type": "application/json",
    "ce_specversion": "1.0",
    "ce_id": "evt_00000000000000000000000000000007-1-completed",
    "ce_source": SOURCE,
    "ce_type": "deposit.completed",
    "ce_time": "2026-11-22T09:30:00.250000Z",
}


class Taking:
    """A producer that takes everything."""

    def __init__(self) -> None:
        self.records: list[Outbound] = []

    def send(self, records: Iterable[Outbound]) -> list[Any]:
        taken = list(records)
        self.records += taken
        return [None] * len(taken)

    def outcomes(self, pendings: list[Any], timeout_s: float) -> list[Any]:
        return pendings


def test_a_row_of_the_release_before_is_published_with_headers_and_its_value_as_it_is() -> None:
    producer = Taking()
    OutboxPublisher(producer).publish(decode_outbox(YESTERDAY))  # type: ignore[arg-type]  # a double
    (record,) = producer.records
    assert in_words(record.headers) == EXPECTED
    (((topic, partition, key, value),)) = msgspec.json.decode(YESTERDAY)
    assert record[:3] == (topic, partition, key.encode())
    assert msgspec.json.decode(record.value) == value


def test_an_event_s_headers_are_made_of_its_own_words_and_a_command_has_none() -> None:
    state = PartitionState(0, 4, 1_700_000_000_000_000)
    account = Account("acc_" + "0" * 32, "customer", "EUR", 0, user_id="usr_" + "1" * 32)
    state.accounts[account.account_id] = account
    leg = Leg("txn_" + "2" * 32, 1, "deposit", "rejected", account.account_id, "", "", 0, 1, 2, 3)
    state.results.append(leg)
    command = c.Settlement(
        transaction_id="txn_" + "3" * 32,
        user_id="",
        requested_at_us=0,
        account_id=account.account_id,
        outcome="completed",
        completed_at_us=0,
    )
    sent, told = decode_outbox(
        encode_outbox(
            [*outgoing_of(with_message(state, account, command), "commands", "events")]
        ).decode()
    )
    assert headers_of(bytes(sent.value)) == ()
    event = msgspec.json.decode(told.value, type=Event)
    assert in_words(headers_of(bytes(told.value))) == {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": event.event_id,
        "ce_source": SOURCE,
        "ce_type": "deposit.rejected",
        "ce_time": event.occurred_at,
    }


def test_an_event_published_again_has_the_same_headers() -> None:
    producer = Taking()
    publisher = OutboxPublisher(producer)  # type: ignore[arg-type]  # a double
    publisher.publish(decode_outbox(YESTERDAY))
    publisher.publish(decode_outbox(YESTERDAY))
    first, second = producer.records
    assert first == second


def in_words(headers: Headers) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value.decode() for name, value in headers}


def with_message(state: PartitionState, account: Account, command: c.AnyCommand) -> PartitionState:
    state.messages.append(Message(account.account_id, command))
    return state
