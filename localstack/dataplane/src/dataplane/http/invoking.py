"""What the gateway asks of whoever runs a function for it."""

from __future__ import annotations

from typing import Any, Protocol

# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: the integration
# timeout of a REST API.
INTEGRATION_TIMEOUT_S = 29.0


class FunctionFailedError(Exception):
    """The function raised, crashed, or ran into its own timeout."""


class IntegrationTimeoutError(Exception):
    """The function took longer than the integration may."""


class Invoker(Protocol):
    """Runs one function."""

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        """Return what the function returned.

        Raises
        ------
        FunctionFailedError
            When it failed.
        IntegrationTimeoutError
            When it took longer than :data:`INTEGRATION_TIMEOUT_S`.
        """
