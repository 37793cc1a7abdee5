"""Clients that move money between many accounts and write down what they sent and saw."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

from load.client import Answer, Client, NoAnswer
from load.history.lines import Json, Recorder

#: What a client may have sent in vain: it can't know, so it asks again with the same key.
_UNKNOWN = frozenset({429, 500, 502, 503, 504})
_PAGE = 500


@dataclass(frozen=True)
class Plan:
    """How much is done, and by whom.

    Attributes
    ----------
    requests
        How many money-moving requests are sent in all.
    keyed
        Share of the requests with an ``Idempotency-Key``; the others are never sent again.
    doubled
        Share of the keyed requests that are sent twice although they were answered.
    patience_s
        How long a keyed request is retried, and how long the log may take to drain, in seconds.
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


@dataclass(frozen=True)
class Owned:
    """An account and its owner's session."""

    account_id: str
    token: str


class WorkloadFailed(Exception):
    """The workload could not be set up or did not come to its end."""


class Workload:
    """A run against one API.

    Parameters
    ----------
    url
        Base URL of the API.
    recorder
        Where the history goes.
    plan
        What is done.
    """

    def __init__(self, url: str, recorder: Recorder, plan: Plan) -> None:
        self._url = url
        self._recorder = recorder
        self._plan = plan
        self._run = secrets.token_hex(4)
        self._accounts: list[Owned] = []
        self._left = plan.requests
        #: Accepted transactions that no final read has shown yet, by account.
        self._open: dict[str, set[str]] = {}
        self.accepted = 0
        self.unknown = 0
        self.refused: list[str] = []

    async def run(self) -> None:
        """Open accounts, move money, wait for every end, and record the final reads."""
        await self.open_accounts()
        await self.move_money()
        await self.read_finals()

    # -- accounts -----------------------------------------------------------------------------

    async def open_accounts(self) -> None:
        """Sign users up and open their accounts, each with some money."""
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
                account_id = _expect(answer, 201)["account_id"]
                owned = Owned(account_id, client.token)
                self._accounts.append(owned)
                funding = {"account_id": account_id, "amount": 10_000, "currency": plan.currency}
                await self._send(client, owned, "/deposits", funding, f"fund-{number}", True)

        await self._with_clients(open_some)

    async def _sign_up(self, number: int) -> str:
        client = Client(self._url)
        email = f"history-{self._run}-{number}@example.com"
        password = secrets.token_urlsafe(16)
        user = {"email": email, "password": password, "name": f"History {number}"}
        try:
            _expect(await client.request("POST", "/users", user), 201)
            answer = await client.request(
                "POST", "/sessions", {"email": email, "password": password}
            )
            return str(_expect(answer, 201)["token"])
        except NoAnswer as error:
            raise WorkloadFailed(f"the API at {self._url} does not answer: {error}") from error
        finally:
            await client.close()

    # -- money --------------------------------------------------------------------------------

    async def move_money(self) -> None:
        """Send the plan's requests from its clients."""
        await self._with_clients(self._work)

    def stop(self) -> None:
        """Send no more than what is under way."""
        self._left = 0

    async def _work(self, client: Client, number: int) -> None:
        random = Random(f"{self._plan.seed}-{number}")
        while self._left > 0:
            self._left -= 1
            tag = f"{number}-{self._left}"
            source = random.choice(self._accounts)
            client.token = source.token
            path, body = self._request(random, source)
            is_keyed = random.random() < self._plan.keyed
            await self._send(client, source, path, body, tag, is_keyed)
            if is_keyed and random.random() < self._plan.doubled:
                await self._send(client, source, path, body, tag, is_keyed)

    def _request(self, random: Random, source: Owned) -> tuple[str, Json]:
        money = {"amount": random.randint(1, 3_000), "currency": self._plan.currency}
        draw = random.random()
        if draw < 0.3:
            return "/deposits", {"account_id": source.account_id, **money}
        if draw < 0.6:
            return "/withdrawals", {"account_id": source.account_id, **money}
        destination = random.choice([one for one in self._accounts if one is not source])
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
        if answer is None or answer.status in _UNKNOWN:
            self.unknown += 1
        elif 200 <= answer.status < 300:
            self.accepted += 1
            self._open.setdefault(source.account_id, set()).add(answer.json()["transaction_id"])
        else:
            self.refused.append(f"{path}: {answer.status} {answer.body[:200]!r}")

    async def _until_sure(
        self, client: Client, path: str, body: Json, key: str | None, tag: str = ""
    ) -> Answer | None:
        """Send a request; one with a key again and again until its answer is certain."""
        headers = {} if key is None else {"Idempotency-Key": key}
        clock = asyncio.get_running_loop().time
        deadline, pause_s = clock() + self._plan.patience_s, 0.05
        while True:
            number = self._recorder.invoke(tag, str(id(client)), path, body, key) if tag else 0
            answer: Answer | None = None
            with suppress(NoAnswer):
                answer = await client.request("POST", path, body, headers=headers, timeout_s=15)
            is_sure = answer is not None and answer.status not in _UNKNOWN
            if number and answer is not None and is_sure:
                self._recorder.returned(number, answer.status, answer.json())
            elif number:
                self._recorder.returned(number, None, None)
            if is_sure or key is None or clock() >= deadline:
                return answer
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, 1.0)

    # -- final reads --------------------------------------------------------------------------

    async def read_finals(self) -> None:
        """Record accounts, entries and transactions once everything has come to its end."""
        left = list(self._accounts)

        async def read_some(client: Client, _: int) -> None:
            while left:
                await self._await_ends(client, left.pop())

        await self._with_clients(read_some)
        left = list(self._accounts)

        async def read_accounts(client: Client, _: int) -> None:
            while left:
                await self._read_account(client, left.pop())

        # Only now: another account's transfer may have come in until the last one ended.
        await self._with_clients(read_accounts)

    async def _await_ends(self, client: Client, owned: Owned) -> None:
        client.token = owned.token
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._plan.patience_s
        while True:
            finals = {
                one["transaction_id"]: one
                async for one in self._pages(client, f"/transactions?account_id={owned.account_id}")
                if owned.account_id in (one.get("account_id"), one.get("source_account_id"))
            }
            ended = {key for key, one in finals.items() if one["status"] != "pending"}
            missing = self._open.get(owned.account_id, set()) - ended
            if not missing or clock() >= deadline:
                break
            await asyncio.sleep(0.2)
        for final in finals.values():
            self._recorder.write(type="transaction", answer=final)

    async def _read_account(self, client: Client, owned: Owned) -> None:
        client.token = owned.token
        path = f"/accounts/{owned.account_id}"
        account = _expect(await self._get(client, path), 200)
        entries = [one async for one in self._pages(client, f"{path}/entries?")]
        self._recorder.write(type="account", account=account, entries=entries[::-1])

    async def _pages(self, client: Client, path: str) -> AsyncIterator[Json]:
        cursor: str | None = ""
        while cursor is not None:
            more = f"&cursor={cursor}" if cursor else ""
            page = _expect(await self._get(client, f"{path}&limit={_PAGE}{more}"), 200)
            for one in page["data"]:
                yield one
            cursor = page["next_cursor"]

    async def _get(self, client: Client, path: str) -> Answer | None:
        """Read, patiently: a read changes nothing, so it may be tried again."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._plan.patience_s
        while True:
            answer: Answer | None = None
            with suppress(NoAnswer):
                answer = await client.request("GET", path)
            if (answer is not None and answer.status not in _UNKNOWN) or clock() >= deadline:
                return answer
            await asyncio.sleep(0.2)

    async def _with_clients(
        self, work: Callable[[Client, int], Coroutine[None, None, None]]
    ) -> None:
        clients = [Client(self._url) for _ in range(self._plan.clients)]
        try:
            async with asyncio.TaskGroup() as group:
                for number, client in enumerate(clients):
                    group.create_task(work(client, number))
        finally:
            for client in clients:
                await client.close()


def _expect(answer: Answer | None, status: int) -> Any:
    if answer is None or answer.status != status:
        seen = "nothing" if answer is None else f"{answer.status} {answer.body[:300]!r}"
        raise WorkloadFailed(f"the API was expected to answer {status}, and answered {seen}")
    return answer.json()
