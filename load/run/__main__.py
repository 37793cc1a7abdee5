"""`make load`: load the running stack, verify the result, and write a report."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from handlers.platform.bounds import SETTINGS
from handlers.platform.errors import LedgerlaneError
from load.judge.topic import TopicUnreadable
from load.report.assembly import Seen, make_report, make_verdict
from load.report.figures import Report
from load.report.files import write
from load.run import judgement
from load.run.live import LiveLine
from load.run.options import Options, parse
from load.run.published import RunMetrics, published
from load.run.sampler import Ledger, Sampler
from load.traffic.finals import WorkloadFailed
from load.traffic.k6 import K6, Pace
from load.traffic.outcomes import Outcome, OutcomeError
from load.traffic.setup import Setup, prepare
from local_cloud.config import Instance, load_instance
from local_cloud.errors import LocalCloudError
from local_cloud.install.k6 import install_k6, version_of

HELD, NOT_HELD, UNKNOWN, INTERRUPTED = 0, 1, 2, 130
#: How much longer than requested k6 may take for its slowest request, its start and its end, in
#: seconds.
GRACE_S = 120.0
TOPIC = SETTINGS["COMMANDS_TOPIC"].read(os.environ)


class _Run(NamedTuple):
    """The parameters of one run."""

    options: Options
    instance: Instance
    folder: Path
    program: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)
    started_at = datetime.now(UTC)
    try:
        instance = load_instance()
        _say("Installing k6 (building it the first time can take some minutes) ...")
        program = install_k6(instance.cache)
        name = f"{started_at:%Y%m%d-%H%M%S}-{options.mix}-{options.profile}"
        folder = options.reports / name
        folder.mkdir(parents=True)
        report = _run(_Run(options, instance, folder, program), started_at)
        print(write(report, folder))
    except LocalCloudError as error:
        return _fail(f"{error.problem}; {error.remedy}")
    except (WorkloadFailed, TopicUnreadable, OutcomeError, LedgerlaneError, OSError) as error:
        return _fail(str(error))
    except psycopg.Error as error:
        return _fail(f"can't read the database ({error}); check `make status`")
    except KeyboardInterrupt:
        return INTERRUPTED
    return HELD if report.verdict.holds else NOT_HELD


def _run(run: _Run, started_at: datetime) -> Report:
    options, instance = run.options, run.instance
    ledger = Ledger(instance.database_urls, TOPIC)
    # Before any account is opened, because the model needs the openings too.
    log = judgement.Log(instance.kafka_bootstrap, TOPIC, ledger.next_offsets())
    _say(f"Signing up {options.users} users, opening {options.accounts} accounts ...")
    setup = asyncio.run(prepare(instance.api_url, options.users, options.accounts, options.seed))
    sampler = Sampler(instance, Ledger(instance.database_urls, TOPIC))
    sampler.start()
    try:
        k6, outcomes = _load(run, setup, sampler)
        _say("Waiting until everything is applied ...")
        topic, is_drained = judgement.drain(ledger, log, outcomes, options.drain_s)
    finally:
        samples = sampler.stop()
        ledger.close()
    summary = k6.summary()
    _say("Reading accounts, entries and transactions, and checking them against the log ...")
    path = run.folder / "history.jsonl"
    history, stale = asyncio.run(judgement.record(path, setup, outcomes))
    findings = judgement.judge(history, topic, outcomes)
    _say("Auditing the books ...")
    books = judgement.run_audit([instance.pooler_url_of(shard) for shard in instance.shard_numbers])
    verdict = make_verdict(
        findings,
        books.wrong,
        [str(finding) for finding in books.findings],
        summary.thresholds,
        is_drained,
        judgement.judged(history, topic),
        stale,
    )
    if verdict.is_correct and not options.keep_history:
        path.unlink()
    about = _about(run, setup, started_at) | {"partitions": len(topic)}
    seen = Seen(outcomes, history.transactions, topic, samples, summary.dropped)
    return make_report(about, seen, verdict)


def _load(run: _Run, setup: Setup, sampler: Sampler) -> tuple[K6, list[Outcome]]:
    """Run k6 to its end; return it and the outcomes it saw."""
    options = run.options
    pace = Pace(options.mix, options.profile, options.rate, options.seconds, options.limit_factor)
    k6 = K6(run.program, run.folder, pace)
    _say(
        f"{options.mix}, {options.profile}, {options.rate or 'the maximum rate'}"
        f"{' requests/s' if options.rate else ''}, {options.seconds} s"
    )
    metrics = RunMetrics(options.mix, options.profile, options.rate)
    sampler.generator_pid = k6.start(json.dumps(setup.as_json()))
    follower = k6.follow()
    line = LiveLine(sys.stderr, options.seconds)
    deadline_s = time.monotonic() + options.seconds + GRACE_S
    try:
        with published(metrics, run.instance.ports.load_metrics):
            while not k6.wait(1.0):
                new = follower.read()
                line.show(new, sampler.samples.next_offsets())
                metrics.count(new)
                if time.monotonic() >= deadline_s:
                    raise WorkloadFailed(f"k6 did not end within {options.seconds + GRACE_S:.0f} s")
        follower.read()
    finally:
        line.end()
        k6.stop()
        follower.close()
    return k6, sorted(follower.outcomes, key=lambda one: one.sent_ms)


def _about(run: _Run, setup: Setup, started_at: datetime) -> dict[str, Any]:
    options, instance = run.options, run.instance
    return {
        "run": setup.run,
        "started_at": started_at.isoformat(timespec="seconds"),
        "mix": options.mix,
        "profile": options.profile,
        "rate": options.rate or "max",
        "seconds": options.seconds,
        "users": len(setup.users),
        "accounts": len(setup.accounts),
        "seed": setup.seed,
        "broker": instance.broker,
        "cpus": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "k6": version_of(run.program),
    }


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _fail(text: str) -> int:
    print(f"load: {text}", file=sys.stderr)
    return UNKNOWN


if __name__ == "__main__":
    sys.exit(main())
