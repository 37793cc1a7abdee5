"""Deposits that stay pending, because an invalid record was parked before them.

Later commands of its account wait behind it until an operator discards it.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from handlers.domain.partitions import partition_of
from handlers.people.users import Users
from handlers.platform.bounds import COMMANDS_TOPIC
from handlers.platform.kafka import Outbound, Producer
from handlers.platform.kafka_config import Brokers
from handlers.platform.postgres import Database
from load.bench.people import FIRST_AMOUNT, Account, People, make_people
from load.client import Client
from load.crowd.members import Awaited
from load.traffic.finals import WorkloadFailed
from local_cloud.config import Instance

ACCOUNTS = 8
AMOUNT = 5
#: How long parking, and later applying, may take, in seconds.
PATIENCE_S = 30.0
POLL_S = 0.1


@dataclass
class HeldBack:
    """Pending deposits, and what is wrong with them at the end."""

    awaited: list[Awaited]
    wrong: list[str] = field(default_factory=list)


@contextlib.asynccontextmanager
async def held_back(instance: Instance, count: int) -> AsyncIterator[HeldBack]:
    """Keep some deposits pending while the block runs, and have them applied afterwards.

    Raises
    ------
    WorkloadFailed
        If the API does not respond as expected.
    """
    people = await make_people(instance.api_url, ACCOUNTS)
    operator = await _operator(instance)
    try:
        _send_nonsense(instance, people)
        parked = [await _parked_of(operator, account) for account in people.accounts]
        # The gateway would close the idle connection while the block runs.
        await operator.close()
        held = await _deposit(instance.api_url, people, count)
        yield held
        for parked_id in parked:
            body = {"reason": "not a command"}
            await _asked(operator, "POST", f"/parked/{parked_id}/discard", body)
        held.wrong += await _unapplied(instance.api_url, held)
        held.wrong += await _unlike(instance.api_url, people, count)
    finally:
        await operator.close()


async def _operator(instance: Instance) -> Client:
    """Create an operator without accounts; return its client."""
    (user, *_) = (await make_people(instance.api_url, 0)).users
    with contextlib.closing(Database(instance.database_url, max_size=1)) as database:
        Users(database).promote(user.email)
    client = Client(instance.api_url)
    # A session has the rights that its user had when it began, so sign in afterwards.
    session = {"email": user.email, "password": user.password}
    client.token = (await _asked(client, "POST", "/sessions", session))["token"]
    return client


def _send_nonsense(instance: Instance, people: People) -> None:
    producer = Producer(Brokers(instance.kafka_bootstrap))
    producer.wait(
        producer.send(
            Outbound(
                COMMANDS_TOPIC,
                partition_of(account.account_id, instance.partitions),
                account.account_id.encode(),
                b"{not json",
            )
            for account in people.accounts
        )
    )
    producer.close()


async def _parked_of(operator: Client, account: Account) -> str:
    path = f"/parked?account_id={account.account_id}&status=parked"
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        found = (await _asked(operator, "GET", path))["data"]
        if found:
            return str(found[0]["parked_id"])
        await asyncio.sleep(POLL_S)
    raise WorkloadFailed(f"no command of {account.account_id} is parked")


async def _deposit(url: str, people: People, count: int) -> HeldBack:
    awaited: list[Awaited] = []
    client = Client(url)
    for number in range(count):
        account = people.accounts[number % len(people.accounts)]
        key = f"held-back-{number}"
        client.token = account.user.token
        body = {"account_id": account.account_id, "amount": AMOUNT, "currency": "EUR"}
        answer = await client.request("POST", "/deposits", body, headers={"Idempotency-Key": key})
        if answer.status != 202:
            raise WorkloadFailed(f"the API returned {answer.status}: {answer.body[:300]!r}")
        made = answer.json()
        place = made["position"]
        path = (
            f"/transactions/{made['transaction_id']}"
            f"?position={place['partition']}-{place['offset']}"
        )
        awaited.append(Awaited(path, account.user.token))
    await client.close()
    return HeldBack(awaited)


async def _unapplied(url: str, held: HeldBack) -> list[str]:
    """Wait until each deposit is completed; return the ones that are not."""
    wrong = []
    client = Client(url)
    for path, token in held.awaited:
        client.token = token
        answer = await client.request("GET", path, headers={"Prefer": "wait=10"})
        status = answer.json().get("status", answer.status)
        if status != "completed":
            wrong.append(f"{path} ended as {status}")
    await client.close()
    return wrong


async def _unlike(url: str, people: People, count: int) -> list[str]:
    """Return the accounts whose balance is wrong."""
    wrong = []
    for place, account in enumerate(people.accounts):
        deposits = len(range(place, count, len(people.accounts)))
        expected = FIRST_AMOUNT + deposits * AMOUNT
        client = Client(url, account.user.token)
        balance = (await _asked(client, "GET", f"/accounts/{account.account_id}"))["balance"]
        await client.close()
        if balance != expected:
            wrong.append(f"{account.account_id} has {balance} instead of {expected}")
    return wrong


async def _asked(client: Client, method: str, path: str, body: object = None) -> dict[str, Any]:
    answer = await client.request(method, path, body)
    if answer.status >= 400:
        raise WorkloadFailed(f"the API returned {answer.status}: {answer.body[:300]!r}")
    found: dict[str, Any] = answer.json()
    return found
