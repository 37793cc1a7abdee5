"""The commands that travel the log, and their JSON form.

A record's value is one command: a JSON object whose ``kind`` says which.  Its key is the id of the
account that the command is about, and so decides the partition.  The log is kept for ever and must
stay readable, so fields are only ever added, with a default.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, final, get_args

import msgspec

from handlers.domain.money import MAX_AMOUNT

Direction = Literal["debit", "credit", "both"]
Outcome = Literal["completed", "rejected"]
Resolution = Literal["replay", "discard"]

#: An amount of minor units that a command may name.
Amount = Annotated[int, msgspec.Meta(ge=1, le=MAX_AMOUNT)]

#: The last microsecond of the year 9999, the last that RFC 3339 can write.
MAX_TIME_US: Final = 253_402_300_799_999_999
#: A time in microseconds since the Unix epoch.
Moment = Annotated[int, msgspec.Meta(ge=0, le=MAX_TIME_US)]
#: A hold's lifetime in seconds, a hundred years at most.
Lifetime = Annotated[int, msgspec.Meta(ge=0, le=3_155_760_000)]

#: A digest; a longer text would not fit the index of conflicts.
Fingerprint = Annotated[str, msgspec.Meta(max_length=255)]

#: How large a command may be, in bytes: more than what the API's largest body (256 KiB) becomes,
#: and less than half of what brokers take, so that what is made of it fits as well.
MAX_COMMAND_BYTES: Final = 384 * 1024
#: How much larger the ledger's own commands may be than those that they are made of.
MAX_ADDED_BYTES: Final = 4096

NO_METADATA: Final = msgspec.Raw()
#: How many keys an object's metadata has at most.
MAX_METADATA_KEYS: Final = 50

#: The rules that commands are made by today.  A command says which rules decide it, so that what is
#: rebuilt from an old log comes out as it was (docs/decisions/0090).
RULES: Final = 2


class Command(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", gc=False
):
    """What every command carries.

    Attributes
    ----------
    transaction_id
        Id of the transaction that the command asks for; the key to apply it once.
    user_id
        Who asked, or the empty string for the system itself.
    requested_at_us
        When it was asked, in microseconds since the Unix epoch, by the clock of the edge.
    fingerprint
        Digest of what was asked, so that one idempotency key can't stand for two requests.
    request_id
        The ``X-Request-Id`` it came with, for logs.
    rules
        The version of the rules that decide it; a command that does not say is of the first.
    """

    transaction_id: str
    user_id: str
    requested_at_us: Moment
    fingerprint: Fingerprint = ""
    request_id: str = ""
    rules: int = 1


class Described(Command, frozen=True, kw_only=True, gc=False):
    """A command that moves money and may carry a client's own words."""

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
    """Change an account's name or metadata; a field that is unset stays as it is.

    Null clears a field.  Metadata is merged key by key, and a key that is null is removed (RFC
    7396, JSON Merge Patch).
    """

    account_id: str
    name: str | msgspec.UnsetType | None = msgspec.UNSET
    metadata: dict[str, str | None] | msgspec.UnsetType | None = msgspec.UNSET


class Cash(Described, frozen=True, kw_only=True, gc=False):
    """A command that brings money in from outside or takes it there, as its kind says."""

    account_id: str
    amount: Amount
    currency: str


@final
class Deposit(Cash, frozen=True, kw_only=True, tag="deposit", gc=False):
    """Bring money in from outside."""


@final
class Withdrawal(Cash, frozen=True, kw_only=True, tag="withdrawal", gc=False):
    """Take money out to the outside."""


@final
class Transfer(Described, frozen=True, kw_only=True, tag="transfer", gc=False):
    """Move money from one account to another; travels to the source's partition."""

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
    """Take all or part of what is held; the rest is released."""

    account_id: str
    hold_id: str
    amount: Amount | None = None


@final
class Void(Command, frozen=True, kw_only=True, tag="void", gc=False):
    """Release a hold without taking anything."""

    account_id: str
    hold_id: str


@final
class HoldExpiry(Command, frozen=True, kw_only=True, tag="hold_expiry", gc=False):
    """Have an account's holds looked at, because the time of one is over; sent by the sweeper."""

    account_id: str
    hold_id: str


@final
class Reversal(Described, frozen=True, kw_only=True, tag="reversal", gc=False):
    """Give back all or part of a transaction; travels to ``account_id``'s partition.

    ``account_id`` is the customer's account that the original left its money on or, for money that
    went outside, the one it came from.
    """

    account_id: str
    reverses: str
    amount: Amount | None = None


@final
class Freeze(Command, frozen=True, kw_only=True, tag="freeze", gc=False):
    """Stop debits, credits or both of an account."""

    account_id: str
    direction: Direction
    by_operator: bool = False
    note: str | None = None


@final
class Unfreeze(Command, frozen=True, kw_only=True, tag="unfreeze", gc=False):
    """Lift what froze an account; what an operator froze only an operator lifts."""

    account_id: str
    by_operator: bool = False
    note: str | None = None


@final
class Closing(Command, frozen=True, kw_only=True, tag="close", gc=False):
    """Close an account that is empty and has nothing under way."""

    account_id: str
    by_operator: bool = False
    note: str | None = None


@final
class Limits(Command, frozen=True, kw_only=True, tag="limits", gc=False):
    """Set an account's limits; a field that is unset stays as it is, null lifts it."""

    account_id: str
    overdraft_limit: int | msgspec.UnsetType | None = msgspec.UNSET
    daily_amount: int | msgspec.UnsetType | None = msgspec.UNSET
    daily_count: int | msgspec.UnsetType | None = msgspec.UNSET
    note: str | None = None


@final
class CreditLeg(Described, frozen=True, kw_only=True, tag="credit_leg", gc=False):
    """The second leg of a move between partitions; travels to the destination's partition."""

    origin: Literal["transfer", "capture", "reversal"]
    source_account_id: str
    destination_account_id: str
    amount: Amount
    currency: str
    reverses: str | None = None
    hold_id: str | None = None


@final
class Settlement(Command, frozen=True, kw_only=True, tag="settlement", gc=False):
    """How a second leg ended; travels back to the source's partition.

    ``completed_at_us`` is the time of the destination's posting, or of its refusal.
    """

    account_id: str
    outcome: Outcome
    completed_at_us: Moment
    reason: str | None = None
    reverses: str | None = None
    hold_id: str | None = None


@final
class ParkedResolution(Command, frozen=True, kw_only=True, tag="parked_resolution", gc=False):
    """An operator's decision about the command at the head of an account's parked queue."""

    account_id: str
    parked_id: str
    action: Resolution
    note: str


@final
class LogGrowth(Command, frozen=True, kw_only=True, tag="log_growth", gc=False):
    """Marks, in each partition, where the log's partition count becomes another.

    What lies before it was sent by the count ``partitions_before``, what lies behind it by
    ``partitions``; see `handlers.domain.growth`.
    """

    partitions_before: Annotated[int, msgspec.Meta(ge=1)]
    partitions: Annotated[int, msgspec.Meta(ge=2)]
    clock_us: Moment
    has_parked: bool = False
    #: It is about no account.
    account_id: str = ""


@final
class IdempotencyVerdict(Command, frozen=True, kw_only=True, tag="idempotency_verdict", gc=False):
    """Tells that a record lost its transaction id to a record of another partition.

    The partition of the loser sends it to itself.  A rebuild reads all verdicts before anything
    else, and so decides as it was decided, in whatever order it comes to the two.

    Attributes
    ----------
    contested
        The transaction id that both records have.
    partition, offset
        The loser's place in the log.
    decided_in, decided_at
        The partition and offset of the record whose application it was: the loser itself or, if
        that was parked, the resolution that had it replayed or given up.
    is_conflict
        Whether the loser asked for something else; if not, it only repeats the winner.
    """

    contested: str
    partition: int
    offset: int
    decided_in: int
    decided_at: int
    is_conflict: bool
    #: It is about no account.
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
    """Return a command's JSON form, the value of its record."""
    return _encoder.encode(command)


def decode(value: bytes | None) -> AnyCommand:
    """Read a record's value.

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
    # A second leg must not be lost because its command was just small enough.
    if len(value) > MAX_COMMAND_BYTES and not isinstance(command, CreditLeg):
        raise _too_large(value)
    return command


def _too_large(value: bytes) -> UndecodableError:
    return UndecodableError(
        f"the record has {len(value)} bytes; a command has at most {MAX_COMMAND_BYTES}"
    )


def kind_of(command: Command) -> str:
    """Return a command's kind."""
    return _KINDS[type(command)]


def account_of(command: AnyCommand) -> str:
    """Return the id of the account that a command is about, which is its record's key."""
    # No command's type has subtypes, and isinstance takes three times as long with msgspec's.
    if type(command) is Transfer:
        return command.source_account_id
    if type(command) is CreditLeg:
        return command.destination_account_id
    return command.account_id


def metadata_text(metadata: msgspec.Raw) -> str | None:
    """Return a command's metadata as JSON text, or None if it has none."""
    return bytes(metadata).decode() if metadata else None
