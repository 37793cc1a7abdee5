"""What a client is told of a body that is not valid: what is allowed, in plain words."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec import inspect as mi

from functions.api import schemas as s
from functions.api.http import decode
from functions.api.violations import MUST_BE
from handlers.platform.errors import InvalidInput
from handlers.webhooks.patterns import TYPES_ALLOWED

ACCOUNT = "acc_" + "0" * 32
DEPOSIT: dict[str, Any] = {"account_id": ACCOUNT, "amount": 1, "currency": "EUR"}
WEBHOOK: dict[str, Any] = {"url": "https://example.com", "events": ["*"]}
#: Python's and msgspec's names for things, and what regular expressions are made of.
NO_WORDS = re.compile(
    r"\b(str|int|bool|float|dict|array|regex|NoneType|Expected)\b|[\^$\\`]|\[\^|\{\d"
)
BODIES = [
    *(one for one in vars(s).values() if isinstance(one, type) and issubclass(one, s.Body)),
]


def told(schema: Any, body: Any) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as caught:
        decode(msgspec.json.Decoder(schema), msgspec.json.encode(body))
    ((field, message),) = caught.value.errors
    return field, message


@pytest.mark.parametrize(
    ("schema", "body", "field", "message"),
    [
        (s.NewDeposit, [], "", "must be an object"),
        (
            s.NewDeposit,
            {},
            "account_id",
            "is required, and must be an account id, "
            "for example acc_019aab54d2f07c3e8f6a1b2c3d4e5f60",
        ),
        (
            s.NewDeposit,
            DEPOSIT | {"acount": 1},
            "acount",
            "is not a known field: the fields are "
            "description, metadata, account_id, amount, currency",
        ),
        (s.NewVoid, {"x": 1}, "x", "is not a known field: no fields are allowed"),
        *(
            (
                s.NewDeposit,
                DEPOSIT | {"amount": amount},
                "amount",
                f"must be a whole number from 1 to 9007199254740991, for example 1250{more}",
            )
            for amount, more in (
                *((0, ""), (2**53, ""), ("1", ""), (True, ""), (None, "")),
                *((1.5, ", without a decimal point"), (1.0, ", without a decimal point")),
            )
        ),
        (
            s.NewDeposit,
            DEPOSIT | {"currency": "eur"},
            "currency",
            "must be an ISO 4217 alphabetic code in capitals, for example EUR",
        ),
        (
            s.NewDeposit,
            DEPOSIT | {"description": "\0"},
            "description",
            "must be null or text of at most 500 characters, without U+0000, "
            "for example Rent for May",
        ),
        (
            s.NewDeposit,
            DEPOSIT | {"metadata": []},
            "metadata",
            "must be null or an object of at most 50 fields, each of them text, "
            'for example {"order":"4711"}',
        ),
        (
            s.NewDeposit,
            DEPOSIT | {"metadata": {"a": 1}},
            "metadata[...]",
            "must be text of at most 500 characters, without U+0000",
        ),
        (
            s.NewDeposit,
            DEPOSIT | {"metadata": {"": "a"}},
            "metadata",
            "each name must be text of 1 to 40 characters, without U+0000",
        ),
        (s.NewFreeze, {"direction": "up"}, "direction", "must be one of both, credit, debit"),
        (s.NewFreeze, {"direction": 1}, "direction", "must be one of both, credit, debit"),
        (
            s.DepositItem | s.VoidItem,
            {"kind": "gift"},
            "kind",
            "must be one of deposit, void",
        ),
        (s.DepositItem | s.VoidItem, {}, "kind", "is required, and must be one of deposit, void"),
        (s.Batch, {"items": []}, "items", "must be a list of 1 to 1000 items"),
        (
            s.NewWebhook,
            WEBHOOK | {"events": [1]},
            "events[0]",
            f"must be {TYPES_ALLOWED}",
        ),
        (
            s.SignUp,
            {"email": "a@b.c", "password": "1", "name": "A"},
            "password",
            "must be text of 8 to 256 characters, for example correct horse",
        ),
    ],
)
def test_a_violation_is_told_in_words(schema: Any, body: Any, field: str, message: str) -> None:
    assert told(schema, body) == (field, message)


def values(name: str) -> Iterator[Any]:
    yield from (None, True, 0, -1, 1.5, 2**60, "", "\0", " ", "x" * 3000, [], {}, [1], {"x": 1})
    yield from ({"": 1}, {"x" * 99: "x"}, [{"kind": name}], ["x"] * 2000)


@pytest.mark.parametrize("schema", BODIES, ids=lambda schema: schema.__name__)
def test_no_violation_of_any_field_shows_a_type_s_name_or_a_regular_expression(schema: Any) -> None:
    decoder = msgspec.json.Decoder(schema)
    fields = [one.encode_name for one in msgspec.structs.fields(schema)]
    bodies: list[Any] = [{name: value} for name in (*fields, "kind") for value in values(name)]
    for body in (*bodies, *values("")):
        try:
            decode(decoder, msgspec.json.encode(body))
        except InvalidInput as caught:
            ((_, message),) = caught.errors
            assert not NO_WORDS.search(message.replace("U+0000", "")), message
            assert message.startswith(
                ("must be", "is required", "is not a known field", "each name")
            ), message


@pytest.mark.parametrize("schema", BODIES, ids=lambda schema: schema.__name__)
def test_each_pattern_says_in_words_what_it_allows(schema: Any) -> None:
    for meta, plain in texts_of(mi.type_info(schema)):
        assert plain.pattern is None or (meta is not None and MUST_BE in (meta.extra or {}))


def texts_of(info: mi.Type, meta: mi.Metadata | None = None) -> Iterator[tuple[Any, mi.StrType]]:
    """Find all texts of a schema, each with what is said of it."""
    if isinstance(info, mi.Metadata):
        yield from texts_of(info.type, info)
    elif isinstance(info, mi.StrType):
        yield meta, info
    elif isinstance(info, mi.UnionType):
        for one in info.types:
            yield from texts_of(one, meta)
    elif isinstance(info, mi.StructType):
        for each in info.fields:
            yield from texts_of(each.type)
    elif isinstance(info, mi.DictType):
        yield from texts_of(info.key_type)
        yield from texts_of(info.value_type)
    elif isinstance(info, mi.ListType):
        yield from texts_of(info.item_type)


#: Default_Ignorable_Code_Point (DerivedCoreProperties), as far as no category says it.
IGNORABLE = [
    *((0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065)),
    *((0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF)),
]


def test_no_character_that_cannot_be_seen_makes_a_name() -> None:
    visible = re.compile(s.VISIBLE)
    invisible = {
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zs", "Zl", "Zp")
    } | {chr(code) for first, last in IGNORABLE for code in range(first, last + 1)}
    assert [ascii(one) for one in sorted(invisible) if visible.match(one)] == []
    for seen in "aß漢字🎉0٣_-'":
        assert visible.match(seen)


@pytest.mark.parametrize(
    "name", ["\u200b", "\u2060\ufeff", "\u00ad", "\u3164", "\U000e0001", "\u2800"]
)
def test_a_name_of_invisible_characters_alone_is_blank(name: str) -> None:
    field, message = told(s.NewAccount, {"currency": "EUR", "name": name})
    assert field == "name"
    assert "at least one of them visible" in message
    decode(
        msgspec.json.Decoder(s.NewAccount),
        msgspec.json.encode({"currency": "EUR", "name": "a" + name}),
    )
