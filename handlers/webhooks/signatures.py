"""Signing deliveries, so that whoever receives one can tell that it is ours, and new.

The form is Stripe's: the time is part of what is signed, so that an old delivery that somebody
recorded can be told from a new one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

HEADER: Final = "Ledgerlane-Signature"
SECRET_PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
#: How old a signature may be for `is_signed`, in seconds.
TOLERANCE_S: Final = 300


def new_secret() -> str:
    """Make a secret of 256 random bits."""
    return SECRET_PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def signature(secret: str, body: bytes, at_s: int) -> str:
    """Return the header's value: ``t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>">``."""
    digest = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"


def is_signed(secret: str, body: bytes, header: str, now_s: int) -> bool:
    """Tell whether a header is the signature of a body, made not long ago: what receivers do."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    at = parts.get("t", "")
    if not (at.isascii() and at.isdigit()) or abs(now_s - int(at)) > TOLERANCE_S:
        return False
    return hmac.compare_digest(signature(secret, body, int(at)), f"t={at},v1={parts.get('v1')}")
