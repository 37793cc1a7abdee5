"""Check a history. A finding is of one of these sorts:

- **lost**: an accepted request has no effect, no end, or no record.
- **doubled**: a request took effect more often than it was sent.
- **reordered**: an account's entries contradict the order of the log or of its clients' requests.
- **diverging**: a result, a balance or a sum contradicts the rules.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from load.judge.lines import Attempt, History, Json
from load.judge.model import Model
from load.judge.records import Command, read_command
from load.judge.state import Verdict
from load.judge.topic import TopicRecord

Sort = Literal["lost", "doubled", "reordered", "diverging"]
Topic = Sequence[Sequence[TopicRecord]]
#: Kinds that move no money, so a completed transaction of them has no entry.
_WITHOUT_ENTRY = ("hold", "void", "hold_expiry", "account_opening")


class Finding(NamedTuple):
    """A fault in a history."""

    sort: Sort
    text: str


def replay(topic: Topic) -> Model:
    """Replay the topic with the single-threaded model.

    If accounts of two partitions used the same key, the log's verdicts say which record won. They
    are read first, so the order of the partitions does not matter. The partitions are nevertheless
    merged by the records' times, because a crash may have kept some verdicts from the log. Where
    the partition count grew, all partitions reach their marker before any of them continues.
    """
    growths = sorted(
        {(growth["partitions_before"], growth["partitions"]) for growth in _growths(topic)}
    )
    verdicts = [verdict for partition in topic for verdict in verdicts_of(partition)]
    model = Model(growths[0][0] if growths else len(topic), verdicts=verdicts)
    left = [[*partition] for partition in topic]
    for _, partitions in growths:
        _apply(model, [_take_to_marker(partition, partitions) for partition in left])
        model.grow(partitions)
    _apply(model, left)
    return model


def _apply(model: Model, topic: Topic) -> None:
    for _, record in merge(*map(_timed, topic), key=itemgetter(0)):
        model.apply(*record)


def verdicts_of(records: Iterable[TopicRecord]) -> Iterator[Verdict]:
    """Return the verdicts in the records."""
    for record in records:
        command = _read_kind(record, "idempotency_verdict")
        if command is not None:
            yield Verdict(
                command["contested"],
                command["partition"],
                command["offset"],
                command["decided_in"],
                command["decided_at"],
                command.get("is_conflict", True),
            )


def _growths(topic: Topic) -> Iterator[Command]:
    for record in (record for partition in topic for record in partition):
        command = _read_kind(record, "log_growth")
        if command is not None:
            yield command


def _read_kind(record: TopicRecord, kind: str) -> Command | None:
    """Return a record's command if it is of this kind, which must be rare."""
    # Checked in the bytes first, because parsing every record would take most of the time.
    if record.value is None or f'"{kind}"'.encode() not in record.value:
        return None
    command = read_command(record.value)
    return command if command is not None and command["kind"] == kind else None


def _take_to_marker(records: list[TopicRecord], partitions: int) -> list[TopicRecord]:
    """Remove and return the records up to the marker of the growth to ``partitions``."""
    for number, record in enumerate(records, 1):
        command = _read_kind(record, "log_growth")
        if command is not None and command["partitions"] == partitions:
            taken = records[:number]
            del records[:number]
            return taken
    return []


def _timed(partition: Iterable[TopicRecord]) -> Iterator[tuple[int, TopicRecord]]:
    """Pair records with their partition's time, which never goes backwards."""
    clock_ms = 0
    for record in partition:
        clock_ms = max(clock_ms, record.timestamp_ms)
        yield clock_ms, record


def check_history(history: History, topic: Topic | None = None) -> list[Finding]:
    """Check a history against its final reads and, if given, a replay of the topic.

    Parameters
    ----------
    history
        The clients' attempts and the final reads.
    topic
        All records of the commands topic by partition, or None if only the API is available.
    """
    findings = [
        *_check_ends(history),
        *_check_answers(history),
        *_check_repetitions(history, topic),
        *_check_sums(history),
        *_check_order_of_positions(history),
        *_check_order_of_time(history),
    ]
    if topic is None:
        findings += _check_effects(history)
    else:
        model = replay(topic)
        findings += [
            *_check_records(history, topic),
            *_check_results(history, model),
            *_check_entries(history, model),
        ]
    return findings


# -- against what the clients know -------------------------------------------------------------


def _check_ends(history: History) -> Iterator[Finding]:
    for attempt in history.attempts:
        transaction_id = attempt.transaction_id
        if transaction_id is None:
            continue
        final = history.transactions.get(transaction_id)
        if final is None:
            yield Finding("lost", f"{transaction_id} was accepted but is not in the ledger")
        elif final["status"] == "pending":
            yield Finding("lost", f"{transaction_id} was accepted but never ended")


def _check_answers(history: History) -> Iterator[Finding]:
    """Check that a result never changes once a client saw it."""
    for attempt in history.attempts:
        seen = attempt.answer or {}
        final = history.transactions.get(attempt.transaction_id or "")
        if final is None or seen.get("status") in (None, "pending"):
            continue
        # The key belongs to another request, so the transaction is not this request's.
        if seen.get("reason") == "idempotency_conflict":
            continue
        for name in ("status", "reason", "amount", "balance_after"):
            if seen.get(name) != final.get(name):
                yield Finding(
                    "diverging",
                    f"{attempt.transaction_id}: {name} was {seen.get(name)!r} in the response "
                    f"and is {final.get(name)!r} now",
                )


def _check_repetitions(history: History, topic: Topic | None) -> Iterator[Finding]:
    """Check that all attempts of a request are one transaction, and no other request's."""
    found: dict[str, set[str]] = defaultdict(set)
    own = {attempt.tag for attempt in history.attempts}
    for attempt in history.attempts:
        if attempt.transaction_id is not None:
            found[attempt.tag].add(attempt.transaction_id)
    for transaction_id, final in history.transactions.items():
        tag = (final.get("metadata") or {}).get("history")
        if tag is not None:
            found[tag].add(transaction_id)
    for record in (record for partition in topic or () for record in partition):
        command = read_command(record.value)
        # A reversal or a capture has its own metadata; second legs repeat their transaction's.
        tag = ((command or {}).get("metadata") or {}).get("history")
        if command is not None and tag is not None:
            found[tag].add(command["transaction_id"])
    for tag, transaction_ids in found.items():
        if tag in own and len(transaction_ids) > 1:
            yield Finding("doubled", f"request {tag} became {', '.join(sorted(transaction_ids))}")


def _check_sums(history: History) -> Iterator[Finding]:
    for account_id, entries in history.entries.items():
        balance = 0
        for number, entry in enumerate(entries, 1):
            balance += entry["amount"]
            if entry["version"] != number:
                yield Finding(
                    "diverging", f"{account_id}: entry {number} has version {entry['version']}"
                )
                break
            if entry["balance_after"] != balance:
                yield Finding(
                    "diverging",
                    f"{account_id}: the balance after version {number} is "
                    f"{entry['balance_after']}, but its entries sum to {balance}",
                )
                break
        account = history.accounts[account_id]
        if account["balance"] != sum(entry["amount"] for entry in entries):
            yield Finding("diverging", f"{account_id}: the balance is not the sum of its entries")
        if account["available"] < -(account.get("overdraft_limit") or 0):
            yield Finding("diverging", f"{account_id}: it is overspent by {account['available']}")


def _own(history: History, account_id: str, transaction_id: str) -> Json | None:
    """Return a transaction if its command went to this account's partition."""
    final = history.transactions.get(transaction_id)
    if final is None:
        return None
    return (
        final if account_id in (final.get("account_id"), final.get("source_account_id")) else None
    )


def _check_order_of_positions(history: History) -> Iterator[Finding]:
    # An account has one partition, or several in succession if the log grew. The replay checks the
    # order across those.
    for account_id, entries in history.entries.items():
        latest: dict[int, int] = defaultdict(lambda: -1)
        for entry in entries:
            final = _own(history, account_id, entry["transaction_id"])
            if final is None or entry["kind"] == "return":
                continue
            partition, offset = final["position"]["partition"], final["position"]["offset"]
            last = latest[partition]
            if offset < last:
                yield Finding(
                    "reordered",
                    f"{account_id}: version {entry['version']} comes from offset {offset}, "
                    f"after offset {last}",
                )
            latest[partition] = max(last, offset)


def _check_order_of_time(history: History) -> Iterator[Finding]:
    """Check that a request sent after another's response comes after it in the log."""
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    first_ids: set[str] = set()
    for attempt in history.attempts:
        transaction_id = attempt.transaction_id
        # The response to a retry may have the position of an older attempt.
        if transaction_id is None or transaction_id in first_ids or attempt.key is not None:
            continue
        first_ids.add(transaction_id)
        account_id = attempt.body.get("account_id") or attempt.body.get("source_account_id")
        if account_id is not None and (attempt.answer or {}).get("position"):
            attempts[account_id].append(attempt)
    for account_id, several in attempts.items():
        yield from _check_times(account_id, several)


def _check_times(account_id: str, attempts: list[Attempt]) -> Iterator[Finding]:
    by_return = sorted(attempts, key=lambda one: one.returned_at_us or 0)
    latest: dict[int, int] = defaultdict(lambda: -1)
    index = 0
    for attempt in sorted(attempts, key=lambda one: one.invoked_at_us):
        while (
            index < len(by_return)
            and (by_return[index].returned_at_us or 0) < attempt.invoked_at_us
        ):
            partition, offset = _place_of(by_return[index])
            latest[partition] = max(latest[partition], offset)
            index += 1
        partition, offset = _place_of(attempt)
        if offset < latest[partition]:
            yield Finding(
                "reordered",
                f"{account_id}: {attempt.transaction_id} was sent after offset {latest[partition]} "
                f"was acknowledged but has offset {offset}",
            )


def _place_of(attempt: Attempt) -> tuple[int, int]:
    position = (attempt.answer or {})["position"]
    return int(position["partition"]), int(position["offset"])


def _check_effects(history: History) -> Iterator[Finding]:
    """Without the topic, check that a completed transaction has one entry per known account."""
    effects: Counter[tuple[str, str]] = Counter()
    for account_id, entries in history.entries.items():
        for entry in entries:
            if entry["kind"] != "return":
                effects[account_id, entry["transaction_id"]] += 1
    for (account_id, transaction_id), count in effects.items():
        if count > 1:
            yield Finding("doubled", f"{account_id}: {transaction_id} has {count} entries")
    for transaction_id, final in history.transactions.items():
        for name in ("account_id", "source_account_id", "destination_account_id"):
            account_id = final.get(name) or ""
            is_due = final["status"] == "completed" and final["kind"] not in _WITHOUT_ENTRY
            if account_id in history.entries and is_due and not effects[account_id, transaction_id]:
                yield Finding(
                    "lost", f"{account_id}: {transaction_id} is completed but has no entry"
                )


# -- against the topic -------------------------------------------------------------------------


def _check_records(history: History, topic: Topic) -> Iterator[Finding]:
    places: dict[tuple[int, int], Any] = {
        (record.partition, record.offset): record for partition in topic for record in partition
    }
    for attempt in history.attempts:
        position = (attempt.answer or {}).get("position")
        if attempt.transaction_id is None or not position:
            continue
        place = (position["partition"], position["offset"])
        record = places.get(place)
        command = read_command(record.value) if record is not None else None
        if command is None or command["transaction_id"] != attempt.transaction_id:
            yield Finding(
                "lost",
                f"{attempt.transaction_id} was accepted at {place[0]}-{place[1]} but is not there",
            )


def _check_results(history: History, model: Model) -> Iterator[Finding]:
    for transaction_id, final in history.transactions.items():
        leg = model.first_legs.get(transaction_id)
        if leg is None:
            yield Finding("diverging", f"{transaction_id} is in the ledger but not in the log")
        elif (final["status"], final["reason"]) != (leg.status, leg.reason):
            yield Finding(
                "diverging",
                f"{transaction_id} is {final['status']} ({final['reason']}), but by the rules "
                f"{leg.status} ({leg.reason})",
            )


def _check_entries(history: History, model: Model) -> Iterator[Finding]:
    for account_id, entries in history.entries.items():
        account = model.accounts.get(account_id)
        if account is None:
            yield Finding("diverging", f"{account_id} is in the ledger but not in the log")
            continue
        actual = [(entry["transaction_id"], entry["amount"]) for entry in entries]
        expected = [(transaction_id, amount) for transaction_id, amount, _ in account.entries]
        if actual != expected:
            yield from _explain(account_id, expected, actual)
        final = history.accounts[account_id]
        for name in ("balance", "held"):
            if final[name] != getattr(account, name):
                yield Finding(
                    "diverging",
                    f"{account_id}: {name} is {final[name]}, but by the rules "
                    f"{getattr(account, name)}",
                )


def _explain(
    account_id: str, expected: list[tuple[str, int]], actual: list[tuple[str, int]]
) -> Iterator[Finding]:
    missing, extra = Counter(expected) - Counter(actual), Counter(actual) - Counter(expected)
    known = dict(expected)
    for (transaction_id, amount), count in missing.items():
        yield Finding("lost", f"{account_id}: {count} x {amount} by {transaction_id} is missing")
    for (transaction_id, amount), count in extra.items():
        sort: Sort = "doubled" if known.get(transaction_id) == amount else "diverging"
        yield Finding(sort, f"{account_id}: {count} x {amount} by {transaction_id} too many")
    if not missing and not extra:
        first = next(
            i for i, pair in enumerate(zip(expected, actual, strict=True)) if len(set(pair)) > 1
        )
        yield Finding(
            "reordered",
            f"{account_id}: version {first + 1} is {actual[first][0]}, but by the log "
            f"{expected[first][0]}",
        )
