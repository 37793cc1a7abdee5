"""Custom resources: do work during a deployment and report the result to CloudFormation.

See the AWS CloudFormation User Guide, "Custom resource request and response objects".
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any, Final

RESPONSE_TIMEOUT_S: Final = 20
MAX_REASON: Final = 1000

Event = dict[str, Any]


def answer(
    event: Event,
    physical_id: str,
    work: Callable[[], dict[str, Any]],
    undo: Callable[[], None] | None = None,
) -> dict[str, Any]:
    """Do the work, and report the result if CloudFormation sent the event.

    Deletions do nothing by default, because what these resources manage outlives the stack.

    Parameters
    ----------
    physical_id
        The resource's identity, which must never change: CloudFormation would replace the resource.
    work
        Returns the resource's attributes.
    undo
        What a deletion does.
    """
    if "ResponseURL" not in event:
        return work()
    # Always respond, or the deployment waits until it times out.
    try:
        data = _undone(undo) if event["RequestType"] == "Delete" else work()
        _respond(event, physical_id, "SUCCESS", "", data)
        return data
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        # Don't use the wiring here: it may be what failed.
        print(json.dumps({"level": "ERROR", "message": "resource failed", "reason": reason}))
        _respond(event, physical_id, "FAILED", reason, {})
        return {"error": reason}


def _undone(undo: Callable[[], None] | None) -> dict[str, Any]:
    if undo is not None:
        undo()
    return {}


def _respond(
    event: Event, physical_id: str, status: str, reason: str, data: dict[str, Any]
) -> None:
    body = json.dumps(
        {
            "Status": status,
            "Reason": reason.replace("\n", " ")[:MAX_REASON],
            "PhysicalResourceId": physical_id,
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": event["LogicalResourceId"],
            "Data": data,
        }
    ).encode()
    request = urllib.request.Request(  # CloudFormation's own pre-signed address
        event["ResponseURL"], data=body, method="PUT", headers={"Content-Type": ""}
    )
    with urllib.request.urlopen(request, timeout=RESPONSE_TIMEOUT_S):
        pass
