"""Find the method for a request, like API Gateway."""

from __future__ import annotations

from dataclasses import dataclass, field

from dataplane.model import RestApi, Route


@dataclass
class _Node:
    """A path segment's node in the tree of resources."""

    children: dict[str, _Node] = field(default_factory=dict)
    parameter: tuple[str, _Node] | None = None
    greedy: tuple[str, dict[str, Route]] | None = None
    methods: dict[str, Route] = field(default_factory=dict)


class Router:
    """Finds routes. A constant segment has precedence over ``{name}``, then ``{name+}``."""

    def __init__(self, api: RestApi) -> None:
        self._root = _Node()
        self._constant: dict[tuple[str, str], Route] = {}
        for route in api.routes:
            self._add(route)

    def match(self, method: str, path: str) -> tuple[Route, dict[str, str] | None] | None:
        """Return the route and its path parameters (None if there are none), or None.

        Parameters stay percent-encoded. Empty segments are ignored: ``//a/`` finds ``/a``.

        Parameters
        ----------
        path
            The path without the stage, still percent-encoded, beginning with ``/``.
        """
        constant = self._constant.get((method, path))
        if constant is not None:
            return constant, None
        segments = [segment for segment in path.split("/") if segment]
        return _descend(self._root, segments, 0, method)

    def _add(self, route: Route) -> None:
        if "{" not in route.resource_path and route.method != "ANY":
            self._constant[(route.method, route.resource_path)] = route
        node = self._root
        for segment in [part for part in route.resource_path.split("/") if part]:
            if segment.startswith("{") and segment.endswith("+}"):
                if node.greedy is None:
                    node.greedy = (segment[1:-2], {})
                node.greedy[1][route.method] = route
                return
            if segment.startswith("{"):
                if node.parameter is None:
                    node.parameter = (segment[1:-1], _Node())
                node = node.parameter[1]
            else:
                node = node.children.setdefault(segment, _Node())
        node.methods[route.method] = route


def _descend(
    node: _Node, segments: list[str], depth: int, method: str
) -> tuple[Route, dict[str, str] | None] | None:
    if depth == len(segments):
        found = node.methods.get(method) or node.methods.get("ANY")
        return (found, None) if found else None
    segment = segments[depth]
    child = node.children.get(segment)
    if child is not None:
        below = _descend(child, segments, depth + 1, method)
        if below:
            return below
    if node.parameter is not None:
        name, child = node.parameter
        below = _descend(child, segments, depth + 1, method)
        if below:
            route, parameters = below
            return route, {name: segment, **(parameters or {})}
    if node.greedy is not None:
        name, methods = node.greedy
        found = methods.get(method) or methods.get("ANY")
        if found:
            return found, {name: "/".join(segments[depth:])}
    return None
