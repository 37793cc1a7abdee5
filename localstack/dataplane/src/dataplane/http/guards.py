"""The checks before a protected method's integration, in API Gateway's order.

Only protected methods have a guard, so others have no extra cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from dataplane.http.authorizers import LambdaAuthorizer
from dataplane.http.body_models import BodyModels
from dataplane.http.gateway_responses import GatewayError
from dataplane.http.invoking import FunctionFailedError, IntegrationTimeoutError, Invoker
from dataplane.http.parameters import find_header, find_parameter
from dataplane.http.quotas import counter_of
from dataplane.http.throttle import Bucket, Throttle
from dataplane.model import ApiKey, Authorizer, RestApi, Route

_KEY_HEADER = "x-api-key"
# A key in a log, as API Gateway writes it.
_HIDDEN = "*" * 34
_SHOWN_CHARACTERS = 6
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
    quotas
        The folder with the counters of usage plans' quotas.
    """

    def __init__(
        self,
        api: RestApi,
        invokers: Mapping[str, Invoker],
        account_id: str,
        region: str,
        processes: int = 1,
        quotas: Path = Path("quotas"),
    ) -> None:
        self._api = api
        self._invokers = invokers
        self._arn_prefix = f"arn:aws:execute-api:{region}:{account_id}:{api.api_id}/{api.stage}/"
        self._authorizers = {
            entry.authorizer_id: (entry, LambdaAuthorizer(entry)) for entry in api.authorizers
        }
        self._keys = {key.value: _Key(api, key, processes, quotas) for key in api.api_keys}
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
            self._check_key(route, event, usage_key)
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

    def _check_key(self, route: Route, event: dict[str, Any], usage_key: str | None) -> None:
        from_authorizer = self._api.api_key_source == "AUTHORIZER"
        value = usage_key if from_authorizer else find_header(event, _KEY_HEADER)
        found = self._keys.get(value or "")
        if found is None:
            raise GatewayError("INVALID_API_KEY")
        found.take(route)
        key = found.key
        event["requestContext"]["identity"] |= {"apiKey": key.value, "apiKeyId": key.key_id}


class _Key:
    """An API key with what is left of its usage plan's limits."""

    def __init__(self, api: RestApi, key: ApiKey, processes: int, quotas: Path) -> None:
        self.key = key
        self._counter = counter_of(key, quotas)
        self._methods = Throttle(replace(api, throttles=key.throttles), processes)
        self._bucket: Bucket | None = None
        if key.rate is not None and key.burst is not None:
            self._bucket = Bucket(key.rate / processes, key.burst / processes)
        self._name = f"API Key {_HIDDEN}{key.value[-_SHOWN_CHARACTERS:]}"
        self._where = f"for API Stage {api.api_id}/{api.stage}"

    def take(self, route: Route) -> None:
        """Count a request.

        Raises
        ------
        GatewayError
            If it is over a limit. The reasons are those of API Gateway's execution log:
            https://repost.aws/knowledge-center/api-gateway-429-limit
        """
        plan, quota = self.key.plan_id, self.key.quota
        if not self._is_within_rate(route):
            raise GatewayError(
                "THROTTLED",
                reason=f"{self._name} exceeded throttle limit {self._where}: Key throttle limit "
                f"exceeded for Usage Plan ID {plan}",
            )
        if self._counter is not None and quota is not None and not self._counter.take():
            raise GatewayError(
                "QUOTA_EXCEEDED",
                reason=f"{self._name} exceeded quota limit {self._where}: Key quota exhausted for "
                f"Usage Plan ID {plan}. Limit: {quota.limit} Period: {quota.period}",
            )

    def _is_within_rate(self, route: Route) -> bool:
        if self._methods.limits(route):
            return self._methods.takes(route)
        return self._bucket is None or self._bucket.take()


def _misconfigured(reason: str) -> GatewayError:
    return GatewayError(
        "AUTHORIZER_CONFIGURATION_ERROR",
        reason=f"Execution failed due to an authorizer error: {reason}",
    )
