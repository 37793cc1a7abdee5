"""Parse CloudFormation templates in JSON or YAML, including YAML's short forms."""

from __future__ import annotations

import json
from typing import Any

import yaml

_UNPREFIXED = frozenset({"Ref", "Condition"})
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _Loader(yaml.SafeLoader):
    """Parses ``!Ref`` and similar tags. A date such as ``2012-10-17`` is text, as in JSON."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _short_form(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        raise yaml.constructor.ConstructorError(None, None, f"!{name} has no value")
    return {name if name in _UNPREFIXED else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _short_form)


def read_template(body: Any) -> dict[str, Any]:
    """Return a template as a mapping.

    Parameters
    ----------
    body
        The template from CloudFormation's API: text for YAML, and a mapping or text for JSON.

    Raises
    ------
    ValueError
        If it is not a template.
    """
    if isinstance(body, str):
        try:
            body = json.loads(body) if body.lstrip().startswith("{") else yaml.load(body, _Loader)
        except (ValueError, yaml.YAMLError) as error:
            place = " ".join(str(error).split())
            raise ValueError(f"its template is neither JSON nor YAML: {place}") from error
    if not isinstance(body, dict) or not isinstance(body.get("Resources"), dict):
        raise ValueError("its template has no Resources")
    return body
