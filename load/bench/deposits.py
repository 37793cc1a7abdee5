"""Deposits, single and in batches: the accepted rate, the applied rate, and the drain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from load.bench.figures import each_us
from load.bench.generator import Driven, drive
from load.bench.measured import Measured, Site
from load.bench.people import Deposit, People, batched_deposits, single_deposits
from load.bench.progress import Seen, Watch, applied_at
from load.bench.proof import database_now, prove
from load.bench.target import cpu_used

#: How many connections of single deposits correspond to one connection of batches.
SINGLES_A_BATCH: Final = 8

Sent = Callable[[People, str, tuple[int, ...]], Iterator[Deposit]]


def singles(site: Site, run: str) -> Measured:
    """Send one deposit per request."""
    return _measure(site, run, "singles", "/deposits", 1, single_deposits)


def batches(site: Site, run: str) -> Measured:
    """Send many deposits per request, over fewer connections."""
    fewer = replace(site, connections=max(1, site.connections // SINGLES_A_BATCH))

    def sent(people: People, run: str, made: tuple[int, ...]) -> Iterator[Deposit]:
        return batched_deposits(people, run, made, site.batch)

    return _measure(fewer, run, "batch", "/transactions/batch", site.batch, sent)


def _measure(site: Site, run: str, script: str, path: str, size: int, sent: Sent) -> Measured:
    """Send deposits for some seconds, wait until all are applied, and look up each of them."""
    instance, people = site.target.instance, site.people
    lines = people.write_accounts(site.folder / "accounts")
    since = database_now(instance.database_url)
    with Watch(instance.database_urls) as watch:
        cpu = site.target.cpu()
        url = instance.api_url + path
        driven = drive(script, url, site.connections, site.seconds, [lines, run, size])
        commands = driven.accepted * size
        end_s = watch.await_applied(commands)
        if driven.unknown:
            watch.await_still()
        used_s = cpu_used(cpu, site.target.cpu()) | {"load generator": driven.cpu_s}
    proof = prove(instance.database_urls, people, since, sent(people, run, driven.made), commands)
    figures = road_figures(driven, commands, watch.samples, end_s)
    return Measured(figures, each_us(used_s, commands), proof)


def road_figures(
    driven: Driven, commands: int, samples: list[Seen], end_s: float
) -> dict[str, float]:
    """Compute a round's figures, from the request to the applied command.

    Parameters
    ----------
    commands
        The number of accepted commands.
    samples
        The number of applied records over time. The first sample is before the first request.
    end_s
        When the last command was applied, on the monotonic clock.
    """
    done = applied_at(samples, driven.last_s) - samples[0].applied
    return {
        "sustained_per_s": commands / (end_s - driven.first_s),
        "accepted_per_s": commands / driven.window_s,
        "applied_in_window_per_s": done / driven.window_s,
        "backlog_at_end": max(0.0, commands - done),
        "drain_s": max(0.0, end_s - driven.last_s),
        **latencies_ms(driven),
    }


def latencies_ms(driven: Driven) -> dict[str, float]:
    """Return the response times, and the numbers of missing and failed responses."""
    return {
        "p50_ms": driven.p50_us / 1000,
        "p95_ms": driven.p95_us / 1000,
        "p99_ms": driven.p99_us / 1000,
        "max_ms": driven.max_us / 1000,
        "refused": driven.refused,
        "unknown": driven.unknown,
    }
