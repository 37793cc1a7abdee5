"""Lambda authorizers: who may call a method, as a function's policy says.

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
# What a REQUEST authorizer is given of the proxy event.
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

# Invokes the authorizer's function with its event; returns what that returned.
Invoke = Callable[[dict[str, Any]], Any]


class Verdict(NamedTuple):
    """What an authorizer's function said: good for every method until it expires."""

    statements: tuple[dict[str, Any], ...]
    context: dict[str, str]
    usage_key: str | None
    expires_s: float


class LambdaAuthorizer:
    """Asks an authorizer's function, and remembers its answers for as long as it may."""

    def __init__(self, authorizer: Authorizer, clock: Callable[[], float] = time.monotonic) -> None:
        self._authorizer = authorizer
        self._clock = clock
        self._pattern = re.compile(authorizer.token_pattern) if authorizer.token_pattern else None
        self._known: dict[tuple[str, ...], Verdict] = {}

    def authorize(self, event: dict[str, Any], method_arn: str, invoke: Invoke) -> Verdict:
        """Return the verdict on a request that may pass.

        Parameters
        ----------
        event
            The proxy event that the integration would get.

        Raises
        ------
        GatewayError
            When the request may not pass, or the function's answer is not one.
        """
        identity = self._identity(event)
        verdict = self._known.get(identity)
        now_s = self._clock()
        if verdict is None or verdict.expires_s <= now_s:
            answer = invoke(self._event(event, method_arn, identity))
            verdict = _read(answer, now_s + self._authorizer.ttl_s)
            if self._authorizer.ttl_s > 0:
                self._remember(identity, verdict)
        _check(verdict.statements, method_arn)
        return verdict

    def _identity(self, event: dict[str, Any]) -> tuple[str, ...]:
        """Take the identity out of a request; without all of it the function isn't asked."""
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
            # The oldest goes: whoever sends ever new tokens can't make this grow without end.
            self._known.pop(next(iter(self._known)))
        self._known[identity] = verdict


def _read(answer: Any, expires_s: float) -> Verdict:
    """Read what an authorizer's function returned."""
    if not isinstance(answer, dict):
        raise _malformed("the authorizer's response is no object")
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
        raise _malformed("the authorizer's context holds more than strings, numbers and Booleans")
    texts = {str(key): _text(value) for key, value in context.items() if value is not None}
    texts["principalId"] = answer["principalId"]
    return Verdict(tuple(statements), texts, answer.get("usageIdentifierKey"), expires_s)


def _check_statement(statement: Any) -> None:
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        raise _malformed("a statement of the authorizer's policy has no Effect of Allow or Deny")
    needed, ignored = {"Effect", "Action", "Resource"}, {"Sid"}
    if statement.keys() - ignored != needed:
        others = ", ".join(sorted(statement.keys() - needed - ignored)) or "too little"
        raise _malformed(
            f"a statement of the authorizer's policy has {others}: only Effect, Action and "
            "Resource are supported here"
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
    """Whether a policy's pattern, or one of several, matches; ``*`` and ``?`` are its wildcards."""
    listed = patterns if isinstance(patterns, list) else [patterns]
    return any(
        # A bracket means itself in a policy.
        fnmatch.fnmatchcase(text, (p.lower() if fold else p).replace("[", "[[]"))
        for p in map(str, listed)
    )


def _text(value: Any) -> str:
    """Write a context value as the integration gets it: always as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _malformed(reason: str) -> GatewayError:
    return GatewayError(
        "AUTHORIZER_CONFIGURATION_ERROR",
        reason=f"Execution failed due to configuration error: {reason}",
    )
