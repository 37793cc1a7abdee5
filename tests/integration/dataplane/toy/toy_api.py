"""A toy Chalice-free API: it echoes what it was given, and misbehaves when asked to."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

COLD = {"invocations": 0, "running": 0}
_PRODUCER: dict[str, Any] = {}


def handler(event: dict[str, Any], context: Any) -> Any:
    COLD["invocations"] += 1
    COLD["running"] += 1
    try:
        return _answer(event, context)
    finally:
        COLD["running"] -= 1


def _answer(event: dict[str, Any], context: Any) -> Any:
    what = event["resource"]
    if what == "/crash":
        os._exit(13)
    if what == "/raise":
        raise RuntimeError("asked to")
    if what == "/malformed":
        return {"status": "no status code"}
    if what == "/sleep/{seconds}":
        time.sleep(float(event["pathParameters"]["seconds"]))
    if what == "/produce":
        return _produce(event)
    if what == "/fast":
        return {"statusCode": 200, "headers": {}, "body": "{}"}
    print("echoing", event["path"])
    body = {
        "event": event,
        "version": os.environ.get("TOY_VERSION"),
        "pid": os.getpid(),
        "invocations": COLD["invocations"],
        "running": COLD["running"],
        "path": sys.path[0],
        "context": {
            "aws_request_id": context.aws_request_id,
            "function_name": context.function_name,
            "arn": context.invoked_function_arn,
            "remaining": context.get_remaining_time_in_millis(),
            "memory": context.memory_limit_in_mb,
            "log_group": context.log_group_name,
            "log_stream": context.log_stream_name,
            "version": context.function_version,
        },
        "environment": {k: v for k, v in os.environ.items() if k.startswith(("AWS_", "LAMBDA_"))},
    }
    return {
        "statusCode": 201,
        "headers": {"Content-Type": "application/json", "X-One": "1"},
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]},
        "body": json.dumps(body),
    }


def _produce(event: dict[str, Any]) -> dict[str, Any]:
    from confluent_kafka import Producer

    if not _PRODUCER:
        producer = Producer(
            {
                "bootstrap.servers": os.environ["KAFKA_BOOTSTRAP"],
                "linger.ms": 1,
                "acks": "all",
                "enable.idempotence": True,
            }
        )
        _PRODUCER["producer"] = producer

        def poll() -> None:
            while True:
                producer.poll(0)
                time.sleep(0.001)

        threading.Thread(target=poll, daemon=True).start()
    # A lock that is released by another is the lightest thing to wait on, patched or not.
    done = threading.Lock()
    done.acquire()
    place: list[Any] = []

    def delivered(error: Any, message: Any) -> None:
        place.append(error or (message.partition(), message.offset()))
        done.release()

    body = json.loads(event["body"])
    _PRODUCER["producer"].produce(
        os.environ["TOY_TOPIC"], json.dumps(body), key=body["key"], on_delivery=delivered
    )
    if not done.acquire(timeout=10):
        raise TimeoutError("the broker didn't acknowledge in 10 s")
    return {"statusCode": 202, "headers": {}, "body": json.dumps({"position": place[0]})}
