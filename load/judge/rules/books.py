"""The state that the rules write, and the checks that they share."""

from __future__ import annotations

from typing import Any, Final

from load.judge.records import MAX_AMOUNT, Command
from load.judge.state import Account, Hold, Leg, Waiting

DAY_US: Final = 86_400_000_000
#: The balance at which a partition's own account is full and the next one is used.
ROOM: Final = 2**61
Series = dict[tuple[int, str], list[int]]


class Fault(Exception):
    """An invalid command. It is parked and changes nothing."""


class Books:
    """Accounts, holds, legs and the partitions' own accounts, in dictionaries.

    Attributes
    ----------
    room
        See `ROOM`.
    cash, in_transit
        Balances of the partitions' own accounts, by (partition, currency). Each is a series, and
        a posting uses the first account that has room.
    first_legs, second_legs
        Each transaction's leg at its source and at its destination, by its id.
    parked
        The waiting records, by (partition, account or the empty string), oldest first.
    expected_messages
        The commands that the ledger must have sent. For second legs and settlements:
        (kind, transaction id) to (account, amount or outcome, rules, hold). For verdicts: (kind,
        position of the record) to its contested id, when it was decided, and whether it conflicts.
    """

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions
        self.room = ROOM
        self.clocks_us: dict[int, int] = {}
        self.accounts: dict[str, Account] = {}
        self.holds: dict[str, Hold] = {}
        self.cash: Series = {}
        self.in_transit: Series = {}
        self.first_legs: dict[str, Leg] = {}
        self.second_legs: dict[str, Leg] = {}
        self.parked: dict[tuple[int, str], list[Waiting]] = {}
        self.expected_messages: dict[tuple[str, str], tuple[Any, ...]] = {}
        self._at = (0, 0)
        self._partition = 0

    def _now(self) -> int:
        return self.clocks_us[self._partition]

    def _end(
        self,
        command: Command,
        kind: str,
        account_id: str,
        reason: str | None,
        amount: int | None,
        *,
        status: str | None = None,
        counterparty_id: str | None = None,
        balance_after: int | None = None,
        hold_id: str | None = None,
        reverses: str | None = None,
        is_second: bool = False,
    ) -> None:
        legs = self.second_legs if is_second else self.first_legs
        end = status or ("rejected" if reason else "completed")
        legs[command["transaction_id"]] = Leg(
            kind,
            account_id,
            end,
            reason,
            amount,
            command.get("fingerprint", ""),
            self._at[0],
            self._at[1],
            command["user_id"],
            command["requested_at_us"],
            self._now(),
            None if end == "pending" else self._now(),
            counterparty_id,
            balance_after,
            hold_id,
            reverses,
        )

    def _enter(self, account: Account, transaction_id: str, amount: int) -> None:
        account.balance += amount
        account.entries.append((transaction_id, amount, account.balance))

    def _add(self, books: Series, currency: str, amount: int) -> None:
        series = books.setdefault((self._partition, currency), [])
        for number, balance in enumerate(series):
            if abs(balance + amount) <= self.room:
                series[number] += amount
                return
        series.append(amount)

    # -- checks of an account -----------------------------------------------------------------

    def _unusable(self, account_id: str, currency: str | None) -> str | None:
        account = self.accounts.get(account_id)
        if account is None:
            return "unknown_account"
        if account.is_closed:
            return "account_closed"
        if currency is not None and account.currency != currency:
            return "currency_mismatch"
        return None

    def _no_debit(self, account_id: str, currency: str, amount: int) -> str | None:
        reason = self._unusable(account_id, currency)
        if reason is not None:
            return reason
        account = self.accounts[account_id]
        if account.is_frozen("debit"):
            return "account_frozen"
        if account.balance - account.held + account.overdraft_limit < amount:
            return "insufficient_funds"
        return None

    def _no_credit(self, account_id: str, currency: str, amount: int) -> str | None:
        reason = self._unusable(account_id, currency)
        if reason is not None:
            return reason
        account = self.accounts[account_id]
        if account.is_frozen("credit"):
            return "account_frozen"
        # Money on its way out can come back, and must fit then.
        if account.balance + sum(account.on_the_way.values()) + amount > MAX_AMOUNT:
            return "balance_overflow"
        return None

    def _over_limit(self, account: Account, amount: int) -> str | None:
        spent, count = account.spent.get(self._now() // DAY_US, (0, 0))
        if account.daily_amount is not None and spent + amount > account.daily_amount:
            return "limit_exceeded"
        if account.daily_count is not None and count >= account.daily_count:
            return "limit_exceeded"
        return None

    def _spend(self, account: Account, amount: int) -> None:
        day = self._now() // DAY_US
        spent, count = account.spent.get(day, (0, 0))
        account.spent[day] = (spent + amount, count + 1)

    def _give_back(self, account: Account, counted_at_us: int, amount: int, count: int) -> None:
        day = counted_at_us // DAY_US
        spent, times = account.spent.get(day, (0, 0))
        account.spent[day] = (spent - amount, times - count)
