"""A decision about a parked record goes where its queue is worked."""

from __future__ import annotations

import pytest

from handlers.domain.partitions import partition_of
from tests.integration.api.belongings import park
from tests.integration.api.harness import PARTITIONS, Stack, open_account

pytestmark = pytest.mark.integration


def test_it_follows_its_queue_to_another_partition(stack: Stack) -> None:
    client, operator = stack.user(), stack.user("operator")
    account_id = open_account(client)
    parked_id = park(stack, account_id)
    lies_on = partition_of(account_id, PARTITIONS)
    moved_to = (lies_on + 1) % PARTITIONS
    body = {"reason": "no command"}
    stack.database.write(
        "update ledger.parked_commands set lane = %s where parked_id = %s::uuid",
        (moved_to, parked_id[4:]),
    )
    sent = operator.post(f"/parked/{parked_id}/replay", body)
    assert sent.json["position"]["partition"] == moved_to
    stack.database.write(
        "update ledger.parked_commands set lane = null where parked_id = %s::uuid",
        (parked_id[4:],),
    )
    done = operator.post(f"/parked/{parked_id}/discard", body, Prefer="wait=10")
    assert (done.status, done.json["position"]["partition"]) == (201, lies_on), done.text
