"""Random histories through real writers that fight for a partition, against the naive model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from handlers.auditing.auditor import audit
from handlers.domain.state import Record
from tests.integration.ledger.harness import Ledger
from tests.integration.ledger.pooling import empty
from tests.integration.ledger.reading import read_ledger
from tests.integration.ledger.rebuilt import difference_when_rebuilt
from tests.integration.ledger.test_delivery import all_at_once
from tests.property.test_domain_model import PARTITIONS, Dice, Spec
from tests.support.comparison import check_against_model
from tests.support.invariants import check_invariants
from tests.support.world import World

pytestmark = pytest.mark.integration

STEPS = 30
MAX_BATCH = 12
MAX_BACK = 6


class Quiet(Dice):
    """Histories in which nothing fails that only a test could make fail."""

    def spec(self) -> Spec:
        return super().spec()._replace(is_cursed=False)

    def step(self) -> None:
        super().step()
        self.machine.world.cursed.clear()


def played(seed: int) -> World:
    """Play a random history in memory, to its end; its log is what the writers get."""
    dice = Quiet(seed)
    world = dice.machine.world
    try:
        dice.machine.open_accounts([1000] * 7)
        for _ in range(STEPS):
            dice.step()
        world.drain()
        world.check()
    finally:
        world.close()
    return world


def runs(order: Sequence[Record], random: Random) -> Iterator[list[Record]]:
    """Cut the records, in the order in which they were first applied, into batches."""
    run: list[Record] = []
    size = 1
    for record in order:
        if run and (record.partition != run[0].partition or len(run) >= size):
            yield run
            run = []
        if not run:
            size = random.randint(1, MAX_BATCH)
        run.append(record)
    if run:
        yield run


def deliver(ledger: Ledger, world: World, run: list[Record], random: Random) -> None:
    """Have a writer and a zombie apply a batch at once, cut differently and with redeliveries."""
    log = world.log.partitions[run[0].partition]
    first, last = run[0].offset, run[-1].offset
    batch = log[max(0, first - random.randint(0, MAX_BACK)) : last + 1]
    start = max(0, first - random.randint(0, MAX_BACK))
    zombies = log[start : max(start + 1, random.randint(first, last + 1))]
    all_at_once(
        lambda: ledger.writer.apply(batch),
        lambda: ledger.new_writer().apply(zombies),
    )


@given(seed=st.integers(0, 2**32 - 1))
@settings(
    max_examples=settings().max_examples * 3 // 2,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_two_writers_of_a_partition_make_the_ledger_of_the_model(
    ledger: Ledger, other_url: str, seed: int
) -> None:
    world = played(seed)
    empty(ledger.url)
    ledger.publisher.sent.clear()
    random = Random(seed)

    for run in runs(world.order, random):
        deliver(ledger, world, run, random)

    read = read_ledger(ledger.url, PARTITIONS, ledger.publisher.sent)
    check_invariants(read)
    check_against_model(read, world.model)
    assert read.accounts == world.database.accounts
    assert read.transactions == world.database.transactions
    assert read.holds == world.database.holds
    assert set(read.postings) == set(world.database.postings)
    report = audit(ledger.shards)
    assert report.findings == ()
    if seed % 3 == 0:
        ledger.log = world.log
        ledger.applied = [len(records) for records in world.log.partitions]
        assert difference_when_rebuilt(ledger, other_url) is None
