"""The final reads of a history, made once every transaction has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from load.client import Answer, Client, NoAnswer
from load.judge.lines import Json, Recorder

#: Statuses after which the outcome is unknown, so the client retries with the same key.
UNKNOWN = frozenset({429, 500, 502, 503, 504})
_PAGE = 500


class WorkloadFailed(Exception):
    """The workload could not be set up or did not finish."""


@dataclass(frozen=True)
class Owned:
    """An account and its owner's session."""

    account_id: str
    token: str


class FinalReads:
    """Reads accounts, entries and transactions, and records them.

    Parameters
    ----------
    url
        Base URL of the API.
    recorder
        Writes the history.
    clients
        How many connections read concurrently.
    patience_s
        How long transactions may take to end, and a read to get a response, in seconds.
    cache_s
        How long a balance may be behind its entries, in seconds. If only the writer loses its
        connection to the cache, readers get old entries until they expire. 0: never.

    Attributes
    ----------
    stale
        How many accounts were read again because their balance was behind.
    """

    def __init__(
        self, url: str, recorder: Recorder, clients: int, patience_s: float, cache_s: float = 0.0
    ) -> None:
        self._url = url
        self._recorder = recorder
        self._clients = clients
        self._patience_s = patience_s
        self._cache_s = cache_s
        self.stale = 0

    async def read(self, accounts: Sequence[Owned], accepted: Mapping[str, set[str]]) -> None:
        """Record the accounts with their entries, once all accepted transactions have ended.

        Parameters
        ----------
        accounts
            The accounts to read.
        accepted
            The ids of the accepted transactions, by their source account.

        Raises
        ------
        WorkloadFailed
            If a read gets no response in time.
        """
        left = list(accounts)

        async def read_some(client: Client, _: int) -> None:
            while left:
                owned = left.pop()
                await self._await_ends(client, owned, accepted.get(owned.account_id, set()))

        await with_clients(self._url, self._clients, read_some)
        left = list(accounts)

        async def read_accounts(client: Client, _: int) -> None:
            while left:
                await self._read_account(client, left.pop())

        # Only now, because another account's transfer can arrive until the last one has ended.
        await with_clients(self._url, self._clients, read_accounts)

    async def all_accounts(self, client: Client) -> list[Json]:
        """Return all accounts of the client's user."""
        return [one async for one in self._pages(client, "/accounts?")]

    async def _await_ends(self, client: Client, owned: Owned, accepted: set[str]) -> None:
        client.token = owned.token
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._patience_s
        while True:
            finals = {
                one["transaction_id"]: one
                async for one in self._pages(client, f"/transactions?account_id={owned.account_id}")
                if owned.account_id in (one.get("account_id"), one.get("source_account_id"))
            }
            ended = {key for key, one in finals.items() if one["status"] != "pending"}
            if accepted <= ended or clock() >= deadline:
                break
            await asyncio.sleep(0.2)
        for final in finals.values():
            self._recorder.write(type="transaction", answer=final)

    async def _read_account(self, client: Client, owned: Owned) -> None:
        client.token = owned.token
        path = f"/accounts/{owned.account_id}"
        entries = [one async for one in self._pages(client, f"{path}/entries?")]
        account = expect(await self._get(client, path), 200)
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._cache_s
        self.stale += account["version"] < len(entries) and self._cache_s > 0
        while account["version"] < len(entries) and clock() < deadline:
            await asyncio.sleep(0.5)
            account = expect(await self._get(client, path), 200)
        self._recorder.write(type="account", account=account, entries=entries[::-1])

    async def _pages(self, client: Client, path: str) -> AsyncIterator[Json]:
        cursor: str | None = ""
        while cursor is not None:
            more = f"&cursor={cursor}" if cursor else ""
            page = expect(await self._get(client, f"{path}&limit={_PAGE}{more}"), 200)
            for one in page["data"]:
                yield one
            cursor = page["next_cursor"]

    async def _get(self, client: Client, path: str) -> Answer | None:
        """Send a read and retry it, which is safe because it changes nothing."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._patience_s
        while True:
            answer: Answer | None = None
            with suppress(NoAnswer):
                answer = await client.request("GET", path)
            if (answer is not None and answer.status not in UNKNOWN) or clock() >= deadline:
                return answer
            await asyncio.sleep(0.2)


async def with_clients(
    url: str, count: int, work: Callable[[Client, int], Coroutine[None, None, None]]
) -> None:
    """Run ``work`` concurrently with each of ``count`` connections and its number."""
    clients = [Client(url) for _ in range(count)]
    try:
        async with asyncio.TaskGroup() as group:
            for number, client in enumerate(clients):
                group.create_task(work(client, number))
    finally:
        for client in clients:
            await client.close()


def expect(answer: Answer | None, status: int) -> Any:
    """Return the JSON of a response.

    Raises
    ------
    WorkloadFailed
        If there is no response, or it has another status.
    """
    if answer is None or answer.status != status:
        seen = "nothing" if answer is None else f"{answer.status} {answer.body[:300]!r}"
        raise WorkloadFailed(f"expected the API to return {status}, but got {seen}")
    return answer.json()
