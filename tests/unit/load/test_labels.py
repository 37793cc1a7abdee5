"""Texts of the boards' pictures."""

from __future__ import annotations

import pytest

from load.report.labels import legend, shown
from tests.support.boards import load_boards


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0, "short", "0"),
        (0.25, "percentunit", "25 %"),
        (0.02, "s", "20 ms"),
        (90.0, "s", "90 s"),
        (1500.0, "reqps", "1.5 k/s"),
        (3e6, "bytes", "3 MB"),
        (12.0, "Bps", "12 B/s"),
    ],
)
def test_a_value_is_shown_in_its_unit(value: float, unit: str, text: str) -> None:
    assert shown(value, unit) == text


def test_a_legend_names_the_labels_it_asks_for() -> None:
    assert legend("{{method}} {{resource}}", {"method": "GET", "resource": "/a"}) == "GET /a"
    assert legend("{{absent}}", {}) == ""


def test_every_unit_of_the_boards_can_be_shown() -> None:
    for board in load_boards().values():
        for panel in board["panels"]:
            assert shown(1.0, panel["fieldConfig"]["defaults"]["unit"])
