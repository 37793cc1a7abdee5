"""What a user of the stack owns: one of everything that requests can name."""

from __future__ import annotations

import time
from typing import NamedTuple

from functions import wiring
from handlers.domain.partitions import partition_of
from handlers.platform.kafka import Outbound
from tests.integration.api.harness import PARTITIONS, Stack, deposit, open_account
from tests.support.http import Client


class Belongings(NamedTuple):
    """Ids, by the names that paths and bodies have for them."""

    account_id: str
    hold_id: str
    transaction_id: str
    parked_id: str
    webhook_id: str
    key_id: str

    def named(self, name: str) -> str:
        """Return the object that a field of a path or a body names."""
        if name == "delivery_id":
            return "dlv_" + "1" * 32
        return str(getattr(self, name.removeprefix("source_")))


#: Ids that are well formed, and name nothing.
NOTHING = Belongings(
    *(prefix + "0" * 32 for prefix in ("acc_", "hld_", "txn_", "prk_", "whk_", "key_"))
)


def belongings_of(stack: Stack, client: Client) -> Belongings:
    """Give a user one of everything."""
    account_id = open_account(client, balance=100)
    paid = deposit(client, account_id, 5, Prefer="wait=10")
    hook = {"url": "https://example.invalid/hook", "events": ["*"]}
    return Belongings(
        account_id,
        place_hold(client, account_id),
        paid.json["transaction_id"],
        park(stack, open_account(client)),
        client.post("/webhooks", hook).json["webhook_id"],
        client.post("/api-keys", {"name": "ci", "scopes": ["money:write"]}).json["key_id"],
    )


def place_hold(client: Client, account_id: str) -> str:
    """Set some money of an account aside."""
    body = {"account_id": account_id, "amount": 5, "currency": "EUR"}
    placed = client.post("/holds", body, Prefer="wait=10")
    assert placed.status == 201, placed.text
    hold_id: str = placed.json["hold_id"]
    return hold_id


def park(stack: Stack, account_id: str) -> str:
    """Have a record of an account parked."""
    partition = partition_of(account_id, PARTITIONS)
    producer = wiring.producer()
    producer.wait(
        producer.send([Outbound(stack.topic, partition, account_id.encode(), b"{not json")])
    )
    operator = stack.user("operator")
    deadline_s = time.monotonic() + 10
    while True:
        found = operator.get(f"/parked?account_id={account_id}&status=parked").json["data"]
        if found:
            parked_id: str = found[0]["parked_id"]
            return parked_id
        assert time.monotonic() < deadline_s, "the record is not parked"
        time.sleep(0.02)
