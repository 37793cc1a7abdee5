"""The commands in the log, and their JSON form.

A record's value is one command: a JSON object with a ``kind``.  Its key is the id of the account
that the command is about, which decides the partition.  The log is kept forever and must stay
readable, so fields are only ever added, with a default.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, final, get_args

import msgspec

from handlers.domain.money import MAX_AMOUNT

Direction = Literal["debit", "credit", "both"]
Outcome = Literal["completed", "rejected"]
Resolution = Literal["replay", "discard"]

#: An amount in minor units, as a command may contain it.
Amount = Annotated[int, msgspec.Meta(ge=1, le=MAX_AMOUNT)]

#: The last microsecond of the year 9999, the last one that RFC 3339 can express.
MAX_TIME_US: Final = 253_402_300_799_999_999
#: A time in microseconds since the Unix epoch.
Moment = Annotated[int, msgspec.Meta(ge=0, le=MAX_TIME_US)]
#: A hold's lifetime in seconds, at most a hundred years.
Lifetime = Annotated[int, msgspec.Meta(ge=0, le=3_155_760_000)]

#: A digest. A longer text would not fit the index of conflicts.
Fingerprint = Annotated[str, msgspec.Meta(max_length=255)]

#: The maximum size of a command in bytes: more than the command from the API's largest body
#: (256 KiB), and less than half of the brokers' limit, so that commands derived from it fit too.
MAX_COMMAND_BYTES: Final = 384 * 1024
#: How much larger the ledger's own commands may be than the commands they are derived from.
MAX_ADDED_BYTES: Final = 4096

NO_METADATA: Final = msgspec.Raw()
#: The maximum number of keys in an object's metadata.
MAX_METADATA_KEYS: Final = 50

#: The version of today's rules.  A command says which rules decide it, so that rebuilding from an
#: old log gives the same result (docs/decisions/0090).
RULES: Final = 2


class Command(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", gc=False
):
    """The fields of every command.

    Attributes
    ----------
    transaction_id
        Id of the requested transaction, which makes sure that the command is applied only once.
    user_id
        The user who requested it, or the empty string for the system itself.
    requested_at_us
        When it was requested, in microseconds since the Unix epoch, by the API's clock.
    fingerprint
        Digest of the request, so that one idempotency key can't stand for two requests.
    request_id
        The request's ``X-Request-Id``, for logs.
    rules
        The version of the rules that decide it; 1 if the command does not say.
    """

    transaction_id: str
    user_id: str
    requested_at_us: Moment
    fingerprint: Fingerprint = ""
    request_id: str = ""
    rules: int = 1


class Described(Command, frozen=True, kw_only=True, gc=False):
    """A command that moves money and may have a client's description and metadata."""

    description: str | None = None
    metadata: msgspec.Raw = NO_METADATA


@final
class AccountOpening(Command, frozen=True, kw_only=True, tag="account_opening", gc=False):
    """Open an account for a user."""

    account_id: str
    currency: str
    name: str | None = None
    metadata: dict[str, str] | None = None


@final
class AccountUpdate(Command, frozen=True, kw_only=True, tag="account_update", gc=False):
    """Change an account's name or metadata. An unset field stays as it is; null clears a field.

    Metadata is merged key by key, and a null value removes its key (RFC 7396, JSON Merge Patch).
    """

    account_id: str
    name: str | msgspec.UnsetType | None = msgspec.UNSET
    metadata: dict[str, str | None] | msgspec.UnsetType | None = msgspec.UNSET


class Cash(Described, frozen=True, kw_only=True, gc=False):
    """A command that moves money into the ledger or out of it, depending on its kind."""

    account_id: str
    amount: Amount
    currency: str


@final
class Deposit(Cash, frozen=True, kw_only=True, tag="deposit", gc=False):
    """Move money into the ledger from outside."""


@final
class Withdrawal(Cash, frozen=True, kw_only=True, tag="withdrawal", gc=False):
    """Move money out of the ledger."""


@final
class Transfer(Described, frozen=True, kw_only=True, tag="transfer", gc=False):
    """Move money from one account to another; sent to the source's partition."""

    source_account_id: str
    destination_account_id: str
    amount: Amount
    currency: str


@final
class HoldPlacement(Described, frozen=True, kw_only=True, tag="hold", gc=False):
    """Set money aside (authorise), to be captured or voided later.

    ``expires_in_s`` counts from the time the hold is applied.
    """

    account_id: str
    amount: Amount
    currency: str
    destination_account_id: str | None = None
    expires_in_s: Lifetime | None = None


@final
class Capture(Described, frozen=True, kw_only=True, tag="capture", gc=False):
    """Take all or part of a hold; the rest is released."""

    account_id: str
    hold_id: str
    amount: Amount | None = None


@final
class Void(Command, frozen=True, kw_only=True, tag="void", gc=False):
    """Release a hold without taking any money."""

    account_id: str
    hold_id: str


@final
class HoldExpiry(Command, frozen=True, kw_only=True, tag="hold_expiry", gc=False):
    """Check an account's holds, because one has expired; sent by the sweeper."""

    account_id: str
    hold_id: str


@final
class Reversal(Described, frozen=True, kw_only=True, tag="reversal", gc=False):
    """Reverse all or part of a transaction; sent to ``account_id``'s partition.

    ``account_id`` is the customer's account where the original left its money or, for money that
    left the ledger, the account it came from.
    """

    account_id: str
    reverses: str
    amount: Amount | None = None


@final
class Freeze(Command, frozen=True, kw_only=True, tag="freeze", gc=False):
    """Stop debits, credits or both on an account."""

    account_id: str
    direction: Direction
    by_operator: bool = False
    note: str | None = None


@final
class Unfreeze(Command, frozen=True, kw_only=True, tag="unfreeze", gc=False):
    """Lift an account's freeze. Only an operator can lift an operator's freeze."""

    account_id: str
    by_operator: bool = False
    note: str | None = None


@final
class Closing(Command, frozen=True, kw_only=True, tag="close", gc=False):
    """Close an account with a balance of zero, no open holds and no money in transit."""

    account_id: str
    by_operator: bool = False
    note: str | None = None


@final
class Limits(Command, frozen=True, kw_only=True, tag="limits", gc=False):
    """Set an account's limits. An unset field stays as it is; null lifts the limit."""

    account_id: str
    overdraft_limit: int | msgspec.UnsetType | None = msgspec.UNSET
    daily_amount: int | msgspec.UnsetType | None = msgspec.UNSET
    daily_count: int | msgspec.UnsetType | None = msgspec.UNSET
    note: str | None = None


@final
class CreditLeg(Described, frozen=True, kw_only=True, tag="credit_leg", gc=False):
    """The second leg of a move between partitions; sent to the destination's partition."""

    origin: Literal["transfer", "capture", "reversal"]
    source_account_id: str
    destination_account_id: str
    amount: Amount
    currency: str
    reverses: str | None = None
    hold_id: str | None = None


@final
class Settlement(Command, frozen=True, kw_only=True, tag="settlement", gc=False):
    """The result of a second leg; sent back to the source's partition.

    ``completed_at_us`` is the time when the destination posted or refused it.
    """

    account_id: str
    outcome: Outcome
    completed_at_us: Moment
    reason: str | None = None
    reverses: str | None = None
    hold_id: str | None = None


@final
class ParkedResolution(Command, frozen=True, kw_only=True, tag="parked_resolution", gc=False):
    """An operator's decision about the first command in an account's parked queue."""

    account_id: str
    parked_id: str
    action: Resolution
    note: str


@final
class LogGrowth(Command, frozen=True, kw_only=True, tag="log_growth", gc=False):
    """Marks where the log's partition count changes. Each partition gets one.

    Records before it were sent by the count ``partitions_before``, records after it by
    ``partitions``; see `handlers.domain.growth`.
    """

    partitions_before: Annotated[int, msgspec.Meta(ge=1)]
    partitions: Annotated[int, msgspec.Meta(ge=2)]
    clock_us: Moment
    has_parked: bool = False
    #: It concerns no account.
    account_id: str = ""


@final
class IdempotencyVerdict(Command, frozen=True, kw_only=True, tag="idempotency_verdict", gc=False):
    """Says that a record lost its transaction id to a record in another partition.

    The loser's partition sends it to itself.  A rebuild reads all verdicts first and so decides the
    same way, in whatever order it reaches the two records.

    Attributes
    ----------
    contested
        The transaction id of both records.
    partition, offset
        The loser's position in the log.
    decided_in, decided_at
        The partition and offset of the record that was being applied: the loser itself or, if that
        was parked, the resolution that replayed or discarded it.
    is_conflict
        Whether the loser is a different request; if not, it only repeats the winner.
    """

    contested: str
    partition: int
    offset: int
    decided_in: int
    decided_at: int
    is_conflict: bool
    #: It concerns no account.
    account_id: str = ""


AnyCommand = (
    AccountOpening
    | AccountUpdate
    | Deposit
    | Withdrawal
    | Transfer
    | HoldPlacement
    | Capture
    | Void
    | HoldExpiry
    | Reversal
    | Freeze
    | Unfreeze
    | Closing
    | Limits
    | CreditLeg
    | Settlement
    | ParkedResolution
    | LogGrowth
    | IdempotencyVerdict
)

#: The type of the commands of each kind.
BY_KIND: Final[dict[str, type[Command]]] = {
    str(each.__struct_config__.tag): each for each in get_args(AnyCommand)
}
_KINDS: Final = {each: kind for kind, each in BY_KIND.items()}

_decoder: Final[msgspec.json.Decoder[AnyCommand]] = msgspec.json.Decoder(AnyCommand)
_encoder: Final = msgspec.json.Encoder()


class UndecodableError(ValueError):
    """A record's value is not a command."""


def encode(command: Command) -> bytes:
    """Return a command's JSON, the value of its record."""
    return _encoder.encode(command)


def decode(value: bytes | None) -> AnyCommand:
    """Decode a record's value.

    Raises
    ------
    UndecodableError
        If it is empty, too large, not JSON or not one of the commands.
    """
    if value is None:
        raise UndecodableError("the record has no value")
    if len(value) > MAX_COMMAND_BYTES + MAX_ADDED_BYTES:
        raise _too_large(value)
    try:
        command = _decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UndecodableError(str(error)) from error
    # A second leg must not be lost because its command was just within the limit.
    if len(value) > MAX_COMMAND_BYTES and not isinstance(command, CreditLeg):
        raise _too_large(value)
    return command


def _too_large(value: bytes) -> UndecodableError:
    return UndecodableError(
        f"the record has {len(value)} bytes; a command can have at most {MAX_COMMAND_BYTES}"
    )


def kind_of(command: Command) -> str:
    """Return a command's kind."""
    return _KINDS[type(command)]


def account_of(command: AnyCommand) -> str:
    """Return the id of the account that a command is about, which is the key of its record."""
    # Command types have no subtypes, and isinstance takes three times as long with msgspec's types.
    if type(command) is Transfer:
        return command.source_account_id
    if type(command) is CreditLeg:
        return command.destination_account_id
    return command.account_id


def metadata_text(metadata: msgspec.Raw) -> str | None:
    """Return a command's metadata as JSON text, or None if it has none."""
    return bytes(metadata).decode() if metadata else None
