"""A toy consumer that keeps every event it was given, and answers as the records tell it to.

A value is plain text or JSON. Text that begins with ``bad`` makes the invocation raise, each time;
``report`` reports its record as failed, each time; ``slow`` takes a quarter of a second; and
``answer:JSON`` is what it returns, once.
"""

from __future__ import annotations

import base64
import json
import os
import time
from pathlib import Path
from typing import Any


def handler(event: dict[str, Any], context: Any) -> Any:
    sink = Path(os.environ["TOY_SINK"])
    begun = time.time()
    answer: Any = {"batchItemFailures": []}
    failure: Exception | None = None
    for place, records in event["records"].items():
        for record in records:
            text = base64.b64decode(record.get("value", "")).decode(errors="replace")
            mark = sink / f"seen-{place}-{record['offset']}"
            if text.startswith("bad"):
                failure = RuntimeError(f"asked to by {place} {record['offset']}")
            elif text.startswith("report"):
                identifier = {"partition": place, "offset": record["offset"]}
                answer["batchItemFailures"].append({"itemIdentifier": identifier})
            elif text.startswith("slow"):
                time.sleep(0.25)
            elif text.startswith("answer:") and not mark.exists():
                mark.touch()
                answer = json.loads(text.removeprefix("answer:"))
    topic = next(iter(event["records"].values()))[0]["topic"]
    with (sink / f"{topic}.jsonl").open("a") as out:
        line = {"event": event, "begun": begun, "ended": time.time(), "id": context.aws_request_id}
        out.write(json.dumps(line) + "\n")
    if failure:
        raise failure
    return answer
