"""A ledger that has seen a bit of everything."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.domain import ids
from tests.integration.ledger.harness import Client, Ledger


@dataclass
class Scenario:
    """What is in it, to be named by tests; all accounts are in EUR."""

    client: Client
    here: str
    neighbour: str
    there: str
    deposit: str
    transfer: str
    returned: str
    pending: str
    hold: str
    reversal: str


def play(ledger: Ledger) -> Scenario:
    """Do one of each kind, some refused, some under way, and leave the ledger sound.

    ``here`` and ``neighbour`` live on partition 0, ``there`` on partition 1.
    """
    client = Client(ledger)
    here, neighbour = client.open(0, balance=100_000), client.open(0, balance=50_000)
    there, frozen = client.open(1, balance=10_000), client.open(1)
    deposit = client.deposit(here, 700)
    transfer = client.transfer(here, there, 2_000)
    within = client.transfer(here, neighbour, 300)
    returned = client.transfer(here, frozen, 400)
    for command in (
        client.freeze(frozen, "credit"),
        deposit,
        transfer,
        within,
        returned,
        client.withdrawal(here, 500),
        client.withdrawal(there, 10_000_000),
    ):
        ledger.do(command)
    reversal = client.reversal(there, transfer.transaction_id, 150)
    for returning in (reversal, client.reversal(here, deposit.transaction_id, 100)):
        assert ledger.do(returning)["status"] == "completed"
    open_hold = client.hold(here, 1_000)
    for placement in (open_hold, client.hold(here, 50)):
        ledger.do(placement)
    for destination in (there, neighbour, None):
        hold = client.hold(here, 60, destination_account_id=destination)
        ledger.do(hold)
        ledger.do(client.capture(here, ids.hold_id_of(hold.transaction_id), 40))
    conflicting = client.deposit(
        here, 1, transaction_id=deposit.transaction_id, fingerprint="other"
    )
    ledger.do(conflicting)
    # Its second leg stays in the log, not applied yet.
    pending = client.transfer(here, there, 77)
    ledger.send(pending)
    ledger.apply(0)
    return Scenario(
        client,
        here,
        neighbour,
        there,
        deposit.transaction_id,
        transfer.transaction_id,
        returned.transaction_id,
        pending.transaction_id,
        open_hold.transaction_id,
        reversal.transaction_id,
    )
