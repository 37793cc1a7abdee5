"""The protection of a REST API's methods: authorizers, API keys, request validators.

Unsupported protection is reported, so that a protected route is never served without it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from dataplane.discovery.emulator import pages
from dataplane.discovery.lambda_uri import function_in
from dataplane.http.body_models import problem_of
from dataplane.model import ApiKey, Authorizer

_DEFAULT_TTL_S = 300
_TOKEN_SOURCE = "method.request.header.Authorization"
_NO_AUTHORIZATION = frozenset({"NONE", ""})
# API Gateway's built-in models. The first accepts any JSON.
_ANYTHING = "Empty"


class Protection:
    """An API's authorizers and request validators, by their ids.

    Parameters
    ----------
    client
        The emulator's API Gateway.
    api
        API Gateway's description of the API.
    stage
        API Gateway's description of the served stage.
    """

    def __init__(self, client: Any, api: dict[str, Any], stage: dict[str, Any]) -> None:
        self._client = client
        self._api_id = api["id"]
        self._stage_name = stage["stageName"]
        self._variables = stage.get("variables") or {}
        described = pages(client.get_authorizers, "items", restApiId=api["id"])
        self._described = {entry["id"]: entry for entry in described}
        self._validators = {
            entry["id"]: entry
            for entry in pages(client.get_request_validators, "items", restApiId=api["id"])
        }
        self._refusal = _refusal_of_api(api, stage)

    @functools.cached_property
    def models(self) -> dict[str, str]:
        """The API's models by name, as JSON."""
        described = pages(self._client.get_models, "items", restApiId=self._api_id)
        return {entry["name"]: entry.get("schema") or "{}" for entry in described}

    def authorizers(self) -> Iterator[Authorizer]:
        """Yield the API's Lambda authorizers."""
        for described in self._described.values():
            function = function_in(described.get("authorizerUri") or "", self._variables)
            if described.get("type") not in ("TOKEN", "REQUEST") or function is None:
                continue
            is_token = described["type"] == "TOKEN"
            source = described.get("identitySource") or (_TOKEN_SOURCE if is_token else "")
            ttl_s = described.get("authorizerResultTtlInSeconds")
            yield Authorizer(
                authorizer_id=described["id"],
                kind=described["type"],
                function=function,
                identity_sources=tuple(part.strip() for part in source.split(",") if part.strip()),
                ttl_s=_DEFAULT_TTL_S if ttl_s is None else int(ttl_s),
                token_pattern=described.get("identityValidationExpression") or None,
            )

    def of_method(self, method: dict[str, Any]) -> dict[str, Any]:
        """Return a method's protection, as a route's attributes.

        Parameters
        ----------
        method
            API Gateway's description of the method.
        """
        refusal = self._refusal
        authorizer = None
        kind = method.get("authorizationType") or "NONE"
        if kind == "CUSTOM":
            authorizer = method.get("authorizerId")
            known = self._described.get(authorizer, {})
            if known.get("type") not in ("TOKEN", "REQUEST", None):
                refusal = refusal or f"{known['type']} authorizers are not supported"
        elif kind not in _NO_AUTHORIZATION:
            refusal = refusal or f"authorization by {kind} is not supported"
        validator = self._validators.get(method.get("requestValidatorId") or "", {})
        body_models: tuple[tuple[str, str], ...] = ()
        if validator.get("validateRequestBody"):
            models = (method.get("requestModels") or {}).items()
            body_models = tuple(sorted(pair for pair in models if pair[1] != _ANYTHING))
            for _, name in body_models:
                refusal = refusal or problem_of(self.models, name)
        required: tuple[str, ...] = ()
        if validator.get("validateRequestParameters"):
            parameters = method.get("requestParameters") or {}
            required = tuple(sorted(name for name, needed in parameters.items() if needed))
        return {
            "authorizer": authorizer,
            "api_key_required": bool(method.get("apiKeyRequired")),
            "required_parameters": required,
            "body_models": () if refusal else body_models,
            "refusal": refusal,
        }

    def api_keys(self) -> Iterator[ApiKey]:
        """Yield the enabled keys of the usage plans that include the stage."""
        keys: dict[str, dict[str, Any]] = {}
        for plan in pages(self._client.get_usage_plans, "items"):
            here = {"apiId": self._api_id, "stage": self._stage_name}
            if not any(here.items() <= entry.items() for entry in plan.get("apiStages") or ()):
                continue
            keys = keys or {
                key["id"]: key
                for key in pages(self._client.get_api_keys, "items", includeValues=True)
            }
            throttle = plan.get("throttle") or {}
            for entry in pages(self._client.get_usage_plan_keys, "items", usagePlanId=plan["id"]):
                key = keys.get(entry["id"], {})
                if key.get("enabled") and key.get("value"):
                    yield ApiKey(
                        key["id"],
                        key["value"],
                        throttle.get("rateLimit"),
                        throttle.get("burstLimit"),
                    )

    def warnings(self) -> Iterator[str]:
        """Yield a warning for each difference from AWS."""
        for plan in pages(self._client.get_usage_plans, "items"):
            stages = plan.get("apiStages") or ()
            if plan.get("quota") and any(e.get("apiId") == self._api_id for e in stages):
                yield f"usage plan {plan.get('name', plan['id'])}: its quota is ignored"


def _refusal_of_api(api: dict[str, Any], stage: dict[str, Any]) -> str | None:
    """Return the unsupported protection of a whole API, if any."""
    kinds = (api.get("endpointConfiguration") or {}).get("types") or ()
    if api.get("policy"):
        return "resource policies are not supported"
    if api.get("disableExecuteApiEndpoint"):
        return "the API is served by custom domains only (mutual TLS), which are not supported"
    if "PRIVATE" in kinds:
        return "private APIs are not supported"
    if stage.get("webAclArn"):
        return "web ACLs (AWS WAF) are not supported"
    return None
