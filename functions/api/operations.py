"""The table of operations: every command that a client can put into the log.

The routes, the batch, the OpenAPI document and the tests all read this table, and only `decided`
turns a request into a command. So an operation without a row can't be served, and one with a row
always has its ownership check, its operator's reason and its audit entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from functions.api import command_builders, rights
from functions.api import schemas as s
from functions.api.facts import DIRECT, Facts
from handlers.accepting.intake import Asker
from handlers.domain import commands as c
from handlers.domain.callers import Caller
from handlers.domain.scopes import Scope
from handlers.people.trail import Action
from handlers.platform.errors import InvalidInput

MUST_SAY_WHY: Final = "is required for operators"


class Audited(NamedTuple):
    """How an operator's use of an operation is audited.

    Attributes
    ----------
    action
        The action's name in the audit trail.
    reason
        The field of the body that holds the reason.
    is_operators_only
        Whether only operators may use it. The document then shows the field as required.
    """

    action: str
    reason: str = "reason"
    is_operators_only: bool = False


@dataclass(frozen=True, slots=True)
class CommandOperation:
    """An operation that puts one command into the log.

    Attributes
    ----------
    name, tag, summary, description
        How the OpenAPI document names and describes it.
    body
        The schema of the request's body.
    rule
        Checks who may do it, to which object.
    make
        Builds the command.
    scope
        The scope that an API key needs.
    names
        The field of the path or the body that names the object; empty if there is none yet.
    item
        The schema of a batch item, if the operation can be one.
    audited
        The audit entry for an operator, who must then give a reason.
    errors
        The error codes of this operation, besides those that every route can return.
    """

    name: str
    tag: str
    method: str
    path: str
    summary: str
    description: str
    body: type[s.Body]
    rule: rights.Rule
    make: Callable[[Asker, rights.Target, Any], c.AnyCommand]
    scope: Scope
    names: str = ""
    item: type[s.Body] | None = None
    audited: Audited | None = None
    errors: tuple[str, ...] = ("not_found", "forbidden", "unavailable")

    @property
    def is_named_by_path(self) -> bool:
        """Whether the path, not the body, names the object."""
        return f"{{{self.names}}}" in self.path


class Decided(NamedTuple):
    """A command that the caller may send.

    Attributes
    ----------
    partition
        The command's partition, if it does not follow from the account.
    action
        The entry for the audit trail, if any.
    """

    command: c.AnyCommand
    partition: int | None
    action: Action | None


def decided(
    operation: CommandOperation,
    caller: Caller,
    asker: Asker,
    object_id: str,
    body: s.Body,
    facts: Facts = DIRECT,
) -> Decided:
    """Authorize a request and build its command.

    Parameters
    ----------
    object_id
        The id in the path or the body.
    facts
        The ledger's facts about the objects.

    Raises
    ------
    InvalidInput
        If an operator gives no reason.
    NotFound, Forbidden
        If the caller may not do this.
    """
    rights.require_scope(caller, operation.scope)
    audited, action = operation.audited, None
    if audited is not None and caller.is_operator:
        action = Action(audited.action, object_id, _reason(body, audited.reason))
    target = operation.rule(facts, caller, object_id)
    command = operation.make(asker, target, body)
    return Decided(command, target.partition, action)


_visible: Final = re.compile(s.VISIBLE)


def _reason(body: s.Body, field: str) -> str:
    reason: str | None = getattr(body, field)
    if reason is None or _visible.search(reason) is None:
        raise InvalidInput.of(field, MUST_SAY_WHY)
    return reason


#: The object id of an opening, whose account id follows from the command.
NOTHING_YET: Final = ""

#: The one operation that does not answer with a transaction; see `functions.api.accounts`.
OPENING: Final = CommandOperation(
    name="create_account",
    tag="Accounts",
    method="POST",
    path="/accounts",
    summary="Open an account",
    description="Open an account and wait until it is open. Returns 202 if that takes longer "
    "than usual.",
    body=s.NewAccount,
    rule=rights.anybody,
    make=command_builders.opening,
    scope="accounts:write",
    errors=("idempotency_conflict", "unavailable"),
)

OPERATIONS: Final = (
    OPENING,
    CommandOperation(
        name="update_account",
        tag="Accounts",
        method="PATCH",
        path="/accounts/{account_id}",
        summary="Change an account",
        description="Change the name or metadata keys. Absent fields stay as they are.",
        body=s.AccountChanges,
        names="account_id",
        rule=rights.own_account,
        make=command_builders.account_update,
        scope="accounts:write",
    ),
    CommandOperation(
        name="create_deposit",
        tag="Money",
        method="POST",
        path="/deposits",
        summary="Deposit",
        description="Bring money into an account from outside the ledger.",
        body=s.NewDeposit,
        item=s.DepositItem,
        names="account_id",
        rule=rights.own_account,
        make=command_builders.cash(c.Deposit),
        scope="money:write",
    ),
    CommandOperation(
        name="create_withdrawal",
        tag="Money",
        method="POST",
        path="/withdrawals",
        summary="Withdraw",
        description="Take money out of the ledger. Rejected if it exceeds the available funds.",
        body=s.NewWithdrawal,
        item=s.WithdrawalItem,
        names="account_id",
        rule=rights.own_account,
        make=command_builders.cash(c.Withdrawal),
        scope="money:write",
    ),
    CommandOperation(
        name="create_transfer",
        tag="Money",
        method="POST",
        path="/transfers",
        summary="Transfer",
        description="Move money from your account to any other account.",
        body=s.NewTransfer,
        item=s.TransferItem,
        names="source_account_id",
        rule=rights.own_account,
        make=command_builders.transfer,
        scope="money:write",
    ),
    CommandOperation(
        name="create_hold",
        tag="Money",
        method="POST",
        path="/holds",
        summary="Place a hold",
        description="Set money aside until it is captured or voided. It no longer counts as "
        "`available`.",
        body=s.NewHold,
        item=s.HoldItem,
        names="account_id",
        rule=rights.own_account,
        make=command_builders.hold,
        scope="money:write",
    ),
    CommandOperation(
        name="capture_hold",
        tag="Money",
        method="POST",
        path="/holds/{hold_id}/capture",
        summary="Capture a hold",
        description="Take all or part of a hold. The rest is released.",
        body=s.NewCapture,
        item=s.CaptureItem,
        names="hold_id",
        rule=rights.own_hold,
        make=command_builders.capture,
        scope="money:write",
    ),
    CommandOperation(
        name="void_hold",
        tag="Money",
        method="POST",
        path="/holds/{hold_id}/void",
        summary="Void a hold",
        description="Release a hold without taking any money.",
        body=s.NewVoid,
        item=s.VoidItem,
        names="hold_id",
        rule=rights.own_hold,
        make=command_builders.void,
        scope="money:write",
    ),
    CommandOperation(
        name="create_reversal",
        tag="Transactions",
        method="POST",
        path="/transactions/{transaction_id}/reversals",
        summary="Reverse a transaction",
        description="Give back all or part of a transaction. Only the recipient of the money or an "
        "operator can do this; an operator must give a `description`.",
        body=s.NewReversal,
        item=s.ReversalItem,
        names="transaction_id",
        rule=rights.received_transaction,
        make=command_builders.reversal,
        scope="money:write",
        audited=Audited("reverse", "description"),
    ),
    CommandOperation(
        name="freeze_account",
        tag="Controls",
        method="POST",
        path="/accounts/{account_id}/freeze",
        summary="Freeze an account",
        description="Stop debits, credits or both. Only an operator can unfreeze what an operator "
        "froze.",
        body=s.NewFreeze,
        names="account_id",
        rule=rights.seen_account,
        make=command_builders.freeze,
        scope="controls:write",
        audited=Audited("freeze"),
        errors=("not_found", "unavailable"),
    ),
    CommandOperation(
        name="unfreeze_account",
        tag="Controls",
        method="POST",
        path="/accounts/{account_id}/unfreeze",
        summary="Unfreeze an account",
        description="Lift the account's freeze.",
        body=s.NewControl,
        names="account_id",
        rule=rights.seen_account,
        make=command_builders.unfreeze,
        scope="controls:write",
        audited=Audited("unfreeze"),
        errors=("not_found", "unavailable"),
    ),
    CommandOperation(
        name="close_account",
        tag="Controls",
        method="POST",
        path="/accounts/{account_id}/close",
        summary="Close an account",
        description="Close the account permanently. Its balance must be 0, with no open holds and "
        "no money in transit.",
        body=s.NewControl,
        names="account_id",
        rule=rights.seen_account,
        make=command_builders.closing,
        scope="controls:write",
        audited=Audited("close"),
        errors=("not_found", "unavailable"),
    ),
    CommandOperation(
        name="set_limits",
        tag="Controls",
        method="PUT",
        path="/accounts/{account_id}/limits",
        summary="Set an account's limits",
        description="Set the overdraft limit and the daily limits. Requires the operator role.",
        body=s.NewLimits,
        names="account_id",
        rule=rights.operators_account,
        make=command_builders.limits,
        scope="limits:write",
        audited=Audited("limits", is_operators_only=True),
    ),
    CommandOperation(
        name="replay_parked",
        tag="Parked commands",
        method="POST",
        path="/parked/{parked_id}/replay",
        summary="Replay a parked command",
        description="Retry a parked command, then the commands that wait behind it.",
        body=s.Replay,
        names="parked_id",
        rule=rights.parked_record,
        make=command_builders.replay,
        scope="parked:write",
        audited=Audited("replay", is_operators_only=True),
    ),
    CommandOperation(
        name="discard_parked",
        tag="Parked commands",
        method="POST",
        path="/parked/{parked_id}/discard",
        summary="Discard a parked command",
        description="Discard a parked command, with a reason. Its transaction is rejected.",
        body=s.Discard,
        names="parked_id",
        rule=rights.parked_record,
        make=command_builders.discard,
        scope="parked:write",
        audited=Audited("discard", is_operators_only=True),
    ),
)
#: The operations that a batch can contain, by the item's schema.
BY_ITEM: Final[dict[type[s.Body], CommandOperation]] = {
    each.item: each for each in OPERATIONS if each.item is not None
}
