"""Quotas of usage plans, counted exactly across processes and restarts."""

from __future__ import annotations

import calendar
import multiprocessing
import stat
from pathlib import Path

import pytest

from dataplane.http.quotas import Counter, counter_of
from dataplane.model import ApiKey, Deployment, Quota, RestApi


def at(text: str) -> float:
    """Return a time such as 2026-11-28 12 (day and hour, UTC) in seconds."""
    day, _, hour = text.partition(" ")
    year, month, date = map(int, day.split("-"))
    return calendar.timegm((year, month, date, int(hour or 0), 0, 0))


@pytest.mark.parametrize(
    ("period", "same", "next_one"),
    [
        ("DAY", "2026-11-28 23", "2026-11-29 00"),
        # A Saturday, the Sunday after it, and Monday.
        ("WEEK", "2026-11-29 23", "2026-11-30 00"),
        ("MONTH", "2026-11-30 23", "2026-12-01 00"),
    ],
)
def test_a_quota_is_new_with_each_period(
    tmp_path: Path, period: str, same: str, next_one: str
) -> None:
    now = at("2026-11-28 12")
    counter = Counter(tmp_path / "c", Quota(2, period), lambda: now)
    assert [counter.take() for _ in range(3)] == [True, True, False]

    now = at(same)
    assert not counter.take()
    now = at(next_one)
    assert [counter.take() for _ in range(3)] == [True, True, False]


def test_the_first_period_has_fewer_requests_by_the_offset(tmp_path: Path) -> None:
    now = at("2026-11-28 12")
    counter = Counter(tmp_path / "c", Quota(3, "DAY", offset=2), lambda: now)
    assert [counter.take() for _ in range(2)] == [True, False]

    now = at("2026-11-29 12")
    assert [counter.take() for _ in range(4)] == [True, True, True, False]


def _take(path: Path, times: int) -> int:
    counter = Counter(path, Quota(50, "MONTH"), lambda: at("2026-11-28 12"))
    return sum(counter.take() for _ in range(times))


def test_processes_together_get_no_more_than_the_quota(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        taken = pool.starmap(_take, [(tmp_path / "c", 40)] * 2)

    assert sum(taken) == 50


def test_a_counter_is_the_owners_and_one_of_each_key(tmp_path: Path) -> None:
    keys = [ApiKey(name, name, plan_id="../p", quota=Quota(1, "DAY")) for name in ("k1", "k2")]
    counters = [counter_of(key, tmp_path / "quotas") for key in keys]

    assert [counter.take() for counter in counters if counter is not None] == [True, True]
    files = sorted((tmp_path / "quotas").iterdir())
    assert [file.name for file in files] == ["___p.k1.json", "___p.k2.json"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert counter_of(ApiKey("k", "v"), tmp_path / "none") is None
    assert not (tmp_path / "none").exists()


def test_quotas_are_part_of_the_deployment() -> None:
    api = RestApi("a", "n", "v1", (), api_keys=(ApiKey("k", "v", quota=Quota(1, "DAY", 1)),))

    assert Deployment.from_json(Deployment({}, api, ()).to_json()).api == api
