"""What has happened is what the log says, though the brokers' clock be ahead of everybody's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.domain.partitions import partition_of
from handlers.platform.clock import MOMENT, parse_rfc3339, rfc3339
from tests.integration.api.harness import PARTITIONS, Stack, deposit, open_account

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module", autouse=True)
def brokers_ahead(stack: Stack) -> None:
    """Have each partition seen a record of an hour ahead: what comes next has its time."""
    client = stack.user()
    seen: set[int] = set()
    while len(seen) < PARTITIONS:
        seen.add(partition_of(open_account(client), PARTITIONS))
    with stack.held():
        stack.database.write(
            "update ledger.partition_progress set clock = now() + interval '1 hour'"
        )


def test_a_completed_transaction_is_in_the_balance_and_the_statement(stack: Stack) -> None:
    client = stack.user()
    account_id = open_account(client)
    done = deposit(client, account_id, 5, Prefer="wait=10")
    assert done.status == 201
    posted_at = done.json["completed_at"]
    path = f"/accounts/{account_id}"

    balance = client.get(f"{path}/balance").json
    statement = client.get(f"{path}/statement").json

    assert (balance["balance"], balance["version"], balance["at"]) == (5, 1, posted_at)
    assert (statement["closing_balance"], len(statement["entries"])) == (5, 1)
    again = client.get(f"{path}/statement?from={statement['from']}&to={statement['to']}").json
    assert again == statement


def test_a_time_that_was_told_may_be_asked_for_and_a_later_one_not(stack: Stack) -> None:
    client = stack.user()
    account_id = open_account(client)
    posted_at = deposit(client, account_id, 5, Prefer="wait=10").json["completed_at"]
    path = f"/accounts/{account_id}/balance"
    later = rfc3339(parse_rfc3339(posted_at) + MOMENT)

    assert client.get(f"{path}?at={posted_at}").json["balance"] == 5
    answer = client.get(f"{path}?at={later}")
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "at")


@pytest.mark.parametrize(
    "at", ["2999-01-01T00:00:00Z", "9990-01-01T00:00:01Z", "9999-12-31T23:59:59-23:59"]
)
def test_no_year_is_a_special_case(stack: Stack, at: str) -> None:
    client = stack.user()
    account_id = open_account(client, balance=5)
    answer = client.get(f"/accounts/{account_id}/balance?at={at}")
    assert answer.status == 422, answer.text
    # An end that is left out does no harm there: it is the end of what has happened.
    listed = client.get(f"/accounts/{account_id}/entries?to={at}").json["data"]
    assert [entry["amount"] for entry in listed] == [5]
    statement = client.get(f"/accounts/{account_id}/statement?to={at}").json
    assert statement["closing_balance"] == 5
    assert statement["to"] == client.get(f"/accounts/{account_id}/statement").json["to"]


def test_the_distant_past_is_answered(stack: Stack) -> None:
    client = stack.user()
    account_id = open_account(client, balance=5)
    for at in ("0000-01-01T00:00:00Z", "1969-12-31T23:59:60Z", "1970-01-01T00:00:00Z"):
        found = client.get(f"/accounts/{account_id}/balance?at={at}").json
        assert (found["balance"], found["version"]) == (0, 0)


def test_a_period_that_is_none_is_told_of_the_parameter_that_was_sent(stack: Stack) -> None:
    client = stack.user()
    account_id = open_account(client)
    opened = parse_rfc3339(client.get(f"/accounts/{account_id}").json["created_at"])
    day = timedelta(days=1)
    before, after = rfc3339(opened - day), rfc3339(opened + day)
    path = f"/accounts/{account_id}/statement"
    wrong = {
        f"to={before}": "to",
        f"from={after}": "from",
        f"from={rfc3339(opened)}&to={before}": "from",
    }
    for query, field in wrong.items():
        answer = client.get(f"{path}?{query}")
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, field), query
    empty = client.get(f"{path}?from={before}&to={before}").json
    assert (empty["opening_balance"], empty["entries"]) == (0, [])
