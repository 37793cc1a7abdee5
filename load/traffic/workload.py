"""Clients that move money between many accounts and record what they sent and received."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple

from load.client import Answer, Client, NoAnswer
from load.judge.lines import Json, Recorder
from load.traffic.finals import UNKNOWN, FinalReads, Owned, WorkloadFailed, expect, with_clients

#: How many accepted transactions are kept for whoever wants to read them.
MOST_RECENT: Final = 100


class Accepted(NamedTuple):
    """An accepted transaction's ``Location``, and its owner's session."""

    location: str
    token: str


@dataclass(frozen=True)
class Plan:
    """The size of a workload.

    Attributes
    ----------
    requests
        The total number of requests that move money.
    keyed
        The share of requests with an ``Idempotency-Key``. The others are never retried.
    doubled
        The share of keyed requests that are sent again after their response.
    patience_s
        How long a keyed request is retried, and how long the log may take to drain, in seconds.
    pause_s
        The pause of each client between two requests, in seconds.
    cash
        The share of deposits and withdrawals. The rest are transfers.
    """

    clients: int = 8
    requests: int = 1_000
    accounts: int = 50
    users: int = 5
    keyed: float = 0.5
    doubled: float = 0.05
    seed: int = 1
    currency: str = "EUR"
    patience_s: float = 60.0
    pause_s: float = 0.0
    cash: float = 0.6


class Workload:
    """A run against one API.

    Parameters
    ----------
    url
        Base URL of the API.
    recorder
        Writes the history.
    plan
        The size of the workload.

    Attributes
    ----------
    accounts
        The accounts that it opened.
    recent
        The latest accepted transactions: where to read them, and their owner's session.
    unknown
        How many requests with a key never got their answer.
    unanswered
        How many requests without a key got none.
    """

    def __init__(self, url: str, recorder: Recorder, plan: Plan) -> None:
        self._url = url
        self._recorder = recorder
        self._plan = plan
        self._run = secrets.token_hex(4)
        self.accounts: list[Owned] = []
        self._left = plan.requests
        #: Accepted transactions that no final read has returned yet, by account.
        self._open: dict[str, set[str]] = {}
        self.accepted = 0
        self.recent: deque[Accepted] = deque(maxlen=MOST_RECENT)
        self.unknown = 0
        self.unanswered = 0
        self.refused: list[str] = []

    async def run(self) -> None:
        """Open accounts, move money, wait until all has ended, and record the final reads."""
        await self.open_accounts()
        await self.move_money()
        await self.read_finals()

    # -- accounts -----------------------------------------------------------------------------

    async def open_accounts(self) -> None:
        """Create users and open their accounts, each with some money."""
        plan = self._plan
        tokens = [await self._sign_up(number) for number in range(plan.users)]
        pending = list(range(plan.accounts))

        async def open_some(client: Client, _: int) -> None:
            while pending:
                number = pending.pop()
                client.token = tokens[number % len(tokens)]
                body = {"currency": plan.currency, "name": f"history {number}"}
                key = f"{self._run}-account-{number}"
                answer = await self._until_sure(client, "/accounts", body, key)
                account_id = expect(answer, 201)["account_id"]
                owned = Owned(account_id, client.token)
                self.accounts.append(owned)
                funding = {"account_id": account_id, "amount": 10_000, "currency": plan.currency}
                await self._send(client, owned, "/deposits", funding, f"fund-{number}", True)

        await with_clients(self._url, self._plan.clients, open_some)

    async def _sign_up(self, number: int) -> str:
        client = Client(self._url)
        email = f"history-{self._run}-{number}@example.com"
        password = secrets.token_urlsafe(16)
        user = {"email": email, "password": password, "name": f"History {number}"}
        try:
            expect(await client.request("POST", "/users", user), 201)
            answer = await client.request(
                "POST", "/sessions", {"email": email, "password": password}
            )
            return str(expect(answer, 201)["token"])
        except NoAnswer as error:
            raise WorkloadFailed(f"the API at {self._url} does not respond: {error}") from error
        finally:
            await client.close()

    # -- money --------------------------------------------------------------------------------

    async def move_money(self) -> None:
        """Send the plan's requests with its clients."""
        await with_clients(self._url, self._plan.clients, self._work)

    def stop(self) -> None:
        """Stop sending; requests in progress finish."""
        self._left = 0

    async def _work(self, client: Client, number: int) -> None:
        random = Random(f"{self._plan.seed}-{number}")
        while self._left > 0:
            self._left -= 1
            tag = f"{number}-{self._left}"
            source = random.choice(self.accounts)
            client.token = source.token
            path, body = self._request(random, source)
            is_keyed = random.random() < self._plan.keyed
            await self._send(client, source, path, body, tag, is_keyed)
            if is_keyed and random.random() < self._plan.doubled:
                await self._send(client, source, path, body, tag, is_keyed)
            await asyncio.sleep(self._plan.pause_s)

    def _request(self, random: Random, source: Owned) -> tuple[str, Json]:
        money = {"amount": random.randint(1, 3_000), "currency": self._plan.currency}
        draw = random.random()
        if draw < self._plan.cash / 2:
            return "/deposits", {"account_id": source.account_id, **money}
        if draw < self._plan.cash:
            return "/withdrawals", {"account_id": source.account_id, **money}
        destination = random.choice([one for one in self.accounts if one is not source])
        return "/transfers", {
            "source_account_id": source.account_id,
            "destination_account_id": destination.account_id,
            **money,
        }

    async def _send(
        self, client: Client, source: Owned, path: str, body: Json, tag: str, is_keyed: bool
    ) -> None:
        tag = f"{self._run}-{tag}"
        body = {**body, "metadata": {"history": tag}}
        answer = await self._until_sure(client, path, body, tag if is_keyed else None, tag)
        if answer is None or answer.status in UNKNOWN:
            self.unknown += is_keyed
            self.unanswered += not is_keyed
        elif 200 <= answer.status < 300:
            self.accepted += 1
            self.recent.append(Accepted(answer.headers["location"], source.token))
            self._open.setdefault(source.account_id, set()).add(answer.json()["transaction_id"])
        else:
            self.refused.append(f"{path}: {answer.status} {answer.body[:200]!r}")

    async def _until_sure(
        self, client: Client, path: str, body: Json, key: str | None, tag: str = ""
    ) -> Answer | None:
        """Send a request. Retry one with a key until its outcome is known."""
        headers = {} if key is None else {"Idempotency-Key": key}
        clock = asyncio.get_running_loop().time
        deadline, pause_s = clock() + self._plan.patience_s, 0.05
        while True:
            number = self._recorder.invoke(tag, str(id(client)), path, body, key) if tag else 0
            answer: Answer | None = None
            with suppress(NoAnswer):
                answer = await client.request("POST", path, body, headers=headers, timeout_s=15)
            is_sure = answer is not None and answer.status not in UNKNOWN
            if number and answer is not None and is_sure:
                self._recorder.returned(number, answer.status, answer.json())
            elif number:
                self._recorder.returned(number, None, None)
            if is_sure or key is None or clock() >= deadline:
                return answer
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, 1.0)

    # -- final reads --------------------------------------------------------------------------

    async def read_finals(self, cache_s: float = 0.0, patience_s: float | None = None) -> None:
        """Record accounts, entries and transactions once every transaction has ended.

        Parameters
        ----------
        cache_s
            How long a balance may be behind its entries, in seconds; see `FinalReads`.
        patience_s
            How long transactions may take to end; by default, the plan's patience.
        """
        plan = self._plan
        patience_s = plan.patience_s if patience_s is None else patience_s
        reads = FinalReads(self._url, self._recorder, plan.clients, patience_s, cache_s)
        await reads.read(self.accounts, self._open)
