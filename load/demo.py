"""`make demo`: two people move money, and every step says what was expected and what was seen.

It uses the HTTP API alone, and at the end looks at the books themselves: a read-only sum over all
accounts, where the database's address is known.  Exit status 0 only if everything was as expected.
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

#: How many accounts are opened at most until two live on different partitions.
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
    """The demo can't go on."""


class Person(NamedTuple):
    """A signed-in user with a connection of their own."""

    name: str
    client: httpx.Client


def euros(amount: int | None) -> str:
    """Write minor units as a person would."""
    if amount is None:
        return "-"
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100:,}.{abs(amount) % 100:02d} EUR"


class Demo:
    """The story, told on a console.

    Parameters
    ----------
    url
        Base URL of the API.
    console
        Where it is told.
    """

    def __init__(self, url: str, console: Console) -> None:
        self._url = url
        self._console = console
        self.failures = 0
        self.expectations = 0

    # -- telling ------------------------------------------------------------------------------

    def chapter(self, title: str) -> None:
        """Begin a part of the story."""
        self._console.print(f"\n[bold]{escape(title)}[/bold]", highlight=False)

    def say(self, text: str) -> None:
        """Tell something that is no expectation."""
        self._console.print(f"  [dim]{escape(text)}[/dim]", highlight=False)

    def expect(self, what: str, expected: object, seen: object) -> None:
        """Show an expectation and whether it was met."""
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

    # -- asking -------------------------------------------------------------------------------

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
                f"the API at {self._url} does not answer ({error}): make up?"
            ) from error
        except ValueError as error:
            raise DemoFailed(f"{method} {path} did not answer JSON") from error

    def need(self, client: httpx.Client, path: str, body: Json, **headers: str) -> Json:
        """Post what the rest of the story rests on."""
        status, answer = self.call(client, "POST", path, body, **headers)
        if status not in (200, 201):
            raise DemoFailed(f"POST {path} answered {status}: {answer}")
        return answer

    def move(self, person: Person, kind: str, body: Json, **headers: str) -> Json:
        """Move money and wait for the result."""
        full = {"currency": "EUR", **body}
        return self.need(person.client, f"/{kind}", full, **(WAIT | headers))

    def balance(self, person: Person, account_id: str) -> int:
        """Read an account's balance."""
        status, account = self.call(person.client, "GET", f"/accounts/{account_id}")
        if status != 200:
            raise DemoFailed(f"GET /accounts/{account_id} answered {status}: {account}")
        return int(account["balance"])

    # -- the story ----------------------------------------------------------------------------

    def tell(self) -> None:
        """Tell all of it."""
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
        # Grace's shall live on another partition, so that the transfer has to cross.
        for _ in range(MOST_ACCOUNTS):
            graces, other_partition = self._open(grace)
            if other_partition != partition:
                break
        self.expect("they live on different partitions", True, partition != other_partition)
        self.say(f"Ada's on partition {partition}, Grace's on partition {other_partition}")
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
            "a withdrawal of 70.01 is refused",
            ("rejected", "insufficient_funds"),
            (done["status"], done["reason"]),
        )
        self.expect("and changed nothing", euros(70_00), euros(self.balance(ada, adas)))

    def _double_click(self, ada: Person, adas: str) -> None:
        self.chapter("A double click, without an Idempotency-Key: twice, one after the other")
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
        self.chapter("A retry with an Idempotency-Key: once")
        key = f"demo-{secrets.token_hex(8)}"
        body = {"account_id": adas, "amount": 5_00}
        first = self.move(ada, "withdrawals", body, Idempotency_Key=key)
        again = self.move(ada, "withdrawals", body, Idempotency_Key=key)
        self.expect("the same transaction", first["transaction_id"], again["transaction_id"])
        self.expect("it cost once", euros(45_00), euros(self.balance(ada, adas)))
        other = self.move(ada, "withdrawals", {**body, "amount": 6_00}, Idempotency_Key=key)
        self.expect(
            "the key with another body is refused",
            ("rejected", "idempotency_conflict"),
            (other["status"], other["reason"]),
        )
        self.expect("and cost nothing", euros(45_00), euros(self.balance(ada, adas)))

    def _transfer(self, ada: Person, adas: str, grace: Person, graces: str) -> None:
        self.chapter("A transfer from partition to partition")
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
        self.expect("Ada can't look into Grace's account", 404, status)

    def _statement(self, ada: Person, adas: str) -> None:
        self.chapter("Ada's statement")
        status, statement = self.call(ada.client, "GET", f"/accounts/{adas}/statement?format=json")
        if status != 200:
            raise DemoFailed(f"the statement answered {status}: {statement}")
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
        self.expect("opening plus entries is", euros(statement["closing_balance"]), euros(total))
        self.expect("which is the balance", euros(self.balance(ada, adas)), euros(total))

    def _books(self) -> None:
        self.chapter("The books")
        address = os.environ.get("LEDGERLANE_DATABASE_URL")
        if not address:
            self.say("LEDGERLANE_DATABASE_URL is not set: run it by `make demo` to see the books")
            return
        try:
            with psycopg.connect(address, connect_timeout=10) as connection:
                connection.read_only = True
                rows = connection.execute(BOOKS).fetchall()
        except psycopg.Error as error:
            raise DemoFailed(f"the books can't be read: {error}") from error
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
            "all accounts, per currency, sum to", [0] * len(rows), [row[-1] for row in rows]
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; return its exit status."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--url", default=os.environ.get("LEDGERLANE_API_URL", ""))
    url = parser.parse_args(arguments).url.rstrip("/")
    if not url.startswith("http"):
        print("demo: say where the API is (--url); `make -s url` prints it", file=sys.stderr)
        return 2
    # Rich leaves colours out where the output is no terminal, and where NO_COLOR is set.
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
        console.print(f"\n[bold red]{demo.failures} of {demo.expectations} not so[/bold red]")
        return 1
    console.print(f"\n[bold green]all {demo.expectations} expectations met[/bold green]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
