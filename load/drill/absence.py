"""A drill that loses nothing: one of two shards is away for a while."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable

from load.drill.losses import check_everything
from load.drill.report import Line
from load.drill.stage import Stage
from load.drill.traffic import Traffic
from load.judge.lines import Attempt, now_us
from load.report.arithmetic import percentile
from local_cloud.config import service_of

AWAY = 2
AWAY_FOR_S = 10.0
MOST_TIMES_SLOWER = 2.0
#: Fewer say nothing about a percentile.
FEWEST = 20
#: What moves money of one account only. A transfer may wait for another shard.
_CASH = ("/deposits", "/withdrawals")


def lose_a_shard(stage: Stage) -> Line:
    """(e) Kill the PostgreSQL of one of two shards under load, and start it again."""
    line = Line(
        "e",
        f"the PostgreSQL of one of two shards was killed under load, for {AWAY_FOR_S:.0f} s; "
        "`make restart S=postgres-2`",
        "commands about it are accepted and wait, nothing is lost; the 95th percentile of the "
        f"others' latency is at most {MOST_TIMES_SLOWER:.0f} times what it was",
    )
    with Traffic(stage) as traffic:
        began_us = now_us()
        traffic.goes_on(400)
        lost_us = now_us()
        stage.kill(service_of("postgres", AWAY))
        time.sleep(AWAY_FOR_S)
        back_us = now_us()
        stage.command("restart", service_of("postgres", AWAY))
        traffic.goes_on()
        check_everything(stage, traffic, line)
        line.note(f"everything was applied {(now_us() - back_us) / 1e6:.1f} s after its restart")
        attempts = traffic.history().attempts
    away = partitions_of(stage, AWAY)
    waited = [one for one in taken(attempts, lost_us, back_us) if _partition_of(one) in away]
    line.require(bool(waited), "no command about the lost shard was accepted while it was away")
    line.note(f"{len(waited)} commands about the lost shard were accepted while it was away")
    others = partitions_of(stage, 1)
    before = latencies_ms(taken(attempts, began_us, lost_us), others)
    during = latencies_ms(taken(attempts, lost_us, back_us), others)
    _compare(line, before, during)
    return line.end()


def _compare(line: Line, before: list[float], during: list[float]) -> None:
    counts = len(before), len(during)
    line.require(min(counts) >= FEWEST, f"too few commands about the other shard: {counts}")
    was, became = (percentile(sorted(values), 95) for values in (before, during))
    if was is None or became is None:
        return
    line.require(
        became <= MOST_TIMES_SLOWER * was,
        f"the others' 95th percentile rose from {was:.0f} to {became:.0f} ms",
    )
    line.note(f"the others' 95th percentile: {was:.0f} ms before, {became:.0f} ms meanwhile")


def partitions_of(stage: Stage, shard: int) -> set[int]:
    """Return the partitions that a shard has."""
    rows = stage.rows(
        "select partition from ledger.partition_progress where shard is null", shard=shard
    )
    return {int(partition) for (partition,) in rows}


def taken(attempts: Iterable[Attempt], since_us: int, until_us: int) -> list[Attempt]:
    """Return the attempts of a time that were accepted."""
    return [
        one
        for one in attempts
        if since_us <= one.invoked_at_us < until_us and one.transaction_id is not None
    ]


def latencies_ms(attempts: Iterable[Attempt], partitions: Collection[int]) -> list[float]:
    """Return how long the commands about one account of these partitions took."""
    return [
        (one.returned_at_us - one.invoked_at_us) / 1000
        for one in attempts
        if one.path.endswith(_CASH)
        and one.returned_at_us is not None
        and _partition_of(one) in partitions
    ]


def _partition_of(attempt: Attempt) -> int | None:
    position = (attempt.answer or {}).get("position") or {}
    return position.get("partition")
