from __future__ import annotations

from dataplane.http.throttle import Throttle
from dataplane.model import MethodThrottle, RestApi, Route

A, B = Route("GET", "/a", "r1", "f"), Route("GET", "/b/{id}", "r2", "f")


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def throttle(*limits: MethodThrottle, processes: int = 1) -> tuple[Throttle, Clock]:
    clock = Clock()
    return Throttle(RestApi("i", "n", "v1", (A, B), throttles=limits), processes, clock), clock


def taken(made: Throttle, route: Route, tries: int) -> int:
    return sum(made.takes(route) for _ in range(tries))


def test_a_burst_passes_and_then_the_rate() -> None:
    made, clock = throttle(MethodThrottle("*/*", rate=10, burst=5))
    assert taken(made, A, 20) == 5
    clock.now_s += 0.31
    assert taken(made, A, 20) == 3
    clock.now_s += 60
    assert taken(made, A, 20) == 5


def test_each_method_has_a_bucket_of_its_own_and_its_own_limit_wins() -> None:
    made, _ = throttle(MethodThrottle("*/*", 10, 5), MethodThrottle("b/{id}/GET", 1, 1))
    assert (taken(made, A, 9), taken(made, B, 9)) == (5, 1)


def test_zero_refuses_everything_and_without_settings_all_pass() -> None:
    closed, _ = throttle(MethodThrottle("*/*", 0, 0))
    opened, _ = throttle()
    assert (taken(closed, A, 9), taken(opened, A, 9)) == (0, 9)


def test_processes_share_a_limit() -> None:
    made, _ = throttle(MethodThrottle("*/*", 10, 8), processes=2)
    assert taken(made, A, 20) == 4
