"""Operating the deployed stage by `make ops`, as on AWS."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from typing import Any

import pytest

from load.judge.topic import TopicRecord
from tests.support.api import Api
from tests.support.stack import COMMANDS, ROOT, Stack

pytestmark = pytest.mark.e2e


def ops(words: str, status: int = 0) -> Any:
    """Do something to the local stage; return the answer, or what went wrong."""
    done = subprocess.run(
        ["make", "-s", "ops", "STAGE=local", f"DO={words}"],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    # make itself answers 2 where the command did not answer 0.
    assert bool(done.returncode) is bool(status), done.stdout + done.stderr
    return done.stderr if status else json.loads(done.stdout)


def test_the_first_operator_is_made(stack: Stack) -> None:
    otto = Api(stack.api_url).sign_up("Otto")
    try:
        assert ops(f"operator {otto.email}")["role"] == "operator"
        otto.sign_in()
        assert otto.get("/parked").status_code == 200
    finally:
        otto.close()


def test_a_user_who_is_not_there_is_not_made_an_operator(stack: Stack) -> None:
    assert "no user has the address" in ops("operator nobody@example.com", status=1)


def test_the_books_are_audited(stack: Stack, ada: Api) -> None:
    ada.open_account(balance=1)

    assert ops("audit")["sound"] is True


def test_the_ledger_equals_its_log(stack: Stack, ada: Api) -> None:
    ada.open_account(balance=1)

    assert ops("rebuild")["difference"] is None


def test_offsets_are_shown_and_are_not_moved_while_the_mapping_reads(stack: Stack) -> None:
    seen = ops("offsets")

    assert seen["ledger"].keys() <= {str(n) for n in range(stack.partitions)}
    assert "mapping disabled" in ops("offsets reset", status=1)


def test_a_growth_that_did_not_begin_can_t_be_given_up(stack: Stack) -> None:
    assert "error" in ops("grow give-up", status=1)


def test_a_batch_that_was_given_up_is_replayed(stack: Stack, ada: Api) -> None:
    account_id = ada.open_account(balance=5)
    given_up = batch_of(stack, account_id)
    storage = stack.client("s3")
    buckets = [b["Name"] for b in storage.list_buckets()["Buckets"]]
    (bucket,) = (name for name in buckets if "failures" in name)
    key = "aws/lambda/a-mapping/a-batch"
    record = {"requestContext": {"condition": "RetriesExhausted"}, "payload": json.dumps(given_up)}
    storage.put_object(Bucket=bucket, Key=key, Body=json.dumps(record).encode())

    assert key in [one["key"] for one in ops("replay")["given_up"]]
    assert ops(f"replay {key}")["applied"] == dict.fromkeys(given_up["records"], 1)

    # It was applied before, so it changes nothing.
    assert ada.get(f"/accounts/{account_id}").json()["balance"] == 5


def batch_of(stack: Stack, account_id: str) -> dict[str, Any]:
    """Return the event with the record of an account's deposit."""
    records = [record for partition in stack.topic() for record in partition]
    found = next(one for one in records if account_id.encode() in (one.value or b""))
    return {
        "eventSource": "SelfManagedKafka",
        "records": {f"{COMMANDS}-{found.partition}": [event_record(found)]},
    }


def event_record(found: TopicRecord) -> dict[str, Any]:
    return {
        "topic": COMMANDS,
        "partition": found.partition,
        "offset": found.offset,
        "timestamp": found.timestamp_ms,
        "timestampType": "LOG_APPEND_TIME",
        "key": base64.b64encode(found.key or b"").decode(),
        "value": base64.b64encode(found.value or b"").decode(),
        "headers": [],
    }
