"""The limits of an invocation's payloads.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB for requests and
responses. The numbers of bytes are from Lambda's error messages.
"""

from __future__ import annotations

import json
from typing import Any

MAXIMUM_REQUEST_BYTES = 6_291_456
MAXIMUM_RESPONSE_BYTES = 6_291_556
# In JSON, a character has at most six bytes.
_WORST_FACTOR = 6
RESPONSE_TOO_LARGE = (
    f"Response payload size exceeded maximum allowed payload size ({MAXIMUM_RESPONSE_BYTES} bytes)."
)


def exceeds(value: dict[str, Any], maximum_bytes: int) -> bool:
    """Whether a proxy event or a proxy response is too large.

    Only the body can make it too large, and few bodies are long enough to measure exactly.
    """
    body = value.get("body")
    if not isinstance(body, str) or len(body) * _WORST_FACTOR < maximum_bytes:
        return False
    encoded = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return len(encoded.encode()) > maximum_bytes
