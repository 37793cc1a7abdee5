"""The points of the scale benchmark, what its plots show, and how two revisions compare."""

from typing import Any

from load.bench.compare import compared
from load.bench.layers import short, stacked
from load.bench.measured import Measured
from load.bench.scale import Point, fits, point_at
from load.bench.scenarios import SCENARIOS


def test_there_are_never_more_writers_than_partitions() -> None:
    assert point_at(Point(), "partitions", 1).processes == 1
    assert point_at(Point(), "partitions", 12).processes == Point().processes


def test_small_batches_have_fewer_commands_a_round() -> None:
    assert point_at(Point(), "batch", 1).commands == 2_000
    assert point_at(Point(), "batch", 10).commands == 4_000
    assert point_at(Point(), "batch", 1000).commands == Point().commands


def test_a_point_is_given_as_options_of_the_apply_benchmark() -> None:
    options = point_at(Point(), "hot_share", 0.5).options()

    assert options[options.index("--hot-share") + 1] == "0.5"
    assert options[options.index("--accounts") + 1] == "10000"


def test_a_history_that_would_fill_the_disk_is_left_out() -> None:
    point = Point(history=10_000_000)

    assert fits(point, free_bytes=60 * 2**30)
    assert not fits(point, free_bytes=10 * 2**30)


def point(**cpu_us: float) -> dict[str, Any]:
    return {"cpu_us": {name: {"median": value} for name, value in cpu_us.items()}}


def test_small_parts_are_shown_together_and_nothing_is_lost() -> None:
    points = [point(postgres=50, gateway=100, redis=1, poller=2), point(postgres=70, gateway=90)]

    layers = stacked(points, 6)

    assert list(layers) == ["gateway", "postgres", "others"]
    assert layers["others"] == [3.0, 0.0]


def test_at_most_so_many_layers_are_shown() -> None:
    layers = stacked([point(a=40, b=30, c=20, d=10)], 3)

    assert layers == {"a": [40.0], "b": [30.0], "others": [30.0]}


def test_numbers_on_an_axis_are_short() -> None:
    assert [short(n) for n in (0, 0.25, 64, 10_000, 1_500_000)] == [
        "0", "0.25", "64", "10 k", "1.5 M",
    ]  # fmt: skip


def measured(rate: float, gateway: float, refused: float = 0.0) -> Measured:
    return Measured({"sustained_per_s": rate, "refused": refused}, {"gateway": gateway})


def test_revisions_are_compared_round_by_round() -> None:
    a = [measured(100, 50), measured(50, 50), measured(100, 50)]
    b = [measured(120, 40), measured(60, 40), measured(130, 40)]

    found = compared(SCENARIOS["singles"], a, b)["figures"]

    assert found["sustained_per_s"]["B/A"] == {"median": 1.2, "lowest": 1.2, "highest": 1.3}
    assert found["cpu_us all"]["B/A"]["median"] == 0.8
    assert found["refused"]["B/A"] is None
