"""Prometheus as tests ask it: https://prometheus.io/docs/prometheus/latest/querying/api/"""

from __future__ import annotations

from typing import Any

import httpx


class Prometheus:
    """A running Prometheus."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=10)

    def close(self) -> None:
        self._client.close()

    def values(self, query: str) -> list[float]:
        """Return the present value of each series of a query."""
        return [float(series["value"][1]) for series in self._get("query", query=query)["result"]]

    def metrics(self) -> set[str]:
        """Return the names of all metrics."""
        return set(self._get("label/__name__/values"))

    def _get(self, path: str, **parameters: str) -> Any:
        answer = self._client.get(f"/api/v1/{path}", params=parameters)
        answer.raise_for_status()
        return answer.json()["data"]
