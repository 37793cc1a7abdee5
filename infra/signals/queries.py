"""Parts of the queries of Prometheus."""

from __future__ import annotations

from typing import Final

#: The consumers of the commands' and of the events' topic, and the one that archives commands.
COMMANDS: Final = 'function=~".*-apply"'
EVENTS: Final = 'function=~".*-webhooks"'
ARCHIVING: Final = 'function=~".*-archive"'
_NONE: Final = "vector(0)"


def state(metric: str, function: str = "sweeper") -> str:
    """Return the series of a function's last report, which is valid until the next one."""
    return f'ledgerlane_{metric}_last{{service="ledgerlane-{function}"}}'


def event(metric: str, function: str) -> str:
    """Return the series of a function's largest report of the last minute."""
    return f'ledgerlane_{metric}_max{{service="ledgerlane-{function}"}}'


def worst(*series: str) -> str:
    """Return a query of the largest value of several series."""
    return f"max({' or '.join(series)})"


def responds(metric: str, job: str) -> str:
    """Return a query of whether a service responds, which is 0 too if its exporter does not."""
    return f'min({metric} or up{{job="{job}"}})'


def worst_event(*series: str) -> str:
    """Return a query of the largest value of events, which is 0 if there were none."""
    return worst(*series, _NONE)


def per_second(metric: str, labels: str = "", by: str = "") -> str:
    """Return a query of a counter's rate."""
    group = f" by ({by}) " if by else ""
    chosen = f"{{{labels}}}" if labels else ""
    return f"sum{group}(rate({metric}{chosen}[1m]))"


def reported_per_second(metric: str, function: str) -> str:
    """Return a query of the rate of what a function counts."""
    return per_second(f"ledgerlane_{metric}_total", f'service="ledgerlane-{function}"')


def counted(metric: str, labels: str, window: str) -> str:
    """Return a query of how often something was counted, which is 0 if it never was."""
    return f"sum(increase({metric}{{{labels}}}[{window}])) or {_NONE}"


def by_part(series: str) -> str:
    """Return a query of the sums of a process metric by the part of the data plane.

    A part is a kind of process, or the workers of a function, without the number of the process.
    """
    parts = r"(worker\\.[A-Za-z]+?Function|[^.]+).*"
    return f'sum by (part) (label_replace({series}, "part", "$1", "process", "{parts}"))'


def quantile(share: float, histogram: str, labels: str = "", by: str = "") -> str:
    """Return a query of a quantile of a histogram's durations."""
    groups = f"le, {by}" if by else "le"
    return f"histogram_quantile({share:g}, {per_second(f'{histogram}_bucket', labels, groups)})"
