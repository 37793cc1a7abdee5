"""A toy consumer: appends every record it is given to a file per partition."""

from __future__ import annotations

import base64
import json
import os
import time
from pathlib import Path
from typing import Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    folder = Path(os.environ["TOY_SINK"])
    failures = []
    for records in event["records"].values():
        for record in records:
            value = base64.b64decode(record["value"])
            if value.startswith(b"null:"):
                continue
            verdict = _misbehave(folder, value, record)
            if verdict:
                failures.append(verdict)
                break
            line = json.dumps([record["offset"], value.decode(), time.time()])
            name = f"{record['topic']}-{record['partition']}.jsonl"
            with (folder / name).open("a") as sink:
                sink.write(line + "\n")
    return {"batchItemFailures": failures}


def _misbehave(folder: Path, value: bytes, record: dict[str, Any]) -> Any:
    """Do as the value says.

    ``once:crash:7`` crashes the first time it is seen, and is applied the second;
    ``always:raise:7`` raises each time.
    """
    if value.startswith(b"always:"):
        raise RuntimeError("asked to, always")
    if not value.startswith(b"once:"):
        return None
    mark = folder / ("seen-" + value.decode().replace(":", "-"))
    if mark.exists():
        return None
    mark.touch()
    kind = value.split(b":")[1]
    if kind == b"crash":
        os._exit(9)
    if kind == b"raise":
        raise RuntimeError("asked to")
    if kind == b"sleep":
        time.sleep(60)
    identifier = {
        "partition": f"{record['topic']}-{record['partition']}",
        "offset": record["offset"] if kind == b"report" else 10**12,
    }
    return {"itemIdentifier": identifier}
