"""Whatever a record has: its partition flows on, and what was parked can be worked.

Records are made by a fuzz (`tests.support.malformed`). `HYPOTHESIS_PROFILE=nightly` makes more.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from functions import webhooks, wiring
from handlers.auditing.auditor import audit
from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.partitions import partition_of
from handlers.platform.postgres import Database
from handlers.webhooks.deliveries import Deliveries
from handlers.webhooks.dispatcher import Sent
from handlers.webhooks.inbox import EventRecord, Incoming
from tests.integration.ledger.harness import EVENTS, PARTITIONS, Ledger
from tests.integration.ledger.layouts import LedgerPlayer
from tests.integration.ledger.pooling import empty, scratch_database, url_of
from tests.integration.ledger.rebuilt import difference_when_rebuilt
from tests.support.malformed import (
    FUNDING,
    HOLD,
    HOLD_TRANSACTION,
    OWNER,
    START_MS,
    Places,
    Raw,
    account_on,
    common,
    events,
    funding_of,
    records,
    transaction_of,
)
from tests.support.settings import settings_with

pytestmark = pytest.mark.integration

GROWN = PARTITIONS + 1
PLACES = Places.over(PARTITIONS)
#: Accounts that no record is about; each must have what is sent to it, whatever is before it.
NEIGHBOURS = [account_on(number, PARTITIONS, "neighbour") for number in range(PARTITIONS)]
MAX_ROUNDS = 100
#: Reading a history of so many records, each with a database of its own, takes a quarter second.
EXAMPLES = settings().max_examples // 5
_PARKED = """
select 'prk_' || encode(uuid_send(parked_id), 'hex') as parked_id,
       coalesce('acc_' || encode(uuid_send(account_id), 'hex'), '') as account_id,
       coalesce(lane, partition) as partition
from ledger.parked_commands
where status = 'parked'
order by parked_at, "offset", partition
"""
#: As text: metadata may have numbers that Python does not read.
_LEGS = "select l::text from ledger.legs l order by transaction_id, leg"


def subscribe(database: Database) -> None:
    """Have a webhook of the accounts' owner hear of everything."""
    database.write(
        "insert into ledger.users (user_id, email, name, password_hash, created_at)"
        " values (%s, 'fuzz@example.com', 'n', '', now()) on conflict do nothing",
        [OWNER[4:]],
    )
    database.write(
        "insert into ledger.webhooks (webhook_id, user_id, url, events, secret, created_at)"
        " values (%s, %s, 'https://example.com', '{*}', '', now()) on conflict do nothing",
        [OWNER[4:], OWNER[4:]],
    )


class Fuzzed:
    """A ledger with an account on each partition, and the numbers of what was sent to it."""

    def __init__(self, url: str) -> None:
        empty(url)
        self.ledger = Ledger(url, PARTITIONS)
        self.sent = 0
        self.received = 0
        for account_id in (*PLACES.accounts, *NEIGHBOURS):
            self.ledger.send(
                c.AccountOpening(
                    account_id=account_id, currency="EUR", **common(transaction_of(account_id))
                ),
                c.Deposit(
                    account_id=account_id,
                    amount=FUNDING,
                    currency="EUR",
                    **common(funding_of(account_id)),
                ),
            )
        hold = c.HoldPlacement(
            account_id=PLACES.accounts[0],
            amount=100,
            currency="EUR",
            expires_in_s=60,
            **common(HOLD_TRANSACTION),
        )
        self.ledger.send(hold)
        self.ledger.drain()
        subscribe(self.ledger.database)
        assert self.ledger.account(PLACES.accounts[0])["held"] == 100
        assert ids.hold_id_of(hold.transaction_id) == HOLD

    def feed(self, raws: list[Raw]) -> None:
        for raw in raws:
            self.ledger.log.append(raw.partition, raw.key, raw.value, raw.timestamp_ms)
        self.ledger.drain()

    def redeliver(self) -> None:
        """Deliver all that was applied once more, to a writer that remembers nothing."""
        before = self.ledger.rows(_LEGS)
        writer = self.ledger.new_writer()
        for partition, applied in enumerate(self.ledger.applied):
            delivered = self.ledger.log.partitions[partition][:applied]
            if delivered:
                writer.apply(delivered)
        assert self.ledger.rows(_LEGS) == before

    def check_flow(self) -> None:
        """See that a deposit gets through on each partition."""
        self.received += 1
        deposits = [
            c.Deposit(account_id=account_id, amount=1, currency="EUR", **self._common("deposit"))
            for account_id in NEIGHBOURS
        ]
        self.ledger.send(*deposits)
        self.ledger.drain()
        for deposit in deposits:
            assert self.ledger.transaction(deposit.transaction_id)["status"] == "completed"
            assert self.ledger.balance(deposit.account_id) == FUNDING + self.received

    def resolve_all(self, action: c.Resolution) -> int:
        """Resolve whatever is parked once, each head in turn; return how much still is."""
        for head in self.ledger.rows(_PARKED):
            resolution = c.ParkedResolution(
                account_id=head["account_id"],
                parked_id=head["parked_id"],
                action=action,
                note="because",
                **self._common("resolution"),
            )
            key = head["account_id"].encode()
            self.ledger.put(key, c.encode(resolution), head["partition"])
            self.ledger.drain()
            outcome = self.ledger.transaction(resolution.transaction_id)
            assert outcome["status"] in ("completed", "rejected")
        return len(self.ledger.rows(_PARKED))

    def clear(self) -> None:
        """Discard until nothing is parked."""
        left = -1
        for _ in range(MAX_ROUNDS):
            before, left = left, self.resolve_all("discard")
            if not left:
                return
            assert left != before, self.ledger.rows("select * from ledger.parked_commands")
        raise AssertionError("the queues do not end")

    def _common(self, what: str) -> dict[str, Any]:
        self.sent += 1
        transaction_id = ids.derived(ids.TRANSACTION, "fuzz", "sent", what, str(self.sent))
        return common(transaction_id, user_id=OWNER)

    def check_events(self) -> None:
        """See that whatever the ledger tells of can be read and noted."""
        database = self.ledger.database
        told = [
            EventRecord(EVENTS, 0, offset, 0, event.key.encode(), bytes(event.value))
            for offset, event in enumerate(self.ledger.publisher.events)
        ]
        taken = Incoming(database, Deliveries(database)).take(told)
        assert taken.parked == []
        assert taken.added >= len(NEIGHBOURS)

    def check_books(self, other_url: str) -> None:
        report = audit(self.ledger.shards)
        assert report.findings == ()
        assert not report.in_transit
        assert self.ledger.count("outbox") == 0
        difference = difference_when_rebuilt(self.ledger, other_url, [PARTITIONS, GROWN])
        assert difference is None, str(difference)


@given(raws=records(PLACES))
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_the_commands_have_all_flows_on(
    database_url: str, other_url: str, raws: list[Raw]
) -> None:
    fuzzed = Fuzzed(database_url)
    try:
        note(repr(raws)[:3000])
        fuzzed.feed(raws)
        fuzzed.redeliver()
        fuzzed.check_flow()
        fuzzed.resolve_all("replay")
        LedgerPlayer(fuzzed.ledger, at_step=0).grow(GROWN)
        fuzzed.check_flow()
        fuzzed.clear()
        fuzzed.check_flow()
        for account_id in NEIGHBOURS:
            assert fuzzed.ledger.account(account_id)["partition"] == partition_of(account_id, GROWN)
        fuzzed.check_events()
        fuzzed.check_books(other_url)
    finally:
        fuzzed.ledger.close()


@pytest.fixture(scope="module")
def events_database(admin_url: str, pooler_port: int, template: str) -> Iterator[Database]:
    """Make a database with an account and its owner's webhook, wired to the webhooks function."""
    with scratch_database(admin_url, template) as name:
        fuzzed = Fuzzed(url_of(admin_url, name, pooler_port))
        wiring.reset()
        wiring.settings.replace(settings_with())
        wiring.database.replace(fuzzed.ledger.database)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(webhooks, "send_due", lambda *_, **__: Sent())
            yield fuzzed.ledger.database
        wiring.reset()
        fuzzed.ledger.close()


def handle(values: Sequence[bytes | None]) -> None:
    """Give the webhooks function a batch, twice, as the log may."""
    batch = [
        {
            "topic": EVENTS,
            "partition": 0,
            "offset": offset,
            "timestamp": -1,
            "key": None,
            "value": None if value is None else base64.b64encode(value).decode(),
        }
        for offset, value in enumerate(values)
    ]
    event = {"eventSource": "SelfManagedKafka", "records": {f"{EVENTS}-0": batch}}
    for _ in range(2):
        assert webhooks.handler(event, None) == {"batchItemFailures": []}


@given(values=st.lists(events(PLACES), min_size=1, max_size=20))
@settings(
    max_examples=settings().max_examples // 2,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_the_events_have_all_flows_on(
    events_database: Database, values: list[bytes | None]
) -> None:
    events_database.write("delete from ledger.webhook_deliveries")
    events_database.write("delete from ledger.parked_events")
    account_id = PLACES.accounts[0]
    behind = f'{{"event_id":"behind","type":"deposit.completed","account_id":"{account_id}"}}'

    handle([*values, behind.encode()])

    (last,) = events_database.read(
        "select event_id from ledger.webhook_deliveries order by sequence desc limit 1"
    )
    assert last == ("behind",)
    parked = events_database.read('select "offset", value from ledger.parked_events')
    for offset, value in parked:
        assert values[offset] == (None if value is None else bytes(value))


#: Texts that PostgreSQL reads as the id of somebody else, or as an id though they are of no kind.
LIKE_IDS = [
    "hld_" + "1" * 32,
    "txn_" + "A" * 32,
    "txn_" + "1" * 32 + "\n",
    "txn_" + "11 " * 16,
    "1" * 36,
    "txn_\u0661" + "1" * 31,
]


@pytest.fixture
def fuzzed(database_url: str) -> Iterator[Fuzzed]:
    made = Fuzzed(database_url)
    yield made
    made.ledger.close()


@pytest.mark.parametrize("field", ["transaction_id", "account_id"])
@pytest.mark.parametrize("like", LIKE_IDS)
def test_what_only_looks_like_an_id_is_parked_once_however_often_it_comes(
    fuzzed: Fuzzed, field: str, like: str
) -> None:
    account_id = PLACES.accounts[0]
    known = {"account_id": account_id, **common(ids.derived(ids.TRANSACTION, "looks", like))}
    value = {"kind": "deposit", "amount": 1, "currency": "EUR", **known, field: like}
    partition = partition_of(str(value["account_id"]), PARTITIONS)
    fuzzed.feed([Raw(partition, START_MS, account_id.encode(), json.dumps(value).encode())])

    fuzzed.redeliver()

    assert fuzzed.ledger.count("parked_commands") == 1
    fuzzed.check_flow()
    fuzzed.clear()
    fuzzed.redeliver()


def test_a_decision_whose_fingerprint_no_row_can_hold_does_not_conflict_with_itself(
    fuzzed: Fuzzed,
) -> None:
    account_id = PLACES.accounts[0]
    envelope = common(ids.derived(ids.TRANSACTION, "nul"), account_id=account_id)
    decision = {"kind": "parked_resolution", "action": "replay", "note": "n", **envelope}
    decision |= {"fingerprint": "a\x00b", "parked_id": ids.parked_id(0, 0, START_MS)}
    partition = partition_of(account_id, PARTITIONS)
    fuzzed.feed([raw(partition, account_id.encode(), **decision)])

    fuzzed.redeliver()

    assert fuzzed.ledger.count("conflicts") == 0


def raw(partition: int, key: bytes | None, **fields: Any) -> Raw:
    return Raw(partition, START_MS, key, json.dumps(fields).encode())


@pytest.mark.parametrize("key", [None, b"", b"acc_1"])
def test_a_command_with_an_empty_account_id_can_be_discarded(
    fuzzed: Fuzzed, other_url: str, key: bytes | None
) -> None:
    envelope = common(ids.derived(ids.TRANSACTION, "empty"))
    deposit = {"kind": "deposit", "account_id": "", "amount": 1, "currency": "EUR"}
    partition = partition_of("", PARTITIONS)
    fuzzed.feed([raw(partition, key, **deposit, **envelope)])
    assert fuzzed.ledger.count("parked_commands") == 1

    fuzzed.clear()
    fuzzed.check_flow()
    fuzzed.check_events()
    LedgerPlayer(fuzzed.ledger, at_step=0).grow(GROWN)
    fuzzed.check_books(other_url)


def test_a_rebuild_knows_the_second_of_two_with_one_id_though_the_first_is_refused(
    fuzzed: Fuzzed, other_url: str
) -> None:
    # The first is parked for its NUL, and decided only after the growth has moved its account.
    account_id = PLACES.accounts[1]
    envelope = common(ids.derived(ids.TRANSACTION, "twice"), account_id=account_id)
    void = {"kind": "void", "hold_id": HOLD, **envelope, "request_id": "a\x00b"}
    hold = {"kind": "hold", "amount": 1000, "currency": "EUR", **envelope}
    assert partition_of(account_id, GROWN) != 1
    fuzzed.feed([raw(1, account_id.encode(), **one) for one in (void, hold)])
    LedgerPlayer(fuzzed.ledger, at_step=0).grow(GROWN)

    fuzzed.clear()

    assert fuzzed.ledger.account(account_id)["held"] == 0
    fuzzed.check_books(other_url)


def test_a_second_leg_of_the_largest_command_arrives(fuzzed: Fuzzed, other_url: str) -> None:
    source, destination = PLACES.accounts[0], PLACES.accounts[1]
    transfer = c.Transfer(
        source_account_id=source,
        destination_account_id=destination,
        amount=5,
        currency="EUR",
        description="",
        **common(ids.derived(ids.TRANSACTION, "largest")),
    )
    padding = "x" * (c.MAX_COMMAND_BYTES - len(c.encode(transfer)))
    fuzzed.ledger.send(msgspec.structs.replace(transfer, description=padding))
    fuzzed.ledger.drain()
    assert fuzzed.ledger.transaction(transfer.transaction_id)["status"] == "completed"
    assert fuzzed.ledger.balance(destination) == FUNDING + 5
    fuzzed.check_events()
    LedgerPlayer(fuzzed.ledger, at_step=0).grow(GROWN)
    fuzzed.check_books(other_url)
