"""A seed determines the faults, and every fault has its turn."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from load.chaos.schedule import LONGEST_S, MOVE, SHORTEST_S, every_fault, round_of, steps

SEEDS = range(50)


def test_a_seed_repeats_its_schedule_and_another_seed_has_another() -> None:
    faults = every_fault()

    assert [*islice(steps(7, faults), 40)] == [*islice(steps(7, faults), 40)]
    assert [*islice(steps(7, faults), 40)] != [*islice(steps(8, faults), 40)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_round_has_each_fault_once(seed: int) -> None:
    faults = every_fault()

    dealt = Counter(fault for step in round_of(seed, faults) for fault in step.faults)

    assert dealt == Counter(faults)


def test_partitions_move_where_there_are_several_shards() -> None:
    assert MOVE not in every_fault()
    assert MOVE in {fault for step in round_of(7, every_fault(shards=2)) for fault in step.faults}


def test_a_schedule_starts_with_its_seed_s_round() -> None:
    first = round_of(3, every_fault())

    assert [*islice(steps(3, every_fault()), len(first))] == first


@pytest.mark.parametrize("seed", SEEDS)
def test_two_faults_at_once_are_of_two_parts_and_end_within_bounds(seed: int) -> None:
    for step in round_of(seed, every_fault()):
        assert len({fault.part for fault in step.faults}) == len(step.faults) <= 2
        assert SHORTEST_S <= step.lasts_s <= LONGEST_S


def test_some_faults_come_in_pairs() -> None:
    sizes = {len(step.faults) for seed in SEEDS for step in round_of(seed, every_fault())}

    assert sizes == {1, 2}
