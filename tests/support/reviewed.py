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
def template(stack: str) -> dict[str, Any]:
    """Return the template of a stack, such as ``ledgerlane-prod-base``."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load((SNAPSHOTS / f"{stack}.yaml").read_text(), loader)
    return loaded


def reviewed(stack: str) -> dict[str, dict[str, Any]]:
    """Return the resources of a stack, by logical id."""
    resources: dict[str, dict[str, Any]] = template(stack)["Resources"]
    return resources


def exports(stack: str) -> dict[str, Any]:
    """Return what other stacks can import from a stack, by name."""
    outputs = template(stack).get("Outputs", {}).values()
    return {output["Export"]["Name"]: output["Value"] for output in outputs if "Export" in output}


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
