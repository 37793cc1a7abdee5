"""CloudFormation's custom resources: their function is invoked, and its answer awaited.

See the AWS CloudFormation User Guide, "Custom resource request and response objects". The answer
comes by a presigned S3 address, as on AWS.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import boto3
from botocore.client import Config
from localstack.config import internal_service_url
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

from hostmode.messages import PHYSICAL_ID, Answer, State, make_request, read_answer, timeout_s

POLL_S = 0.1


class CustomResourceProvider(ResourceProvider):
    """Creates, updates and deletes custom resources by their service token."""

    TYPE = "AWS::CloudFormation::CustomResource"
    SCHEMA: ClassVar = {"primaryIdentifier": [f"/properties/{PHYSICAL_ID}"]}

    def create(self, request: ResourceRequest) -> ProgressEvent:
        """Send ``Create`` and return the attributes that the function answered with."""
        return self._change(request, "Create", None)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        """Send ``Update`` with the properties before and after."""
        before = State.of(request.previous_state)
        event = self._change(request, "Update", before)
        after = State.of(event.resource_model)
        if before and after and after.physical_id != before.physical_id:
            # Another identity is another resource: the one before is deleted.
            self._change(request, "Delete", before)
        return event

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        """Send ``Delete``; what was never created is gone already."""
        state = State.of(request.previous_state)
        if state is None:
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})
        return self._change(request, "Delete", state)

    def _change(self, request: ResourceRequest, kind: str, before: State | None) -> ProgressEvent:
        deleted = before if kind == "Delete" else None
        wanted = deleted.properties if deleted else request.desired_state
        answer = _ask(request, kind, wanted, before)
        if not answer.succeeded:
            return ProgressEvent(
                status=OperationStatus.FAILED, resource_model={}, message=answer.reason
            )
        model = State(answer.physical_id, wanted).with_attributes(answer.data)
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)


def _ask(
    request: ResourceRequest, kind: str, wanted: Mapping[str, Any], before: State | None
) -> Answer:
    """Invoke the resource's function and return what it answered."""
    limit_s = timeout_s(wanted)
    s3 = _client("s3", "us-east-1", request.account_id, limit_s)
    place = {"Bucket": f"custom-resource-{uuid.uuid4()}", "Key": "answer.json"}
    s3.create_bucket(Bucket=place["Bucket"])
    try:
        url = s3.generate_presigned_url("put_object", Params=place, ExpiresIn=int(limit_s))
        message = make_request(
            kind,
            wanted,
            before,
            answer_url=url,
            stack_id=request.stack_id,
            logical_id=request.logical_resource_id,
            resource_type=request.resource_type,
        )
        deadline = time.monotonic() + limit_s
        # Awaited, where AWS doesn't: a function that fails is told of at once, not when the time
        # for its answer is over.
        functions = _client("lambda", request.region_name, request.account_id, limit_s)
        invoked = functions.invoke(
            FunctionName=wanted["ServiceToken"], Payload=json.dumps(message).encode()
        )
        if "FunctionError" in invoked:
            return Answer.failed(f"the function failed: {invoked['Payload'].read().decode()}")
        return _await_answer(s3, place, deadline)
    finally:
        s3.delete_object(**place)
        s3.delete_bucket(Bucket=place["Bucket"])


def _client(service: str, region: str, account: str, limit_s: float) -> Any:
    """Return a client of LocalStack itself that waits for an answer and never asks twice."""
    config = Config(
        signature_version="s3v4" if service == "s3" else "v4",
        s3={"addressing_style": "path"},
        read_timeout=limit_s,
        retries={"total_max_attempts": 1},
        proxies={},
    )
    # The stubs know no service whose name is a variable.
    make: Callable[..., Any] = boto3.client
    return make(
        service,
        endpoint_url=internal_service_url(),
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="test",
        config=config,
    )


def _await_answer(s3: Any, place: Mapping[str, str], deadline: float) -> Answer:
    """Return the answer; the function may have left it to somebody else, who takes longer."""
    while True:
        try:
            return read_answer(s3.get_object(**place)["Body"].read())
        except s3.exceptions.NoSuchKey:
            if time.monotonic() >= deadline:
                return Answer.failed("the function did not answer in time (ServiceTimeout)")
            time.sleep(POLL_S)
