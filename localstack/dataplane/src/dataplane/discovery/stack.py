"""A deployed CloudFormation stack: its template, its resources, its resolved properties."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from dataplane.discovery.emulator import Emulator
from dataplane.discovery.intrinsics import Resolver, UnresolvedError
from dataplane.discovery.template import read_template

# A stack that is being created lacks parts: the code before it runs until all is there.
_NOT_THERE = (
    "CREATE_IN_PROGRESS",
    "DELETE_COMPLETE",
    "DELETE_IN_PROGRESS",
    "REVIEW_IN_PROGRESS",
)


class Stack:
    """A deployed stack.

    Parameters
    ----------
    described
        The stack's entry of ``describe_stacks``.
    resources
        The entries of ``describe_stack_resources``.
    """

    def __init__(
        self,
        described: dict[str, Any],
        template: dict[str, Any],
        resources: list[dict[str, Any]],
        exports: dict[str, str],
        emulator: Emulator,
    ) -> None:
        self.name: str = described["StackName"]
        self.is_settled = not described["StackStatus"].endswith("_IN_PROGRESS")
        self._template = template
        self._emulator = emulator
        self._types = {entry["LogicalResourceId"]: entry["ResourceType"] for entry in resources}
        self._physical = {
            entry["LogicalResourceId"]: entry.get("PhysicalResourceId") or "" for entry in resources
        }
        self._resolver = Resolver(template, self._references(described), self._attribute, exports)

    def physical_ids(self, resource_type: str) -> dict[str, str]:
        """Return the physical ids of the resources of one type, by logical id."""
        return {
            logical: self._physical[logical]
            for logical, kind in self._types.items()
            if kind == resource_type and self._physical[logical]
        }

    def declares(self, logical_id: str) -> bool:
        """Whether the template contains a resource; a transform may have added others."""
        return logical_id in self._template["Resources"]

    def declared(self, resource_type: str) -> list[str]:
        """Return the logical ids of the template's resources of one type.

        They include resources of types that the emulator does not know.
        """
        return [
            logical
            for logical, resource in self._template["Resources"].items()
            if resource.get("Type") == resource_type
            and self._resolver.condition(resource.get("Condition", ""))
        ]

    def properties(self, logical_id: str) -> dict[str, Any]:
        """Return a resource's properties with every intrinsic function resolved.

        Raises
        ------
        UnresolvedError
            If a value can't be resolved.
        """
        resource = self._template["Resources"].get(logical_id) or {}
        try:
            resolved: dict[str, Any] = self._resolver.resolve(resource.get("Properties") or {})
        except UnresolvedError as error:
            raise UnresolvedError(f"{self.name}/{logical_id}: {error}") from error
        return resolved

    def _references(self, described: dict[str, Any]) -> dict[str, str]:
        stack_id = described.get("StackId", "")
        parts = stack_id.split(":")
        references = {
            "AWS::Region": self._emulator.region,
            "AWS::AccountId": parts[4] if len(parts) > 4 else "000000000000",
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": self.name,
            "AWS::StackId": stack_id,
        }
        for name, parameter in (self._template.get("Parameters") or {}).items():
            if "Default" in parameter:
                references[name] = str(parameter["Default"])
        for parameter in described.get("Parameters") or ():
            value = parameter.get("ResolvedValue", parameter.get("ParameterValue", ""))
            references[parameter["ParameterKey"]] = value
        return references | self._physical

    def _attribute(self, logical_id: str, attribute: str) -> str:
        kind, physical = self._types.get(logical_id), self._physical.get(logical_id)
        if not kind or not physical:
            raise UnresolvedError(f"Fn::GetAtt {logical_id}.{attribute}: not in the stack")
        if attribute.endswith(("Arn", "Id")) and physical.startswith("arn:"):
            return physical
        service = self._emulator.client
        if (kind, attribute) == ("AWS::Lambda::Function", "Arn"):
            answer = service("lambda").get_function_configuration(FunctionName=physical)
            return str(answer["FunctionArn"])
        if (kind, attribute) == ("AWS::SQS::Queue", "Arn"):
            answer = service("sqs").get_queue_attributes(
                QueueUrl=physical, AttributeNames=["QueueArn"]
            )
            return str(answer["Attributes"]["QueueArn"])
        if (kind, attribute) == ("AWS::S3::Bucket", "Arn"):
            return f"arn:aws:s3:::{physical}"
        raise UnresolvedError(f"Fn::GetAtt {logical_id}.{attribute} is not supported")


def read_stacks(emulator: Emulator, names: tuple[str, ...], warnings: list[str]) -> list[Stack]:
    """Read the named stacks, or all stacks if no names are given.

    Parameters
    ----------
    warnings
        Gets a line for each stack that can't be read. The others are served.
    """
    client = emulator.client("cloudformation")
    exports = {
        entry["Name"]: entry["Value"]
        for page in client.get_paginator("list_exports").paginate()
        for entry in page["Exports"]
    }
    stacks = []
    for page in client.get_paginator("describe_stacks").paginate():
        for described in page["Stacks"]:
            name = described["StackName"]
            if (names and name not in names) or described["StackStatus"] in _NOT_THERE:
                continue
            try:
                body = client.get_template(StackName=name).get("TemplateBody")
                if body is None:
                    # LocalStack has none yet while it creates the stack.
                    continue
                template = read_template(body)
                resources = client.describe_stack_resources(StackName=name)["StackResources"]
            except ClientError:
                # Deleted between two calls; the next check will not list it.
                continue
            except ValueError as error:
                warnings.append(f"stack {name} is not served: {error}")
                continue
            stacks.append(Stack(described, template, resources, exports, emulator))
    return stacks
