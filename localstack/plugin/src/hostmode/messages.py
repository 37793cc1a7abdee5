"""What CloudFormation and a custom resource's function tell each other, without LocalStack."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

#: AWS's own limit for an answer, in seconds.
DEFAULT_TIMEOUT_S: Final = 3600.0
# Attributes of a resource that hold its state; no function answers with these names.
PHYSICAL_ID: Final = "HostmodePhysicalId"
PROPERTIES: Final = "HostmodeProperties"


@dataclass(frozen=True)
class Answer:
    """A function's answer.

    Attributes
    ----------
    physical_id : str
        The resource's identity; another one than before asks for a replacement.
    data : mapping
        The attributes that ``Fn::GetAtt`` reads.
    """

    succeeded: bool
    reason: str
    physical_id: str
    data: Mapping[str, Any]

    @classmethod
    def failed(cls, reason: str) -> Answer:
        """Return the answer in place of one that can't be had."""
        return cls(False, reason, "", {})


@dataclass(frozen=True)
class State:
    """What is remembered of a resource between deployments, among its attributes."""

    physical_id: str
    properties: Mapping[str, Any]

    @classmethod
    def of(cls, attributes: Mapping[str, Any] | None) -> State | None:
        """Return the state that `attributes` hold; None if the resource was never created."""
        if not attributes or PHYSICAL_ID not in attributes:
            return None
        return cls(attributes[PHYSICAL_ID], attributes[PROPERTIES])

    def with_attributes(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the resource's attributes with this state among them."""
        return {**data, PHYSICAL_ID: self.physical_id, PROPERTIES: dict(self.properties)}


def make_request(
    kind: str,
    properties: Mapping[str, Any],
    before: State | None,
    *,
    answer_url: str,
    stack_id: str,
    logical_id: str,
    resource_type: str,
) -> dict[str, Any]:
    """Return the request that the function gets.

    Parameters
    ----------
    kind : str
        ``Create``, ``Update`` or ``Delete``.
    properties : mapping
        The properties that are wanted, ``ServiceToken`` included.
    before : State, optional
        The resource as it is; there is none yet when it is created.
    """
    request = {
        "RequestType": kind,
        "RequestId": str(uuid.uuid4()),
        "ResponseURL": answer_url,
        "StackId": stack_id,
        "LogicalResourceId": logical_id,
        "ResourceType": resource_type,
        "ServiceToken": properties["ServiceToken"],
        "ResourceProperties": dict(properties),
    }
    if before is not None:
        request["PhysicalResourceId"] = before.physical_id
    if before is not None and kind == "Update":
        request["OldResourceProperties"] = dict(before.properties)
    return request


def read_answer(body: bytes) -> Answer:
    """Return the function's answer; one that can't be read is a failure that says so."""
    try:
        answer = json.loads(body)
        succeeded = answer["Status"] == "SUCCESS"
        physical_id = str(answer["PhysicalResourceId"])
        data = dict(answer.get("Data") or {})
    except (ValueError, KeyError, TypeError) as error:
        return Answer.failed(f"the function's answer can't be read ({error!r})")
    return Answer(succeeded, str(answer.get("Reason", "")), physical_id, data)


def timeout_s(properties: Mapping[str, Any]) -> float:
    """Return how long the function may take to answer, in seconds (``ServiceTimeout``)."""
    return float(properties.get("ServiceTimeout") or DEFAULT_TIMEOUT_S)
