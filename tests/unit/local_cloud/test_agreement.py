"""Restored databases fit each other only if each partition lives where the home database says."""

import pytest

from local_cloud.backup.agreement import Places, disagreement

HERE = None


@pytest.mark.parametrize(
    ("home", "second"),
    [
        ({0: HERE, 1: HERE}, {}),
        ({0: HERE, 1: 2}, {1: HERE}),
        # What was moved away leaves a row that says where to.
        ({0: HERE, 1: HERE}, {1: 1}),
        ({0: 2, 1: 2}, {0: HERE, 1: HERE}),
    ],
)
def test_each_partition_on_its_shard_is_agreement(home: Places, second: Places) -> None:
    assert disagreement([home, second], is_moving=False) == ""


def test_a_partition_on_two_shards_or_none_is_from_two_moments_of_a_move() -> None:
    moved = {0: HERE, 1: 2}

    twice = disagreement([{0: HERE, 1: HERE}, {1: HERE}], is_moving=False)
    nowhere = disagreement([moved, {1: 1}], is_moving=False)

    assert twice == "partition 1 is to be on shard 1, and is on shard 1 and shard 2"
    assert nowhere == "partition 1 is to be on shard 2, and is on no shard"


def test_a_move_that_goes_on_has_a_moment_without_a_partition_but_none_with_two() -> None:
    assert disagreement([{1: 2}, {1: 1}], is_moving=True) == ""
    assert disagreement([{1: HERE}, {1: HERE}], is_moving=True) != ""


def test_a_backup_of_more_databases_than_are_restored_is_refused() -> None:
    problem = disagreement([{0: HERE, 1: 3}, {}], is_moving=False)

    assert problem == "partition 1 is on shard 3, of 2 restored"
