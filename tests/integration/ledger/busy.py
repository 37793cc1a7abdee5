"""A ledger in which much happens at the same moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import msgspec

from handlers.domain import commands as c
from handlers.domain import ids
from tests.integration.ledger.harness import Client, Ledger

ROUNDS = 9
ROUND_SIZE = 40
#: Between two rounds, in seconds: also none at all, so that batches share a time too.
PAUSES_S = (0.0, 0.001, 1.0, 86_400.0)


@dataclass
class Busy:
    """Accounts in EUR, a user's and a stranger's; ``frozen`` takes no credits, ``idle`` is new."""

    ledger: Ledger
    client: Client
    stranger: Client
    mine: list[str]
    frozen: str
    idle: str
    theirs: str
    holds: list[tuple[str, str]] = field(default_factory=list)
    deposits: list[tuple[str, str]] = field(default_factory=list)


def keep_busy(ledger: Ledger, seed: int = 1) -> Busy:
    """Play rounds of random commands, each of one moment; the last is left half applied.

    Two of the user's accounts live on partition 0, one on 1; the stranger's on 1.
    """
    random = Random(seed)
    client, stranger = Client(ledger), Client(ledger)
    mine = [client.open(partition, balance=500) for partition in (0, 0, 1)]
    theirs = stranger.open(1, balance=500)
    frozen, idle = client.open(2), client.open(2)
    ledger.do(client.freeze(frozen, "credit"))
    busy = Busy(ledger, client, stranger, mine, frozen, idle, theirs)
    for number in range(ROUNDS):
        ledger.tick(PAUSES_S[number % len(PAUSES_S)])
        ledger.send(*(_command(busy, random) for _ in range(ROUND_SIZE)))
        ledger.drain()
    ledger.send(*(_command(busy, random) for _ in range(ROUND_SIZE)))
    ledger.apply(0)
    return busy


def _command(busy: Busy, random: Random) -> c.AnyCommand:
    client = busy.client
    account_id, amount = random.choice(busy.mine), random.randint(1, 120)
    match random.randrange(12):
        case 0 | 1:
            metadata = msgspec.Raw(b'{"n":"%d","to":"me"}' % (amount % 3))
            deposit = client.deposit(account_id, amount, metadata=metadata)
            busy.deposits.append((account_id, deposit.transaction_id))
            return deposit
        case 2:
            return client.withdrawal(account_id, random.choice((amount, 100 * amount)))
        case 3 | 4 | 5:
            return client.transfer(account_id, random.choice([*busy.mine, busy.theirs]), amount)
        case 6:
            return busy.stranger.transfer(busy.theirs, account_id, amount)
        case 7:
            return client.transfer(account_id, busy.frozen, amount)
        case 8:
            return client.limits(account_id, overdraft_limit=10_000 + amount)
        case _:
            return _later(busy, random, account_id, amount)


def _later(busy: Busy, random: Random, account_id: str, amount: int) -> c.AnyCommand:
    """Place a hold, or do something about a hold or a deposit of before."""
    client = busy.client
    if busy.holds and random.random() < 0.5:
        holder, hold_id = busy.holds.pop()
        return random.choice((client.capture(holder, hold_id), client.void(holder, hold_id)))
    if busy.deposits and random.random() < 0.2:
        return client.reversal(*random.choice(busy.deposits), 1)
    hold = client.hold(account_id, amount, destination_account_id=random.choice(busy.mine))
    busy.holds.append((account_id, ids.hold_id_of(hold.transaction_id)))
    return hold
