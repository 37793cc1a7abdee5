"""Evaluate IAM policies as AWS does, as far as the templates' policies go.

It follows "Policy evaluation logic" of the IAM User Guide for requests within one account: an
explicit refusal wins; otherwise, an identity's or the resource's policy must allow the request. A
service has no policies of its own. What the templates don't use raises an error, instead of being
guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for what.

    Parameters
    ----------
    principal
        ``Service:<name>`` or ``AWS:<ARN of a role>``.
    action, resource
        Such as ``sns:Publish``, and an ARN.
    context
        The condition keys of the request.
    """

    principal: str
    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


def is_allowed(request: Request, *documents: Document) -> bool:
    """Tell whether policies, of the identity or of the resource, allow a request together."""
    effects = [effect for document in documents for effect in _effects(request, document)]
    return "Allow" in effects and "Deny" not in effects


def listed(value: Any) -> list[Any]:
    """Return a policy's element, which may be one value or several, as a list."""
    return value if isinstance(value, list) else [value]


def _effects(request: Request, document: Document) -> Iterable[str]:
    for statement in document["Statement"]:
        unknown = statement.keys() - _KNOWN
        if unknown:
            raise NotImplementedError(f"elements {sorted(unknown)} of a statement")
        if _matches(request, statement):
            yield statement["Effect"]


_KNOWN: Final = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}


def _matches(request: Request, statement: Document) -> bool:
    return (
        _is_principal(request.principal, statement.get("Principal", "*"))
        and _is_any(request.action.lower(), [a.lower() for a in listed(statement["Action"])])
        and _is_any(request.resource, listed(statement.get("Resource", "*")))
        and all(
            _holds(operator, key, listed(wanted), request.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _is_principal(principal: str, wanted: Any) -> bool:
    if wanted == "*":
        return True
    kind, _, name = principal.partition(":")
    return any(
        kind == some and (name in listed(names) or "*" in listed(names))
        for some, names in wanted.items()
    )


def _is_any(value: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in patterns)


def _like(value: str, wanted: list[str]) -> bool:
    return _is_any(value, wanted)


def _equal(value: str, wanted: list[str]) -> bool:
    return value in wanted


_OPERATORS: Final[Mapping[str, Callable[[str, list[str]], bool]]] = {
    "StringEquals": _equal,
    "StringLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": _equal,
}


def _holds(operator: str, key: str, wanted: list[Any], context: Mapping[str, str]) -> bool:
    if operator not in _OPERATORS:
        raise NotImplementedError(f"the operator {operator}")
    # A key that the request does not have makes these operators false.
    return key in context and _OPERATORS[operator](context[key], [str(w) for w in wanted])
