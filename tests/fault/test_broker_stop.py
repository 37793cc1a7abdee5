"""The broker stops: nothing is half accepted, reads go on, and nobody restarts anything else."""

from __future__ import annotations

import os
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from functools import partial

import httpx
import pytest

from tests.support.api import Api, check_problem
from tests.support.stack import Stack, wait_until

pytestmark = pytest.mark.fault

#: A record is tried for 4 s and waited for by 5; the rest is what a busy machine adds.
BOUND_S = 12


@pytest.fixture
def person(stack: Stack) -> Iterator[Api]:
    made = Api(stack.api_url).sign_up("Bo")
    yield made
    made.close()


def deposit(person: Api, account_id: str, key: str) -> httpx.Response:
    body = {"account_id": account_id, "amount": 5, "currency": "EUR"}
    return person.post("/deposits", body, key=key, wait_s=20)


def is_taken(person: Api, account_id: str, key: str) -> bool:
    return deposit(person, account_id, key).status_code == 201


def every_partition_is_open(person: Api) -> bool:
    """Open accounts on partitions at random, until one refuses."""
    body = {"currency": "EUR"}
    return all(person.post("/accounts", body).status_code == 201 for _ in range(30))


@pytest.mark.parametrize("how", ["frozen", "killed"])
def test_posts_are_refused_in_bounded_time_and_reads_go_on(
    stack: Stack, person: Api, how: str
) -> None:
    if how == "killed" and stack.broker == "tansu":
        pytest.skip("this broker keeps nothing")
    account_id = person.open_account(balance=100)
    stack.await_drained()
    pids = stack.pids("broker")
    keys = [secrets.token_hex(8) for _ in range(8)]
    answers: dict[str, tuple[float, httpx.Response]] = {}

    def ask(key: str) -> None:
        started_s = time.monotonic()
        with httpx.Client(timeout=60, headers=person.client.headers, verify=False) as client:
            answer = client.post(
                f"{person.url}/deposits",
                json={"account_id": account_id, "amount": 5, "currency": "EUR"},
                headers={"Idempotency-Key": key},
            )
        answers[key] = (time.monotonic() - started_s, answer)

    if how == "killed":
        stack.stop("broker")
    else:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
    try:
        threads = [threading.Thread(target=ask, args=(key,)) for key in keys]
        for thread in threads:
            thread.start()
        started_s = time.monotonic()
        assert person.balance(account_id) == 100
        assert person.get("/transactions").status_code == 200
        assert time.monotonic() - started_s < BOUND_S
        for thread in threads:
            thread.join(60)
    finally:
        if how == "killed":
            stack.restart("broker")
        else:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
    assert answers.keys() == set(keys)
    for took_s, answer in answers.values():
        check_problem(answer, 503, "unavailable")
        assert int(answer.headers["Retry-After"]) >= 1
        assert took_s < BOUND_S
    # Without a restart of anything else; a key that was in doubt is asked again and counts once.
    for key in keys:
        wait_until(
            partial(is_taken, person, account_id, key),
            "deposits are taken again",
            60,
        )
    stack.await_drained()
    assert person.balance(account_id) == 100 + 5 * len(keys)
    wait_until(lambda: every_partition_is_open(person), "every partition takes commands again", 60)
