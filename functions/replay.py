"""The function that applies a batch again that an event source mapping gave up.

An operator invokes it, with ``{}`` to list the batches in the bucket of failures and
``{"key": "..."}`` to apply one.  It runs the apply function's own code, so what is applied already
stays as it is.
"""

from __future__ import annotations

import json
from typing import Any, Final

from functions import apply, wiring

#: The most objects to list.
MAX_LISTED: Final = 1000


def handler(event: Any, context: Any) -> dict[str, Any]:
    """List the batches that were given up, or apply one.

    Raises
    ------
    RuntimeError
        If the batch fails again. The apply function's log line says why.
    """
    key = event.get("key")
    if not key:
        return {"given_up": _list()}
    batch = _read(key)
    failures = apply.handler(batch, context)["batchItemFailures"]
    if failures:
        raise RuntimeError(f"{len(failures)} records of {key} were not applied; see the log")
    applied = {name: len(records) for name, records in batch["records"].items()}
    wiring.logger().warning("a batch was replayed", extra={"key": key, "applied": applied})
    return {"key": key, "applied": applied}


def _storage() -> Any:
    import boto3

    return boto3.client("s3")


def _list() -> list[dict[str, Any]]:
    found = _storage().list_objects_v2(Bucket=wiring.settings().failures_bucket, MaxKeys=MAX_LISTED)
    return [
        {"key": one["Key"], "at": one["LastModified"].isoformat(), "bytes": one["Size"]}
        for one in found.get("Contents", ())
    ]


def _read(key: str) -> dict[str, Any]:
    """Return the event that failed.

    Lambda writes the invocation's record, in which the event is text (Lambda Developer Guide,
    "Capturing discarded batches for a self-managed Apache Kafka event source").
    """
    found = _storage().get_object(Bucket=wiring.settings().failures_bucket, Key=key)
    payload = json.loads(found["Body"].read())["payload"]
    event: dict[str, Any] = json.loads(payload) if isinstance(payload, str) else payload
    return event
