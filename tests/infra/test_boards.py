"""Grafana's boards: made from the list of panels, and readable."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from infra.signals.catalogue import PANELS, SIGNALS, lines_of
from tests.support.boards import FOLDER, load_boards, metrics_in

BOARDS = load_boards()
#: The units of Grafana that the boards use; a panel of another one may be a typing error.
UNITS = {"short", "s", "percentunit", "bytes", "Bps", "ops", "reqps"}
SOURCE = {"type": "prometheus", "uid": "${datasource}"}

each_board = pytest.mark.parametrize("name", sorted(BOARDS))


def panels(name: str) -> list[dict[str, Any]]:
    return list(BOARDS[name]["panels"])


def test_the_files_are_those_of_the_list() -> None:
    boards = pytest.importorskip(
        "infra.signals.boards", reason="grafana-foundation-sdk is missing: run make"
    )

    made = boards.boards()

    assert {path.name for path in FOLDER.iterdir()} == made.keys()
    for name, text in made.items():
        assert (FOLDER / name).read_text() == text, "python -m infra.signals.boards"


def test_boards_have_names_of_their_own_and_one_for_each_question() -> None:
    assert BOARDS.keys() == {"overview", "api", "ledger", "services", "load"}
    assert len({board["uid"] for board in BOARDS.values()}) == len(BOARDS)
    assert len({board["title"] for board in BOARDS.values()}) == len(BOARDS)


@each_board
def test_panels_have_ids_titles_and_places_of_their_own(name: str) -> None:
    found = panels(name)

    assert len({panel["id"] for panel in found}) == len(found)
    assert len({panel["title"] for panel in found}) == len(found)
    squares = [square for panel in found for square in squares_of(panel["gridPos"])]
    assert len(set(squares)) == len(squares), "panels overlap"
    assert max(x for x, _ in squares) < 24


def squares_of(place: dict[str, int]) -> list[tuple[int, int]]:
    return [
        (x, y)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]


@each_board
def test_a_panel_says_what_it_shows_in_which_unit(name: str) -> None:
    for panel in panels(name):
        assert panel["description"], panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS, panel["title"]


@each_board
def test_a_panel_has_queries_and_each_has_a_legend(name: str) -> None:
    for panel in panels(name):
        targets = panel["targets"]
        assert targets, panel["title"]
        assert all(target["expr"] for target in targets)
        legends = [target["legendFormat"] for target in targets]
        assert all(legends)
        assert len(set(legends)) == len(legends), panel["title"]
        assert len({target["refId"] for target in targets}) == len(targets)


@each_board
def test_the_source_is_a_variable_so_that_any_grafana_can_import_it(name: str) -> None:
    board = BOARDS[name]
    (variable,) = board["templating"]["list"]

    assert (variable["type"], variable["query"]) == ("datasource", "prometheus")
    for panel in board["panels"]:
        assert panel["datasource"] == SOURCE
        assert all(target["datasource"] == SOURCE for target in panel["targets"])
    assert all(one["datasource"] == SOURCE for one in board["annotations"]["list"])


@each_board
def test_a_board_marks_alerts_and_load_runs_by_what_they_are(name: str) -> None:
    marks = {one["name"]: one for one in BOARDS[name]["annotations"]["list"]}

    assert marks.keys() == {"Alerts", "Load runs"}
    for mark in marks.values():
        # Versions of Grafana read the query in one of two places.
        assert mark["target"]["expr"] == mark["expr"]
        assert mark["target"]["interval"] == mark["step"]
    assert marks["Alerts"]["titleFormat"] == "{{alertname}}"
    assert marks["Load runs"]["textFormat"] == "{{mix}}, {{profile}}"


@each_board
def test_queries_group_by_the_labels_that_legends_name(name: str) -> None:
    for panel in panels(name):
        for target in panel["targets"]:
            for label in re.findall(r"{{(\w+)}}", target["legendFormat"]):
                assert label in target["expr"], panel["title"]


def test_no_query_keeps_a_label_that_holds_an_id() -> None:
    for board in BOARDS.values():
        for panel in board["panels"]:
            for target in panel["targets"]:
                assert not re.search(r"\w*_id\b", target["expr"]), panel["title"]


def test_every_panel_of_the_list_with_a_query_is_on_a_board() -> None:
    shown = {panel["title"] for board in BOARDS.values() for panel in board["panels"]}

    wanted = {panel.name for panel in PANELS if any(line.query for line in lines_of(panel))}
    assert shown == wanted


def test_every_alert_s_query_is_drawn_and_its_threshold_with_it() -> None:
    drawn = {
        target["expr"]: panel
        for board in BOARDS.values()
        for panel in board["panels"]
        for target in panel["targets"]
    }

    for signal in (signal for signal in SIGNALS if signal.query):
        steps = drawn[str(signal.query)]["fieldConfig"]["defaults"]["thresholds"]["steps"]
        assert steps[1]["value"] == signal.threshold, signal.name
        assert steps[1]["color"] == ("green" if signal.is_below else "red")


def test_metric_names_are_read_from_queries() -> None:
    query = 'sum by (le) (rate(a_bucket{b="c_d"}[1m])) / on(e_f) (g_h > 0) or vector(0)'

    assert metrics_in(query) == {"a_bucket", "g_h"}
    assert metrics_in("topk(5, sum by (table) (ledger_table_bytes))") == {"ledger_table_bytes"}


def test_files_are_json_that_ends_in_a_newline() -> None:
    for path in FOLDER.iterdir():
        text = path.read_text()
        assert json.loads(text)
        assert text.endswith("}\n")
