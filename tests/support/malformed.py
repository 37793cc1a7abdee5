"""Malformed records, to fuzz the consumers of a topic."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from handlers.domain import commands as c
from handlers.domain import ids
from handlers.domain.money import MAX_AMOUNT
from handlers.domain.partitions import partition_of

START_MS: Final = 1_700_000_000_000
OWNER: Final = ids.derived(ids.USER, "fuzz")
HOLD_TRANSACTION: Final = ids.derived(ids.TRANSACTION, "fuzz", "hold")
#: The subjects of forged records only.
NOTHING: Final = ids.derived(ids.TRANSACTION, "fuzz", "nothing")
HOLD: Final = ids.hold_id_of(HOLD_TRANSACTION)
FUNDING: Final = 1000


class Raw(NamedTuple):
    """A record before it is sent, and its partition."""

    partition: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


def account_on(partition: int, partitions: int, name: str) -> str:
    """Return the id of an account on a partition, the same each time."""
    number = 0
    while True:
        account_id = ids.derived(ids.ACCOUNT, "fuzz", name, str(number))
        if partition_of(account_id, partitions) == partition:
            return account_id
        number += 1


def transaction_of(account_id: str) -> str:
    """Return the id of the transaction that opens an account; the account's id derives from it."""
    return ids.TRANSACTION + ids.digits(account_id)


def funding_of(account_id: str) -> str:
    """Return the id of the transaction that deposits money to an account."""
    return ids.derived(ids.TRANSACTION, "fuzz", "funding", account_id)


def common(transaction_id: str, **more: Any) -> dict[str, Any]:
    """Return the fields that every command has."""
    return {
        "transaction_id": transaction_id,
        "user_id": OWNER,
        "requested_at_us": START_MS * 1000,
        "fingerprint": "f" * 32,
        "request_id": "fuzz",
        "rules": c.RULES,
    } | more


class Places(NamedTuple):
    """The accounts of the fuzz: one on each partition, and one that is never opened."""

    accounts: Sequence[str]
    unknown: str

    @classmethod
    def over(cls, partitions: int) -> Places:
        accounts = [account_on(number, partitions, "known") for number in range(partitions)]
        return cls(accounts, account_on(0, partitions, "unknown"))

    def everything(self) -> list[str]:
        return [*self.accounts, self.unknown]


#: Values that no field should have, or not this field.
NASTY: Final[Sequence[Any]] = (
    *(None, "", " ", "x", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\U0001f600", "x" * 300),
    *("y" * 70_000, "é" * 3000, "\u202e", "\n", "'; drop table accounts; --", "$1", "%s", "\\x00"),
    *(0, -0.0, -1, 1, 2, 3, 1.5, 1e308, -1e-308, True, False),
    *(MAX_AMOUNT, MAX_AMOUNT + 1, 2**62, 2**63 - 1, 2**63, 2**64, -(2**63), 10**30),
    *(c.MAX_TIME_US, c.MAX_TIME_US + 1, 10**400),
    *(
        [],
        {},
        [[]],
        [1, "2", None],
        {"a": {"b": [{}]}},
        {"": ""},
        {"a\x00": 1},
        {"\ud800": "\ud800"},
    ),
    *("EUR", "eur", "JPY", "XXX", "EURO", "both", "debit", "replay", "discard", "completed"),
    *("acc_", "acc_1", "acc_" + "g" * 32, "acc_" + "A" * 32, "acc_" + "0" * 32, "txn_" + "0" * 32),
    *("acc_" + "0" * 32 + "\n", "txn_" + "0" * 33, "hld_" + "1" * 32, "prk_" + "2" * 32, HOLD),
    *(OWNER, "usr_" + "0" * 32, "whk_" + "3" * 32, "dlv_" + "4" * 32, "deposit", "credit_leg"),
)
# Selected by index, so that a printed strategy does not contain all of them.
_nasty: Final = st.integers(0, len(NASTY) - 1).map(lambda number: NASTY[number])
#: Texts that some parsers accept as an id's digits, but that are not valid in an id.
_LIKE_IDS: Final = ("hld_" + "1" * 32, "txn_" + "A" * 32, "acc_" + "11 " * 16, "2" * 36)
_TEXTS: Final = [one for one in NASTY if isinstance(one, str)]
_NUMBERS: Final = [one for one in NASTY if isinstance(one, int | float)]
_nasty_texts: Final = st.integers(0, len(_TEXTS) - 1).map(lambda number: _TEXTS[number])
_nasty_numbers: Final = st.integers(0, len(_NUMBERS) - 1).map(lambda number: _NUMBERS[number])
#: Metadata is stored unchanged, so PostgreSQL must be able to read it.
_METADATA: Final = (
    *(b"null", b"0", b'""', b"[]", b"{}", b'"\\u0000"', b'{"a":"\\u0000"}', b'"\\ud800"', b"1e999"),
    *(b"1e-999", b"1e131071", b"1e200000", b"-0", b"[" * 200 + b"]" * 200, b'{"a":1,"a":2}'),
    *(b"[" * 100_000 + b"]" * 100_000, b'{"k":"' + b"v" * 100_000 + b'"}', b"[1,\n 2 ]", b"tru"),
    *(b'{"a":' * 900 + b"1" + b"}" * 900, b"[" + b"1e9999," * 2000 + b"1]", b'"\xff"', b"NaN"),
)


def _transaction_ids(places: Places) -> st.SearchStrategy[str]:
    own = [ids.derived(ids.TRANSACTION, "fuzz", "own", str(number)) for number in range(6)]
    known = [transaction_of(places.accounts[0]), funding_of(places.accounts[0]), HOLD_TRANSACTION]
    return st.sampled_from([*own, *own, *known])


def commands(places: Places) -> st.SearchStrategy[dict[str, Any]]:
    """Generate valid commands, as JSON objects."""
    account = st.sampled_from(places.everything())
    amount = st.sampled_from([1, 5, FUNDING, MAX_AMOUNT])

    def together(made: dict[str, Any]) -> dict[str, Any]:
        return {"kind": made["kind"], **made["envelope"], **made["fields"]}

    def shape(kind: type[c.Command], **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
        fields.setdefault("transaction_id", _transaction_ids(places))
        return st.fixed_dictionaries(
            {
                "kind": st.just(kind.__struct_config__.tag),
                "envelope": st.just(common("")),
                "fields": st.fixed_dictionaries(fields),
            }
        ).map(together)

    euro = st.just("EUR")
    hold = st.just(HOLD)
    return st.one_of(
        shape(c.AccountOpening, account_id=account, currency=euro, name=st.just("n")),
        shape(c.Deposit, account_id=account, amount=amount, currency=euro),
        shape(c.Withdrawal, account_id=account, amount=amount, currency=euro),
        shape(
            c.Transfer,
            source_account_id=account,
            destination_account_id=account,
            amount=amount,
            currency=euro,
        ),
        shape(
            c.HoldPlacement,
            account_id=account,
            amount=amount,
            currency=euro,
            destination_account_id=account,
            expires_in_s=st.sampled_from([0, 1, 3600]),
        ),
        shape(c.Capture, account_id=account, hold_id=hold, amount=amount),
        shape(c.Void, account_id=account, hold_id=hold),
        # Only the sweeper sends these, with an id that nothing else has.
        shape(
            c.HoldExpiry,
            account_id=account,
            hold_id=hold,
            transaction_id=st.just(ids.hold_expiry_id(HOLD)),
        ),
        shape(c.Reversal, account_id=account, reverses=_transaction_ids(places), amount=amount),
        shape(c.Freeze, account_id=account, direction=st.just("both")),
        shape(c.Unfreeze, account_id=account),
        shape(c.Closing, account_id=account),
        shape(c.Limits, account_id=account, daily_amount=amount),
        shape(c.AccountUpdate, account_id=account, metadata=_metadata_changes()),
        shape(
            c.CreditLeg,
            origin=st.just("transfer"),
            source_account_id=account,
            destination_account_id=st.just(places.unknown),
            amount=amount,
            currency=euro,
        ),
        shape(
            c.Settlement,
            account_id=account,
            outcome=st.sampled_from(["completed", "rejected"]),
            completed_at_us=st.just(START_MS * 1000),
            transaction_id=st.just(NOTHING),
        ),
        shape(
            c.IdempotencyVerdict,
            contested=st.just(NOTHING),
            partition=st.integers(0, 2),
            offset=st.integers(0, 9),
            decided_in=st.integers(0, 2),
            decided_at=st.integers(0, 9),
            is_conflict=st.booleans(),
        ),
        shape(
            c.LogGrowth,
            partitions_before=st.sampled_from([1, 2, 4]),
            partitions=st.sampled_from([2, 3, 4, 5]),
            clock_us=st.just(START_MS * 1000),
        ),
        shape(
            c.ParkedResolution,
            account_id=st.sampled_from([*places.everything(), ""]),
            parked_id=st.sampled_from(
                [ids.parked_id(number % 3, number, START_MS) for number in range(9)]
            ),
            action=st.sampled_from(["replay", "discard"]),
            note=st.just("n"),
        ),
    )


def _metadata_changes() -> st.SearchStrategy[dict[str, Any]]:
    """Generate changes of metadata. Most result in too many keys."""
    values = st.sampled_from(["1", "", None])
    few = st.dictionaries(st.sampled_from("abc"), values, max_size=3)
    many = st.integers(0, 9).map(lambda start: {f"{start}-{i}": "" for i in range(40)})
    return few | many


def _mutated(command: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Change a field or two, mostly to a value of the same type, which may still be valid."""
    names = st.sampled_from([*command, "rules", "unknown", "description", "note"])
    change = names.flatmap(
        lambda name: st.tuples(st.just(name), _instead_of(command.get(name, "")))
    )
    changes = st.lists(change, min_size=1, max_size=2).map(dict)
    lost = st.one_of(st.none(), st.none(), st.none(), names)
    return st.tuples(changes, lost).map(
        lambda made: {name: value for name, value in (command | made[0]).items() if name != made[1]}
    )


def _instead_of(value: Any) -> st.SearchStrategy[Any]:
    if isinstance(value, str):
        likely = st.sampled_from(["", "a\x00b", *_LIKE_IDS])
        return st.one_of(likely, _nasty_texts, _nasty_texts, _nasty)
    return st.one_of(_nasty_numbers, _nasty_numbers, _nasty_numbers, _nasty)


def _spoilt(value: bytes) -> st.SearchStrategy[bytes]:
    """Corrupt the bytes of a record, or leave them unchanged."""
    place = st.integers(0, len(value))
    byte = st.binary(min_size=1, max_size=2)
    ways: list[Callable[[int, bytes], bytes]] = [
        lambda at, more: value[:at],
        lambda at, more: value[:at] + more + value[at:],
        lambda at, more: value[:at] + more + value[at + 1 :],
        lambda at, more: b"\xef\xbb\xbf" + value,
        lambda at, more: value + value,
        lambda at, more: b"[" + value + b"]",
        lambda at, more: value.ljust(c.MAX_COMMAND_BYTES),
        lambda at, more: value.ljust(c.MAX_COMMAND_BYTES + 1 + at),
        lambda at, more: value.decode(errors="replace").encode("utf-16"),
    ]
    spoiling = st.builds(lambda way, at, more: way(at, more), st.sampled_from(ways), place, byte)
    return st.one_of(st.just(value), st.just(value), st.just(value), spoiling)


def _encoded(command: dict[str, Any]) -> bytes:
    return json.dumps(command, allow_nan=True).encode()


def _with_metadata(value: bytes) -> st.SearchStrategy[bytes]:
    return st.integers(0, len(_METADATA) - 1).map(
        lambda number: value[:-1] + b',"metadata":' + _METADATA[number] + b"}"
    )


def values(places: Places) -> st.SearchStrategy[bytes | None]:
    """Generate values of records of the commands topic."""
    whole = commands(places)
    encoded = whole.flatmap(_mutated).map(_encoded)
    return st.one_of(
        encoded,
        encoded.flatmap(_spoilt),
        whole.map(_encoded).flatmap(_with_metadata),
        whole.map(_encoded),
        st.none(),
        st.binary(max_size=40),
        st.recursive(_nasty, lambda inner: st.lists(inner, max_size=3), max_leaves=4).map(
            lambda made: json.dumps(made).encode()
        ),
    )


def _is_forged(value: bytes | None, partitions: int) -> bool:
    """Return whether a record looks like one that only the ledger sends.

    Such records can create money, end other users' moves, or stop a partition. No consumer can
    detect them, but the audit finds their effects.
    """
    try:
        command = c.decode(value)
    except c.UndecodableError:
        return False
    if isinstance(command, c.Settlement):
        return command.transaction_id != NOTHING
    is_marker = isinstance(command, c.LogGrowth) and command.partitions_before == partitions
    return is_marker or isinstance(command, c.CreditLeg)


def records(places: Places) -> st.SearchStrategy[list[Raw]]:
    """Generate records on any partition, under any key, at any time."""
    accounts = [account_id.encode() for account_id in places.everything()]
    key = st.sampled_from(
        [*accounts, *accounts, None, b"", b"\xff\xfe", b"acc_1", b"x" * 5000, HOLD.encode()]
    )
    time_ms = st.sampled_from(
        [START_MS] * 6 + [0, START_MS - 1, START_MS + 86_400_000, 2**53, 2**63 - 1]
    )
    one = st.builds(
        _placed,
        st.integers(0, len(places.accounts) - 1),
        time_ms,
        key,
        values(places).filter(lambda value: not _is_forged(value, len(places.accounts))),
        st.booleans(),
        st.just(len(places.accounts)),
    )
    return st.lists(one, min_size=1, max_size=20)


def _placed(
    partition: int,
    timestamp_ms: int,
    key: bytes | None,
    value: bytes | None,
    is_at_home: bool,
    partitions: int,
) -> Raw:
    """Choose the partition of the record's account, if it has one, or any partition."""
    try:
        command = c.decode(value)
    except c.UndecodableError:
        return Raw(partition, timestamp_ms, key, value)
    account_id = c.account_of(command)
    try:
        own = account_id.encode()
    except UnicodeEncodeError:
        return Raw(partition, timestamp_ms, key, value)
    if is_at_home and account_id:
        return Raw(partition_of(account_id, partitions), timestamp_ms, own, value)
    return Raw(partition, timestamp_ms, key, value)


def events(places: Places) -> st.SearchStrategy[bytes | None]:
    """Generate values of records of the events topic."""
    whole = st.fixed_dictionaries(
        {
            "event_id": st.sampled_from([f"evt_{number}" for number in range(5)]),
            "type": st.sampled_from(["deposit.completed", "transfer.received", "hold.rejected"]),
            "account_id": st.sampled_from([*places.everything(), ""]),
            "occurred_at": st.just("2026-11-27T09:30:00Z"),
            "transaction": st.just({"amount": 1}),
        }
    )
    encoded = whole.flatmap(_mutated).map(_encoded)
    return st.one_of(
        encoded,
        encoded.flatmap(_spoilt),
        whole.map(_encoded).flatmap(_spoilt),
        st.none(),
        st.binary(max_size=40),
        _nasty.map(json.dumps).map(str.encode),
    )
