"""The function that makes the topics when the stack is deployed, and keeps their partition counts.

It is behind a CloudFormation custom resource: a count that differs fails the deployment, because an
account's partition follows from it (docs/aws.md says how to grow a log).
"""

from __future__ import annotations

import json
from typing import Any, Final

from functions.custom_resource import Event, answer

PHYSICAL_ID: Final = "ledgerlane-topics"


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Make the topics that the event's properties name."""
    return answer(event, PHYSICAL_ID, lambda: _make(event["ResourceProperties"]))


def _make(properties: dict[str, str]) -> dict[str, Any]:
    from functions import wiring
    from handlers.platform.topic_admin import TopicAdmin

    # CloudFormation makes text of every property.
    made = TopicAdmin(wiring.brokers()).ensure(
        json.loads(properties["Topics"]),
        partitions=int(properties["Partitions"]),
        replication=int(properties["Replication"]),
    )
    wiring.logger().info("topics are there", extra={"made": made})
    return {"Made": ",".join(made)}
