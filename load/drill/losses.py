"""Drills that lose data: the ledger's, the log's, both, and one of three brokers'."""

from __future__ import annotations

import shutil
import signal
import time

from confluent_kafka.admin import AdminClient

from handlers.platform.bounds import COMMANDS_TOPIC
from load.drill.report import Line
from load.drill.stage import Stage, backups_of, wait_until
from load.drill.traffic import Traffic, accepted, failing_s, judge
from local_cloud.backup.index import Index
from local_cloud.services.kafka import Kafka
from local_cloud.services.postgres import Postgres

MOST_FAILING_S = 10.0


def lose_the_ledger(stage: Stage) -> Line:
    """(a) Delete PostgreSQL's data under load; restore the base backup; the log does the rest."""
    line = Line(
        "a",
        "PostgreSQL's data was deleted under load; `make down`, `make restore`, `make up`",
        "every acknowledged command is in the ledger, which is what a rebuild from the log makes",
    )
    with Traffic(stage) as traffic:
        stage.command("backup")
        traffic.goes_on()
        # What is accepted from now on is in the log alone.
        stage.signal_poller(signal.SIGSTOP)
        traffic.goes_on(100)
        began_s = time.monotonic()
        stage.kill("postgres")
        shutil.rmtree(Postgres(stage.instance).cluster)
        stage.command("down")
        stage.command("restore")
        stage.command("up")
        traffic.goes_on()
        rto_s = time.monotonic() - began_s
        check_everything(stage, traffic, line)
    line.note(f"RPO 0 commands; RTO {rto_s:.1f} s, from the loss until 200 more were accepted")
    return line.end()


def lose_the_log(stage: Stage) -> Line:
    """(b) Delete the log with commands that are not applied; restore it from its backup."""
    line = Line(
        "b",
        "the log was deleted with commands that were accepted and not applied; "
        "`make down`, `make restore LOG=1`, `make up`",
        "the ledger stands, the log goes on, nothing is applied twice, and what was accepted and "
        "not applied is named from the backup, then applied",
    )
    with Traffic(stage) as traffic:
        stage.command("backup")
        traffic.goes_on()
        stage.signal_poller(signal.SIGSTOP)
        traffic.goes_on(100)
        traffic.stop()
        stage.command("backup", "--log")
        ends = sum(map(len, stage.topic()))
        began_s = time.monotonic()
        applied = stage.rows(
            "select sum(next_offset) from ledger.partition_progress where topic = %s",
            COMMANDS_TOPIC,
        )[0][0]
        stage.kill("broker", "dataplane")
        shutil.rmtree(Kafka(stage.instance).folder)
        stage.command("down")
        said = stage.command("restore", "--log")
        stage.command("up")
        rto_s = time.monotonic() - began_s
        left = ends - int(applied)
        line.require(left > 0, "every command was applied before the log was lost")
        line.require(
            f"{left:,} commands were accepted and not applied" in said,
            f"the restore did not name {left} commands: {said}",
        )
        line.note(f"{left} commands were named, and are applied now")
        check_everything(stage, traffic, line)
    with Traffic(stage) as again:
        again.goes_on()
        check_everything(stage, again, line)
    line.note(f"RTO {rto_s:.1f} s, from the loss until `make up` had ended")
    return line.end()


def lose_both(stage: Stage) -> Line:
    """(c) Delete the ledger and the log; what comes after the log's last backup is lost."""
    line = Line(
        "c",
        "PostgreSQL's data and the log were deleted; `make down`, `make restore BOTH=1`, `make up`",
        "lost is what was accepted after the log's last backup, and nothing else; it is listed",
    )
    with Traffic(stage) as traffic:
        stage.command("backup")
        traffic.goes_on()
        stage.command("backup", "--log")
        traffic.goes_on(100)
        traffic.stop()
        index = Index.read(backups_of(stage.instance.state) / "log" / COMMANDS_TOPIC)
        assert index is not None  # it was just written
        ends = index.ends(index.latest)
        began_s = time.monotonic()
        stage.kill("broker", "postgres", "dataplane")
        shutil.rmtree(Kafka(stage.instance).folder)
        shutil.rmtree(Postgres(stage.instance).cluster)
        stage.command("down")
        stage.command("restore", "--both")
        stage.command("up")
        rto_s = time.monotonic() - began_s
        stage.await_drained()
        found = stage.rows("select distinct transaction_id from ledger.legs")
        known = {f"txn_{transaction_id.hex}" for (transaction_id,) in found}
        answers = [one.answer or {} for one in accepted(traffic.history())]
    lost = {one["transaction_id"] for one in answers} - known
    beyond = {
        one["transaction_id"]
        for one in answers
        if one["position"]["offset"] >= ends[one["position"]["partition"]]
    }
    line.require(lost == beyond, f"lost: {len(lost)}, after the log's backup: {len(beyond)}")
    line.require(bool(lost), "nothing was accepted after the log's backup")
    differs = stage.rebuild_differs()
    line.require(not differs, f"a rebuild differs: {differs}")
    line.note(f"lost by position: {len(lost)} of {len(answers)} acknowledged commands, the first:")
    for one in sorted(lost)[:3]:
        line.note(f"  {one}")
    line.note(f"RTO {rto_s:.1f} s, from the loss until `make up` had ended")
    with Traffic(stage) as again:
        again.goes_on()
        check_everything(stage, again, line)
    return line.end()


def lose_a_broker(stage: Stage) -> Line:
    """(d) Kill one of three brokers under load, then empty its disk."""
    line = Line(
        "d",
        "one of three brokers was killed, and its disk emptied; `make restart S=broker`",
        f"no acknowledged command is lost; commands fail for less than {MOST_FAILING_S:.0f} s in "
        "all; the broker has everything again",
    )
    with Traffic(stage) as traffic:
        traffic.goes_on()
        stage.kill("broker")
        traffic.goes_on()
        shutil.rmtree(Kafka(stage.instance).folder)
        began_s = time.monotonic()
        stage.command("restart", "broker")
        wait_until(lambda: _in_sync(stage) == stage.instance.brokers, "the replicas")
        line.note(f"back in sync {time.monotonic() - began_s:.1f} s after its restart began")
        traffic.goes_on()
        check_everything(stage, traffic, line)
        failing = failing_s(traffic.history().attempts)
    line.require(sum(failing) < MOST_FAILING_S, f"commands failed for {sum(failing):.1f} s")
    line.note(
        f"commands failed for {sum(failing):.1f} s in all, "
        f"{max(failing, default=0):.1f} s at a time"
    )
    return line.end()


def _in_sync(stage: Stage) -> int:
    """Return how many replicas the partition with the fewest has in sync."""
    admin = AdminClient({"bootstrap.servers": stage.instance.kafka_bootstrap, "log_level": 0})
    found = admin.list_topics(COMMANDS_TOPIC, timeout=10).topics[COMMANDS_TOPIC]
    return min(len(partition.isrs) for partition in found.partitions.values())


def check_everything(stage: Stage, traffic: Traffic, line: Line) -> None:
    """Check what clients saw with the judge, and the ledger with a rebuild and an audit."""
    history = traffic.finish()
    findings = judge(stage, history)
    line.require(not findings, f"{len(findings)} findings, the first: {findings[:1]}")
    differs = stage.rebuild_differs()
    line.require(not differs, f"a rebuild differs: {differs}")
    wrong = stage.audit_finds()
    line.require(not wrong, f"the audit finds: {wrong}")
    line.note(
        f"{len(accepted(history)):,} acknowledged commands: none lost, doubled, reordered or wrong"
        if not findings
        else f"{len(findings)} findings"
    )
