"""Resolve CloudFormation's intrinsic functions against a deployed stack."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_SUB = re.compile(r"\$\{(!?)([A-Za-z0-9:._]+)\}")


class UnresolvedError(ValueError):
    """A template value can't be resolved from the deployed stack."""


class Resolver:
    """Resolves template values with a stack's parameters and physical resources.

    Parameters
    ----------
    template
        The template as a mapping.
    references
        The values of ``Ref``: those of parameters and pseudo parameters, physical ids of resources.
    attribute
        Called with (logical id, attribute name) for ``Fn::GetAtt``; returns the value.
    exports
        The values of ``Fn::ImportValue``.
    """

    def __init__(
        self,
        template: Mapping[str, Any],
        references: Mapping[str, str],
        attribute: Callable[[str, str], str],
        exports: Mapping[str, str],
    ) -> None:
        self._template = template
        self._references = references
        self._attribute = attribute
        self._exports = exports

    def resolve(self, value: Any) -> Any:
        """Return ``value`` with every intrinsic function replaced by its result.

        Raises
        ------
        UnresolvedError
            If a referenced value is not in the stack.
        """
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument), *_ = value.items()
            if name == "Ref":
                return self._ref(argument)
            if name.startswith("Fn::"):
                return self._function(name[4:], argument)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not None}

    def condition(self, name: str) -> bool:
        """Whether the template's condition ``name`` is true."""
        return bool(self._evaluate(self._template.get("Conditions", {}).get(name, True)))

    def _ref(self, name: str) -> str | None:
        if name == "AWS::NoValue":
            return None
        if name not in self._references:
            raise UnresolvedError(f"Ref {name}: not in the stack")
        return self._references[name]

    def _function(self, name: str, argument: Any) -> Any:
        if name == "GetAtt":
            logical, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
            return self._attribute(logical, attribute)
        if name == "Sub":
            return self._sub(argument)
        if name == "If":
            condition, yes, no = argument
            return self.resolve(yes if self.condition(condition) else no)
        argument = self.resolve(argument)
        if name == "Join":
            return argument[0].join(str(part) for part in argument[1])
        if name == "Select":
            return argument[1][int(argument[0])]
        if name == "Split":
            return argument[1].split(argument[0])
        if name == "ImportValue":
            if argument not in self._exports:
                raise UnresolvedError(f"Fn::ImportValue {argument}: no such export")
            return self._exports[argument]
        if name == "FindInMap":
            return self._template["Mappings"][argument[0]][argument[1]][argument[2]]
        raise UnresolvedError(f"Fn::{name} is not supported")

    def _sub(self, argument: Any) -> str:
        text, names = argument if isinstance(argument, list) else (argument, {})

        def replace(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return f"${{{name}}}"
            if name in names:
                return str(self.resolve(names[name]))
            if "." in name:
                return str(self._attribute(*name.split(".", 1)))
            return str(self._ref(name))

        return _SUB.sub(replace, text)

    def _evaluate(self, condition: Any) -> Any:
        if not isinstance(condition, dict) or len(condition) != 1:
            return self.resolve(condition)
        (name, argument), *_ = condition.items()
        if name == "Condition":
            return self.condition(argument)
        if name == "Fn::Equals":
            return self._evaluate(argument[0]) == self._evaluate(argument[1])
        if name == "Fn::Not":
            return not self._evaluate(argument[0])
        if name == "Fn::And":
            return all(self._evaluate(item) for item in argument)
        if name == "Fn::Or":
            return any(self._evaluate(item) for item in argument)
        return self.resolve(condition)
