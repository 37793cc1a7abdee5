"""Suppress intended findings of cdk-nag, with a reason, next to the code they concern."""

from __future__ import annotations

from aws_cdk import Validations
from constructs import IConstruct


def explain(construct: IConstruct, reason: str, *rules: str) -> None:
    """Acknowledge `rules`, such as ``AwsSolutions-IAM5[Resource::*]``, on `construct` and below.

    `Validations.acknowledge` refuses rule names with ``::``, which every finding about a policy's
    statement has (cdk-nag issue 2351). So this writes the record in the form that cdk-nag reads.
    """
    for rule in rules:
        construct.node.add_metadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, {rule: reason})
