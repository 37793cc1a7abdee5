"""Maximum lengths of clients' texts, in characters, for schemas, checks and documentation.

The Python client (``docs/client``) is a separate package and repeats the length of a key.
"""

from __future__ import annotations

from typing import Final

MAX_IDEMPOTENCY_KEY: Final = 255
MAX_REQUEST_ID: Final = 128
MAX_NAME: Final = 200
MAX_EMAIL: Final = 254
MAX_PASSWORD: Final = 256
#: For a description or a person's reason.
MAX_TEXT: Final = 500
MAX_METADATA_KEY: Final = 40
MAX_METADATA_VALUE: Final = 500
