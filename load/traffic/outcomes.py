"""The lines of k6's console output: what it sent and received. They convert to a history.

A line is ``kind,number,source,destination,amount,key,sent_ms,answered_ms,status,reference,code``,
written by ``note`` in ``load/traffic/scripts/requests.js``. Source and destination are indexes into
the setup's accounts (for openings and sign-ins, into its users).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from urllib.parse import parse_qs

from load.judge.lines import Attempt, Json
from load.traffic.setup import CURRENCY, Setup

PATHS: Final = {
    "deposits": "/deposits",
    "withdrawals": "/withdrawals",
    "transfers": "/transfers",
    "accounts": "/accounts",
    "signins": "/sessions",
}
MONEY: Final = ("deposits", "withdrawals", "transfers")
KINDS: Final = tuple(PATHS)
_FIELDS: Final = 11


class OutcomeError(ValueError):
    """A line of k6's output is not an outcome."""


class LogPosition(NamedTuple):
    """A position in the log."""

    partition: int
    offset: int


class Outcome(NamedTuple):
    """A request and its response. Times are in milliseconds since the Unix epoch.

    Attributes
    ----------
    status
        0 if there was no response, so it is unknown whether the request took effect.
    reference
        The id of the created transaction or account, if any.
    position
        The command's position in the log, if the response has it.
    """

    kind: str
    number: int
    source: int
    destination: int | None
    amount: int | None
    has_key: bool
    sent_ms: float
    answered_ms: float
    status: int
    reference: str
    position: LogPosition | None
    code: str

    @property
    def is_answered_well(self) -> bool:
        """Whether the API accepted the request."""
        return 200 <= self.status < 300

    @property
    def latency_ms(self) -> float:
        """The response time."""
        return self.answered_ms - self.sent_ms

    @property
    def error(self) -> str:
        """The error as status and code; empty if there was none."""
        if self.is_answered_well:
            return ""
        return f"{self.status or 'no answer'} {self.code}".strip()

    @property
    def transaction_id(self) -> str | None:
        """The id of the accepted transaction, if any."""
        return self.reference if self.kind in MONEY and self.is_answered_well else None


def parse_outcome(line: str) -> Outcome:
    """Parse a line.

    Raises
    ------
    OutcomeError
        If it is not an outcome.
    """
    parts = line.rstrip("\n").split(",")
    try:
        if len(parts) != _FIELDS or parts[0] not in PATHS:
            raise ValueError(f"{len(parts)} fields instead of {_FIELDS}")
        kind, number, source, destination, amount, key, sent, answered, status, place, code = parts
        reference, _, query = place.partition("?")
        return Outcome(
            kind,
            int(number),
            int(source),
            int(destination) if destination else None,
            int(amount) if amount else None,
            key == "1",
            float(sent),
            float(answered),
            int(status),
            reference,
            _position(query),
            code,
        )
    except (ValueError, KeyError, IndexError) as error:
        raise OutcomeError(f"invalid line in k6's output: {line[:200]!r} ({error})") from error


def _position(query: str) -> LogPosition | None:
    if not query:
        return None
    partition, _, offset = parse_qs(query, strict_parsing=True)["position"][0].partition("-")
    return LogPosition(int(partition), int(offset))


# -- as a history ------------------------------------------------------------------------------


def attempts(outcomes: Iterable[Outcome], setup: Setup) -> Iterator[Attempt]:
    """Convert the requests that move money to a history's attempts."""
    for identity, one in enumerate(outcomes, 1):
        if one.kind not in MONEY:
            continue
        tag = f"{setup.run}-{one.number}"
        # After a server error or no response, it is unknown whether the request took effect.
        is_sure = 0 < one.status < 500 and one.status != 429
        yield Attempt(
            identity,
            tag,
            "k6",
            PATHS[one.kind],
            body_of(one, setup),
            tag if one.has_key else None,
            math.floor(one.sent_ms * 1000),
            # k6's clock has whole milliseconds, so round up, never down.
            math.ceil(one.answered_ms * 1000) + 1000,
            one.status if is_sure else None,
            _answer(one) if is_sure else None,
        )


def body_of(one: Outcome, setup: Setup) -> Json:
    """Return the body that the script sent."""
    account_id = setup.accounts[one.source][0]
    money: Json = {
        "amount": one.amount,
        "currency": CURRENCY,
        "metadata": {"history": f"{setup.run}-{one.number}"},
    }
    if one.kind != "transfers":
        return {"account_id": account_id, **money}
    assert one.destination is not None
    destination = setup.accounts[one.destination][0]
    return {"source_account_id": account_id, "destination_account_id": destination, **money}


def _answer(one: Outcome) -> Json:
    if not one.is_answered_well:
        return {"code": one.code}
    # 202 is accepted and pending, whatever the later outcome.
    answer: Json = {"transaction_id": one.reference, "status": "pending"}
    if one.position is not None:
        answer["position"] = one.position._asdict()
    return answer
