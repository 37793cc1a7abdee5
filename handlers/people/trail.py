"""The operators' audit trail: who did what, to what, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from handlers.domain.callers import Caller
from handlers.domain.ids import digits
from handlers.platform import clock
from handlers.platform.postgres import Database, sql


class Action(NamedTuple):
    """An action of an operator.

    Attributes
    ----------
    subject
        The id of the account, transaction or parked command.
    """

    name: str
    subject: str
    reason: str


class Trail:
    """Records operators' actions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, operator: Caller, request_id: str, actions: Sequence[Action]) -> None:
        """Record an operator's actions before they are carried out, so that none is missed.

        Raises
        ------
        Unavailable
            If they can't be recorded. Then they must not be carried out.
        """
        parameters = {
            "user_id": digits(operator.user_id),
            "key_id": digits(operator.key_id) if operator.key_id else None,
            "request_id": request_id,
            "occurred_at": clock.from_us(clock.now_us()),
            "actions": [action.name for action in actions],
            "subjects": [action.subject for action in actions],
            "reasons": [action.reason for action in actions],
        }
        self._database.write(sql("people/note_operator_actions"), parameters)
