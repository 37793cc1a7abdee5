"""Parse CloudWatch's embedded metric format, which functions print.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

MARK: Final = b'"_aws"'
#: The specification's limits: metrics in a directive, values of a metric, dimensions in a set.
_MOST_METRICS: Final = 100
_MOST_VALUES: Final = 100
_MOST_DIMENSIONS: Final = 30


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of a metric in a line, with one set of dimensions.

    Parameters
    ----------
    namespace, name, unit
        As in the directive. Without a unit there, it is ``None``, as in CloudWatch.
    dimensions
        Pairs of a name and a value, sorted by name.
    values
        At least one value.
    """

    namespace: str
    name: str
    unit: str
    dimensions: tuple[tuple[str, str], ...]
    values: tuple[float, ...]


def marked(text: bytes) -> Iterator[bytes]:
    """Yield the lines of a log that may hold metrics; the others, most of them, are not split."""
    end = 0
    while (found := text.find(MARK, end)) >= 0:
        start = text.rfind(b"\n", 0, found) + 1
        end = text.find(b"\n", found)
        if end < 0:
            end = len(text)
        yield text[start:end]


def samples(line: bytes) -> Iterator[Sample]:
    """Yield the samples of a log line. A line without a valid directive has none."""
    if MARK not in line:
        return
    try:
        document = json.loads(line)
        directives = document["_aws"]["CloudWatchMetrics"]
    except (ValueError, TypeError, KeyError):
        return
    if not isinstance(directives, list):
        return
    for directive in directives:
        if isinstance(directive, dict):
            yield from _of_directive(document, directive)


def _of_directive(document: dict[str, Any], directive: dict[str, Any]) -> Iterator[Sample]:
    namespace = directive.get("Namespace")
    metrics = directive.get("Metrics")
    if not isinstance(namespace, str) or not isinstance(metrics, list):
        return
    sets = [found for one in _sets(directive) if (found := _dimensions(document, one)) is not None]
    for metric in metrics[:_MOST_METRICS]:
        name = metric.get("Name") if isinstance(metric, dict) else None
        values = _values(document.get(name)) if isinstance(name, str) else ()
        if not values:
            continue
        for dimensions in sets:
            yield Sample(namespace, str(name), str(metric.get("Unit")), dimensions, values)


def _sets(directive: dict[str, Any]) -> list[Any]:
    sets = directive.get("Dimensions") or [[]]
    return sets if isinstance(sets, list) else []


def _dimensions(document: dict[str, Any], names: Any) -> tuple[tuple[str, str], ...] | None:
    """Return a set's dimensions, None if the line lacks one of them."""
    if not isinstance(names, list) or len(names) > _MOST_DIMENSIONS:
        return None
    pairs = []
    for name in names:
        value = document.get(name) if isinstance(name, str) else None
        if not isinstance(value, str):
            return None
        pairs.append((name, value))
    return tuple(sorted(pairs))


def _values(found: Any) -> tuple[float, ...]:
    several = found if isinstance(found, list) else [found]
    if len(several) > _MOST_VALUES:
        return ()
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in several):
        return ()
    return tuple(float(one) for one in several if math.isfinite(one))
