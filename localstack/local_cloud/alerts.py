"""Read the firing alerts from Prometheus.

https://prometheus.io/docs/prometheus/latest/querying/api/#alerts
"""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass

_ANSWER_LIMIT_S = 3.0


@dataclass(frozen=True, slots=True)
class Alert:
    """A firing alert.

    Parameters
    ----------
    name, summary
        As in the rules.
    runbook
        The path of its runbook.
    """

    name: str
    summary: str
    runbook: str


def firing(prometheus_url: str) -> list[Alert] | None:
    """Return the firing alerts, sorted by name; None if Prometheus does not respond."""
    try:
        url = f"{prometheus_url}/api/v1/alerts"
        with urllib.request.urlopen(url, timeout=_ANSWER_LIMIT_S) as answer:
            found = json.load(answer)["data"]["alerts"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    alerts = [
        Alert(
            one["labels"]["alertname"],
            one["annotations"].get("summary", ""),
            one["annotations"].get("runbook", ""),
        )
        for one in found
        if one["state"] == "firing"
    ]
    return sorted(alerts, key=lambda alert: alert.name)


def health_line(alerts: list[Alert] | None) -> str:
    """Return one line about the alerts, for the end of `make status`."""
    if alerts is None:
        return "Health: unknown, because Prometheus does not respond"
    if not alerts:
        return "Health: all quiet"
    told = "; ".join(f"{alert.name}: {alert.summary} ({alert.runbook})" for alert in alerts)
    return f"Health: {len(alerts)} firing. {told}"
