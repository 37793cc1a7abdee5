"""The function that compares a mapping's committed offsets with the ledger, and sets them.

An operator invokes it, with ``{}`` to look and ``{"reset": true}`` to let the mapping go on where
the ledger is.  The mapping must be disabled for that: the brokers refuse it while somebody reads in
the group.  Commands that are delivered again are harmless; commands that are skipped are not, so
after a restore the offsets must not be ahead of the ledger.
"""

from __future__ import annotations

from typing import Any

from functions import wiring
from handlers.platform.bounds import APPLY_GROUP
from handlers.platform.topic_admin import TopicAdmin
from handlers.sharding.progress import progress_of


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Return where the group and the ledger are in each partition; move the group if asked to."""
    settings = wiring.settings()
    topic, group = settings.commands_topic, settings.log_prefix + APPLY_GROUP
    admin = TopicAdmin(wiring.brokers())
    ledger = _next_offsets(topic)
    is_reset = bool(event.get("reset"))
    if is_reset:
        # A partition that the ledger does not know yet begins at 0, whatever was read of it.
        wanted = dict.fromkeys(admin.committed(topic, group), 0) | ledger
        admin.commit(topic, group, wanted)
        wiring.logger().warning("offsets were set", extra={"group": group, "to": wanted})
    committed = admin.committed(topic, group)
    return {
        "group": group,
        "committed": {str(partition): offset for partition, offset in committed.items()},
        "ledger": {str(partition): offset for partition, offset in ledger.items()},
        "reset": is_reset,
    }


def _next_offsets(topic: str) -> dict[int, int]:
    """Return the offset of the next record of each partition that the ledger expects."""
    incarnation = wiring.topics().incarnation(topic, refresh=True)
    # A topic that was created anew starts again at 0.
    return {
        partition: reached.next_offset if reached.incarnation == incarnation else 0
        for partition, reached in progress_of(wiring.shards(), topic).items()
    }
