"""The deployment's direct requests to the emulated cloud: stacks, the secret, cleanup."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handlers.platform.bounds import REGION
from infra.cdk.published import Published

BOOTSTRAP_STACK = "CDKToolkit"
_COMPLETE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})


class EmulatorError(Exception):
    """A request to the emulator failed."""


class Emulator:
    """The emulated cloud at one endpoint, such as ``http://127.0.0.1:4566``."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint.rstrip("/")
        self._session = boto3.session.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION
        )

    def stack(self, name: str) -> dict[str, Any] | None:
        """Return the stack's description, or None if it does not exist.

        Raises
        ------
        EmulatorError
            If the emulator can't be reached.
        """
        try:
            return dict(self._client("cloudformation").describe_stacks(StackName=name)["Stacks"][0])
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise EmulatorError(f"the emulator can't describe stack {name}: {error}") from error
        except BotoCoreError as error:
            raise EmulatorError(
                f"the emulator at {self.endpoint} does not respond; is it running? ({error})"
            ) from error

    def failure_since(self, name: str, moment: datetime) -> str | None:
        """Return the first failure of a resource of the stack since `moment`; None if all is well.

        LocalStack ends a failed update as ``UPDATE_COMPLETE``; only the events tell.

        Raises
        ------
        EmulatorError
            When the emulator can't tell.
        """
        pages = self._client("cloudformation").get_paginator("describe_stack_events")
        failed = []
        try:
            for page in pages.paginate(StackName=name):
                failed += [event for event in page["StackEvents"] if _is_failure(event, moment)]
        except (ClientError, BotoCoreError) as error:
            raise EmulatorError(f"the emulator can't tell the events of {name}: {error}") from error
        # The newest comes first; the first that failed is why the others did.
        return f"{failed[-1]['LogicalResourceId']}: {_reason(failed[-1])}" if failed else None

    def is_bootstrapped(self) -> bool:
        """Return whether `cdk bootstrap` has been run against this emulator."""
        stack = self.stack(BOOTSTRAP_STACK)
        return stack is not None and is_complete(stack)

    def put_secret(self, name: str, value: dict[str, str]) -> bool:
        """Store `value` as JSON in the secret called `name`; return whether it changed.

        Raises
        ------
        EmulatorError
            If it can't be stored.
        """
        client = self._client("secretsmanager")
        wanted = json.dumps(value, sort_keys=True)
        try:
            if client.get_secret_value(SecretId=name)["SecretString"] == wanted:
                return False
            client.put_secret_value(SecretId=name, SecretString=wanted)
        except client.exceptions.ResourceNotFoundException:
            client.create_secret(Name=name, SecretString=wanted)
        except (ClientError, BotoCoreError) as error:
            # Without the error's text, which may contain the request with the value.
            raise EmulatorError(f"the emulator can't store the secret {name}") from error
        return True

    def delete_secret(self, name: str) -> None:
        """Delete the secret immediately, if it exists."""
        client = self._client("secretsmanager")
        try:
            client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        except client.exceptions.ResourceNotFoundException:
            return
        except (ClientError, BotoCoreError) as error:
            raise EmulatorError(f"the emulator can't delete the secret {name}") from error

    def delete_log_groups(self, prefix: str) -> None:
        """Delete the log groups whose names have the prefix."""
        client = self._client("logs")
        try:
            groups = client.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
            for group in groups:
                client.delete_log_group(logGroupName=group["logGroupName"])
        except (ClientError, BotoCoreError) as error:
            raise EmulatorError(f"the emulator can't delete log groups: {error}") from error

    def delete_objects(self, places: Iterable[Published]) -> None:
        """Delete objects from buckets, as far as they exist."""
        client = self._client("s3")
        for place in places:
            try:
                client.delete_object(Bucket=place.bucket, Key=place.key)
            except client.exceptions.NoSuchBucket:
                continue
            except (ClientError, BotoCoreError) as error:
                raise EmulatorError(f"the emulator can't delete {place.key}: {error}") from error

    def _client(self, service: str) -> Any:
        config = Config(connect_timeout=2, read_timeout=30, retries={"max_attempts": 2}, proxies={})
        # The stubs require a literal service name.
        make: Callable[..., Any] = self._session.client
        return make(service, endpoint_url=self.endpoint, config=config)


def _is_failure(event: dict[str, Any], moment: datetime) -> bool:
    failed = str(event["ResourceStatus"]).endswith("_FAILED")
    return failed and bool(event["Timestamp"] >= moment) and bool(_reason(event))


def _reason(event: dict[str, Any]) -> str:
    return str(event.get("ResourceStatusReason") or "")


def is_complete(stack: dict[str, Any]) -> bool:
    """Return whether the stack is complete: created, updated, or rolled back to a good state."""
    return stack["StackStatus"] in _COMPLETE


def outputs(stack: dict[str, Any]) -> dict[str, str]:
    """Return the stack's outputs by name."""
    return {str(o["OutputKey"]): str(o["OutputValue"]) for o in stack.get("Outputs", [])}
