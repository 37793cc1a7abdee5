"""The table of event types holds what the ledger tells of, neither more nor less."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.applying.events import event_of
from handlers.domain import commands as c
from handlers.domain.kinds import EVENT_TYPES
from handlers.domain.partitions import partition_of
from handlers.domain.state import PartitionState
from tests.support.histories import Clear, Garbage, History, Pause, Resolve, Said
from tests.support.world import World

PARTITIONS = 3
#: An id that is open already, an empty account, and what the first version of the rules alone does.
RARE = {"account_opening.rejected", "close.completed", "hold_expiry.rejected"}


@pytest.fixture(scope="module")
def told() -> set[str]:
    """Return the types of the events of some histories."""
    types: set[str] = set()
    for seed in range(24):
        types |= types_of(History(seed, 150))
    return types


def test_no_event_is_of_a_type_that_no_webhook_can_ask_for(told: set[str]) -> None:
    assert told - set(EVENT_TYPES) == set()


def test_each_type_that_a_webhook_can_ask_for_occurs(told: set[str]) -> None:
    assert set(EVENT_TYPES) - told <= RARE


def types_of(history: History) -> set[str]:
    world = World(PARTITIONS)
    types: set[str] = set()
    commit = world.database.commit

    def commit_and_note(state: PartitionState) -> None:
        types.update(event_of(leg, state.accounts, "").type for leg in state.results)
        commit(state)

    world.database.commit = commit_and_note  # type: ignore[method-assign]  # a spy
    try:
        for step in history.steps():
            play(world, step)
    finally:
        world.close()
    return types


def play(world: World, step: Said | Garbage | Resolve | Clear | Pause) -> None:
    """Play a step, and all that follows from it."""
    if isinstance(step, Pause):
        world.now_ms += step.seconds * 1000
    elif isinstance(step, Said):
        world.send(step.command)
    elif isinstance(step, Garbage):
        place = partition_of(step.account_id, PARTITIONS)
        world.send_raw(place, step.account_id.encode(), step.value)
    elif isinstance(step, Resolve):
        resolve(world, step.account_id, step.action, step.common)
    deliver_all(world)


def resolve(world: World, account_id: str, action: c.Resolution, common: dict[str, Any]) -> None:
    """Decide about the head of an account's parked queue, or about one that there is not."""
    parked_id = "prk_" + "0" * 32
    for parked in world.database.parked.values():
        if parked.status == "parked" and parked.account_id == account_id:
            parked_id = parked.parked_id
            break
    world.send(
        c.ParkedResolution(
            **common, account_id=account_id, parked_id=parked_id, action=action, note="looked at"
        )
    )


def deliver_all(world: World) -> None:
    # A move has three legs at most, and nothing else sends anything.
    for _ in range(4):
        for partition in range(PARTITIONS):
            world.deliver(partition, len(world.log.partitions[partition]))
        while world.database.outbox:
            world.publish(0, is_forgotten=False)
