"""The checks before a protected method's integration, in API Gateway's order.

Only protected methods have a guard, so others have no extra cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dataplane.http.authorizers import LambdaAuthorizer
from dataplane.http.body_models import BodyModels
from dataplane.http.gateway_responses import GatewayError
from dataplane.http.invoking import FunctionFailedError, IntegrationTimeoutError, Invoker
from dataplane.http.parameters import find_header, find_parameter
from dataplane.http.throttle import Bucket
from dataplane.model import ApiKey, Authorizer, RestApi, Route

_KEY_HEADER = "x-api-key"
# The only error message of an authorizer's function that API Gateway interprets.
_UNAUTHORIZED = "Unauthorized"


class Guards:
    """The guards of an API's protected methods.

    Parameters
    ----------
    invokers
        The invokers by function name.
    region
        The region in the method's ARN.
    processes
        The number of processes that serve the API. They share the usage plans' limits.
    """

    def __init__(
        self,
        api: RestApi,
        invokers: Mapping[str, Invoker],
        account_id: str,
        region: str,
        processes: int = 1,
    ) -> None:
        self._api = api
        self._invokers = invokers
        self._arn_prefix = f"arn:aws:execute-api:{region}:{account_id}:{api.api_id}/{api.stage}/"
        self._authorizers = {
            entry.authorizer_id: (entry, LambdaAuthorizer(entry)) for entry in api.authorizers
        }
        self._keys = {key.value: (key, _bucket(key, processes)) for key in api.api_keys}
        self._models = BodyModels(api)
        self.routes = frozenset(id(route) for route in api.routes if route.is_guarded)

    def check(self, route: Route, event: dict[str, Any], request_id: str) -> None:
        """Check a request, and add the caller to its event.

        Raises
        ------
        GatewayError
            If the request is denied.
        """
        usage_key = None
        if route.authorizer is not None:
            usage_key = self._authorize(route.authorizer, event, request_id)
        if route.api_key_required:
            self._check_key(event, usage_key)
        missing = sorted(
            parameter.rpartition(".")[2]
            for parameter in route.required_parameters
            if not find_parameter(event, parameter)
        )
        if missing:
            named = ", ".join(missing)
            raise GatewayError(
                "BAD_REQUEST_PARAMETERS", f"Missing required request parameters: [{named}]"
            )
        if route.body_models:
            self._models.check(route, event)

    def _authorize(self, authorizer_id: str, event: dict[str, Any], request_id: str) -> str | None:
        found = self._authorizers.get(authorizer_id)
        if found is None:
            raise _misconfigured(f"there is no authorizer {authorizer_id}")
        authorizer, asked = found
        method_arn = f"{self._arn_prefix}{event['httpMethod']}/{event['path'].lstrip('/')}"
        verdict = asked.authorize(event, method_arn, self._invoker(authorizer, request_id))
        event["requestContext"]["authorizer"] = dict(verdict.context)
        return verdict.usage_key

    def _invoker(self, authorizer: Authorizer, request_id: str) -> Callable[[dict[str, Any]], Any]:
        def invoke(asked: dict[str, Any]) -> Any:
            invoker = self._invokers.get(authorizer.function)
            if invoker is None:
                raise _misconfigured(f"its function {authorizer.function} is not deployed")
            try:
                return invoker.invoke(asked, request_id)
            except FunctionFailedError as error:
                if str(error) == _UNAUTHORIZED:
                    raise GatewayError("UNAUTHORIZED") from error
                raise _misconfigured(str(error)) from error
            except IntegrationTimeoutError as error:
                raise _misconfigured(f"{authorizer.function} took too long") from error

        return invoke

    def _check_key(self, event: dict[str, Any], usage_key: str | None) -> None:
        from_authorizer = self._api.api_key_source == "AUTHORIZER"
        value = usage_key if from_authorizer else find_header(event, _KEY_HEADER)
        found = self._keys.get(value or "")
        if found is None:
            raise GatewayError("INVALID_API_KEY")
        key, bucket = found
        if bucket is not None and not bucket.take():
            raise GatewayError("THROTTLED")
        event["requestContext"]["identity"] |= {"apiKey": key.value, "apiKeyId": key.key_id}


def _bucket(key: ApiKey, processes: int) -> Bucket | None:
    if key.rate is None or key.burst is None:
        return None
    return Bucket(key.rate / processes, key.burst / processes)


def _misconfigured(reason: str) -> GatewayError:
    return GatewayError(
        "AUTHORIZER_CONFIGURATION_ERROR",
        reason=f"Execution failed due to an authorizer error: {reason}",
    )
