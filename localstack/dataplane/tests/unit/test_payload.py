"""Lambda's limit of 6 MB, below API Gateway's 10 MB."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dataplane.http.frontend import encode_event
from dataplane.http.gateway_responses import GatewayError
from dataplane.http.invoking import FunctionFailedError
from dataplane.invokers import ConcurrentInvoker, StrictInvoker
from dataplane.model import FunctionSpec
from dataplane.runtime import payload, strict
from dataplane.runtime.environment import Identity, context_factory
from dataplane.runtime.frames import FUNCTION_ERROR, OK
from dataplane.worker import Invocation

IDENTITY = Identity("f", "arn", "m.h", 128, 3, "/tmp", "stream")


def filled(size: int, character: str = "x") -> dict[str, Any]:
    """Return an event or a response with so many bytes of JSON."""
    empty = len(encode_event({"body": ""}))
    count = (size - empty) // len(json.dumps(character, ensure_ascii=False).encode()[1:-1])
    return {"body": character * count}


@pytest.mark.parametrize("character", ["x", "é", '"', "\x01"])
def test_what_is_measured_is_the_json(character: str) -> None:
    limit = payload.MAXIMUM_REQUEST_BYTES
    fitting = filled(limit, character)
    assert len(encode_event(fitting)) <= limit
    assert not payload.exceeds(fitting, limit)
    assert payload.exceeds({"body": fitting["body"] + character * 2}, limit)


class Pool:
    spec = FunctionSpec("f", "arn", "F", "a.b", "python3.11", "/code", "sha", 3, 128)

    def invoke(self, event: bytes, **_: Any) -> Invocation:
        return Invocation(b"{}", False)


POOL: Any = Pool()


@pytest.mark.parametrize(
    "invoker", [ConcurrentInvoker(lambda event, context: {}, IDENTITY), StrictInvoker(POOL)]
)
def test_an_event_over_the_limit_is_a_413_and_reaches_nobody(invoker: Any) -> None:
    assert invoker.invoke(filled(payload.MAXIMUM_REQUEST_BYTES), "r") == {}
    with pytest.raises(GatewayError) as refused:
        invoker.invoke(filled(payload.MAXIMUM_REQUEST_BYTES + 10), "r")
    assert refused.value.kind == "REQUEST_TOO_LARGE"


def test_an_answer_over_the_limit_is_the_functions_failure() -> None:
    answer = filled(payload.MAXIMUM_RESPONSE_BYTES)
    invoker = ConcurrentInvoker(lambda event, context: answer, IDENTITY)
    assert invoker.invoke({}, "r") is answer
    answer["body"] += "xx"
    with pytest.raises(FunctionFailedError, match="maximum allowed payload size"):
        invoker.invoke({}, "r")


def test_a_strict_workers_answer_over_the_limit_is_its_failure() -> None:
    answer = filled(payload.MAXIMUM_RESPONSE_BYTES)
    context = context_factory(IDENTITY)("r", 0.0)
    assert strict._invoke(lambda event, context: answer, json.loads, b"{}", context)[0] == OK
    answer["body"] += "xx"
    status, told = strict._invoke(lambda event, context: answer, json.loads, b"{}", context)
    assert status == FUNCTION_ERROR
    assert json.loads(told)["errorType"] == "Function.ResponseSizeTooLarge"
