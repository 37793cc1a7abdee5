"""The function that creates the topics during a deployment and checks their partition counts.

It is a CloudFormation custom resource: a wrong count fails the deployment, because the count
decides each account's partition (see docs/aws.md for how to grow a log).
"""

from __future__ import annotations

import json
from typing import Any, Final

from functions.custom_resource import Event, answer

PHYSICAL_ID: Final = "ledgerlane-topics"


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Create the topics in the event's properties."""
    properties = event["ResourceProperties"]
    is_ephemeral = properties.get("DeletesTopics") == "true"
    return answer(
        event,
        PHYSICAL_ID,
        lambda: _make(properties),
        # The brokers outlive a pull request's stage, and the next one of its name starts anew.
        (lambda: _delete(properties)) if is_ephemeral else None,
    )


def _make(properties: dict[str, str]) -> dict[str, Any]:
    from functions import wiring
    from handlers.platform.topic_admin import TopicAdmin

    # CloudFormation turns every property into text.
    made = TopicAdmin(wiring.brokers()).ensure(
        json.loads(properties["Topics"]),
        partitions=int(properties["Partitions"]),
        replication=int(properties["Replication"]),
    )
    wiring.logger().info("topics are ready", extra={"made": made})
    return {"Made": ",".join(made)}


def _delete(properties: dict[str, str]) -> None:
    from functions import wiring
    from handlers.platform.topic_admin import TopicAdmin

    TopicAdmin(wiring.brokers()).delete(list(json.loads(properties["Topics"])))
