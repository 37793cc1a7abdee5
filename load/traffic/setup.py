"""The users and accounts of a load run, created before the clock starts."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from load.client import Client, NoAnswer
from load.judge.lines import Json
from load.traffic.finals import Owned, WorkloadFailed, expect, with_clients

CURRENCY = "EUR"
#: The initial balance: low enough that some withdrawals and transfers are rejected.
FUNDING_MINOR = 3_000
_CONNECTIONS = 8


@dataclass(frozen=True)
class User:
    """A user with a session."""

    email: str
    password: str
    token: str


@dataclass(frozen=True)
class Setup:
    """The users and accounts of a run.

    Attributes
    ----------
    run
        The run's unique name, the prefix of every idempotency key and tag.
    seed
        The seed of the requests.
    accounts
        Account ids, each with the index of its owner in `users`.
    """

    run: str
    seed: int
    url: str
    users: tuple[User, ...]
    accounts: tuple[tuple[str, int], ...]

    def owned(self) -> list[Owned]:
        """Return the accounts with their owners' tokens."""
        return [Owned(account_id, self.users[user].token) for account_id, user in self.accounts]

    def as_json(self) -> Json:
        """Return the JSON that the k6 script reads."""
        return {
            "run": self.run,
            "seed": self.seed,
            "url": self.url,
            "currency": CURRENCY,
            "users": [vars(user) for user in self.users],
            "accounts": self.accounts,
        }


async def prepare(url: str, users: int, accounts: int, seed: int) -> Setup:
    """Create the users, open their accounts and deposit some money to each.

    Raises
    ------
    WorkloadFailed
        If the API does not respond as expected.
    """
    run = f"load-{secrets.token_hex(4)}"
    signed_up: dict[int, User] = {}
    opened: dict[int, str] = {}

    async def sign_up(client: Client, number: int) -> None:
        for place in range(number, users, _CONNECTIONS):
            signed_up[place] = await _sign_up(client, f"{run}-{place}@example.com")

    async def open_accounts(client: Client, number: int) -> None:
        for place in range(number, accounts, _CONNECTIONS):
            client.token = signed_up[place % users].token
            opened[place] = await _open(client, f"{run}-account-{place}")

    try:
        await with_clients(url, _CONNECTIONS, sign_up)
        await with_clients(url, _CONNECTIONS, open_accounts)
    except* NoAnswer as errors:
        first = errors.exceptions[0]
        raise WorkloadFailed(f"the API at {url} does not respond: {first}") from errors
    except* WorkloadFailed as errors:
        raise WorkloadFailed(str(errors.exceptions[0])) from errors
    return Setup(
        run,
        seed,
        url,
        tuple(signed_up[place] for place in range(users)),
        tuple((opened[place], place % users) for place in range(accounts)),
    )


async def _sign_up(client: Client, email: str) -> User:
    password = secrets.token_urlsafe(16)
    person = {"email": email, "password": password, "name": "Load"}
    expect(await client.request("POST", "/users", person), 201)
    session = {"email": email, "password": password}
    answer = expect(await client.request("POST", "/sessions", session), 201)
    return User(email, password, str(answer["token"]))


async def _open(client: Client, key: str) -> str:
    body = {"currency": CURRENCY, "name": key}
    answer = await client.request("POST", "/accounts", body, headers={"Idempotency-Key": key})
    account_id = str(expect(answer, 201)["account_id"])
    funding = {"account_id": account_id, "amount": FUNDING_MINOR, "currency": CURRENCY}
    headers = {"Idempotency-Key": f"{key}-funding", "Prefer": "wait=15"}
    expect(await client.request("POST", "/deposits", funding, headers=headers), 201)
    return account_id
