"""The child process of one function: loads its handler and invokes it, an event at a time.

Run as a script with the function's code as its working folder. It reads requests from one pipe and
writes answers to another, a line of JSON each; standard output and standard error are the
function's log. It ends when the request pipe is closed, so it can't outlive LocalStack.

It imports only the standard library: the function's own packages must come first.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import IO, Any

Handler = Callable[[Any, "Context"], Any]


class Context:
    """Lambda's context object, as the Python runtime passes it."""

    client_context = None
    identity = None

    def __init__(self, request_id: str, arn: str, deadline: float) -> None:
        self.aws_request_id = request_id
        self.invoked_function_arn = arn
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline = deadline

    def get_remaining_time_in_millis(self) -> int:
        """Return how many milliseconds are left before the function is stopped."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def load_handler(name: str) -> Handler:
    """Return the handler called `name`, such as ``package/module.function``."""
    module, _, function = name.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module.replace("/", ".")), function)
    return handler


def describe(error: BaseException, request_id: str = "") -> dict[str, Any]:
    """Return an exception as Lambda reports it to the caller."""
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def invoke(handler: Handler, request: dict[str, Any], timeout_s: float) -> dict[str, Any]:
    """Invoke the handler; return its result or its error as a JSON document in a string."""
    request_id = request["invoke-id"]
    os.environ["_X_AMZN_TRACE_ID"] = request["trace-id"]
    context = Context(request_id, request["invoked-function-arn"], time.monotonic() + timeout_s)
    try:
        return {"payload": json.dumps(handler(json.loads(request["payload"]), context))}
    # SystemExit too: on Lambda, it ends the invocation and not the service.
    except BaseException as error:
        traceback.print_exc()
        return {"payload": json.dumps(describe(error, request_id)), "is_error": True}


def serve(requests: IO[str], answers: IO[str]) -> None:
    """Load the handler named by ``_HANDLER``, then answer each request until there are no more."""

    def send(answer: dict[str, Any]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    timeout_s = float(os.environ["AWS_LAMBDA_FUNCTION_TIMEOUT"])
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except BaseException as error:
        traceback.print_exc()
        send({"payload": json.dumps(describe(error)), "is_error": True})
        return
    send({"payload": ""})
    for line in requests:
        send(invoke(handler, json.loads(line), timeout_s))


if __name__ == "__main__":
    # In place of this script's own folder.
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    with os.fdopen(int(sys.argv[1])) as first, os.fdopen(int(sys.argv[2]), "w") as second:
        serve(first, second)
