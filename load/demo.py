"""`make demo`: two people move money, and each step compares the result with the expected one.

It uses only the HTTP API. At the end, if the database's address is set, it also sums all accounts
with a read-only query. The exit status is 0 only if all checks passed.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any, NamedTuple

import httpx
import psycopg
from rich.console import Console
from rich.markup import escape
from rich.table import Table

Json = dict[str, Any]

#: The maximum number of accounts to open to get two on different partitions.
MOST_ACCOUNTS = 8
WAIT = {"Prefer": "wait=15"}
BOOKS = """
    select currency,
           coalesce(sum(balance) filter (where kind = 'customer'), 0)::bigint,
           coalesce(sum(balance) filter (where kind = 'clearing'), 0)::bigint,
           coalesce(sum(balance) filter (where kind = 'in_transit'), 0)::bigint,
           sum(balance)::bigint
    from ledger.accounts group by currency order by currency
"""


class DemoFailed(Exception):
    """The demo can't continue."""


class Person(NamedTuple):
    """A signed-in user with a separate connection."""

    name: str
    client: httpx.Client


def euros(amount: int | None) -> str:
    """Format minor units as euros."""
    if amount is None:
        return "-"
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100:,}.{abs(amount) % 100:02d} EUR"


class Demo:
    """The demo's scenario, printed to a console.

    Parameters
    ----------
    url
        Base URL of the API.
    console
        Where the output goes.
    """

    def __init__(self, url: str, console: Console) -> None:
        self._url = url
        self._console = console
        self.failures = 0
        self.expectations = 0

    # -- output -------------------------------------------------------------------------------

    def chapter(self, title: str) -> None:
        """Print a heading."""
        self._console.print(f"\n[bold]{escape(title)}[/bold]", highlight=False)

    def say(self, text: str) -> None:
        """Print a line that is not a check."""
        self._console.print(f"  [dim]{escape(text)}[/dim]", highlight=False)

    def expect(self, what: str, expected: object, seen: object) -> None:
        """Print a check and whether it passed."""
        self.expectations += 1
        if seen == expected:
            self._console.print(
                f"  [green]ok[/green]   {escape(what)}: [cyan]{escape(str(seen))}[/cyan]",
                highlight=False,
            )
            return
        self.failures += 1
        self._console.print(f"  [bold red]FAIL[/bold red] {escape(what)}", highlight=False)
        self._console.print(f"         expected {escape(repr(expected))}", highlight=False)
        self._console.print(f"         seen     {escape(repr(seen))}", highlight=False)

    # -- requests -----------------------------------------------------------------------------

    def call(
        self,
        client: httpx.Client,
        method: str,
        path: str,
        body: Json | None = None,
        **headers: str,
    ) -> tuple[int, Json]:
        """Send one request; return its status and body."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            answer = client.request(method, f"{self._url}{path}", json=body, headers=names)
            return answer.status_code, answer.json() if answer.content else {}
        except httpx.TransportError as error:
            raise DemoFailed(
                f"the API at {self._url} does not respond ({error}); run `make up` first"
            ) from error
        except ValueError as error:
            raise DemoFailed(f"{method} {path} did not return JSON") from error

    def need(self, client: httpx.Client, path: str, body: Json, **headers: str) -> Json:
        """Send a POST request that must succeed; return its body."""
        status, answer = self.call(client, "POST", path, body, **headers)
        if status not in (200, 201):
            raise DemoFailed(f"POST {path} returned {status}: {answer}")
        return answer

    def move(self, person: Person, kind: str, body: Json, **headers: str) -> Json:
        """Move money and wait for the result."""
        full = {"currency": "EUR", **body}
        return self.need(person.client, f"/{kind}", full, **(WAIT | headers))

    def balance(self, person: Person, account_id: str) -> int:
        """Read an account's balance."""
        status, account = self.call(person.client, "GET", f"/accounts/{account_id}")
        if status != 200:
            raise DemoFailed(f"GET /accounts/{account_id} returned {status}: {account}")
        return int(account["balance"])

    # -- the scenario -------------------------------------------------------------------------

    def tell(self) -> None:
        """Run the whole scenario."""
        ada, grace = self._meet()
        adas, graces = self._open_accounts(ada, grace)
        self._cash(ada, adas)
        self._double_click(ada, adas)
        self._retry(ada, adas)
        self._transfer(ada, adas, grace, graces)
        self._statement(ada, adas)
        self._books()

    def _meet(self) -> tuple[Person, Person]:
        self.chapter("Two people sign up")
        people = []
        for name in ("Ada", "Grace"):
            client = httpx.Client(timeout=30)
            email = f"{name.lower()}-{secrets.token_hex(6)}@example.com"
            password = secrets.token_urlsafe(12)
            self.need(client, "/users", {"email": email, "password": password, "name": name})
            session = self.need(client, "/sessions", {"email": email, "password": password})
            client.headers["Authorization"] = f"Bearer {session['token']}"
            status, me = self.call(client, "GET", "/users/me")
            self.expect(f"{name} is signed in", (200, email), (status, me.get("email")))
            people.append(Person(name, client))
        return people[0], people[1]

    def _open_accounts(self, ada: Person, grace: Person) -> tuple[str, str]:
        self.chapter("Each opens an account")
        adas, partition = self._open(ada)
        # Grace's account must be on another partition, so that the transfer crosses partitions.
        for _ in range(MOST_ACCOUNTS):
            graces, other_partition = self._open(grace)
            if other_partition != partition:
                break
        self.expect("they are on different partitions", True, partition != other_partition)
        self.say(f"Ada's is on partition {partition}, Grace's on partition {other_partition}")
        return adas, graces

    def _open(self, person: Person) -> tuple[str, int]:
        account = self.need(person.client, "/accounts", {"currency": "EUR", "name": "current"})
        first = {"account_id": account["account_id"], "amount": 1}
        deposit = self.move(person, "deposits", first)
        return account["account_id"], deposit["position"]["partition"]

    def _cash(self, ada: Person, adas: str) -> None:
        self.chapter("Money comes in and goes out")
        start = self.balance(ada, adas)
        done = self.move(ada, "deposits", {"account_id": adas, "amount": 100_00 - start})
        self.expect("a deposit completes", "completed", done["status"])
        self.expect("the balance after it", euros(100_00), euros(done["balance_after"]))
        done = self.move(ada, "withdrawals", {"account_id": adas, "amount": 30_00})
        self.expect("a withdrawal of 30.00 completes", "completed", done["status"])
        self.expect("the balance after it", euros(70_00), euros(done["balance_after"]))
        done = self.move(ada, "withdrawals", {"account_id": adas, "amount": 70_01})
        self.expect(
            "a withdrawal of 70.01 is rejected",
            ("rejected", "insufficient_funds"),
            (done["status"], done["reason"]),
        )
        self.expect("the balance is unchanged", euros(70_00), euros(self.balance(ada, adas)))

    def _double_click(self, ada: Person, adas: str) -> None:
        self.chapter("A double click without an Idempotency-Key: two withdrawals, in order")
        body = {"account_id": adas, "amount": 10_00}
        gate = threading.Barrier(2)

        def click(_: int) -> Json:
            gate.wait(timeout=10)
            return self.move(ada, "withdrawals", body)

        with ThreadPoolExecutor(2) as pool:
            clicks = list(pool.map(click, range(2)))
        self.expect("two transactions", 2, len({one["transaction_id"] for one in clicks}))
        self.expect("both complete", ["completed"] * 2, [one["status"] for one in clicks])
        clicks.sort(key=lambda one: one["position"]["offset"])
        balances = [euros(one["balance_after"]) for one in clicks]
        self.expect("in the log's order", [euros(60_00), euros(50_00)], balances)

    def _retry(self, ada: Person, adas: str) -> None:
        self.chapter("A retry with an Idempotency-Key: one withdrawal")
        key = f"demo-{secrets.token_hex(8)}"
        body = {"account_id": adas, "amount": 5_00}
        first = self.move(ada, "withdrawals", body, Idempotency_Key=key)
        again = self.move(ada, "withdrawals", body, Idempotency_Key=key)
        self.expect("the same transaction", first["transaction_id"], again["transaction_id"])
        self.expect("it was paid once", euros(45_00), euros(self.balance(ada, adas)))
        other = self.move(ada, "withdrawals", {**body, "amount": 6_00}, Idempotency_Key=key)
        self.expect(
            "the same key with another body is rejected",
            ("rejected", "idempotency_conflict"),
            (other["status"], other["reason"]),
        )
        self.expect("the balance is unchanged", euros(45_00), euros(self.balance(ada, adas)))

    def _transfer(self, ada: Person, adas: str, grace: Person, graces: str) -> None:
        self.chapter("A transfer between two partitions")
        before = self.balance(grace, graces)
        start = perf_counter()
        done = self.move(
            ada,
            "transfers",
            {
                "source_account_id": adas,
                "destination_account_id": graces,
                "amount": 25_00,
                "description": "for the compiler",
            },
        )
        took_ms = (perf_counter() - start) * 1000
        self.expect("it completes", "completed", done["status"])
        self.say(f"debit, second leg, credit, settlement: {took_ms:.0f} ms")
        self.expect("Ada has", euros(20_00), euros(self.balance(ada, adas)))
        self.expect("Grace has", euros(before + 25_00), euros(self.balance(grace, graces)))
        status, _ = self.call(ada.client, "GET", f"/accounts/{graces}")
        self.expect("Ada can't read Grace's account", 404, status)

    def _statement(self, ada: Person, adas: str) -> None:
        self.chapter("Ada's statement")
        status, statement = self.call(ada.client, "GET", f"/accounts/{adas}/statement?format=json")
        if status != 200:
            raise DemoFailed(f"the statement's request returned {status}: {statement}")
        entries = sorted(statement["entries"], key=lambda entry: int(entry["version"]))
        table = Table(
            "version", "kind", "amount", "balance", "description", box=None, padding=(0, 2)
        )
        for name in ("amount", "balance"):
            table.columns[("version", "kind", "amount", "balance").index(name)].justify = "right"
        for entry in entries:
            table.add_row(
                str(entry["version"]),
                entry["kind"],
                euros(entry["amount"]),
                euros(entry["balance_after"]),
                entry["description"] or "",
            )
        self._console.print(table)
        total = statement["opening_balance"] + sum(entry["amount"] for entry in entries)
        closing = euros(statement["closing_balance"])
        self.expect("opening balance plus entries is the closing balance", closing, euros(total))
        self.expect(
            "the account's balance is the same", euros(self.balance(ada, adas)), euros(total)
        )

    def _books(self) -> None:
        self.chapter("The books")
        address = os.environ.get("LEDGERLANE_DATABASE_URL")
        if not address:
            self.say("LEDGERLANE_DATABASE_URL is not set; use `make demo` to see the books")
            return
        try:
            with psycopg.connect(address, connect_timeout=10) as connection:
                connection.read_only = True
                rows = connection.execute(BOOKS).fetchall()
        except psycopg.Error as error:
            raise DemoFailed(f"can't read the books: {error}") from error
        table = Table(
            "currency",
            "customers",
            "outside (clearing)",
            "in transit",
            "sum",
            box=None,
            padding=(0, 2),
        )
        for column in table.columns[1:]:
            column.justify = "right"
        for currency, *amounts in rows:
            table.add_row(currency, *(f"{amount:,}" for amount in amounts))
        self._console.print(table)
        self.expect(
            "the accounts of each currency sum to", [0] * len(rows), [row[-1] for row in rows]
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; return its exit status."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--url", default=os.environ.get("LEDGERLANE_API_URL", ""))
    url = parser.parse_args(arguments).url.rstrip("/")
    if not url.startswith("http"):
        print("demo: give the API's URL (--url); `make -s url` prints it", file=sys.stderr)
        return 2
    # Rich prints no colours if the output is not a terminal, or if NO_COLOR is set.
    console = Console(width=None if sys.stdout.isatty() else 100)
    demo = Demo(url, console)
    try:
        demo.tell()
    except DemoFailed as error:
        console.print(
            f"\n[bold red]stopped:[/bold red] {escape(str(error))}", highlight=False, soft_wrap=True
        )
        return 1
    if demo.failures:
        console.print(
            f"\n[bold red]{demo.failures} of {demo.expectations} checks failed[/bold red]"
        )
        return 1
    console.print(f"\n[bold green]all {demo.expectations} checks passed[/bold green]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
