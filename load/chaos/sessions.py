"""Sessions that read while money moves, and record what they see."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any, Final
from urllib.parse import quote

from load.client import Answer, Client, NoAnswer
from load.judge.lines import Recorder, now_us
from load.traffic.finals import Owned, WorkloadFailed, expect, with_clients
from load.traffic.workload import Workload

READ_TIMEOUT_S: Final = 10.0
PAUSE_S: Final = 0.1
#: How long the bank's money may take to arrive, in seconds.
PATIENCE_S: Final = 60.0


async def operator_session(url: str, promote: Callable[[str], None]) -> str:
    """Sign up a user, make it an operator with ``promote``, and return its session's token."""
    client = Client(url)
    email, password = f"chaos-{secrets.token_hex(6)}@example.com", secrets.token_urlsafe(16)
    user = {"email": email, "password": password, "name": "Chaos"}
    try:
        expect(await client.request("POST", "/users", user), 201)
        await asyncio.to_thread(promote, email)
        session = await client.request("POST", "/sessions", {"email": email, "password": password})
        return str(expect(session, 201)["token"])
    finally:
        await client.close()


class Sessions:
    """Clients that each read one thing after another until they are stopped.

    Parameters
    ----------
    bank
        The workload whose accounts send money only to each other.
    workloads
        Whose transactions and accounts are read.
    operator
        An operator's token, for the trial balance.
    """

    def __init__(
        self, url: str, recorder: Recorder, bank: Workload, workloads: list[Workload], operator: str
    ) -> None:
        self._url = url
        self._recorder = recorder
        self._bank = bank
        self._workloads = workloads
        self._operator = operator
        self._is_stopped = False
        #: How many reads were answered.
        self.answered = 0

    def stop(self) -> None:
        """Stop reading; reads in progress finish."""
        self._is_stopped = True

    async def total(self, currency: str) -> int:
        """Return all customers' money in a currency, with what is on its way between them."""
        client = Client(self._url, self._operator)
        path = f"/reports/trial-balance?currency={quote(currency)}"
        try:
            (sums,) = expect(await client.request("GET", path), 200)["currencies"]
        finally:
            await client.close()
        kinds = {one["kind"]: one["balance"] for one in sums["kinds"]}
        return int(kinds.get("customer", 0) + kinds.get("in_transit", 0))

    async def await_bank(self, currency: str, before: int, funds: int, shards: int) -> None:
        """Record the bank, once all its money has arrived.

        Parameters
        ----------
        before
            The currency's total without it.
        funds
            The bank's money.
        shards
            How many databases have its accounts.

        Raises
        ------
        WorkloadFailed
            If it does not arrive in time.
        """
        deadline_s = time.monotonic() + PATIENCE_S
        while (seen := await self.total(currency)) != before + funds:
            if time.monotonic() >= deadline_s:
                raise WorkloadFailed(f"the bank has {seen - before} instead of {funds}")
            await asyncio.sleep(PAUSE_S)
        accounts = [owned.account_id for owned in self._bank.accounts]
        self._recorder.write(
            type="bank",
            currency=currency,
            total=seen,
            funds=funds,
            accounts=accounts,
            shards=shards,
        )

    async def read(self, count: int, seed: int) -> None:
        """Read with so many sessions until `stop`."""

        async def work(client: Client, number: int) -> None:
            random = Random(f"{seed}-reads-{number}")
            while not self._is_stopped:
                with suppress(NoAnswer):
                    await self._read_one(client, f"session {number}", random)
                await asyncio.sleep(PAUSE_S)

        await with_clients(self._url, count, work)

    async def _read_one(self, client: Client, session: str, random: Random) -> None:
        draw = random.random()
        if draw < 0.25:
            client.token = self._operator
            await self._get(client, session, "trial_balance", "/reports/trial-balance")
            return
        workload = random.choice(self._workloads)
        if draw < 0.5 and workload.recent:
            location, client.token = random.choice(workload.recent)
            path = location[location.index("/transactions/") :]
            transaction_id = path.split("/")[2].partition("?")[0]
            await self._get(client, session, "transaction", path, transaction_id=transaction_id)
            return
        owned: Owned = random.choice(workload.accounts)
        client.token = owned.token
        path = f"/accounts/{owned.account_id}"
        if draw < 0.65:
            await self._get(client, session, "accounts", "/accounts?limit=500")
        elif draw < 0.85:
            await self._get(client, session, "account", path)
        else:
            await self._get(
                client, session, "balance", f"{path}/balance", account_id=owned.account_id
            )

    async def _get(
        self, client: Client, session: str, kind: str, path: str, **known: object
    ) -> None:
        invoked_us = now_us()
        answer = await client.request("GET", path, timeout_s=READ_TIMEOUT_S)
        if answer.status in (200, 404):
            self.answered += 1
            self._recorder.write(
                type="read", session=session, kind=kind, invoked_us=invoked_us,
                returned_us=now_us(), status=answer.status, answer=_shown(answer, kind, known),
            )  # fmt: skip


def _shown(answer: Answer, kind: str, known: dict[str, object]) -> Any:
    """Return what a read shows, with what its path says of it."""
    if answer.status != 200:
        return known
    body = answer.json()
    return body["data"] if kind == "accounts" else {**body, **known}
