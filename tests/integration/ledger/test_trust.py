"""A batch that follows on is taken to be new; whatever was applied before takes no effect again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import Random
from typing import LiteralString

import msgspec
import psycopg
import pytest

from handlers.applying import writer
from handlers.applying.writer import WARY_BATCHES, Writer
from handlers.auditing.auditor import audit
from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain import ledger as domain
from handlers.domain.partitions import partition_of
from handlers.domain.state import PartitionState, Record
from handlers.platform.errors import Unavailable
from handlers.platform.postgres import sql
from tests.integration.ledger.harness import Client, Ledger
from tests.integration.ledger.test_commands import check
from tests.integration.ledger.test_delivery import WAIT_LIMIT_S, ledger_is_waited_for

pytestmark = pytest.mark.integration


@pytest.fixture
def client(ledger: Ledger) -> Client:
    return Client(ledger)


class Attempts:
    """What writers asked for while they loaded what a batch refers to."""

    def __init__(self) -> None:
        self._asked: list[str] = []

    def statement(self, name: str) -> LiteralString:
        self._asked.append(name)
        return sql(name)

    def forget(self) -> None:
        self._asked.clear()

    @property
    def looked(self) -> list[bool]:
        """Of each attempt to apply a batch, whether it looked for its commands' ids."""
        looked: list[bool] = []
        for name in self._asked:
            if name == "applying/lock_progress":
                looked.append(False)
            elif name == "applying/load_transactions":
                looked[-1] = True
        return looked


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> Attempts:
    made = Attempts()
    monkeypatch.setattr("handlers.applying.loader.sql", made.statement)
    return made


# -- when a batch is looked for -------------------------------------------------------------------


def test_batches_that_follow_on_are_not_looked_for(
    ledger: Ledger, client: Client, attempts: Attempts
) -> None:
    here, there = client.open(0, balance=100), client.open(1)
    ledger.writer = ledger.new_writer()
    ledger.send(client.deposit(here, 1))
    attempts.forget()

    ledger.apply(0)
    assert attempts.looked == [True], "a writer that begins knows nothing of what was applied"
    for _ in range(5):
        ledger.send(client.deposit(here, 1), client.withdrawal(here, 1))
        ledger.send(client.transfer(here, there, 1))
        ledger.apply(0)

    assert attempts.looked == [True, False, False, False, False, False]
    ledger.drain()
    check(ledger)


def test_what_names_another_transaction_is_looked_for_always(
    ledger: Ledger, client: Client, attempts: Attempts
) -> None:
    here = client.open(0, balance=100)
    deposit, hold = client.deposit(here, 10), client.hold(here, 5)
    ledger.do(deposit)
    attempts.forget()

    for command in (client.reversal(here, deposit.transaction_id), hold, hold):
        ledger.do(command)

    assert attempts.looked == [True, True, True]
    assert ledger.count("holds") == 1
    check(ledger)


def test_after_a_repetition_the_writer_looks_for_a_while(
    ledger: Ledger, client: Client, attempts: Attempts
) -> None:
    here = client.open(0)
    deposit = client.deposit(here, 1)
    ledger.do(deposit)
    ledger.do(deposit)
    attempts.forget()

    for _ in range(WARY_BATCHES + 2):
        ledger.do(client.deposit(here, 1))

    assert attempts.looked == [True] * WARY_BATCHES + [False] * 2


def test_wariness_is_a_partitions_own(ledger: Ledger, client: Client, attempts: Attempts) -> None:
    here, there = client.open(0), client.open(1)
    repeated = client.deposit(here, 1)
    for command in (repeated, repeated, client.deposit(there, 1)):
        ledger.do(command)
    attempts.forget()

    ledger.do(client.deposit(there, 1))

    assert attempts.looked == [False]


# -- commands that come again --------------------------------------------------------------------

Make = Callable[[Client, str, str, str], c.AnyCommand]
KINDS: dict[str, Make] = {
    "a deposit": lambda client, here, _near, _far: client.deposit(here, 10),
    "a withdrawal": lambda client, here, _near, _far: client.withdrawal(here, 10),
    "a transfer within the partition": lambda client, here, near, _far: client.transfer(
        here, near, 10
    ),
    "a transfer to another partition": lambda client, here, _near, far: client.transfer(
        here, far, 10
    ),
    "a refused withdrawal": lambda client, here, _near, _far: client.withdrawal(here, 10_000),
}


class Repeated:
    """Three accounts, and a command that was applied and came to its end."""

    def __init__(self, ledger: Ledger, client: Client, kind: str) -> None:
        self.ledger, self.client = ledger, client
        self.here = client.open(0, balance=100)
        self.accounts = [self.here, client.open(0), client.open(1)]
        self.command = KINDS[kind](client, *self.accounts)
        ledger.do(self.command)
        self.balances_before = self.balances
        self.sent_before = len(ledger.publisher.sent)

    @property
    def balances(self) -> list[int]:
        return [self.ledger.balance(account_id) for account_id in self.accounts]

    def among_new_ones(self, command: c.AnyCommand) -> None:
        deposits = [self.client.deposit(self.here, amount) for amount in (1, 2)]
        self.ledger.send(deposits[0], command, deposits[1])

    def took_effect_once(self) -> bool:
        here, *others = self.balances_before
        return self.balances == [here + 3, *others]

    @property
    def commands_published(self) -> int:
        sent = self.ledger.publisher.sent[self.sent_before :]
        return sum(message.topic.endswith("commands") for message in sent)


@pytest.fixture(params=KINDS)
def repeated(ledger: Ledger, client: Client, request: pytest.FixtureRequest) -> Repeated:
    return Repeated(ledger, client, request.param)


def test_a_repetition_among_new_commands_takes_no_effect(
    ledger: Ledger, attempts: Attempts, repeated: Repeated
) -> None:
    attempts.forget()
    repeated.among_new_ones(repeated.command)

    applied = ledger.drain()

    assert (applied.completed, applied.duplicates, applied.conflicts) == (2, 1, 0)
    assert attempts.looked == [False, True], "it was found by the primary key, then looked for"
    assert repeated.took_effect_once()
    assert repeated.commands_published == 0
    check(ledger)


def test_a_key_used_for_another_request_among_new_commands_is_a_conflict(
    ledger: Ledger, attempts: Attempts, repeated: Repeated
) -> None:
    attempts.forget()
    repeated.among_new_ones(
        msgspec.structs.replace(repeated.command, fingerprint="another", amount=7)
    )

    applied = ledger.drain()

    assert (applied.completed, applied.duplicates, applied.conflicts) == (2, 0, 1)
    assert attempts.looked == [False, True]
    (conflict,) = ledger.rows("select * from ledger.conflicts")
    assert conflict["transaction_id"].hex == repeated.command.transaction_id[4:]
    assert conflict["fingerprint"] == "another"
    assert repeated.took_effect_once()
    assert repeated.commands_published == 0
    check(ledger)


def test_a_command_twice_in_one_new_batch_takes_effect_once(
    ledger: Ledger, client: Client, attempts: Attempts
) -> None:
    here, there = client.open(0, balance=100), client.open(1)
    ledger.do(client.deposit(here, 1))
    transfer = client.transfer(here, there, 10)
    attempts.forget()
    ledger.send(transfer, client.deposit(here, 2), transfer)

    applied = ledger.apply(0)

    assert (applied.pending, applied.completed, applied.duplicates) == (1, 1, 1)
    assert attempts.looked == [False], "the batch itself shows it"
    ledger.drain()
    assert (ledger.balance(here), ledger.balance(there)) == (93, 10)
    check(ledger)


def test_a_command_of_another_kind_may_have_taken_the_id(
    ledger: Ledger, client: Client, attempts: Attempts
) -> None:
    here = client.open(0, balance=100)
    hold = client.hold(here, 5)
    ledger.do(hold)
    ledger.do(client.deposit(here, 1))
    attempts.forget()
    ledger.send(
        client.deposit(here, 5, transaction_id=hold.transaction_id, fingerprint="a deposit")
    )

    applied = ledger.drain()

    assert (applied.completed, applied.conflicts) == (0, 1)
    assert attempts.looked == [False, True]
    assert ledger.balance(here) == 101
    check(ledger)


# -- an id that another partition takes
# ----------------------------------------------------------------


def test_an_id_that_another_partitions_writer_took_is_a_conflict(
    ledger: Ledger, client: Client, attempts: Attempts
) -> None:
    here, there = client.open(1), client.open(0)
    ledger.do(client.deposit(here, 1))
    key = ids.keyed_transaction_id(client.user_id, "key")
    ledger.send(client.deposit(there, 5, transaction_id=key, fingerprint="there"))
    ledger.new_writer().apply(ledger.waiting(0))
    ledger.applied[0] += 1
    attempts.forget()

    ledger.send(
        client.deposit(here, 2),
        client.deposit(here, 5, transaction_id=key, fingerprint="here"),
        client.deposit(here, 3),
    )
    applied = ledger.apply(1)

    assert (applied.completed, applied.conflicts) == (2, 1)
    assert attempts.looked == [False, True]
    assert (ledger.balance(here), ledger.balance(there)) == (6, 5)
    check(ledger)


def test_an_id_that_another_partition_is_about_to_take_is_waited_for(
    ledger: Ledger, client: Client, attempts: Attempts, database_url: str
) -> None:
    here = client.open(0)
    ledger.do(client.deposit(here, 1))
    key = ids.keyed_transaction_id(client.user_id, "key")
    ledger.send(
        client.deposit(here, 2), client.deposit(here, 5, transaction_id=key, fingerprint="here")
    )
    attempts.forget()
    stranger = ids.derived(ids.ACCOUNT, "an account of another partition")
    assert partition_of(stranger, ledger.partitions) != 0
    results = []
    thread = threading.Thread(target=lambda: results.append(ledger.apply(0)))
    with psycopg.connect(database_url, prepare_threshold=None) as other:
        # What another partition's writer has written of it and not committed yet.
        other.execute(
            "insert into ledger.transactions (transaction_id, leg, kind, status, reason,"
            ' account_id, amount, currency, fingerprint, partition, "offset", requested_at,'
            " posted_at, completed_at) select %s, 1, 'deposit', 'rejected', 'unknown_account', %s,"
            " 5, 'EUR', 'there', %s, 0, clock, clock, clock from ledger.partition_progress limit 1",
            (key[4:], stranger[4:], partition_of(stranger, ledger.partitions)),
        )
        thread.start()
        ledger_is_waited_for(ledger)
    thread.join(WAIT_LIMIT_S)

    assert [(result.completed, result.conflicts) for result in results] == [(1, 1)]
    assert attempts.looked == [False, True]
    assert ledger.balance(here) == 3
    assert audit(ledger.shards).findings == ()


# -- batches that come again ----------------------------------------------------------------------


def deposits(ledger: Ledger, client: Client, account_id: str, count: int) -> list[Record]:
    """Put deposits of 1 into partition 0's log, and return their records."""
    ledger.send(*(client.deposit(account_id, 1) for _ in range(count)))
    return ledger.log.partitions[0][-count:]


def test_a_batch_that_comes_again_is_looked_for(
    ledger: Ledger, client: Client, attempts: Attempts
) -> None:
    here = client.open(0)
    records = deposits(ledger, client, here, 6)
    ledger.apply(0)
    attempts.forget()

    again = ledger.writer.apply(records)
    last = ledger.writer.apply(records[-1:])

    assert (again.completed, again.duplicates) == (0, 6)
    assert (last.completed, last.duplicates) == (0, 1)
    assert attempts.looked == [True, True]
    check(ledger)


@pytest.mark.parametrize("start", [0, 1, 3, 5])
def test_a_batch_that_comes_again_with_other_boundaries(
    ledger: Ledger, client: Client, start: int
) -> None:
    here = client.open(0)
    records = deposits(ledger, client, here, 6)
    ledger.apply(0)
    records += deposits(ledger, client, here, 3)

    applied = ledger.writer.apply(records[start:])

    assert (applied.completed, applied.duplicates) == (3, 6 - start)
    assert ledger.balance(here) == 9
    check(ledger)


@pytest.mark.parametrize("ahead", [1, 3, 5])
def test_a_batch_that_another_writer_has_begun_to_apply(
    ledger: Ledger, client: Client, attempts: Attempts, ahead: int
) -> None:
    """The partition was another's for a while, and this writer's trust is from before."""
    here = client.open(0)
    ledger.do(client.deposit(here, 10))
    records = deposits(ledger, client, here, 5)
    ledger.new_writer().apply(records[:ahead])
    attempts.forget()

    applied = ledger.apply(0)

    assert (applied.completed, applied.duplicates) == (5 - ahead, ahead)
    assert attempts.looked == [False, True]
    assert ledger.balance(here) == 15
    check(ledger)


def test_a_conflict_that_another_writer_recorded_is_recorded_once(
    ledger: Ledger, client: Client
) -> None:
    here = client.open(0)
    deposit = client.deposit(here, 10)
    ledger.do(deposit)
    ledger.send(msgspec.structs.replace(deposit, fingerprint="another", amount=7))
    ledger.new_writer().apply(ledger.waiting(0))

    applied = ledger.apply(0)

    assert applied.conflicts == 1
    assert ledger.count("conflicts") == 1
    assert ledger.balance(here) == 10
    check(ledger)


def test_a_batch_that_failed_is_looked_for_when_it_comes_again(
    ledger: Ledger, client: Client, attempts: Attempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sees a batch fail may have lost the connection after the commit."""
    here = client.open(0)
    deposits(ledger, client, here, 4)
    ledger.apply(0)
    deposits(ledger, client, here, 2)
    attempts.forget()

    def cut(*_: object) -> None:
        raise Unavailable("the connection broke behind the commit")

    with monkeypatch.context() as broken:
        broken.setattr(Writer, "_publish", cut)
        with pytest.raises(Unavailable):
            ledger.apply(0)
    applied = ledger.apply(0)

    assert (applied.completed, applied.duplicates) == (0, 2)
    assert attempts.looked == [False, True]
    assert ledger.balance(here) == 6
    check(ledger)


# -- poison among them ----------------------------------------------------------------------------

Spoil = Callable[[Ledger, Client, str], object]
POISONS: dict[str, Spoil] = {
    "what is no command": lambda ledger, _client, a: ledger.put(a.encode(), b"{", 0),
    "what no column can hold": lambda ledger, client, a: ledger.send(
        client.deposit(a, 1, description="a\x00b")
    ),
    "what a constraint forbids": lambda ledger, client, a: ledger.send(
        client.limits(a, overdraft_limit=2**60)
    ),
    "what fails in a way nobody foresaw": lambda ledger, client, a: ledger.send(
        client.withdrawal(a, 666)
    ),
}


@pytest.fixture
def cursed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have withdrawals of 666 fail as a mistake in a rule would."""
    rule = domain._RULES[c.Withdrawal]

    def fail(state: PartitionState, record: Record, command: c.Withdrawal) -> None:
        if command.amount == 666:
            raise ZeroDivisionError("by a mistake")
        rule(state, record, command)

    monkeypatch.setitem(domain._RULES, c.Withdrawal, fail)


@pytest.mark.usefixtures("cursed")
@pytest.mark.parametrize("poison", POISONS)
def test_poison_and_a_repetition_in_one_batch(
    ledger: Ledger, attempts: Attempts, repeated: Repeated, poison: str
) -> None:
    client = repeated.client
    spoilt = client.open(0)
    attempts.forget()
    ledger.send(client.deposit(repeated.here, 4))
    POISONS[poison](ledger, client, spoilt)
    repeated.among_new_ones(repeated.command)
    ledger.send(client.withdrawal(repeated.here, 4))

    applied = ledger.drain()

    assert (applied.parked, applied.duplicates, applied.completed) == (1, 1, 4)
    # A change of limits is looked for always.
    assert attempts.looked[0] is (poison == "what a constraint forbids")
    (parked,) = ledger.rows("select account_id, is_behind from ledger.parked_commands")
    assert (parked["account_id"].hex, parked["is_behind"]) == (spoilt[4:], False)
    assert repeated.took_effect_once()
    assert repeated.commands_published == 0
    assert audit(ledger.shards).findings == ()


@pytest.mark.parametrize("poison", ["what is no command", "what no column can hold"])
def test_poison_that_another_writer_parked_is_parked_once(
    ledger: Ledger, client: Client, poison: str
) -> None:
    here, spoilt = client.open(0), client.open(0)
    ledger.do(client.deposit(here, 10))
    POISONS[poison](ledger, client, spoilt)
    ledger.send(client.deposit(here, 1), client.deposit(spoilt, 1))
    records = ledger.waiting(0)
    ledger.new_writer().apply(records)

    applied = ledger.writer.apply(records)

    assert (applied.parked, applied.completed, applied.duplicates) == (0, 0, 3)
    assert ledger.count("parked_commands") == 2
    assert ledger.balance(here) == 11
    assert audit(ledger.shards).findings == ()


# -- everything at random -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_histories_with_repetitions_by_two_trusting_writers(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Writers that never grow wary, whatever was repeated a moment ago."""
    monkeypatch.setattr(writer, "WARY_BATCHES", 0)
    random = Random(seed)
    client = Client(ledger)
    accounts = [client.open(partition, balance=200) for partition in (0, 0, 1)]
    writers = [ledger.writer, ledger.new_writer()]
    for _ in range(25):
        for _ in range(random.randint(1, 6)):
            send_any(ledger, client, accounts, random)
        partition = random.randrange(2)
        # Trust needs a run of batches by one writer, and is betrayed by the other one's.
        if random.random() < 0.3:
            writers.reverse()
        ledger.writer = writers[0]
        if random.random() < 0.2:
            ledger.applied[partition] = max(0, ledger.applied[partition] - random.randint(1, 5))
        ledger.apply(partition, random.randint(1, 9))

    ledger.drain()

    check(ledger)


def send_any(ledger: Ledger, client: Client, accounts: list[str], random: Random) -> None:
    """Send something new, something that was sent before, or another request by its key."""
    if random.random() < 0.6:
        make = random.choice(list(KINDS.values()))
        ledger.send(make(client, *random.sample(accounts, 3)))
        return
    before = random.choice(ledger.log.partitions[random.randrange(2)])
    command = c.decode(before.value)
    if random.random() < 0.5 or isinstance(command, c.CreditLeg):
        ledger.put(before.key, before.value, before.partition)
        return
    # Of the same partition: the model, which has no time, can't tell which of two partitions was
    # first.
    account_id = c.account_of(command)
    key, fingerprint = command.transaction_id, str(random.random())
    ledger.send(client.deposit(account_id, 3, transaction_id=key, fingerprint=fingerprint))


@pytest.mark.parametrize("is_parked_before", [True, False])
@pytest.mark.parametrize("looks", [True, False])
def test_a_repetition_does_not_wait_behind_what_is_parked(
    ledger: Ledger,
    client: Client,
    is_parked_before: bool,
    looks: bool,
) -> None:
    """What is applied already needn't wait, whether or not the writer looked for it."""
    here = client.open(0)
    deposit = client.deposit(here, 10)
    ledger.do(deposit)
    ledger.put(here.encode(), b"{", 0)
    if is_parked_before:
        ledger.drain()
    if looks:
        ledger.writer = ledger.new_writer()
    ledger.send(deposit)

    applied = ledger.drain()

    assert applied.duplicates == 1
    assert ledger.count("parked_commands") == 1
    check(ledger)
