"""How long clients' texts may be, in characters; whoever validates, describes or refuses reads it.

The Python client (``docs/client``) stands by itself, and repeats the length of a key.
"""

from __future__ import annotations

from typing import Final

MAX_IDEMPOTENCY_KEY: Final = 255
MAX_REQUEST_ID: Final = 128
MAX_NAME: Final = 200
MAX_EMAIL: Final = 254
MAX_PASSWORD: Final = 256
#: Of a description, or of a reason that a person gives.
MAX_TEXT: Final = 500
MAX_METADATA_KEY: Final = 40
MAX_METADATA_VALUE: Final = 500
