"""Measure the API function's CPU for an accepted deposit, without brokers and HTTP.

``python -m load.bench.handler`` prints the median and the best of several rounds. Everything runs
as deployed (routing, session, limits, validation, the command, response and log line), except that
the producer acknowledges at once, and the session and the account's owner are cached.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, Final

from functions import wiring
from functions.settings import Settings
from handlers.domain.callers import Caller
from handlers.platform import clock
from handlers.platform.bounds import GENEROUS
from handlers.platform.kafka import Outbound, Position

USER: Final = "usr_" + "a" * 32
ACCOUNT: Final = "acc_" + "b" * 32
#: The limit for a deposit, in microseconds of CPU.
LIMIT_US: Final = 150


class _Producer:
    """A producer that acknowledges every record at once."""

    def __init__(self) -> None:
        self._offset = 0

    def send(self, records: Iterable[Outbound]) -> list[int]:
        return [record.partition for record in records]

    def wait(self, pendings: list[int], timeout_s: float = 0) -> list[Position]:
        self._offset += 1
        return [Position(partition, self._offset) for partition in pendings]

    positions = wait


class _Sessions:
    """Sessions that all belong to the same user."""

    def caller(self, *_: Any) -> Caller:
        return Caller(USER, "customer", 2**60, clock.now_us())


class _Database:
    """Returns the account's owner, no lag, and no growth."""

    def read(self, query: str, params: Any = None) -> list[tuple[Any, ...]]:
        if "ledger.accounts" in query:
            return [(ACCOUNT[4:], USER[4:])]
        return [(12, False, False)] if "log_growths" in query else []


class _Limits:
    """Rate limits that are never exceeded."""

    def take(self, *_: Any) -> int:
        return 0


def wire() -> None:
    """Replace everything outside the handler with fakes."""
    wiring.settings.replace(
        Settings(
            stage="bench",
            database_host="",
            database_port=1,
            database_name="",
            database_secret_arn="",
            kafka_bootstrap=(),
            kafka_security="plaintext",
            kafka_secret_arn="",
            commands_topic="commands",
            events_topic="events",
            partitions=12,
            redis_url="redis://127.0.0.1:1/0",
            log_level="INFO",
            limits=GENEROUS,
        )
    )
    stand_ins: list[tuple[wiring.once[Any], Any]] = [
        (wiring.producer, _Producer()),
        (wiring.sessions, _Sessions()),
        (wiring.database, _Database()),
        (wiring.cache, _Limits()),
    ]
    for once, stand_in in stand_ins:
        once.replace(stand_in)


def event() -> dict[str, Any]:
    """Return a deposit as an event of API Gateway."""
    headers = {
        "Authorization": "Bearer llt_" + "x" * 43,
        "Content-Type": "application/json",
        "Host": "127.0.0.1:8080",
        "User-Agent": "bench",
        "Accept": "*/*",
        "Idempotency-Key": "0123456789abcdef",
    }
    body = {"account_id": ACCOUNT, "amount": 1250, "currency": "EUR", "description": "lunch"}
    return {
        "resource": "/deposits",
        "path": "/deposits",
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": "/deposits",
            "httpMethod": "POST",
            "path": "/v1/deposits",
            "stage": "v1",
            "requestId": "bench",
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


def measure(rounds: int, requests: int) -> list[float]:
    """Return the CPU per request of each round, in microseconds."""
    from app import app

    wire()
    request = event()
    answer = app(request, None)
    assert answer["statusCode"] == 202, answer
    for _ in range(requests // 4):
        app(request, None)
    results = []
    for _ in range(rounds):
        started_s = time.process_time()
        for _ in range(requests):
            app(request, None)
        results.append((time.process_time() - started_s) / requests * 1e6)
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if the result exceeds the limit."""
    parser = argparse.ArgumentParser(prog="handler", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--requests", type=int, default=4000, help="requests per round")
    options = parser.parse_args(arguments)
    # Write the access log to a null device.
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        results = measure(options.rounds, options.requests)
    median = statistics.median(results)
    print(
        f"{median:.1f} us of CPU per accepted deposit (best {min(results):.1f}, limit {LIMIT_US})"
    )
    return int(median > LIMIT_US)


if __name__ == "__main__":
    sys.exit(main())
