"""Findings of cdk-nag that are meant, each with its reason, beside the code they are about."""

from __future__ import annotations

from aws_cdk import Validations
from constructs import IConstruct


def explain(construct: IConstruct, reason: str, *rules: str) -> None:
    """Acknowledge `rules`, such as ``AwsSolutions-IAM5[Resource::*]``, on `construct` and below.

    `Validations.acknowledge` refuses rule names with ``::`` in them, as every finding about a
    policy's statement has (cdk-nag issue 2351), so the record is written as cdk-nag reads it.
    """
    for rule in rules:
        construct.node.add_metadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, {rule: reason})
