"""Make an existing user an operator: ``python -m functions.operator EMAIL``, or as a function.

This can't be done over HTTP.  As a command, it uses the database in the environment's settings, or
in LEDGERLANE_POOLER_URL, which `make operator` sets.  As a function, it takes the event ``{"email":
"ada@example.com"}``, and whoever may invoke it can make operators.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from functions import wiring
from functions.settings import SettingsError
from handlers.people.users import Users
from handlers.platform.errors import LedgerlaneError
from handlers.platform.postgres import Database


def handler(event: Any, context: Any) -> dict[str, str]:
    """Promote the user with the event's email address."""
    user = Users(wiring.database()).promote(str(event["email"]))
    wiring.logger().warning("made an operator", extra={"user_id": user.user_id})
    return {"user_id": user.user_id, "email": user.email, "role": user.role}


def main(arguments: list[str]) -> int:
    """Promote the user with the given email address; return the exit status."""
    if len(arguments) != 1 or "@" not in arguments[0]:
        print("usage: python -m functions.operator EMAIL", file=sys.stderr)
        return 2
    url = os.environ.get("LEDGERLANE_POOLER_URL")
    try:
        database = Database(url, max_size=1) if url else wiring.database()
        try:
            user = Users(database).promote(arguments[0])
        finally:
            database.close()
    except (LedgerlaneError, SettingsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{user.email} ({user.user_id}) is now an operator")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
