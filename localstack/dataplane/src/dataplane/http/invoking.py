"""The interface between the gateway and the code that runs functions."""

from __future__ import annotations

from typing import Any, Protocol

# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: the integration
# timeout of a REST API.
INTEGRATION_TIMEOUT_S = 29.0


class FunctionFailedError(Exception):
    """The function raised, crashed, or exceeded its timeout."""


class IntegrationTimeoutError(Exception):
    """The function exceeded the integration's timeout."""


class Invoker(Protocol):
    """Runs one function."""

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        """Return the function's result.

        Raises
        ------
        FunctionFailedError
            If it failed.
        IntegrationTimeoutError
            If it took longer than :data:`INTEGRATION_TIMEOUT_S`.
        """
