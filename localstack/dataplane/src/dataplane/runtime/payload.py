"""How large an invocation's payloads may be.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB each way; the service
itself names these bytes.
"""

from __future__ import annotations

import json
from typing import Any

MAXIMUM_REQUEST_BYTES = 6_291_456
MAXIMUM_RESPONSE_BYTES = 6_291_556
# JSON writes a character as six bytes at most.
_WORST_FACTOR = 6
RESPONSE_TOO_LARGE = (
    f"Response payload size exceeded maximum allowed payload size ({MAXIMUM_RESPONSE_BYTES} bytes)."
)


def exceeds(value: dict[str, Any], maximum_bytes: int) -> bool:
    """Whether a proxy event or a proxy response is larger than it may be.

    Only the body of one can make it so, and hardly any is worth measuring.
    """
    body = value.get("body")
    if not isinstance(body, str) or len(body) * _WORST_FACTOR < maximum_bytes:
        return False
    encoded = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return len(encoded.encode()) > maximum_bytes
