"""Create Prometheus's alert rules from the list of signals.

`python -m infra.signals.rules` writes them to the file that the local cloud loads.
https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import yaml

from infra.signals.catalogue import SIGNALS
from infra.signals.signal import Signal

FILE: Final = Path(__file__).parents[2] / "localstack" / "observing" / "rules.yaml"
RUNBOOKS: Final = "docs/runbooks.md"
_HEAD: Final = (
    "# Generated from infra/signals by `python -m infra.signals.rules`; a test compares them.\n"
)


def rules(signals: Iterable[Signal] = SIGNALS) -> str:
    """Return the rules file, with an alert for each signal that has a query."""
    document = {"groups": [{"name": "ledgerlane", "rules": [_rule(s) for s in signals if s.query]}]}
    return _HEAD + yaml.safe_dump(document, sort_keys=False, width=100)


def _rule(signal: Signal) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "alert": signal.name,
        "expr": f"({signal.query}) {signal.condition}",
        "labels": {"severity": signal.severity, "promise": str(signal.promise)},
        "annotations": {"summary": signal.meaning, "runbook": f"{RUNBOOKS}#{signal.name}"},
    }
    if signal.for_s:
        rule["for"] = f"{signal.for_s}s"
    return rule


if __name__ == "__main__":
    FILE.write_text(rules())
    sys.stdout.write(f"wrote {FILE}\n")
