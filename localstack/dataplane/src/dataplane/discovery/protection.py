"""The protection of a REST API's methods: authorizers, API keys, request validators.

Unsupported protection is reported, so that a protected route is never served without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dataplane.discovery.lambda_uri import function_in
from dataplane.http.body_models import problem_of
from dataplane.model import Authorizer

_DEFAULT_TTL_S = 300
_TOKEN_SOURCE = "method.request.header.Authorization"
_NO_AUTHORIZATION = frozenset({"NONE", ""})
# API Gateway's built-in models. The first accepts any JSON.
_ANYTHING = "Empty"


class Protection:
    """An API's authorizers and request validators, by their ids.

    Parameters
    ----------
    described
        The deployed API; see :func:`~dataplane.discovery.restapi.describe`.
    stage
        API Gateway's description of the served stage.
    """

    def __init__(self, described: dict[str, Any], stage: dict[str, Any]) -> None:
        self._variables = stage.get("variables") or {}
        self._described = {entry["id"]: entry for entry in described["authorizers"]}
        self._validators = {entry["id"]: entry for entry in described["validators"]}
        self._models = described["models"]
        self._refusal = _refusal_of_api(described["api"], stage)

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
                refusal = refusal or problem_of(self._models, name)
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
