"""The stages' templates as they were reviewed, without importing the CDK, which takes seconds.

`tests/infra/test_aws_stages.py` compares them with what the CDK app makes, so that a test which
works under the rights in them works under the rights that are deployed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

SNAPSHOTS = Path(__file__).parents[1] / "infra" / "snapshots"


@cache
def reviewed(stack: str) -> dict[str, dict[str, Any]]:
    """Return the resources of a stack, such as ``ledgerlane-prod-base``, by logical id."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (SNAPSHOTS / f"{stack}.yaml").read_text()
    resources: dict[str, dict[str, Any]] = yaml.load(text, loader)["Resources"]
    return resources


def cache_rights() -> str:
    """Return the access string of the cache's user."""
    (rights,) = {
        resource["Properties"]["AccessString"]
        for resource in reviewed("ledgerlane-prod-base").values()
        if resource["Type"] == "AWS::ElastiCache::User"
        and resource["Properties"]["AuthenticationMode"] == {"Type": "iam"}
    }
    return str(rights)


def log_rights(function: str) -> dict[str, set[str]]:
    """Return what a function may do with the log: by kind of resource, MSK's actions."""
    found: dict[str, set[str]] = {"cluster": set(), "topic": set(), "group": set()}
    for name, resource in reviewed("ledgerlane-prod").items():
        if resource["Type"] != "AWS::IAM::Policy" or not name.startswith(
            f"{function.capitalize()}Role"
        ):
            continue
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
            actions = statement["Action"]
            for action in actions if isinstance(actions, list) else [actions]:
                service, _, what = action.partition(":")
                if service == "kafka-cluster":
                    found[_kind(str(statement["Resource"]))].add(what)
    return found


def _kind(resource: str) -> str:
    if ":topic/" in resource:
        return "topic"
    return "group" if ":group/" in resource else "cluster"
