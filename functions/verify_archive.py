"""The function that reads the whole archive and compares it with the log.

An operator invokes it, with ``{}`` or, if the archive is too large for fifteen minutes, with
``{"partition": 3}``. On a machine that reaches the bucket and the brokers,
``python -m functions.verify_archive`` has no limit.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any, Final

from functions import wiring
from functions.settings import SettingsError
from handlers.archiving.verification import Verified, verify
from handlers.platform.bounds import ARCHIVE_GROUP
from handlers.platform.errors import LedgerlaneError
from handlers.platform.topic_admin import TopicAdmin

SOUND: Final = 0
UNSOUND: Final = 1
UNKNOWN: Final = 2


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Verify the archive, and return what was found; ``sound`` is whether nothing is wrong."""
    found = _verify(event.get("partition"))
    result = {"sound": not found.problems, **asdict(found)}
    log = wiring.logger().error if found.problems else wiring.logger().info
    log("the archive was verified", extra=result)
    return result


def _verify(partition: int | None) -> Verified:
    settings = wiring.settings()
    topic, group = settings.commands_topic, settings.log_prefix + ARCHIVE_GROUP
    # Before the archive is read, because archiving goes on.
    committed = TopicAdmin(wiring.brokers()).committed(topic, group)
    incarnation = wiring.topics().incarnation(topic, refresh=True)
    return verify(wiring.archive(), wiring.history(), incarnation, committed, partition)


def main() -> int:
    """Verify the archive, print what was found and return the exit status."""
    try:
        result = handler({}, None)
    except (SettingsError, LedgerlaneError) as error:
        print(f"verify-archive: {error}", file=sys.stderr)
        return UNKNOWN
    print(json.dumps(result, indent=2))
    return SOUND if result["sound"] else UNSOUND


if __name__ == "__main__":
    sys.exit(main())
