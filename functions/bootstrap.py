"""The function that asks MSK for its brokers' addresses, which CloudFormation does not provide.

It runs outside the VPC and makes only this one call.
"""

from __future__ import annotations

from typing import Any, Final

from functions.custom_resource import Event, answer

PHYSICAL_ID: Final = "ledgerlane-bootstrap"


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Return the broker addresses that accept IAM authentication."""
    return answer(event, PHYSICAL_ID, lambda: _ask(event["ResourceProperties"]["ClusterArn"]))


def _ask(cluster_arn: str) -> dict[str, Any]:
    import boto3

    found = boto3.client("kafka").get_bootstrap_brokers(ClusterArn=cluster_arn)
    return {"Bootstrap": found["BootstrapBrokerStringSaslIam"]}
