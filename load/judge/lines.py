"""The history's format: JSON lines with the clients' requests, responses and final reads.

- ``{"type": "invoke", "id", "tag", "client", "at_us", "path", "body", "key"}``: a request is sent.
  Attempts of one request share its ``tag``, which is also in its metadata as ``history``.
- ``{"type": "return", "id", "at_us", "status", "answer"}``: its response. ``status`` is null if
  there was none, so it is unknown whether the request took effect.
- ``{"type": "transaction", "answer"}``, ``{"type": "account", "account", "entries"}``: final reads,
  made once every transaction has ended. Entries are oldest first.
- ``{"type": "partitions", "count"}``: the topic's partition count.
- ``{"type": "read", "session", "kind", "invoked_us", "returned_us", "status", "answer"}``: a read
  while money moves. Its kinds are `Read`'s.
- ``{"type": "bank", "currency", "total", "funds", "accounts"}``: accounts that send money only to
  each other; see `Bank`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

Json = dict[str, Any]


@dataclass
class Attempt:
    """A request and its response. Times are in microseconds; None if there was no response."""

    id: int
    tag: str
    client: str
    path: str
    body: Json
    key: str | None
    invoked_at_us: int
    returned_at_us: int | None = None
    status: int | None = None
    answer: Json | None = None

    @property
    def transaction_id(self) -> str | None:
        """The id of the accepted transaction, if any."""
        is_accepted = self.status is not None and 200 <= self.status < 300
        return (self.answer or {}).get("transaction_id") if is_accepted else None


@dataclass(frozen=True)
class Read:
    """A read while money moves. Times are in microseconds.

    Attributes
    ----------
    session
        Who read: one client, one read at a time.
    kind
        ``accounts`` (a user's list), ``account`` (which may come from the cache), ``balance``,
        ``trial_balance`` or ``transaction``.
    answer
        The response's JSON.
    """

    session: str
    kind: str
    invoked_us: int
    returned_us: int
    status: int
    answer: Any


@dataclass(frozen=True)
class Bank:
    """Accounts that send money only to each other, while nobody else moves their currency.

    Attributes
    ----------
    total
        All customers' money in that currency, with what is on its way between them.
    funds
        What these accounts hold together.
    shards
        How many databases have them. A list of accounts in several is not of one moment.
    """

    currency: str
    total: int
    funds: int
    accounts: frozenset[str]
    shards: int = 1


@dataclass
class History:
    """The clients' attempts, what they read meanwhile, and the final reads."""

    partitions: int = 12
    attempts: list[Attempt] = field(default_factory=list)
    transactions: dict[str, Json] = field(default_factory=dict)
    accounts: dict[str, Json] = field(default_factory=dict)
    entries: dict[str, list[Json]] = field(default_factory=dict)
    reads: list[Read] = field(default_factory=list)
    bank: Bank | None = None


class HistoryFormatError(ValueError):
    """A line is not a valid line of a history."""


def read_history(lines: Iterable[str]) -> History:
    """Parse a history.

    Raises
    ------
    HistoryFormatError
        If a line is invalid. The message has its number.
    """
    history = History()
    attempts: dict[int, Attempt] = {}
    for number, line in enumerate(lines, 1):
        try:
            _read_line(json.loads(line), history, attempts)
        except (ValueError, KeyError, TypeError) as error:
            raise HistoryFormatError(f"line {number} of the history: {error!r}") from error
    return history


def _read_line(line: Json, history: History, attempts: dict[int, Attempt]) -> None:
    match line["type"]:
        case "invoke":
            attempt = Attempt(
                *(line[name] for name in ("id", "tag", "client", "path", "body", "key", "at_us"))
            )
            attempts[attempt.id] = attempt
            history.attempts.append(attempt)
        case "return":
            attempt = attempts[line["id"]]
            attempt.returned_at_us = line["at_us"]
            attempt.status, attempt.answer = line["status"], line["answer"]
        case "transaction":
            history.transactions[line["answer"]["transaction_id"]] = line["answer"]
        case "account":
            account_id = line["account"]["account_id"]
            history.accounts[account_id] = line["account"]
            history.entries[account_id] = line["entries"]
        case "partitions":
            history.partitions = line["count"]
        case "read":
            names = ("session", "kind", "invoked_us", "returned_us", "status", "answer")
            history.reads.append(Read(*(line[name] for name in names)))
        case "bank":
            accounts = frozenset(line["accounts"])
            figures = line["currency"], line["total"], line["funds"]
            history.bank = Bank(*figures, accounts, line.get("shards", 1))
        case other:
            raise ValueError(f"unknown type {other!r}")


class Recorder:
    """Writes a history while clients work. Their lines can be in any order."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._last_id = 0

    def invoke(self, tag: str, client: str, path: str, body: Json, key: str | None) -> int:
        """Record that a request is about to be sent; return its id for `returned`."""
        self._last_id += 1
        self.write(
            type="invoke", id=self._last_id, tag=tag, client=client, at_us=now_us(), path=path,
            body=body, key=key,
        )  # fmt: skip
        return self._last_id

    def returned(self, request_id: int, status: int | None, answer: object) -> None:
        """Record a request's response. ``status`` is None if there was none."""
        self.write(type="return", id=request_id, at_us=now_us(), status=status, answer=answer)

    def write(self, **line: object) -> None:
        """Write one line."""
        self._file.write(json.dumps(line, separators=(",", ":")) + "\n")


def now_us() -> int:
    """Return the time that a history's lines have."""
    # All clients of a history run on one machine, so a monotonic clock orders their events.
    return time.monotonic_ns() // 1000


def load_history(path: Path) -> History:
    """Read a history from a file."""
    with path.open(encoding="utf-8") as file:
        return read_history(file)
