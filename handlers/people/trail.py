"""The operators' audit trail: who did what to what, and why."""

from __future__ import annotations

from handlers import clock
from handlers.adapters.postgres import Database, sql
from handlers.domain.ids import digits


class Trail:
    """Notes what operators do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(
        self, user_id: str, action: str, subject: str, reason: str | None, request_id: str
    ) -> None:
        """Note an operator's action, before it is carried out: none goes unnoted.

        Parameters
        ----------
        subject
            The id of the account, transaction or parked command that it is about.

        Raises
        ------
        Unavailable
            If it can't be noted; then it must not be done.
        """
        moment = clock.from_us(clock.now_us())
        row = (digits(user_id), action, subject, reason, request_id, moment)
        self._database.write(sql("people/note_operator_action"), row)
