"""Records a ledger and its log as this revision writes them, for the revisions that come after it.

    python -m tests.integration.ledger.recording FOLDER

Run it on the last revision before a change of the ledger's rules (with
``LEDGERLANE_DATABASE_URL`` set, and this file copied there if it is not), and keep what it writes:
``ledger.sql``, the database, and ``log.jsonl``, the commands topic.  `test_upgrade` goes on from
there with today's code.

The ledger is left in the middle of its work: commands that are not applied yet, moves under way in
the log and in the outbox, holds whose time is over, and parked queues.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
from msgspec import structs

from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.growth import KEY, marker
from handlers.domain.partitions import partition_of
from handlers.growing.growths import Growing
from handlers.platform.migrator import migrate, migrations
from tests.integration.ledger.harness import COMMANDS, PARTITIONS, Client, Ledger
from tests.integration.ledger.pooling import scratch_database, url_of

GROWN = PARTITIONS + 1
HOUR_S = 3600
#: What only psql, or only a newer server, understands.
_LEFT_OUT = ("\\", "--", "SET transaction_timeout", "SET idle_in_transaction_session_timeout")


class Recording:
    """Plays a ledger's life up to the moment at which it is recorded."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.client = Client(ledger)
        self.stranger = Client(ledger)

    def play(self) -> None:
        """Do everything that there is, most of it to its end."""
        self._open()
        self._move()
        self._hold()
        self._refuse()
        self._use_keys_twice()
        self._park()
        self._grow()
        self._move()
        self._hold()
        self._resolve()
        self._leave_under_way()

    def _do(self, *commands: c.AnyCommand) -> None:
        """Send commands one after the other, each to its end, a second apart."""
        for command in commands:
            self.ledger.tick(1)
            self.ledger.send(command)
            self.ledger.drain()

    def _moving(self, partition: int, to: int | None = None, **more: Any) -> str:
        """Open an account of a partition that lives elsewhere once the log has grown."""
        while True:
            account_id = self.client.open(partition, **more)
            new = partition_of(account_id, GROWN)
            if new != partition and to in (None, new):
                return account_id

    def _open(self) -> None:
        client = self.client
        self.here, self.neighbour = (client.open(0, balance=100_000) for _ in range(2))
        self.there = self._moving(1, balance=50_000)
        self.far = self.stranger.open(2, balance=20_000)
        self.frozen = client.open(1)
        self.dollars = client.open(2, currency="USD", balance=900)
        self.closed = client.open(2)
        self.limited = client.open(0, balance=5_000)
        self._do(
            client.freeze(self.frozen, "credit"),
            client.close(self.closed),
            client.limits(self.limited, daily_amount=1_000, daily_count=5, overdraft_limit=50),
        )

    def _move(self) -> None:
        client, stranger = self.client, self.stranger
        deposit = client.deposit(self.here, 700, description="tab\tand \\ é", request_id="r-1")
        across = client.transfer(self.here, self.there, 2_000)
        within = client.transfer(self.here, self.neighbour, 300)
        self._do(
            deposit,
            client.withdrawal(self.here, 500),
            across,
            within,
            stranger.transfer(self.far, self.here, 250),
            client.transfer(self.there, self.far, 60),
        )
        self._do(
            client.reversal(self.there, across.transaction_id, 150),
            client.reversal(self.neighbour, within.transaction_id),
            client.reversal(self.here, deposit.transaction_id, 100),
            client.reversal(self.there, across.transaction_id, 10_000),
        )

    def _hold(self) -> None:
        client, ledger = self.client, self.ledger
        for destination, amount in (
            (None, 40),
            (self.neighbour, 40),
            (self.there, 40),
            (self.far, None),
            (self.frozen, 40),
            (self.dollars, 40),
            (self.closed, 40),
            (self.there, 4_000),
        ):
            hold = client.hold(self.here, 60, destination_account_id=destination)
            hold_id = ids.hold_id_of(hold.transaction_id)
            self._do(hold, client.capture(self.here, hold_id, amount))
            self._do(client.void(self.here, hold_id))
        for partition_account in (self.here, self.there):
            hold = client.hold(partition_account, 75, expires_in_s=60)
            hold_id = ids.hold_id_of(hold.transaction_id)
            self._do(hold, self._expiry(partition_account, hold_id))
            ledger.tick(120)
            late = self._expiry(partition_account, hold_id)
            self._do(late, client.capture(partition_account, hold_id), late)

    def _expiry(self, account_id: str, hold_id: str) -> c.HoldExpiry:
        """Make what the sweeper sends."""
        return structs.replace(self.client.expiry(account_id, hold_id), user_id="", fingerprint="")

    def _refuse(self) -> None:
        client = self.client
        voided = client.hold(self.limited, 300)
        self._do(
            client.transfer(self.here, self.frozen, 400),
            client.transfer(self.here, self.closed, 400),
            client.transfer(self.here, self.dollars, 400),
            client.transfer(self.here, "acc_" + "ab" * 16, 400),
            client.withdrawal(self.there, 10_000_000),
            client.deposit("acc_" + "cd" * 16, 1),
            client.deposit(self.here, 1, "USD"),
            client.transfer(self.limited, self.frozen, 200),
            voided,
            client.void(self.limited, ids.hold_id_of(voided.transaction_id)),
            client.transfer(self.limited, self.there, 450),
            client.withdrawal(self.limited, 51),
            client.withdrawal(self.limited, 50),
            client.withdrawal(self.limited, 1),
            client.withdrawal(self.limited, 1),
        )
        # What is left of a day's limit is another on the next.
        self.ledger.tick(24 * HOUR_S)
        self._do(client.withdrawal(self.limited, 900), client.withdrawal(self.limited, 101))
        self._do(client.freeze(self.limited, "debit"), client.withdrawal(self.limited, 1))
        self._do(client.unfreeze(self.limited), client.withdrawal(self.limited, 2))

    def _use_keys_twice(self) -> None:
        """Use a key for accounts of two partitions: hours apart, and at the same moment."""
        client, ledger = self.client, self.ledger
        # The last winner's account comes to live on the loser's partition.
        meeting = self._moving(1, to=0)
        for winner, loser in (
            (self.there, self.here),
            (self.here, self.far),
            (meeting, self.here),
        ):
            first = client.deposit(winner, 5_000, fingerprint="first")
            again = client.deposit(
                loser, 7_000, transaction_id=first.transaction_id, fingerprint="second"
            )
            self._do(first)
            ledger.tick(3 * HOUR_S)
            self._do(again, first)
        # The one that is sent first commits second.
        for winner, loser in ((self.far, self.here), (self.here, self.there)):
            wins = client.deposit(winner, 11, fingerprint="wins")
            loses = client.withdrawal(
                loser, 13, transaction_id=wins.transaction_id, fingerprint="loses"
            )
            ledger.tick(1)
            ledger.send(loses)
            ledger.tick(0.005)
            ledger.send(wins)
            ledger.apply(partition_of(winner, ledger.partitions))
            ledger.drain()

    def _poison(self, account_id: str) -> c.Deposit:
        return self.client.deposit(account_id, 1, description="\x00")

    def _parked(self, account_id: str | None) -> str:
        """Return the head of a queue."""
        rows = self.ledger.rows(
            "select 'prk_' || encode(uuid_send(parked_id), 'hex') as id from ledger.parked_commands"
            " where status = 'parked' and account_id is not distinct from %s"
            ' order by parked_at, "offset" limit 1',
            account_id[4:] if account_id else None,
        )
        return str(rows[0]["id"])

    def _park(self) -> None:
        """Fill three queues: one with money under way, one to be resolved now, one for later."""
        client, ledger = self.client, self.ledger
        self.blocked = self._moving(0, balance=3_000)
        self.queue = self._moving(2, balance=3_000)
        self.garbled = client.open(1, balance=3_000)
        sent = client.transfer(self.blocked, self.far, 120)
        refused = client.transfer(self.blocked, self.frozen, 130)
        ledger.send(sent, refused)
        ledger.apply(0)
        # Its settlements find it blocked.
        ledger.send(self._poison(self.blocked))
        ledger.drain()
        self._do(client.withdrawal(self.blocked, 7), client.transfer(self.here, self.blocked, 90))
        self._do(self._poison(self.queue), client.transfer(self.queue, self.here, 33))
        self._do(client.transfer(self.here, self.queue, 44), client.hold(self.queue, 5))
        ledger.put(self.garbled.encode(), b"garbage", 1)
        ledger.put(b"", b'{"kind":"deposit"}', 0)
        ledger.put(None, b"", 1)
        ledger.drain()
        self._do(client.deposit(self.garbled, 3))
        self._do(client.resolution(self.garbled, self._parked(self.garbled), "replay"))
        self._do(client.resolution(self.garbled, self._parked(self.garbled), "discard"))
        self._do(client.resolution(self.garbled, "prk_" + "ef" * 16, "discard"))

    def _grow(self) -> None:
        """Grow the log, as the tool does once it is drained."""
        ledger = self.ledger
        growing = Growing(ledger.shards, COMMANDS)
        growing.fence(PARTITIONS, GROWN)
        growth = growing.mark(GROWN)
        assert growth.clock_us is not None
        assert growth.has_parked
        ledger.log.partitions.append([])
        ledger.applied.append(0)
        ledger.partitions = GROWN
        for partition in range(GROWN):
            record = marker(
                partition, PARTITIONS, GROWN, growth.clock_us, has_parked=growth.has_parked
            )
            ledger.put(KEY, c.encode(record), partition)
        ledger.drain()
        growing.complete(growth, lambda seen: None)

    def _resolve(self) -> None:
        """Work off a queue that was moved, on its account's new partition, and leave the other."""
        client = self.client
        self._do(client.deposit(self.queue, 17))
        self._do(client.resolution(self.queue, self._parked(self.queue), "discard"))
        hold = client.hold(self.garbled, 9, expires_in_s=60)
        self._do(client.deposit(self.blocked, 19), hold, self._poison(self.garbled))
        self.ledger.tick(120)
        self._do(self._expiry(self.garbled, ids.hold_id_of(hold.transaction_id)))

    def _leave_under_way(self) -> None:
        """Leave moves, holds and commands in every state in which a release may find them."""
        client, ledger = self.client, self.ledger
        ledger.tick(60)
        captured = [
            client.hold(self.here, 60, destination_account_id=destination)
            for destination in (self.there, self.frozen, self.far, self.dollars)
        ]
        expiring = [
            client.hold(account_id, 31, expires_in_s=lifetime_s)
            for account_id in (self.here, self.there, self.far)
            for lifetime_s in (1, 300)
        ]
        self._do(*captured, *expiring, client.hold(self.far, 8))
        captures = [
            client.capture(self.here, ids.hold_id_of(hold.transaction_id), 45) for hold in captured
        ]
        ledger.tick(2)
        # Their second legs are in the log, not applied.
        ledger.send(*captures[:2], client.transfer(self.here, self.far, 21))
        ledger.send(client.transfer(self.there, self.frozen, 22))
        for partition in (self._home(self.here), self._home(self.there)):
            ledger.apply(partition)
        # Their second legs, and a settlement, never leave the outbox.
        ledger.publisher.is_down = True
        ledger.tick(1)
        ledger.send(*captures[2:], client.transfer(self.here, self.there, 23))
        ledger.send(client.transfer(self.far, self.closed, 24))
        for account_id in (self.here, self.far, self.there):
            ledger.apply(self._home(account_id))
        # Nothing has looked at these yet.
        ledger.tick(1)
        ledger.send(
            client.deposit(self.here, 25),
            client.transfer(self.neighbour, self.there, 26),
            client.hold(self.there, 27, expires_in_s=600),
            client.void(self.far, ids.hold_id_of(expiring[-1].transaction_id)),
            client.deposit(self.blocked, 28),
        )
        assert ledger.count("outbox") >= 2
        assert ledger.rows("select 1 from ledger.transactions where status = 'pending'")

    def _home(self, account_id: str) -> int:
        return partition_of(account_id, self.ledger.partitions)


def log_lines(ledger: Ledger) -> Iterable[str]:
    """Write the log's records as lines of JSON, partition by partition."""
    for records in ledger.log.partitions:
        for record in records:
            line = record._asdict()
            for name in ("key", "value"):
                line[name] = None if line[name] is None else b64encode(line[name]).decode()
            yield json.dumps(line)


def dump(url: str) -> str:
    """Write a database as statements that any driver can execute."""
    command = ["pg_dump", "--no-owner", "--no-privileges", "--rows-per-insert=200", url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [line for line in text.splitlines() if line and not line.startswith(_LEFT_OUT)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Play a ledger in a database of its own and record it."""
    folder = Path(sys.argv[1])
    admin_url = os.environ["LEDGERLANE_DATABASE_URL"]
    with scratch_database(admin_url) as name:
        url = url_of(admin_url, name)
        with psycopg.connect(url, autocommit=True) as connection:
            migrate(connection, migrations())
        ledger = Ledger(url)
        Recording(ledger).play()
        (folder / "log.jsonl").write_text("".join(f"{line}\n" for line in log_lines(ledger)))
        ledger.close()
        (folder / "ledger.sql").write_text(dump(url))


if __name__ == "__main__":
    main()
