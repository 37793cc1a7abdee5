"""Signs deliveries, so that receivers can tell that a delivery is ours and recent.

The format is Stripe's: the signature covers the time, so that a recorded delivery can't be sent
again later.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

HEADER: Final = "Ledgerlane-Signature"
SECRET_PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
#: The maximum age of a signature for `is_signed`, in seconds.
TOLERANCE_S: Final = 300


def new_secret() -> str:
    """Return a secret of 256 random bits."""
    return SECRET_PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def signature(secret: str, body: bytes, at_s: int) -> str:
    """Return the header's value: ``t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>">``."""
    digest = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"


def is_signed(secret: str, body: bytes, header: str, now_s: int) -> bool:
    """Tell whether a header is a recent signature of a body, as receivers must check."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    at = parts.get("t", "")
    if not (at.isascii() and at.isdigit()) or abs(now_s - int(at)) > TOLERANCE_S:
        return False
    return hmac.compare_digest(signature(secret, body, int(at)), f"t={at},v1={parts.get('v1')}")
