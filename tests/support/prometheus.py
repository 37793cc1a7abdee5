"""Prometheus as tests ask it: https://prometheus.io/docs/prometheus/latest/querying/api/"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Prometheus:
    """A running Prometheus."""

    url: str

    def values(self, query: str) -> list[float]:
        """Return the present value of each series of a query."""
        return [float(series["value"][1]) for series in self._get("query", query=query)["result"]]

    def metrics(self) -> set[str]:
        """Return the names of all metrics."""
        return set(self._get("label/__name__/values"))

    def _get(self, path: str, **parameters: str) -> Any:
        answer = httpx.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=10)
        answer.raise_for_status()
        return answer.json()["data"]
