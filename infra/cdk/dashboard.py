"""The dashboard, made from the list of panels, with the alarms' state on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.cdk.monitoring import Watched
from infra.signals.catalogue import PANELS, lines_of
from infra.signals.panel import Panel

WIDTH = 8
_COLUMNS = 3


def make_dashboard(
    scope: Construct, watched: Watched, alarms: Sequence[cloudwatch.IAlarm]
) -> cloudwatch.Dashboard:
    """Create the dashboard of a stage."""
    dashboard = cloudwatch.Dashboard(scope, "Dashboard", dashboard_name=watched.config.stack_name)
    dashboard.add_widgets(
        cloudwatch.AlarmStatusWidget(
            title="Alarms", alarms=list(alarms), width=_COLUMNS * WIDTH, height=4
        )
    )
    graphs = [graph for panel in PANELS for graph in _graphs(watched, panel)]
    for start in range(0, len(graphs), _COLUMNS):
        dashboard.add_widgets(*graphs[start : start + _COLUMNS])
    return dashboard


def _graphs(watched: Watched, panel: Panel) -> Iterator[cloudwatch.GraphWidget]:
    """Yield a panel's graph, none if AWS has no metric of it."""
    metrics = dict.fromkeys(line.metric for line in lines_of(panel) if line.metric)
    found = [one for metric in metrics for one in watched.metrics(metric).values()]
    if found:
        yield cloudwatch.GraphWidget(title=panel.name, left=found, width=WIDTH, height=6)
