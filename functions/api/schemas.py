"""Request bodies, and responses that are not views of the ledger.

Validation and the OpenAPI document both use these schemas.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from functions.api.lengths import (
    MAX_EMAIL,
    MAX_IDEMPOTENCY_KEY,
    MAX_METADATA_KEY,
    MAX_METADATA_VALUE,
    MAX_NAME,
    MAX_PASSWORD,
    MAX_TEXT,
)
from functions.api.violations import MUST_BE
from handlers.domain.commands import MAX_METADATA_KEYS, Direction
from handlers.domain.money import EXPONENTS, MAX_AMOUNT
from handlers.domain.scopes import SCOPES
from handlers.platform.bounds import MAX_BATCH
from handlers.reading.views import PositionView
from handlers.webhooks.addresses import MAX_URL
from handlers.webhooks.patterns import PATTERNS, TYPES_ALLOWED

# PostgreSQL can't store NUL in text, so refuse it here.
_TEXT: Final = r"^[^\u0000]*$"
# Unicode's control, format and separator characters, and those that are ignorable or blank.
# Listed one by one, because Python's and ECMAScript's regular expressions have different classes.
# Characters above U+FFFF are written literally, because their escapes differ too.
_INVISIBLE: Final = (
    r"\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2"
    r"\u115f-\u1160\u1680\u17b4-\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800"
    r"\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
VISIBLE: Final = rf"[^{_INVISIBLE}]"
_NOT_BLANK: Final = rf"^[^\u0000]*{VISIBLE}[^\u0000]*$"
# Python's $ also matches before a trailing newline; this does not.
_END: Final = r"$(?!\n)"
_ADDRESS_PART: Final = r"[^@\u0000-\u0020\u007f-\u00a0]"
_ID: Final = "_[0-9a-f]{32}" + _END
# Documentation only: `handlers.webhooks.addresses` decides which webhook URLs are valid.
_LABEL: Final = "[A-Za-z0-9_-]{1,63}"
_HOST: Final = rf"{_LABEL}(\.{_LABEL}){{0,126}}\.?"
_PORT: Final = (
    "(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
)
# Visible ASCII without backslashes and the start of a fragment.
_PATH: Final = r"([/?][!\"$-\[\]-~]*)?"
_HTTPS: Final = rf"[Hh][Tt][Tt][Pp][Ss]://{_HOST}"
_URL: Final = rf"^({_HTTPS}|http://(127\.0\.0\.1|localhost)){_PORT}{_PATH}" + _END
_NO_NUL: Final = "without U+0000"
_SEEN: Final = f"at least one of them visible, {_NO_NUL}"
MAX_HOLD_S: Final = 366 * 24 * 3600
MAX_KEY_S: Final = 10 * 366 * 24 * 3600


def _id(prefix: str, what: str) -> Meta:
    example = f"{prefix}_019aab54d2f07c3e8f6a1b2c3d4e5f60"
    return Meta(pattern=f"^{prefix}{_ID}", extra={MUST_BE: f"{what}, for example {example}"})


Amount = Annotated[int, Meta(ge=1, le=MAX_AMOUNT, description="Minor units.", examples=[1250])]
Currency = Annotated[
    str,
    Meta(
        pattern="^[A-Z]{3}" + _END,
        extra={MUST_BE: "an ISO 4217 alphabetic code in capitals"},
        description="ISO 4217 alphabetic code.",
        examples=["EUR"],
        extra_json_schema={"enum": sorted(EXPONENTS)},
    ),
]
AccountId = Annotated[str, _id("acc", "an account id")]
HoldId = Annotated[str, _id("hld", "a hold id")]
TransactionId = Annotated[str, _id("txn", "a transaction id")]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_NAME,
        pattern=_NOT_BLANK,
        extra={MUST_BE: f"text of 1 to {MAX_NAME} characters, {_SEEN}"},
        examples=["Ada"],
    ),
]
Description = Annotated[
    str,
    Meta(
        max_length=MAX_TEXT,
        pattern=_TEXT,
        extra={MUST_BE: f"text of at most {MAX_TEXT} characters, {_NO_NUL}"},
        examples=["Rent for May"],
    ),
]
_MetadataKey = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_METADATA_KEY,
        pattern=_TEXT,
        extra={MUST_BE: f"text of 1 to {MAX_METADATA_KEY} characters, {_NO_NUL}"},
    ),
]
_MetadataValue = Annotated[
    str,
    Meta(
        max_length=MAX_METADATA_VALUE,
        pattern=_TEXT,
        extra={MUST_BE: f"text of at most {MAX_METADATA_VALUE} characters, {_NO_NUL}"},
    ),
]
Metadata = Annotated[
    dict[_MetadataKey, _MetadataValue],
    Meta(
        max_length=MAX_METADATA_KEYS,
        extra={MUST_BE: f"an object of at most {MAX_METADATA_KEYS} fields, each of them text"},
        description="Your own keys and values, visible to you and to operators.",
        examples=[{"order": "4711"}],
    ),
]
MetadataChanges = Annotated[
    dict[_MetadataKey, _MetadataValue | None],
    Meta(
        max_length=2 * MAX_METADATA_KEYS,
        extra={MUST_BE: f"an object of at most {2 * MAX_METADATA_KEYS} fields, each text or null"},
        description="Keys and values to set. A null value removes its key. An account has at "
        f"most {MAX_METADATA_KEYS} keys.",
        examples=[{"order": "4711", "draft": None}],
    ),
]
Reason = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_TEXT,
        pattern=_NOT_BLANK,
        extra={MUST_BE: f"text of 1 to {MAX_TEXT} characters, {_SEEN}"},
    ),
]
Key = Annotated[
    str,
    Meta(
        pattern="^[ -~]+" + _END,
        min_length=1,
        max_length=MAX_IDEMPOTENCY_KEY,
        extra={
            MUST_BE: f"1 to {MAX_IDEMPOTENCY_KEY} printable ASCII characters, "
            "for example order-4711"
        },
    ),
]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A request body. Unknown fields are refused."""


class SignUp(Body, frozen=True, kw_only=True):
    """A new user."""

    email: Annotated[
        str,
        Meta(
            pattern=rf"^{_ADDRESS_PART}+@{_ADDRESS_PART}+" + _END,
            max_length=MAX_EMAIL,
            extra={MUST_BE: f"an email address of at most {MAX_EMAIL} characters, without spaces"},
            examples=["ada@example.com"],
        ),
    ]
    password: Annotated[
        str, Meta(min_length=8, max_length=MAX_PASSWORD, examples=["correct horse"])
    ]
    name: Name


class SignIn(Body, frozen=True, kw_only=True):
    """An email address and a password."""

    email: Annotated[
        str,
        Meta(
            max_length=MAX_EMAIL,
            pattern=_TEXT,
            extra={MUST_BE: f"an email address of at most {MAX_EMAIL} characters"},
            examples=["ada@example.com"],
        ),
    ]
    password: Annotated[str, Meta(max_length=MAX_PASSWORD, examples=["correct horse"])]


class NewApiKey(Body, frozen=True, kw_only=True):
    """An API key to create. Without `expires_in`, it lasts until you delete it."""

    name: Name
    scopes: Annotated[
        list[
            Annotated[
                str,
                Meta(
                    extra_json_schema={"enum": list(SCOPES)},
                    extra={MUST_BE: "one of " + ", ".join(SCOPES)},
                ),
            ]
        ],
        Meta(min_length=1, max_length=50, examples=[["accounts:read", "money:write"]]),
    ]
    expires_in: Annotated[int, Meta(ge=1, le=MAX_KEY_S, description="Seconds.")] | None = None


class NewAccount(Body, frozen=True, kw_only=True):
    """An account to open."""

    currency: Currency
    name: Name | None = None
    metadata: Metadata | None = None


class AccountChanges(Body, frozen=True, kw_only=True):
    """Changes to an account. Absent fields stay as they are; null clears a field or a key."""

    name: Name | msgspec.UnsetType | None = msgspec.UNSET
    metadata: MetadataChanges | msgspec.UnsetType | None = msgspec.UNSET


class Described(Body, frozen=True, kw_only=True):
    """The fields that every request to move money can carry."""

    description: Description | None = None
    metadata: Metadata | None = None


class NewCash(Described, frozen=True, kw_only=True):
    """Money that moves between an account and the outside."""

    account_id: AccountId
    amount: Amount
    currency: Currency


class NewDeposit(NewCash, frozen=True, kw_only=True):
    """Money that comes in from outside the ledger."""


class NewWithdrawal(NewCash, frozen=True, kw_only=True):
    """Money that leaves the ledger."""


class NewTransfer(Described, frozen=True, kw_only=True):
    """Money that moves from one account to another."""

    source_account_id: AccountId
    destination_account_id: AccountId
    amount: Amount
    currency: Currency


class NewHold(Described, frozen=True, kw_only=True):
    """Money to set aside. With a destination, a capture moves it there."""

    account_id: AccountId
    amount: Amount
    currency: Currency
    destination_account_id: AccountId | None = None
    expires_in: Annotated[int, Meta(ge=1, le=MAX_HOLD_S, description="Seconds.")] | None = None


class NewCapture(Described, frozen=True, kw_only=True):
    """How much of a hold to take. Default: all of it."""

    amount: Amount | None = None


class NewVoid(Body, frozen=True, kw_only=True):
    """An empty body: a void releases the whole hold."""


class NewReversal(Described, frozen=True, kw_only=True):
    """How much of a transaction to reverse. Default: all. Operators must give a description."""

    amount: Amount | None = None


class NewFreeze(Body, frozen=True, kw_only=True):
    """What to stop. Operators must give a reason."""

    direction: Direction
    reason: Reason | None = None


class NewControl(Body, frozen=True, kw_only=True):
    """An optional reason, which operators must give."""

    reason: Reason | None = None


class NewLimits(Body, frozen=True, kw_only=True):
    """Limits to set. Null lifts a limit; an absent limit stays as it is."""

    overdraft_limit: Annotated[int, Meta(ge=0, le=MAX_AMOUNT)] | msgspec.UnsetType | None = (
        msgspec.UNSET
    )
    daily_amount: Annotated[int, Meta(ge=0, le=MAX_AMOUNT)] | msgspec.UnsetType | None = (
        msgspec.UNSET
    )
    daily_count: Annotated[int, Meta(ge=0, le=MAX_AMOUNT)] | msgspec.UnsetType | None = (
        msgspec.UNSET
    )
    reason: Reason | None = None


class Replay(Body, frozen=True, kw_only=True):
    """Why to retry a parked command."""

    reason: Reason | None = None


class Discard(Body, frozen=True, kw_only=True):
    """Why to discard a parked command."""

    reason: Reason


class NewWebhook(Body, frozen=True, kw_only=True):
    """Where to send which events."""

    url: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MAX_URL,
            extra_json_schema={"pattern": _URL},
            extra={MUST_BE: f"a URL of 1 to {MAX_URL} characters"},
            description="An https URL on the public internet. Some stages also allow http to "
            "localhost.",
            examples=["https://example.com/ledger-events"],
        ),
    ]
    events: Annotated[
        list[
            Annotated[
                str,
                Meta(
                    extra_json_schema={"enum": list(PATTERNS)},
                    extra={MUST_BE: TYPES_ALLOWED},
                    description="`*`, `deposit.*` or `deposit.completed`.",
                ),
            ]
        ],
        Meta(min_length=1, max_length=50, examples=[["deposit.*", "transfer.received"]]),
    ]


class NewReplay(Body, frozen=True, kw_only=True):
    """An empty body: a delivery is replayed unchanged."""


class DepositItem(NewDeposit, frozen=True, kw_only=True, tag_field="kind", tag="deposit"):
    """A deposit in a batch."""

    idempotency_key: Key | None = None


class WithdrawalItem(NewWithdrawal, frozen=True, kw_only=True, tag_field="kind", tag="withdrawal"):
    """A withdrawal in a batch."""

    idempotency_key: Key | None = None


class TransferItem(NewTransfer, frozen=True, kw_only=True, tag_field="kind", tag="transfer"):
    """A transfer in a batch."""

    idempotency_key: Key | None = None


class HoldItem(NewHold, frozen=True, kw_only=True, tag_field="kind", tag="hold"):
    """A hold in a batch."""

    idempotency_key: Key | None = None


class CaptureItem(NewCapture, frozen=True, kw_only=True, tag_field="kind", tag="capture"):
    """A capture in a batch."""

    hold_id: HoldId
    idempotency_key: Key | None = None


class VoidItem(NewVoid, frozen=True, kw_only=True, tag_field="kind", tag="void"):
    """A void in a batch."""

    hold_id: HoldId
    idempotency_key: Key | None = None


class ReversalItem(NewReversal, frozen=True, kw_only=True, tag_field="kind", tag="reversal"):
    """A reversal in a batch."""

    transaction_id: TransactionId
    idempotency_key: Key | None = None


class Batch(Body, frozen=True, kw_only=True):
    """Independent commands: a refused one does not affect the others.

    The items are decoded one by one, so that a malformed item fails alone.
    """

    items: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MAX_BATCH)]


class FieldProblem(msgspec.Struct, frozen=True):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error (RFC 9457). Program against ``code``, which is stable."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str = ""
    errors: list[FieldProblem] | msgspec.UnsetType = msgspec.UNSET


class UserView(msgspec.Struct, frozen=True):
    """A user."""

    user_id: str
    email: str
    name: str
    role: Literal["customer", "operator"]
    created_at: str


class SessionView(msgspec.Struct, frozen=True):
    """A session. The token is shown only once."""

    token: str
    user_id: str
    expires_at: str


class PendingAccount(msgspec.Struct, frozen=True):
    """An account whose opening is in the log but not yet applied."""

    account_id: str
    currency: str
    name: str | None
    metadata: dict[str, str] | None
    status: Literal["pending"]
    position: PositionView


class BatchAnswer(msgspec.Struct, frozen=True):
    """The result of each item, in order: its `TransactionView`, or the `Problem` with it."""

    items: list[Any]


class Checks(msgspec.Struct, frozen=True):
    """The state of each dependency. ``log`` is present while the log accepts no commands.

    ``shards`` is present if partitions are in several databases, with each one's state by its
    number; ``postgres`` is the first.
    """

    kafka: Literal["ok", "down"]
    postgres: Literal["ok", "down"]
    redis: Literal["ok", "down"]
    log: Literal["fenced"] | msgspec.UnsetType = msgspec.UNSET
    shards: dict[str, Literal["ok", "down"]] | msgspec.UnsetType = msgspec.UNSET


class Health(msgspec.Struct, frozen=True):
    """``ok``, ``degraded`` or ``down``. Without Kafka or PostgreSQL the service is ``down``.

    It is ``degraded`` without Redis, when it is slower, while the log accepts no commands, and
    while one of several databases is down, whose accounts have to wait.
    """

    status: Literal["ok", "degraded", "down"]
    checks: Checks
