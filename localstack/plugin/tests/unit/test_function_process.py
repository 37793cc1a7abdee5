"""A function's child process behaves as Lambda's execution environment does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hostmode.function_process import FunctionProcess

LIMIT_S = 60.0
ENVIRONMENT = {
    "_HANDLER": "package/shop.handler",
    "AWS_LAMBDA_FUNCTION_NAME": "shop",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
    "AWS_LAMBDA_FUNCTION_TIMEOUT": "3",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/shop",
    "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
    "GREETING": "hello",
}
CODE = """\
import os, sys, time
from package.prices import PRICE

def handler(event, context):
    print("asked for", event)
    if event == "raise":
        raise ValueError("no such thing")
    if event == "exit":
        os._exit(3)
    if event == "leave":
        sys.exit("left")
    if event == "sleep":
        time.sleep(60)
    if event == "pid":
        return os.getpid()
    return {
        "price": PRICE,
        "greeting": os.environ["GREETING"],
        "secret": os.environ.get("SECRET"),
        "id": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "left": context.get_remaining_time_in_millis(),
    }
"""


def ask(process: FunctionProcess, event: object, limit_s: float = LIMIT_S) -> tuple[object, bool]:
    """Invoke and return the payload and whether it is an error."""
    request = {
        "invoke-id": "request-1",
        "invoked-function-arn": "arn:shop",
        "payload": json.dumps(event),
        "trace-id": "Root=1",
    }
    answer = process.invoke(request, limit_s)
    return json.loads(answer.payload), answer.is_error


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "shop.py").write_text(CODE)
    (tmp_path / "package" / "prices.py").write_text("PRICE = 5\n")
    return tmp_path


@pytest.fixture
def process(code: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FunctionProcess]:
    monkeypatch.setenv("SECRET", "of LocalStack's own environment")
    made = FunctionProcess(code, ENVIRONMENT)
    started = made.start(LIMIT_S)
    assert not started.is_error, started
    yield made
    made.stop()


def test_a_handler_gets_its_event_its_context_and_only_its_own_environment(
    process: FunctionProcess,
) -> None:
    answer, failed = ask(process, {"item": 1})

    assert not failed
    assert isinstance(answer, dict)
    assert 0 < answer.pop("left") <= 3000
    assert answer == {
        "price": 5,
        "greeting": "hello",
        "secret": None,
        "id": "request-1",
        "arn": "arn:shop",
    }


def test_one_process_serves_one_event_after_the_other(process: FunctionProcess) -> None:
    assert ask(process, "pid") == ask(process, "pid")


def test_each_invocation_returns_its_own_log(process: FunctionProcess) -> None:
    request = {"invoke-id": "1", "invoked-function-arn": "", "trace-id": "", "payload": '"pid"'}
    first = process.invoke(request, LIMIT_S)
    second = process.invoke({**request, "payload": '"again"'}, LIMIT_S)

    assert first.logs == "asked for pid\n"
    assert second.logs == "asked for again\n"


@pytest.mark.parametrize(("event", "kind"), [("raise", "ValueError"), ("leave", "SystemExit")])
def test_an_exception_is_reported_as_lambda_does_and_the_process_goes_on(
    process: FunctionProcess, event: str, kind: str
) -> None:
    before = ask(process, "pid")

    error, failed = ask(process, event)

    assert failed
    assert isinstance(error, dict)
    assert error["errorType"] == kind
    assert error["requestId"] == "request-1"
    assert ask(process, "pid") == before


def test_a_process_that_exits_fails_its_invocation_and_can_be_started_again(
    process: FunctionProcess,
) -> None:
    error, failed = ask(process, "exit")

    assert failed
    assert isinstance(error, dict)
    assert error["errorType"] == "Runtime.ExitError"
    assert not process.alive
    assert not process.start(LIMIT_S).is_error
    assert not ask(process, "again")[1]


def test_a_handler_that_is_too_slow_is_ended(process: FunctionProcess) -> None:
    error, failed = ask(process, "sleep", 0.2)

    assert failed
    assert error == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "Task timed out after 0.20 seconds",
    }
    assert not process.alive


def test_a_handler_that_cannot_be_loaded_says_why(code: Path) -> None:
    (code / "package" / "prices.py").write_text("raise RuntimeError('no prices')\n")
    process = FunctionProcess(code, ENVIRONMENT)
    try:
        started = process.start(LIMIT_S)
    finally:
        process.stop()

    assert started.is_error
    assert json.loads(started.payload)["errorMessage"] == "no prices"
    assert "RuntimeError: no prices" in started.logs


def test_a_stopped_process_is_gone(process: FunctionProcess) -> None:
    pid, _ = ask(process, "pid")

    process.stop()

    deadline = time.monotonic() + LIMIT_S
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline, "still there"
        time.sleep(0.01)
