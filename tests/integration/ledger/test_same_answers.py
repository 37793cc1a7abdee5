"""Whatever databases its partitions are in, a ledger gives the same answers to every question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any, Final

import pytest

from app import RESOURCES
from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.ledger import decoded
from handlers.domain.partitions import partition_of
from handlers.platform.clock import rfc3339_us
from handlers.sharding.shards import Shards
from tests.integration.ledger.answers import CALLERS, OTHER, Answer, Reader, api_over
from tests.integration.ledger.harness import COMMANDS, START_MS, Ledger
from tests.integration.ledger.layouts import LedgerPlayer
from tests.integration.ledger.pooling import empty, scratch_database, url_of
from tests.integration.ledger.sharded import ShardedLedger
from tests.support.histories import OWNER, Clear, History, Step

pytestmark = pytest.mark.integration

PARTITIONS: Final = 4
LENGTH: Final = 50
#: Of histories in which all kinds of commands occur often.
SEEDS: Final = (132, 136)
#: The shard of each partition that is not at home.
LAYOUTS: Final[dict[str, Mapping[int, int]]] = {
    "one database": {},
    "two databases": {1: 2, 3: 2},
    "three databases": {0: 3, 1: 2, 2: 3},
}
#: Routes whose answers follow from nothing that a partition has.
ELSEWHERE: Final = {
    *("/users/me", "/api-keys", "/api-keys/{key_id}", "/health", "/openapi.json", "/docs"),
    *("/webhooks", "/webhooks/{webhook_id}", "/webhooks/{webhook_id}/deliveries"),
}
MOVING: Final = {"transfer", "capture", "reversal", "hold", "deposit", "withdrawal"}

Answers = dict[tuple[str, str], Answer]


class Unfinished(History):
    """A history whose parked commands stay parked."""

    def steps(self) -> Iterator[Step]:
        for step in super().steps():
            if isinstance(step, Clear):
                return
            yield step


@pytest.fixture(scope="module")
def urls(admin_url: str, pooler_port: int, template: str) -> Iterator[list[str]]:
    """Make three databases."""
    with ExitStack() as stack:
        names = [stack.enter_context(scratch_database(admin_url, template)) for _ in range(3)]
        yield [url_of(admin_url, name, pooler_port) for name in names]


def ledger_over(urls: list[str], homes: Mapping[int, int]) -> Ledger:
    for url in urls:
        empty(url)
    if not homes:
        return Ledger(urls[0], PARTITIONS)
    return ShardedLedger(urls[: max(homes.values())], homes, PARTITIONS)


class Play:
    """Plays a history, then what another user does, and leaves money under way."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self.ledger = ledger
        self.history = Unfinished(seed, LENGTH)
        LedgerPlayer(ledger, LENGTH).play(self.history)
        self.others: list[str] = []
        self._number = 10**6
        self._receive()
        self._leave_under_way()

    def _common(self, user_id: str) -> dict[str, Any]:
        self._number += 1
        return {
            "transaction_id": f"txn_{self._number:032x}",
            "user_id": user_id,
            "requested_at_us": self.ledger.publisher.now_ms * 1000,
            "fingerprint": str(self._number),
            "rules": c.RULES,
        }

    def _do(self, command: c.AnyCommand) -> None:
        self.ledger.send(command)
        self.ledger.drain()

    def _receive(self) -> None:
        """Have another user with an account on each partition, who is paid and pays."""
        while len(self.others) < PARTITIONS:
            common = self._common(OTHER)
            account_id = ids.account_id_of(common["transaction_id"])
            if partition_of(account_id, PARTITIONS) == len(self.others):
                self.others.append(account_id)
                self._do(c.AccountOpening(account_id=account_id, currency="EUR", **common))
        for account_id, other in zip(self.others, self.history.account_ids, strict=False):
            self._do(
                c.Deposit(account_id=account_id, amount=500, currency="EUR", **self._common(OTHER))
            )
            self._do(self._transfer(OTHER, account_id, other))
            self._do(self._transfer(OWNER, other, account_id))

    def _transfer(self, user_id: str, source: str, destination: str) -> c.Transfer:
        return c.Transfer(
            source_account_id=source,
            destination_account_id=destination,
            amount=3,
            currency="EUR",
            **self._common(user_id),
        )

    def _leave_under_way(self) -> None:
        for n, source in enumerate(self.others):
            self.ledger.send(self._transfer(OTHER, source, self.others[n - 1]))
            self.ledger.apply(n)
        # This one is only in the log.
        self.ledger.send(self._transfer(OTHER, self.others[0], self.others[1]))

    def commands(self) -> Iterator[tuple[c.AnyCommand, str]]:
        """Return the log's commands with their positions."""
        for records in self.ledger.log.partitions:
            for record in records:
                command = decoded(record)
                if not isinstance(command, c.UndecodableError):
                    yield command, f"{record.partition}-{record.offset}"


def told(play: Play) -> Answers:
    """Return what every caller is told about a history."""
    reader, ledger = Reader(), play.ledger
    accounts = [*play.history.account_ids, *play.others, "acc_" + "9" * 32]
    now_us = ledger.publisher.now_ms * 1000
    moments = [rfc3339_us(START_MS * 1000 + n * (now_us - START_MS * 1000) // 4) for n in range(5)]
    with api_over(ledger):
        for who, (user_id, _role) in CALLERS.items():
            _lists(reader, who, user_id, moments)
            for account_id in accounts:
                _account(reader, who, account_id, moments)
            for command, position in play.commands():
                reader.get(who, f"/transactions/{command.transaction_id}")
                reader.get(who, f"/transactions/{command.transaction_id}?position={position}")
                if isinstance(command, c.HoldPlacement):
                    reader.get(who, f"/holds/{ids.hold_id_of(command.transaction_id)}")
    return reader.answers


def _lists(reader: Reader, who: str, user_id: str, moments: list[str]) -> None:
    reader.list(who, "/accounts")
    reader.list(who, "/accounts?metadata.a=1")
    reader.list(who, f"/accounts?user_id={OWNER}")
    reader.list(who, "/transactions")
    reader.list(who, f"/transactions?from={moments[1]}&to={moments[3]}")
    for filters in ("kind=transfer", "kind=account_opening", "status=rejected", "min_amount=50"):
        reader.list(who, f"/transactions?{filters}")
    reader.list(who, "/holds")
    reader.list(who, "/holds?status=captured")
    reader.list(who, "/parked")
    reader.list(who, "/parked?status=parked")
    reader.get(who, "/reports/trial-balance")
    reader.get(who, "/reports/trial-balance?currency=EUR")


def _account(reader: Reader, who: str, account_id: str, moments: list[str]) -> None:
    here = f"/accounts/{account_id}"
    reader.get(who, here)
    reader.get(who, f"{here}/balance")
    for moment in moments:
        reader.get(who, f"{here}/balance?at={moment}")
    reader.get(who, f"{here}/limits")
    reader.list(who, f"{here}/entries")
    reader.list(who, f"{here}/entries?from={moments[1]}&to={moments[3]}")
    reader.get(who, f"{here}/statement")
    for form in ("json", "csv"):
        reader.get(who, f"{here}/statement?format={form}&from={moments[2]}&to={moments[3]}")
    reader.list(who, f"/transactions?account_id={account_id}")
    reader.list(who, f"/holds?account_id={account_id}")
    reader.list(who, f"/parked?account_id={account_id}")


@pytest.fixture(scope="module", params=SEEDS)
def answers(request: pytest.FixtureRequest, urls: list[str]) -> dict[str, Answers]:
    """Return what every caller is told about a history, by layout."""
    found = {}
    for name, homes in LAYOUTS.items():
        ledger = ledger_over(urls, homes)
        try:
            found[name] = told(Play(ledger, request.param))
        finally:
            ledger.close()
    return found | {"copies": told_of_copies(urls, request.param)}


def told_of_copies(urls: list[str], seed: int) -> Answers:
    """Return what is told if two databases have all rows: of each, some partitions count."""
    ledger, copy = (Ledger(url, PARTITIONS) for url in urls[:2])
    try:
        for one in (ledger, copy):
            empty(one.url)
            play = Play(one, seed)
            one.execute("update ledger.partition_progress set shard = 2 where partition in (1, 3)")
        # What was applied to the other database's partitions meanwhile does not count.
        for one, partitions in ((ledger, [1, 3]), (copy, [0, 2])):
            one.execute(
                "update ledger.accounts set balance = balance + 7, held = held + 1"
                " where partition = any(%s) and kind = 'customer'",
                partitions,
            )
        ledger.shards = Shards([ledger.database, copy.database], COMMANDS, PARTITIONS)
        play.ledger = ledger
        return told(play)
    finally:
        ledger.close()
        copy.close()


def test_where_partitions_live_changes_no_answer(answers: dict[str, Answers]) -> None:
    together, *apart = answers

    for name in apart:
        assert answers[name].keys() == answers[together].keys(), name
        for question, answer in answers[together].items():
            assert answers[name][question] == answer, f"{question} over {name}"


def test_every_route_that_reads_is_asked(answers: dict[str, Answers]) -> None:
    routes = {
        operation.path
        for resource in RESOURCES
        for operation in resource.operations
        if operation.method == "GET"
    }
    patterns = {route: re.sub(r"\{\w+\}", r"[^/?]+", route) + r"(\?.*)?" for route in routes}

    asked = {
        route
        for (_, path), answer in answers["one database"].items()
        for route, pattern in patterns.items()
        if answer.status == 200 and re.fullmatch(pattern, path)
    }

    assert asked == routes - ELSEWHERE


def test_the_history_has_what_differs_between_databases(answers: dict[str, Answers]) -> None:
    seen = answers["one database"]
    transactions = [
        answer.body
        for (who, path), answer in seen.items()
        if who == "operator" and path.startswith("/transactions/txn_") and answer.status == 200
    ]

    assert {one["status"] for one in transactions} == {"completed", "rejected", "pending"}
    assert {one["kind"] for one in transactions} >= MOVING
    assert any(one["reason"] == "idempotency_conflict" for one in transactions)
    assert {one["status"] for one in seen["operator", "/parked"].body["data"]} >= {"parked"}
