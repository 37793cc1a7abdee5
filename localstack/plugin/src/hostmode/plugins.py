"""The entry points by which LocalStack finds this package; each imports its part when needed."""

from __future__ import annotations

from typing import Any

from localstack.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
)
from localstack.services.lambda_.hooks import create_event_source_poller
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ChildProcessExecutorPlugin(RuntimeExecutorPlugin):
    """Runs functions as child processes: ``LAMBDA_RUNTIME_EXECUTOR=hostmode``."""

    name = "hostmode"

    def load(self, *arguments: Any, **options: Any) -> type:
        """Return the executor's class."""
        from hostmode.executor import ChildProcessExecutor

        return ChildProcessExecutor


class CustomResourcePlugin(CloudFormationResourceProviderPlugin):
    """Provides ``Custom::*`` and ``AWS::CloudFormation::CustomResource``."""

    name = "AWS::CloudFormation::CustomResource"
    factory: type | None = None

    def load(self, *arguments: Any, **options: Any) -> None:
        """Set the provider's class, which LocalStack reads from `factory`."""
        from hostmode.custom_resource import CustomResourceProvider

        self.factory = CustomResourceProvider


@create_event_source_poller()  # type: ignore[untyped-decorator]  # LocalStack has no types
def choose_kafka_poller(holder: Any, service: str, mapping: dict[str, Any]) -> None:
    """Give a Kafka mapping a poller that reads nothing; leave other mappings alone.

    Parameters
    ----------
    holder : PollerHolder
        Its ``create_poller_fn`` is called to make the poller.
    service : str
        The service of ``EventSourceArn``; empty for a self-managed source.
    mapping : dict
        The event source mapping.
    """
    from hostmode.poller import IdleKafkaPoller

    if service == "kafka" or "SelfManagedEventSource" in mapping:
        holder.create_poller_fn = IdleKafkaPoller.make
