"""The payloads of failed invocations, like Lambda's."""

from __future__ import annotations

import json
import sys
import traceback
from typing import Any

from dataplane.runtime.loader import HandlerError
from dataplane.runtime.payload import RESPONSE_TOO_LARGE


def describe(error: BaseException, request_id: str) -> dict[str, Any]:
    """Return ``{errorMessage, errorType, requestId, stackTrace}`` for a handler's exception."""
    frames = traceback.extract_tb(error.__traceback__)
    # The first frame is the runtime's call of the handler.
    lines = traceback.format_list(frames[1:])
    kind = error.kind if isinstance(error, HandlerError) else type(error).__name__
    return {
        "errorMessage": str(error),
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": lines,
    }


def report(error: BaseException, request_id: str) -> dict[str, Any]:
    """Describe a failure and write it to the function's log."""
    described = describe(error, request_id)
    text = f"[ERROR] {described['errorType']}: {described['errorMessage']}\n"
    if described["stackTrace"]:
        text += "Traceback (most recent call last):\n" + "".join(described["stackTrace"])
    sys.stdout.write(f"{text.rstrip()}\tRequestId: {request_id}\n")
    sys.stdout.flush()
    return described


def message_of(payload: bytes) -> str:
    """Return the ``errorMessage`` of a failed invocation's payload."""
    try:
        return str(json.loads(payload)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return payload.decode(errors="replace")


def timeout_message(request_id: str, timeout_s: float) -> str:
    """Return the ``errorMessage`` of an invocation that exceeded its timeout."""
    return f"{request_id} Task timed out after {timeout_s:.2f} seconds"


def timed_out(request_id: str, timeout_s: float) -> bytes:
    """Return the payload of an invocation that exceeded its timeout."""
    message = timeout_message(request_id, timeout_s)
    return json.dumps({"errorType": "Sandbox.Timedout", "errorMessage": message}).encode()


def response_too_large(request_id: str) -> bytes:
    """Return the payload of an invocation whose response exceeds Lambda's limit."""
    sys.stdout.write(f"[ERROR] {RESPONSE_TOO_LARGE}\tRequestId: {request_id}\n")
    sys.stdout.flush()
    kind = "Function.ResponseSizeTooLarge"
    return json.dumps({"errorType": kind, "errorMessage": RESPONSE_TOO_LARGE}).encode()


def exited(request_id: str, status: int | None) -> bytes:
    """Return the payload of an invocation whose process ended."""
    how = f"signal: {-status}" if status is not None and status < 0 else f"exit status {status}"
    message = f"RequestId: {request_id} Error: Runtime exited with error: {how}"
    return json.dumps({"errorType": "Runtime.ExitError", "errorMessage": message}).encode()
