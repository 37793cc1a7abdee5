"""Random histories of commands that name accounts by number, to play over any partitions.

The commands are identical in every layout. Steps that depend on an account's partition, such as
those about its parked queue, are described, and the player resolves them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any, Final, Literal, NamedTuple

from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.money import MAX_AMOUNT

START_MS: Final = 1_700_000_000_000
OWNER: Final = "usr_" + "a" * 32
OPERATOR: Final = "usr_" + "f" * 32
#: Six accounts with money, one of them in another currency, and one that is never opened.
CURRENCIES: Final = ("EUR", "EUR", "EUR", "EUR", "EUR", "JPY")
ACCOUNTS: Final = len(CURRENCIES)
_KINDS: Final = (
    *(("transfer",) * 6 + ("hold",) * 4 + ("capture",) * 5 + ("void",) * 2 + ("withdrawal",) * 3),
    *(("reversal",) * 4 + ("deposit",) * 2 + ("limits",) * 5 + ("reuse",) * 2 + ("garbage",) * 2),
    *(("resolve",) * 3 + ("freeze",) * 2 + ("unfreeze",) * 4 + ("close",)),
    *(("account_update",) * 3),
)
_AMOUNTS: Final = (1, 5, 20, 50, 100, 100, 300)
_PAUSES_S: Final = (0, 0, 0, 1, 20, 61, 3600, 86_400)


class Said(NamedTuple):
    """Sends a command to its account's partition."""

    command: c.AnyCommand


class Garbage(NamedTuple):
    """Sends an invalid record under an account's key."""

    account_id: str
    value: bytes


class Resolve(NamedTuple):
    """Resolves the head of an account's parked queue, if any."""

    account_id: str
    action: c.Resolution
    common: dict[str, Any]


class Clear(NamedTuple):
    """Resolves an account's parked queue completely.

    Each record is replayed, or discarded if that fails.
    """

    account_id: str
    commons: list[dict[str, Any]]


class Pause(NamedTuple):
    """Lets time pass in the log, in seconds."""

    seconds: int


Step = Said | Garbage | Resolve | Clear | Pause


class History:
    """A history, determined by its seed.

    Parameters
    ----------
    seed
        Determines everything.
    length
        The number of steps besides the opening of the accounts and the end.
    """

    def __init__(self, seed: int, length: int) -> None:
        self._random = Random(seed)
        self._length = length
        self._serial = 0
        self._now_ms = START_MS
        self._holds: list[tuple[str, str]] = []
        self._moves: list[tuple[str, str]] = []
        self._sent: list[str] = []
        #: The number of records in an account's queue that can't be replayed.
        self._stuck: Counter[str] = Counter()
        self.account_ids: list[str] = []

    def steps(self) -> Iterator[Step]:
        """Yield the steps in order. Call it once."""
        for number in range(ACCOUNTS):
            yield Said(self._opening(number))
            yield Said(self._deposit(number, 1000))
        for _ in range(self._length):
            yield from self._step()
        # At the end, nothing waits any more, and expired holds are recorded as such.
        yield self._pause(1)
        for account_id in self.account_ids:
            yield Clear(account_id, [self._common(OPERATOR) for _ in range(4 * self._length)])
        for account_id, hold_id in self._holds:
            common = self._common("") | {"transaction_id": ids.hold_expiry_id(hold_id)}
            yield Said(c.HoldExpiry(**common, account_id=account_id, hold_id=hold_id))

    def _step(self) -> Iterator[Step]:
        pick = self._random.choice
        yield self._pause(pick(_PAUSES_S))
        kind = pick(_KINDS)
        account_id, other_id = self._account(), self._account()
        if kind == "garbage":
            self._stuck[account_id] += 1
            yield Garbage(account_id, pick((b"", b"{", b'{"kind":"minting"}')))
        elif kind == "resolve":
            action: Literal["replay", "discard"] = pick(("replay", "discard"))
            if action == "discard" and self._stuck[account_id]:
                self._stuck[account_id] -= 1
            yield Resolve(account_id, action, self._common(OPERATOR))
        else:
            command = self._command(kind, account_id, other_id, pick(_AMOUNTS))
            if command is not None and not self._waits_with_others(command):
                self._sent.append(command.transaction_id)
                yield Said(command)

    def _waits_with_others(self, command: c.AnyCommand) -> bool:
        """Return whether a command that sends money would wait in a parked queue.

        The whole queue is replayed at once, so commands behind it would see whether its money has
        already come back, which depends on the layout.
        """
        goes_out = isinstance(command, c.Transfer | c.Capture | c.Reversal)
        return goes_out and self._stuck[c.account_of(command)] > 0

    def _pause(self, seconds: int) -> Pause:
        self._now_ms += seconds * 1000
        return Pause(seconds)

    def _common(self, user_id: str = OWNER) -> dict[str, Any]:
        self._serial += 1
        return {
            "transaction_id": f"txn_{self._serial:032x}",
            "user_id": user_id,
            "requested_at_us": self._now_ms * 1000,
            "fingerprint": str(self._serial),
            "rules": c.RULES,
        }

    def _account(self) -> str:
        number = self._random.randrange(3 * ACCOUNTS + 1)
        return self.account_ids[number % ACCOUNTS] if number < 3 * ACCOUNTS else "acc_" + "9" * 32

    def _currency(self, account_id: str) -> str:
        if account_id not in self.account_ids:
            return "EUR"
        return CURRENCIES[self.account_ids.index(account_id)]

    def _opening(self, number: int) -> c.AccountOpening:
        common = self._common()
        account_id = ids.account_id_of(common["transaction_id"])
        self.account_ids.append(account_id)
        return c.AccountOpening(**common, account_id=account_id, currency=CURRENCIES[number])

    def _deposit(self, number: int, amount: int) -> c.Deposit:
        account_id = self.account_ids[number]
        return c.Deposit(
            **self._common(), account_id=account_id, amount=amount, currency=CURRENCIES[number]
        )

    def _command(
        self, kind: str, account_id: str, other_id: str, amount: int
    ) -> c.AnyCommand | None:
        pick, is_heads = self._random.choice, self._random.random() < 0.5
        user_id = OWNER if is_heads else OPERATOR
        common = self._common(user_id if kind == "reversal" else OWNER)
        currency = self._currency(account_id)
        cash: dict[str, Any] = {"account_id": account_id, "amount": amount, "currency": currency}
        match kind:
            case "deposit":
                if self._random.random() < 0.1:
                    cash["amount"] = MAX_AMOUNT - 1000
                self._moves.append((common["transaction_id"], account_id))
                return c.Deposit(**common, **cash)
            case "withdrawal":
                self._moves.append((common["transaction_id"], account_id))
                return c.Withdrawal(**common, **cash)
            case "transfer":
                self._moves.append((common["transaction_id"], other_id))
                return c.Transfer(
                    **common,
                    source_account_id=account_id,
                    destination_account_id=other_id,
                    amount=amount,
                    currency=currency,
                )
            case "hold":
                hold_id = ids.hold_id_of(common["transaction_id"])
                self._holds.append((account_id, hold_id))
                return c.HoldPlacement(
                    **common,
                    **cash,
                    destination_account_id=other_id if self._random.random() < 0.8 else None,
                    expires_in_s=pick((None, None, 1, 60, 7200)),
                )
            case "capture" | "void" if self._holds:
                owner, hold_id = self._holds[-1 - self._random.randrange(min(3, len(self._holds)))]
                if kind == "void":
                    return c.Void(**common, account_id=owner, hold_id=hold_id)
                part = amount if is_heads else None
                self._moves.append((common["transaction_id"], other_id))
                return c.Capture(**common, account_id=owner, hold_id=hold_id, amount=part)
            case "reversal" if self._moves:
                reverses, receiver = pick(self._moves[-5:])
                part = amount if self._random.random() < 0.3 else None
                return c.Reversal(**common, account_id=receiver, reverses=reverses, amount=part)
            case "reuse" if self._sent:
                return c.Deposit(**common | {"transaction_id": pick(self._sent[-6:])}, **cash)
        return self._control(kind, common, account_id, is_operator=is_heads)

    def _control(
        self, kind: str, common: dict[str, Any], account_id: str, *, is_operator: bool
    ) -> c.AnyCommand | None:
        pick = self._random.choice
        match kind:
            case "freeze":
                direction: c.Direction = pick(("debit", "credit", "credit", "both"))
                return c.Freeze(
                    **common, account_id=account_id, direction=direction, by_operator=is_operator
                )
            case "unfreeze":
                is_operator = self._random.random() < 0.8
                return c.Unfreeze(**common, account_id=account_id, by_operator=is_operator)
            case "account_update":
                changes: dict[str, Any] = pick(
                    (
                        {"name": "Rent"},
                        {"name": None, "metadata": {"a": "1", "b": None}},
                        {"metadata": {str(key): "" for key in range(30)}},
                        {"metadata": {str(key): "" for key in range(20, 55)}},
                        {"metadata": None},
                    )
                )
                return c.AccountUpdate(**common, account_id=account_id, **changes)
            case "close":
                return c.Closing(**common, account_id=account_id)
            case "limits":
                limits: dict[str, Any] = pick(
                    (
                        {"daily_amount": 60},
                        {"daily_count": 1},
                        {"daily_amount": None, "daily_count": None},
                        {"overdraft_limit": 200},
                    )
                )
                return c.Limits(**common, account_id=account_id, **limits)
        return None
