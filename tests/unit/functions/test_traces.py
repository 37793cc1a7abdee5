"""Traces that are off cost nothing; those that are on follow a command from record to record."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from functions import apply, wiring
from handlers.applying.events import (
    Outgoing,
    decode_outbox,
    encode_outbox,
    outgoing_of,
    traced_outgoing,
)
from handlers.applying.publisher import OutboxPublisher
from handlers.applying.writer import Applied
from handlers.domain import commands as c
from handlers.domain.state import Account, Leg, Message, PartitionState, Record
from handlers.platform.traceparent import NAME, Parent
from tests.support.collector import Collector, Span
from tests.support.settings import settings_with
from tests.unit.functions.test_apply import event, kafka_record
from tests.unit.platform.test_event_headers import Taking
from tests.unit.platform.test_traceparent import HEADER, PARENT, header

ROOT = Path(__file__).parents[3]
EVERY_FUNCTION = "app functions.apply functions.webhooks functions.sweeper functions.grow"
OFF = f"""
import importlib, os, sys
for name in "{EVERY_FUNCTION}".split():
    importlib.import_module(name)
from functions import wiring
from tests.support.settings import settings_with
wiring.settings.replace(settings_with())
assert wiring.traces() is None
print(sorted(name for name in sys.modules if name.startswith("opentelemetry")))
"""
COMMAND = c.Deposit(
    transaction_id="txn_" + "1" * 32,
    user_id="usr_" + "2" * 32,
    requested_at_us=1,
    request_id="req_of_the_deposit",
    account_id="acc_" + "3" * 32,
    amount=1234567,
    currency="EUR",
    description="from Ada",
)


class WriterStub:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.applied: list[Record] = []

    def apply(self, records: Sequence[Record]) -> Applied:
        self.applied += records
        return Applied(completed=len(records))


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as made:
        yield made


@pytest.fixture
def writer(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> Iterator[WriterStub]:
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1")
    made = WriterStub()
    wiring.reset()
    wiring.settings.replace(settings_with(otel_exporter_otlp_traces_endpoint=collector.url))
    wiring.writer.replace(made)  # type: ignore[arg-type]  # a double
    yield made
    traces = wiring.traces()
    assert traces is not None
    traces.close()
    wiring.reset()


def in_trace(spans: list[Span], parent: Parent) -> list[Span]:
    return [span for span in spans if span.trace_id == f"{parent.trace_id:032x}"]


def test_traces_that_are_off_import_nothing_of_opentelemetry() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OFF],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_a_traced_record_is_applied_in_its_trace_and_others_in_none(
    writer: WriterStub, collector: Collector
) -> None:
    value = base64.b64encode(c.encode(COMMAND)).decode()
    records = [
        kafka_record(4, 1, value=value, headers=[header(HEADER)]),
        kafka_record(4, 2, value=value, headers=[]),
        kafka_record(4, 3, value=value, headers=[header("garbage")]),
    ]
    apply.handler(event(ledger_commands_4=records), None)

    (process,) = in_trace(collector.spans, PARENT)
    (batch,) = [span for span in collector.spans if span is not process]
    assert process.parent_id == f"{PARENT.span_id:016x}"
    assert batch.attributes["messaging.batch.message_count"] == 3
    assert [one.traceparent for one in writer.applied] == [
        f"00-{process.trace_id}-{process.span_id}-01",
        None,
        None,
    ]
    assert process.attributes["ledgerlane.request_id"] == COMMAND.request_id
    assert process.attributes["ledgerlane.transaction_id"] == COMMAND.transaction_id
    assert process.attributes["ledgerlane.kind"] == "deposit"


def test_spans_say_nothing_of_amounts_names_or_whom_a_command_is_about(
    writer: WriterStub, collector: Collector
) -> None:
    value = base64.b64encode(c.encode(COMMAND)).decode()
    records = [kafka_record(4, 1, value=value, headers=[header(HEADER)])]
    apply.handler(event(ledger_commands_4=records), None)

    told = "".join(span.raw for span in collector.spans)
    assert "ledgerlane.kind" in told
    for secret in ("1234567", "EUR", "Ada", COMMAND.user_id, COMMAND.account_id):
        assert secret not in told


def test_a_traced_record_that_is_no_command_is_applied_like_any_other(
    writer: WriterStub, collector: Collector
) -> None:
    apply.handler(event(c_0=[kafka_record(0, 1, headers=[header(HEADER)])]), None)
    assert [one.value for one in writer.applied] == [b"value"]
    assert len(in_trace(collector.spans, PARENT)) == 1


def test_records_without_traces_reach_the_writer_as_they_are(
    writer: WriterStub, collector: Collector
) -> None:
    apply.handler(event(c_0=[kafka_record(0, 1)]), None)
    assert writer.applied == [Record(0, 1, 1_700_000_000_001, b"key", b"value")]
    assert collector.spans == []


def state_with_two_results() -> PartitionState:
    """Return a state with a second leg to send, and the results of two transactions."""
    account = Account("acc_" + "1" * 32, "customer", "EUR", 0)
    state = PartitionState(2, 4, accounts={account.account_id: account})
    state.messages.append(Message(account.account_id, COMMAND))
    for transaction_id in (COMMAND.transaction_id, "txn_" + "9" * 32):
        state.results.append(leg(transaction_id, account.account_id))
    return state


def leg(transaction_id: str, account_id: str) -> Leg:
    return Leg(
        transaction_id=transaction_id,
        leg=1,
        kind="deposit",
        status="completed",
        amount=5,
        currency="EUR",
        account_id=account_id,
        user_id=COMMAND.user_id,
        requested_at_us=0,
        posted_at_us=0,
        fingerprint="",
        partition=2,
        offset=7,
    )


def outgoing() -> tuple[list[Outgoing], list[Outgoing]]:
    """Return a batch's messages, without and with the trace of one of its two transactions."""
    state = state_with_two_results()
    plain = outgoing_of(state, "commands", "events")
    return plain, traced_outgoing(plain, state, {COMMAND.transaction_id: HEADER})


def published(messages: Sequence[Outgoing]) -> list[dict[str, Any]]:
    producer = Taking()
    OutboxPublisher(producer).publish(messages)  # type: ignore[arg-type]  # a double
    return [dict(record.headers) for record in producer.records]


def test_what_follows_from_a_traced_command_carries_its_trace_and_nothing_else_does() -> None:
    _, messages = outgoing()
    assert [headers.get(NAME) for headers in published(messages)] == [HEADER, HEADER, None]


def test_a_trace_survives_the_outbox() -> None:
    _, messages = outgoing()
    again = decode_outbox(encode_outbox(messages).decode())
    assert again == messages
    assert published(again) == published(messages)


def test_the_outbox_of_what_is_not_traced_is_as_it_was() -> None:
    plain, _ = outgoing()
    written = encode_outbox(plain)
    assert [len(row) for row in msgspec.json.decode(written)] == [4, 4, 4]
    assert decode_outbox(written.decode()) == plain


def test_the_release_before_publishes_what_this_one_left_in_the_outbox() -> None:
    plain, messages = outgoing()

    class Outgoing(msgspec.Struct, array_like=True):
        topic: str
        partition: int
        key: str
        value: msgspec.Raw

    read = msgspec.json.decode(encode_outbox(messages), type=list[Outgoing])
    assert [bytes(one.value) for one in read] == [bytes(one.value) for one in plain]
