"""Make an existing user an operator: ``python -m functions.operator EMAIL``.

There is no way to it by HTTP.  The database is the one of the environment's settings, or of
LEDGERLANE_POOLER_URL, which `make operator` sets.
"""

from __future__ import annotations

import os
import sys

from functions import wiring
from functions.settings import SettingsError
from handlers.people.users import Users
from handlers.platform.errors import LedgerlaneError
from handlers.platform.postgres import Database


def main(arguments: list[str]) -> int:
    """Promote the user with the given address; return the exit status."""
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
    print(f"{user.email} ({user.user_id}) is an operator now")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
