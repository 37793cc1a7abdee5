"""Check what holds at every moment, whatever fails: Jepsen's checks, without a model of the rules.

- **bank**: money that only moves among some accounts is the same total in every read.
- **set**: each acknowledged command took effect exactly once.
- **order**: a command sent after another's acknowledgement takes effect after it.
- **sessions**: nobody reads an older state than one that somebody has read before.
- **long fork**: two lists that don't overlap in time never disagree about which of two accounts,
  which may be in two databases, changed first.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from load.judge.findings import Finding
from load.judge.lines import Attempt, Bank, History, Json, Read

#: How old a cached account may be (decision 5), and what a slow machine adds.
CACHE_US: Final = 15_000_000
#: How much a kind changes its own account's balance by, for each unit of its amount.
_SIGNS: Final = {"deposit": 1, "withdrawal": -1, "transfer": -1}


def check_guarantees(history: History) -> list[Finding]:
    """Check a history, with its reads while money moved and its final reads."""
    return [
        *_check_bank(history),
        *_check_set(history),
        *_check_order(history),
        *_check_states(history),
        *_check_sessions(history),
        *_check_forks(history),
        *_check_transactions(history),
    ]


# -- bank --------------------------------------------------------------------------------------


def _check_bank(history: History) -> Iterator[Finding]:
    for read in history.reads:
        if read.kind == "trial_balance":
            yield from _check_trial_balance(read, history.bank)
        elif read.kind == "accounts" and history.bank is not None:
            yield from _check_list(read, history.bank)


def _check_trial_balance(read: Read, bank: Bank | None) -> Iterator[Finding]:
    for sums in read.answer["currencies"]:
        if sums["total"] != 0:
            yield _wrong(read, f"the books of {sums['currency']} sum to {sums['total']}")
        if bank is None or sums["currency"] != bank.currency:
            continue
        kinds = {one["kind"]: one["balance"] for one in sums["kinds"]}
        inside = kinds.get("customer", 0) + kinds.get("in_transit", 0)
        # The books' signs are the outside's: what customers own, the clearing accounts owe.
        if (inside, kinds.get("clearing", 0)) != (bank.total, -bank.total):
            yield _wrong(read, f"there is {inside} instead of {bank.total}: {kinds}")


def _check_list(read: Read, bank: Bank) -> Iterator[Finding]:
    accounts = [one for one in read.answer if one["account_id"] in bank.accounts]
    total = sum(one["balance"] for one in accounts)
    # What is on its way between two partitions is in neither account, but never in both, if the
    # list is of one moment.
    if total > bank.funds and bank.shards == 1:
        yield _wrong(read, f"the bank's accounts have {total}, more than {bank.funds}")
    for one in accounts:
        if one["available"] < 0:
            yield _wrong(read, f"{one['account_id']} is overspent by {-one['available']}")


def _wrong(read: Read, text: str) -> Finding:
    return Finding("diverging", f"{read.session}, {read.kind} at {read.invoked_us}: {text}")


# -- set ---------------------------------------------------------------------------------------


def _check_set(history: History) -> Iterator[Finding]:
    """Check that each transaction's entries are there once, or not at all if it was rejected."""
    amounts: dict[tuple[str, str], list[int]] = defaultdict(list)
    for account_id, entries in history.entries.items():
        for entry in entries:
            amounts[account_id, entry["transaction_id"]].append(entry["amount"])
    for transaction_id, final in history.transactions.items():
        for account_id, amount in _effects(final):
            found = amounts.pop((account_id, transaction_id), [])
            if account_id in history.entries and sum(found) != amount:
                yield _miscounted(account_id, transaction_id, amount, found)
    for (account_id, transaction_id), found in amounts.items():
        yield Finding(
            "diverging", f"{account_id}: {transaction_id} has {found}, but nobody sent it"
        )


def _effects(final: Json) -> Iterator[tuple[str, int]]:
    sign = _SIGNS.get(final["kind"])
    # What is pending has not had its whole effect; `check_history` reports it.
    if sign is None or final["status"] == "pending":
        return
    amount = final["amount"] if final["status"] == "completed" else 0
    yield final.get("account_id") or final["source_account_id"], sign * amount
    if final.get("destination_account_id"):
        yield final["destination_account_id"], amount


def _miscounted(account_id: str, transaction_id: str, amount: int, found: list[int]) -> Finding:
    text = f"{account_id}: {transaction_id} moved {found} instead of {amount}"
    if not found:
        return Finding("lost", text)
    return Finding("doubled" if len(found) > 1 else "diverging", text)


# -- order -------------------------------------------------------------------------------------


class _Span(NamedTuple):
    """A command or a read: when it began and ended, and the version it wrote or saw."""

    begun_us: float
    ended_us: float
    version: int
    name: str


def _check_order(history: History) -> Iterator[Finding]:
    versions = _versions(history)
    spans: dict[str, list[_Span]] = defaultdict(list)
    for tag, attempts in _by_tag(history.attempts).items():
        transaction_id = next((one.transaction_id for one in attempts if one.transaction_id), "")
        account_id = attempts[0].body.get("account_id") or attempts[0].body.get("source_account_id")
        version = versions.get((account_id or "", transaction_id))
        if account_id is None or version is None:
            continue
        # The first attempt may have taken effect, and the first acknowledgement ends the doubt.
        begun_us = min(one.invoked_at_us for one in attempts)
        ended = (one.returned_at_us for one in attempts if one.transaction_id is not None)
        ended_us = min((at_us for at_us in ended if at_us is not None), default=math.inf)
        spans[account_id].append(_Span(begun_us, ended_us, version, f"{transaction_id} ({tag})"))
    for account_id, several in spans.items():
        for before, span in _after(several):
            if span.version < before.version:
                yield Finding(
                    "reordered",
                    f"{account_id}: {span.name} was sent after {before.name} was acknowledged, "
                    f"but has version {span.version}, before {before.version}",
                )


def _by_tag(attempts: Iterable[Attempt]) -> Mapping[str, list[Attempt]]:
    found: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        found[attempt.tag].append(attempt)
    return found


def _versions(history: History) -> dict[tuple[str, str], int]:
    """Return the version that each transaction first gave each account."""
    found: dict[tuple[str, str], int] = {}
    for account_id, entries in history.entries.items():
        for entry in entries:
            found.setdefault((account_id, entry["transaction_id"]), entry["version"])
    return found


def _after(spans: Iterable[_Span]) -> Iterator[tuple[_Span, _Span]]:
    """Pair each span with the one of the highest version among those that ended before it."""
    waiting = sorted(spans, key=lambda span: span.begun_us)
    ended = sorted(waiting, key=lambda span: span.ended_us)
    index = 0
    highest: _Span | None = None
    for span in waiting:
        while index < len(ended) and ended[index].ended_us < span.begun_us:
            if highest is None or ended[index].version > highest.version:
                highest = ended[index]
            index += 1
        if highest is not None:
            yield highest, span


# -- sessions ----------------------------------------------------------------------------------


def _seen(read: Read) -> list[tuple[str, int, int]]:
    """Return the accounts that a read shows, with their versions and balances."""
    if read.status != 200:
        return []
    match read.kind:
        case "accounts":
            shown = read.answer
        case "account" | "balance":
            shown = [read.answer]
        case _:
            shown = []
    return [(one["account_id"], one["version"], one["balance"]) for one in shown]


def _check_states(history: History) -> Iterator[Finding]:
    """Check that every state that was read is one that the account had."""
    for read in history.reads:
        for account_id, version, balance in _seen(read):
            entries = history.entries.get(account_id)
            if entries is None:
                continue
            had = entries[version - 1]["balance_after"] if 0 < version <= len(entries) else 0
            if version > len(entries) or balance != had:
                yield _wrong(
                    read,
                    f"{account_id} had {balance} at version {version}, "
                    + (f"but has {had} there" if version <= len(entries) else "which is gone"),
                )


def _check_sessions(history: History) -> Iterator[Finding]:
    """Check that no read of an account shows less than another read had shown before it.

    Only accounts from the cache may be behind, and those only by `CACHE_US`.
    """
    fresh: dict[str, list[_Span]] = defaultdict(list)
    cached: dict[str, list[_Span]] = defaultdict(list)
    for read in history.reads:
        spans = cached if read.kind == "account" else fresh
        for account_id, version, _ in _seen(read):
            spans[account_id].append(_span(read, version))
    for account_id, witness in _witnesses(history):
        fresh[account_id].append(witness)
    for account_id, several in fresh.items():
        yield from _check_reads(account_id, _after(several))
    for account_id, several in cached.items():
        # Other reads are held to what came from the database, so these count as never ended.
        late = [
            span._replace(begun_us=span.begun_us - CACHE_US, ended_us=math.inf) for span in several
        ]
        known = [span._replace(begun_us=-math.inf) for span in fresh[account_id]]
        yield from _check_reads(account_id, _after([*known, *late]))


def _check_reads(account_id: str, pairs: Iterable[tuple[_Span, _Span]]) -> Iterator[Finding]:
    for before, span in pairs:
        if span.version < before.version:
            yield Finding(
                "reordered",
                f"{account_id}: {span.name} read version {span.version}, "
                f"after {before.name} had read {before.version}",
            )


def _check_forks(history: History) -> Iterator[Finding]:
    """Check that lists that don't overlap see two accounts' changes in one order.

    A fork needs a list that shows an account older than an earlier list, so only those, which are
    few, are compared with every list before them.
    """
    lists = [
        (read, {account_id: version for account_id, version, _ in _seen(read)})
        for read in history.reads
        if read.kind == "accounts" and read.status == 200
    ]
    spans: dict[str, list[_Span]] = defaultdict(list)
    for number, (read, shown) in enumerate(lists):
        for account_id, version in shown.items():
            spans[account_id].append(_span(read, version)._replace(name=str(number)))
    late = {
        int(span.name)
        for several in spans.values()
        for before, span in _after(several)
        if span.version < before.version
    }
    for number in sorted(late):
        read, shown = lists[number]
        for earlier, known in lists:
            if earlier.returned_us < read.invoked_us and (fork := _fork(known, shown)):
                yield Finding("reordered", f"{_name(read)} saw {fork} {_name(earlier)}")
                break


def _fork(before: Mapping[str, int], after: Mapping[str, int]) -> str:
    """Return the accounts of which each list shows another one older; empty if there are none."""
    both = before.keys() & after.keys()
    older = min((one for one in both if after[one] < before[one]), default="")
    newer = min((one for one in both if after[one] > before[one]), default="")
    return f"{older} older and {newer} newer than" if older and newer else ""


def _name(read: Read) -> str:
    return f"{read.session} ({read.kind})"


def _span(read: Read, version: int) -> _Span:
    return _Span(read.invoked_us, read.returned_us, version, _name(read))


def _witnesses(history: History) -> Iterator[tuple[str, _Span]]:
    """Return reads of ended transactions: whoever saw a result sees its account's version."""
    versions = _versions(history)
    for read in history.reads:
        if read.kind != "transaction" or read.status != 200 or read.answer["status"] == "pending":
            continue
        account_id = read.answer.get("account_id") or read.answer.get("source_account_id")
        version = versions.get((account_id or "", read.answer["transaction_id"]))
        if account_id is not None and version is not None:
            # What it shows is not the account's latest version, so it must not be checked itself.
            yield account_id, _span(read, version)._replace(begun_us=-math.inf)


def _check_transactions(history: History) -> Iterator[Finding]:
    """Check that an accepted transaction is always found, and never changes once it ended."""
    for read in history.reads:
        if read.kind != "transaction":
            continue
        transaction_id = read.answer["transaction_id"]
        final = history.transactions.get(transaction_id)
        if read.status == 404:
            yield Finding("lost", f"{read.session}: {transaction_id} was accepted but not found")
        elif final is not None and read.answer["status"] not in ("pending", final["status"]):
            yield _wrong(
                read, f"{transaction_id} was {read.answer['status']} and is {final['status']}"
            )
    for account_id, several in _endings(history).items():
        for before, span in _after(several):
            if span.version < before.version:
                yield Finding(
                    "reordered", f"{account_id}: {span.name} read pending after {before.name}"
                )


def _endings(history: History) -> Mapping[str, list[_Span]]:
    """Return each transaction's reads; its version is 0 while it is pending and 1 once it ended."""
    found: dict[str, list[_Span]] = defaultdict(list)
    for read in history.reads:
        if read.kind == "transaction" and read.status == 200:
            version = int(read.answer["status"] != "pending")
            found[read.answer["transaction_id"]].append(_span(read, version))
    return found
