"""A ledger with a row of every sort in each table, by today's rules and by those of before."""

from __future__ import annotations

from typing import Any

import msgspec

from handlers.domain import commands as c
from handlers.domain import ids
from tests.integration.ledger.harness import Client, Ledger

WORDS: dict[str, Any] = {"description": "rent", "metadata": msgspec.Raw(b'{"order":"7"}')}
DAY_S = 86_400


class OldClient(Client):
    """A client whose commands the last release took in."""

    def common(self, transaction_id: str | None = None) -> dict[str, Any]:
        return super().common(transaction_id) | {"rules": 1}

    def expiry(self, account_id: str, hold_id: str) -> c.HoldExpiry:
        # As the last release's sweeper named them, so that one that comes too early is not the end.
        common = self.common() | {"fingerprint": "", "user_id": "", "request_id": ""}
        return c.HoldExpiry(account_id=account_id, hold_id=hold_id, **common)


class Everything:
    """Plays it; the attributes are accounts in EUR, on partition 0 but for ``there``."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.client = Client(ledger)
        self.old = OldClient(ledger, self.client.user_id)
        client = self.client
        self.here = client.open(0, balance=100_000)
        self.near = client.open(0, balance=50_000)
        self.there = client.open(1, balance=10_000)
        self.blocked = client.open(1)
        client.open(2)
        self.do(client.freeze(self.blocked, "credit"))
        for play in (self._move, self._reverse, self._control, self._conflict):
            play()
        for one in (self.client, self.old):
            self._hold(one)
        self._park()
        self._leave_under_way()

    def do(self, *commands: c.AnyCommand) -> None:
        """Have commands applied, each at a time of its own."""
        for command in commands:
            self.ledger.tick(1)
            self.ledger.send(command)
            self.ledger.drain()

    def _move(self) -> None:
        client = self.client
        self.do(
            client.deposit(self.here, 700, **WORDS),
            client.deposit(self.here, 1, "USD"),
            client.withdrawal(self.here, 500, **WORDS),
            client.withdrawal(self.there, 10_000_000),
            client.transfer(self.here, self.near, 300, **WORDS),
            client.transfer(self.here, self.there, 2_000, **WORDS),
            client.transfer(self.here, self.blocked, 400, **WORDS),
            client.transfer(self.here, self.near, 10_000_000),
        )

    def _reverse(self) -> None:
        client = self.client
        deposit, withdrawal = client.deposit(self.here, 90), client.withdrawal(self.here, 80)
        near = client.transfer(self.here, self.near, 70)
        far = client.transfer(self.here, self.there, 60)
        self.do(deposit, withdrawal, near, far)
        self.do(
            client.reversal(self.here, deposit.transaction_id, 10),
            client.reversal(self.here, withdrawal.transaction_id),
            client.reversal(self.near, near.transaction_id, 15),
            client.reversal(self.there, far.transaction_id, 20),
            client.reversal(self.there, far.transaction_id, 1_000),
        )
        self.do(client.freeze(self.here, "credit"))
        self.do(client.reversal(self.there, far.transaction_id, 5))
        self.do(client.unfreeze(self.here))

    def _control(self) -> None:
        client = self.client
        closed, watched, limited = client.open(0), client.open(0), client.open(0)
        self.do(
            client.close(self.here),
            client.close(closed),
            client.freeze(closed),
            client.unfreeze(self.near),
            client.freeze(watched, by_operator=True),
            client.freeze(watched, "debit"),
            client.limits(limited, overdraft_limit=100, daily_amount=50, daily_count=5),
            client.withdrawal(limited, 40),
            client.limits(limited, overdraft_limit=0),
            c.AccountOpening(account_id=self.here, currency="EUR", **client.common()),
        )

    def _conflict(self) -> None:
        first = self.client.deposit(self.near, 5)
        again = {"transaction_id": first.transaction_id, "fingerprint": "other"}
        self.do(
            first,
            self.client.deposit(self.near, 6, **again),
            self.client.deposit(self.there, 6, **again),
        )

    def _placed(self, client: Client, destination: str | None = None, **more: Any) -> str:
        placing = client.hold(self.here, 60, destination_account_id=destination, **more, **WORDS)
        self.do(placing)
        return ids.hold_id_of(placing.transaction_id)

    def _hold(self, client: Client) -> None:
        self._placed(client)
        self._placed(client, self.there, expires_in_s=100 * DAY_S)
        for destination in (None, self.near, self.there, self.blocked):
            hold_id = self._placed(client, destination)
            self.do(client.capture(self.here, hold_id, 40), client.capture(self.here, hold_id, 40))
        hold_id = self._placed(client)
        self.do(client.void(self.here, hold_id), client.void(self.here, hold_id))
        hold_id = self._placed(client, expires_in_s=30)
        self.do(client.expiry(self.here, hold_id))
        self.ledger.tick(30)
        self.do(client.expiry(self.here, hold_id), client.expiry(self.here, hold_id))
        self.do(client.hold(self.here, 10_000_000))

    def _park(self) -> None:
        client = self.client
        for word in (b"waits", b"is given up"):
            account_id = client.open(0, balance=100)
            self.ledger.put(account_id.encode(), word, 0)
            self.ledger.put(None, word, 0)
            self.do(client.deposit(account_id, 1), client.freeze(account_id, "debit"))
        # The older queue waits on; of the younger one all but the head is let through.
        self._resolve("is given up", account_id)
        self._resolve("is given up", "")
        self.do(client.deposit(account_id, 3, description="\0"))
        self._resolve("", account_id)
        self.do(client.resolution(account_id, ids.parked_id(0, 0, 0), "discard"))

    def _resolve(self, word: str, account_id: str) -> None:
        """Give up the record of these words, or the head of the account's queue."""
        (row,) = self.ledger.rows(
            "select 'prk_' || encode(uuid_send(parked_id), 'hex') as parked_id"
            " from ledger.parked_commands where status = 'parked' and not is_behind"
            " and account_id is not distinct from nullif(%s, '')::uuid and value like %s"
            " order by parked_at limit 1",
            account_id[4:],
            word.encode() + b"%",
        )
        self.ledger.tick(1)
        command = self.client.resolution(account_id, row["parked_id"], "discard")
        self.ledger.put(account_id.encode(), c.encode(command), 0)
        self.ledger.drain()

    def _leave_under_way(self) -> None:
        """Move money to another partition that does not come round to it."""
        captures = []
        for client in (self.client, self.old):
            hold_id = self._placed(client, self.there)
            captures.append(client.capture(self.here, hold_id, 25))
        received = self.client.transfer(self.there, self.here, 30)
        self.do(received)
        self.ledger.tick(1)
        self.ledger.send(
            *captures,
            self.client.transfer(self.here, self.there, 77, **WORDS),
            self.client.reversal(self.here, received.transaction_id, 10),
        )
        self.ledger.apply(0)
