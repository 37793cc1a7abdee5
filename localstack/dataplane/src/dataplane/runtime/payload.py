"""The limits of an invocation's payloads.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB for requests and
responses. The numbers of bytes are from Lambda's error messages.
"""

from __future__ import annotations

import json
from typing import Any

MAXIMUM_REQUEST_BYTES = 6_291_456
MAXIMUM_RESPONSE_BYTES = 6_291_556
# In JSON, a character has at most six bytes, so a shorter body is never too large. Callers compare
# this in place, because they do so for every request.
WORTH_MEASURING = MAXIMUM_REQUEST_BYTES // 6 - 100_000
RESPONSE_TOO_LARGE = (
    f"Response payload size exceeded maximum allowed payload size ({MAXIMUM_RESPONSE_BYTES} bytes)."
)


def exceeds(value: dict[str, Any], maximum_bytes: int) -> bool:
    """Return whether a proxy event or a proxy response is too large."""
    encoded = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return len(encoded.encode()) > maximum_bytes
