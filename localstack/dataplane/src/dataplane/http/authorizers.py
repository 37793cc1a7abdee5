"""Lambda authorizers, whose functions return policies that allow or deny requests.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
"""

from __future__ import annotations

import fnmatch
import re
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from dataplane.http.gateway_responses import GatewayError
from dataplane.http.parameters import find_parameter
from dataplane.model import Authorizer

_MAXIMUM_CACHED = 10_000
_DENIED = "User is not authorized to access this resource with an explicit deny"
_ACTION = "execute-api:Invoke"
_NOTHING = re.compile(r"(?!)")
# The fields of the proxy event that a REQUEST authorizer gets.
_REQUEST_FIELDS = (
    "resource",
    "path",
    "httpMethod",
    "headers",
    "multiValueHeaders",
    "queryStringParameters",
    "multiValueQueryStringParameters",
    "pathParameters",
    "stageVariables",
    "requestContext",
)

# Invokes the authorizer's function with its event; returns its result.
Invoke = Callable[[dict[str, Any]], Any]


class Verdict(NamedTuple):
    """The result of an authorizer's function, valid for every method until it expires."""

    statements: tuple[dict[str, Any], ...]
    context: dict[str, str]
    usage_key: str | None
    expires_s: float


class LambdaAuthorizer:
    """Calls an authorizer's function, and caches its results as long as configured."""

    def __init__(self, authorizer: Authorizer, clock: Callable[[], float] = time.monotonic) -> None:
        self._authorizer = authorizer
        self._clock = clock
        self._pattern = _compiled(authorizer.token_pattern)
        self._known: dict[tuple[str, ...], Verdict] = {}

    def authorize(self, event: dict[str, Any], method_arn: str, invoke: Invoke) -> Verdict:
        """Return the verdict on an allowed request.

        Parameters
        ----------
        event
            The proxy event for the integration.

        Raises
        ------
        GatewayError
            If the request is denied, or the function's result is invalid.
        """
        identity = self._identity(event)
        verdict = self._known.get(identity)
        now_s = self._clock()
        if verdict is None or verdict.expires_s <= now_s:
            answer = invoke(self._event(event, method_arn, identity))
            verdict = _read(answer, now_s + self._authorizer.ttl_s)
            # Without an identity one caller's policy would be everybody's.
            if self._authorizer.ttl_s > 0 and identity:
                self._remember(identity, verdict)
        _check(verdict.statements, method_arn)
        return verdict

    def _identity(self, event: dict[str, Any]) -> tuple[str, ...]:
        """Return the request's identity. If a part is missing, the function is not called."""
        found = [find_parameter(event, source) for source in self._authorizer.identity_sources]
        identity = tuple(value for value in found if value)
        if len(identity) < len(found):
            raise GatewayError("UNAUTHORIZED")
        if self._pattern is not None and not self._pattern.fullmatch(identity[0]):
            raise GatewayError("UNAUTHORIZED")
        return identity

    def _event(
        self, event: dict[str, Any], method_arn: str, identity: tuple[str, ...]
    ) -> dict[str, Any]:
        if self._authorizer.kind == "TOKEN":
            return {
                "type": "TOKEN",
                "methodArn": method_arn,
                "authorizationToken": identity[0],
            }
        asked = {name: event[name] for name in _REQUEST_FIELDS}
        return {"type": "REQUEST", "methodArn": method_arn, **asked}

    def _remember(self, identity: tuple[str, ...], verdict: Verdict) -> None:
        if len(self._known) >= _MAXIMUM_CACHED:
            # Remove the oldest entry, so that a client that sends many tokens can't exhaust memory.
            self._known.pop(next(iter(self._known)))
        self._known[identity] = verdict


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    if pattern is None:
        return None
    try:
        return re.compile(pattern)
    except re.error:
        # AWS takes no such pattern: here no token matches it.
        return _NOTHING


def _read(answer: Any, expires_s: float) -> Verdict:
    """Parse the result of an authorizer's function."""
    if not isinstance(answer, dict):
        raise _malformed("the authorizer's response is not an object")
    policy = answer.get("policyDocument")
    if not isinstance(answer.get("principalId"), str) or not isinstance(policy, dict):
        raise _malformed("the authorizer's response needs a principalId and a policyDocument")
    statements = policy.get("Statement")
    statements = [statements] if isinstance(statements, dict) else statements
    if not isinstance(statements, list):
        raise _malformed("the authorizer's policy has no Statement")
    for statement in statements:
        _check_statement(statement)
    context = answer.get("context") or {}
    if not isinstance(context, dict) or any(isinstance(v, (dict, list)) for v in context.values()):
        raise _malformed("the authorizer's context may contain only strings, numbers and Booleans")
    texts = {str(key): _text(value) for key, value in context.items() if value is not None}
    texts["principalId"] = answer["principalId"]
    return Verdict(tuple(statements), texts, answer.get("usageIdentifierKey"), expires_s)


def _check_statement(statement: Any) -> None:
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        raise _malformed("a statement of the authorizer's policy has no Effect of Allow or Deny")
    needed, ignored = {"Effect", "Action", "Resource"}, {"Sid"}
    if statement.keys() - ignored != needed:
        others = ", ".join(sorted(statement.keys() - needed - ignored)) or "too few fields"
        raise _malformed(
            f"a statement of the authorizer's policy has {others}; only Effect, Action and "
            "Resource are supported"
        )


def _check(statements: Iterable[dict[str, Any]], method_arn: str) -> None:
    effects = {
        statement["Effect"]
        for statement in statements
        if _matches(statement["Action"], _ACTION.lower(), fold=True)
        and _matches(statement["Resource"], method_arn)
    }
    if "Deny" in effects:
        raise GatewayError("ACCESS_DENIED", _DENIED)
    if "Allow" not in effects:
        raise GatewayError("ACCESS_DENIED")


def _matches(patterns: Any, text: str, *, fold: bool = False) -> bool:
    """Whether a policy's pattern, or one of several, matches. The wildcards are ``*`` and ``?``."""
    listed = patterns if isinstance(patterns, list) else [patterns]
    return any(
        # In a policy, a bracket has no special meaning.
        fnmatch.fnmatchcase(text, (p.lower() if fold else p).replace("[", "[[]"))
        for p in map(str, listed)
    )


def _text(value: Any) -> str:
    """Return a context value as text, as the integration gets it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _malformed(reason: str) -> GatewayError:
    return GatewayError(
        "AUTHORIZER_CONFIGURATION_ERROR",
        reason=f"Execution failed due to configuration error: {reason}",
    )
