"""A toy consumer that counts: each batch is noted as the range of numbers it held.

The values of a partition are the numbers from 0 on. A batch with a hole or out of order is noted as
such, so that a million records leave no more than a line a batch to look at.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    for place, records in event["records"].items():
        numbers = [int(base64.b64decode(record["value"])) for record in records]
        first, count = numbers[0], len(numbers)
        kind = "batch" if numbers == list(range(first, first + count)) else "broken"
        with (Path(os.environ["TOY_SINK"]) / f"{place}.ranges").open("a") as sink:
            sink.write(f"{kind} {first} {first + count - 1}\n")
    return {"batchItemFailures": []}
