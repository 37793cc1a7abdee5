"""A database of rows that a test names, which knows each query of the API by its file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from handlers.platform.postgres import sql
from handlers.reading.legs import legs_query
from tests.support.legs import leg_row

Rows = list[tuple[Any, ...]]

_QUERIES: Final = (
    "reading/account_owners",
    "reading/hold_accounts",
    "reading/transaction_legs",
    "reading/parked_queue",
    "people/note_operator_actions",
)


@dataclass
class Tables:
    """Who owns what, and what was asked of it.

    Attributes
    ----------
    owners, holds
        The user of an account and the account of a hold, by id.
    deposits
        The account of each completed deposit, by the transaction's id.
    transfers
        Source and destination of each completed transfer, by the transaction's id.
    parked
        Account, partition and working partition of each parked record, by its id.
    asked
        How often each query was asked, by its file.
    trail
        What operators did: who, what, to what, why, by which request.
    """

    owners: dict[str, str] = field(default_factory=dict)
    holds: dict[str, str] = field(default_factory=dict)
    deposits: dict[str, str] = field(default_factory=dict)
    transfers: dict[str, tuple[str, str]] = field(default_factory=dict)
    parked: dict[str, tuple[str | None, int, int | None]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    trail: list[tuple[str, str, str, str | None, str]] = field(default_factory=list)

    def read(self, query: str, params: Any = None) -> Rows:
        name = next(name for name in _QUERIES if query in (sql(name), legs_query(name)))
        self.asked[name] += 1
        answer: Callable[[Any], Rows] = getattr(self, "_" + name.rpartition("/")[2])
        return answer(params)

    write = read

    def _account_owners(self, params: Any) -> Rows:
        return [
            (key, self.owners["acc_" + key][4:]) for key in params[0] if "acc_" + key in self.owners
        ]

    def _hold_accounts(self, params: Any) -> Rows:
        return [
            (key, self.holds["hld_" + key][4:]) for key in params[0] if "hld_" + key in self.holds
        ]

    def _transaction_legs(self, params: Any) -> Rows:
        return [leg for key in sorted(set(params[0])) for leg in self._legs(key)]

    def _legs(self, key: str) -> Rows:
        if "txn_" + key in self.deposits:
            return [self._leg(key, 1, "deposit", self.deposits["txn_" + key], None)]
        if "txn_" + key in self.transfers:
            source, destination = self.transfers["txn_" + key]
            return [
                self._leg(key, 1, "transfer", source, destination),
                self._leg(key, 2, "transfer", destination, source),
            ]
        return []

    def _leg(
        self, key: str, leg: int, kind: str, account: str, counterparty: str | None
    ) -> tuple[Any, ...]:
        owner = self.owners[account][4:]
        named = {
            "user_id": bytes.fromhex(owner),
            "counterparty_id": counterparty and bytes.fromhex(counterparty[4:]),
        }
        return (key, *leg_row(key, account, leg=leg, kind=kind, **named), owner)

    def _parked_queue(self, params: Any) -> Rows:
        if "prk_" + params[0] not in self.parked:
            return []
        account, partition, worked_on = self.parked["prk_" + params[0]]
        return [(account and account[4:], partition if worked_on is None else worked_on)]

    def _note_operator_actions(self, params: Any) -> Rows:
        actions = zip(params["actions"], params["subjects"], params["reasons"], strict=True)
        self.trail += [
            ("usr_" + params["user_id"], *action, params["request_id"]) for action in actions
        ]
        return []
