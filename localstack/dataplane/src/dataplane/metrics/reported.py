"""Aggregate the metrics that functions report in their logs, for Prometheus."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from dataplane.logs import next_lines
from dataplane.metrics import names
from dataplane.metrics.buckets import Histogram, cumulative
from dataplane.metrics.emf import Sample, marked, samples

#: How long a maximum is valid: longer than usual scrape intervals.
MAXIMUM_OF_S: Final = 60.0
#: The maximum number of a metric's series, so that ids in dimensions can't exhaust memory.
MOST_SERIES: Final = 200
MOST_METRICS: Final = 500
_INTERVAL_S: Final = 1.0
_CHUNK_BYTES: Final = 1024 * 1024
_MOST_CHUNKS: Final = 64

Labels = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Series:
    total: float = 0.0
    count: int = 0
    last: float = 0.0
    recent: deque[tuple[float, float]] = field(default_factory=deque)
    times: Histogram = field(default_factory=Histogram)

    def add(self, value: float, now_s: float, *, is_time: bool) -> None:
        self.total += max(value, 0.0)
        self.count += 1
        self.last = value
        if is_time:
            self.times.observe(value)
        # Values in falling order: the first is the maximum. A larger value removes smaller ones.
        while self.recent and self.recent[-1][1] <= value:
            self.recent.pop()
        self.recent.append((now_s, value))

    def maximum(self, now_s: float) -> float | None:
        """Return the largest value of the last minute, None if there was none."""
        while self.recent and self.recent[0][0] < now_s - MAXIMUM_OF_S:
            self.recent.popleft()
        return self.recent[0][1] if self.recent else None


@dataclass(slots=True)
class _Reports:
    """All series of a metric. The unit of its first report determines its type."""

    is_time: bool
    by_labels: dict[Labels, _Series] = field(default_factory=dict)


class Reported:
    """Follows the functions' logs and aggregates their embedded metrics.

    Each metric has four families, which correspond to CloudWatch's statistics: ``_total`` (Sum,
    without negative values), ``_samples_total`` (SampleCount), ``_last``, and ``_max`` over the
    last minute (Maximum), which is absent if there was no report. A metric with a unit of time has
    a histogram instead of the first two.

    Parameters
    ----------
    folder
        The directory of the functions' logs.
    now_s
        The clock.
    """

    def __init__(self, folder: Path, now_s: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._now_s = now_s
        self._positions = {path: path.stat().st_size for path in folder.glob("*.log")}
        self._metrics: dict[str, _Reports] = {}
        self._dropped = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="metrics", daemon=True)

    def start(self) -> None:
        """Start to follow the logs. Existing lines don't count."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def look(self) -> None:
        """Read the lines since the last call."""
        for path in sorted(self._folder.glob("*.log")):
            try:
                for _ in range(_MOST_CHUNKS):
                    if not self._read_chunk(path):
                        break
            except OSError:
                # The log was rotated between two calls; the next call finds the new one.
                continue

    def add(self, sample: Sample) -> None:
        """Add a sample."""
        name = names.metric_name(sample.namespace, sample.name, sample.unit)
        labels = tuple((names.snake(key), value) for key, value in sample.dimensions)
        scale, now_s = names.factor(sample.unit), self._now_s()
        with self._lock:
            reports = self._metrics.get(name)
            if reports is None:
                if len(self._metrics) >= MOST_METRICS:
                    self._dropped += len(sample.values)
                    return
                reports = self._metrics[name] = _Reports(names.is_time(sample.unit))
            series = reports.by_labels.get(labels)
            if series is None:
                if len(reports.by_labels) >= MOST_SERIES:
                    self._dropped += len(sample.values)
                    return
                series = reports.by_labels[labels] = _Series()
            for value in sample.values:
                series.add(value * scale, now_s, is_time=reports.is_time)

    def collect(self) -> Iterator[Metric]:
        """Yield the families, for Prometheus's client."""
        now_s = self._now_s()
        with self._lock:
            families = [
                family
                for name, reports in sorted(self._metrics.items())
                for family in _families(name, reports, now_s)
            ]
            dropped = CounterMetricFamily(
                "dataplane_reported_samples_dropped",
                "Samples of embedded metrics beyond the limits of metrics and series",
            )
            dropped.add_metric([], self._dropped)
        yield from families
        yield dropped

    def _run(self) -> None:
        while not self._stop.wait(_INTERVAL_S):
            self.look()

    def _read_chunk(self, path: Path) -> bool:
        """Read the next complete lines of a log; return whether there may be more."""
        position, text = next_lines(path, self._positions.get(path, 0), _CHUNK_BYTES)
        self._positions[path] = position + len(text)
        for line in marked(text):
            for sample in samples(line):
                self.add(sample)
        return bool(text)


def _families(name: str, reports: _Reports, now_s: float) -> Iterator[Metric]:
    label_names = sorted({label for labels in reports.by_labels for label, _ in labels})
    rows = [
        ([dict(labels).get(label, "") for label in label_names], series)
        for labels, series in reports.by_labels.items()
    ]
    if reports.is_time:
        histogram = HistogramMetricFamily(name, "Reported by a function", labels=label_names)
        for values, series in rows:
            histogram.add_metric(values, cumulative(series.times.counts), series.times.sum_s)
        yield histogram
    else:
        total = CounterMetricFamily(name, "Sum of a function's reports", labels=label_names)
        count = CounterMetricFamily(
            f"{name}_samples", "Number of a function's reports", labels=label_names
        )
        for values, series in rows:
            total.add_metric(values, series.total)
            count.add_metric(values, series.count)
        yield from (total, count)
    last = GaugeMetricFamily(f"{name}_last", "Last report of a function", labels=label_names)
    largest = GaugeMetricFamily(
        f"{name}_max", "Largest report of a function in the last minute", labels=label_names
    )
    for values, series in rows:
        last.add_metric(values, series.last)
        maximum = series.maximum(now_s)
        if maximum is not None:
            largest.add_metric(values, maximum)
    yield from (last, largest)
