"""The client: what the API can be asked for, as methods."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote, urlencode

from ledgerlane_client.errors import ApiError, Json, NoAnswerError, OutcomeUnknownError
from ledgerlane_client.journal import Journal, Request
from ledgerlane_client.transport import TRY_AGAIN, Transport, parse

WAIT_S: Final = 10
MAX_KEY: Final = 255


@dataclass(frozen=True)
class Transaction:
    """A transaction; ``fields`` is all that the API says of it, amounts in minor units."""

    transaction_id: str
    status: str
    reason: str | None
    fields: Json = field(repr=False)

    @classmethod
    def of(cls, fields: Json) -> Transaction:
        """Read one out of an answer."""
        return cls(fields["transaction_id"], fields["status"], fields.get("reason"), fields)

    @property
    def is_completed(self) -> bool:
        """Whether the money moved."""
        return self.status == "completed"

    @property
    def is_final(self) -> bool:
        """Whether it is completed or rejected, for good."""
        return self.status != "pending"


class Ledgerlane:
    """A client; use it from one thread at a time.

    Parameters
    ----------
    url
        The API's base address, with its stage.
    journal
        The file that remembers what was asked for. Idempotency keys belong to a user, so each user
        needs a file of their own.
    token
        A session's token or an API key, if there is one already.
    patience_s
        How long to go on asking for an answer, in seconds.
    """

    def __init__(
        self,
        url: str,
        journal: str | Path | None = None,
        token: str | None = None,
        patience_s: float = 60.0,
    ) -> None:
        self._transport = Transport(url, token)
        self._journal = Journal(journal)
        self._patience_s = patience_s

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and the journal."""
        self._transport.close()
        self._journal.close()

    @property
    def token(self) -> str | None:
        """The session's token or the API key that requests are sent with."""
        return self._transport.token

    @token.setter
    def token(self, token: str | None) -> None:
        self._transport.token = token

    # -- people -------------------------------------------------------------------------------

    def sign_up(self, email: str, password: str, name: str) -> Json:
        """Make a user."""
        return self._send("POST", "/users", {"email": email, "password": password, "name": name})

    def sign_in(self, email: str, password: str) -> Json:
        """Get a token for what follows; return the session."""
        session = self._send("POST", "/sessions", {"email": email, "password": password})
        self.token = session["token"]
        return session

    def sign_out(self) -> None:
        """End the session; its token is dead everywhere within a second."""
        self._send("DELETE", "/sessions/current")
        self.token = None

    def create_key(self, name: str, scopes: Sequence[str], expires_in_s: int | None = None) -> Json:
        """Make an API key; the answer is the only one that has the key itself."""
        body: Json = {"name": name, "scopes": list(scopes)}
        if expires_in_s is not None:
            body["expires_in"] = expires_in_s
        return self._send("POST", "/api-keys", body)

    def keys(self) -> Iterator[Json]:
        """Return your API keys, without the keys themselves."""
        return self.pages("/api-keys")

    def delete_key(self, key_id: str) -> None:
        """Delete an API key; it is dead everywhere within a second."""
        self._send("DELETE", f"/api-keys/{_segment(key_id)}")

    # -- money --------------------------------------------------------------------------------

    def open_account(
        self,
        currency: str,
        name: str | None = None,
        key: str | None = None,
        metadata: Json | None = None,
    ) -> Json:
        """Open an account, once for each key."""
        body: Json = {"currency": currency, "name": name}
        if metadata is not None:
            body["metadata"] = metadata
        return self.ask("/accounts", body, key)

    def update_account(self, account_id: str, **changes: Any) -> Transaction:
        """Change ``name`` or ``metadata``: a key that is None is removed, the others stay.

        It is asked for under one idempotency key until there is an answer.
        """
        path = f"/accounts/{_segment(account_id)}"
        headers = {"Prefer": "wait=20", "Idempotency-Key": secrets.token_hex(16)}
        return Transaction.of(self._insist("PATCH", path, changes, headers, self._deadline_s()))

    def deposit(
        self, account_id: str, amount: int, currency: str, key: str | None = None, **more: Any
    ) -> Transaction:
        """Bring money in; ``more`` may be ``description`` and ``metadata``, here as below."""
        body = {"account_id": account_id, "amount": amount, "currency": currency, **more}
        return Transaction.of(self.ask("/deposits", body, key))

    def withdraw(
        self, account_id: str, amount: int, currency: str, key: str | None = None, **more: Any
    ) -> Transaction:
        """Take money out."""
        body = {"account_id": account_id, "amount": amount, "currency": currency, **more}
        return Transaction.of(self.ask("/withdrawals", body, key))

    def transfer(
        self,
        source_account_id: str,
        destination_account_id: str,
        amount: int,
        currency: str,
        key: str | None = None,
        **more: Any,
    ) -> Transaction:
        """Move money from one account to another."""
        body = {
            "source_account_id": source_account_id,
            "destination_account_id": destination_account_id,
            "amount": amount,
            "currency": currency,
            **more,
        }
        return Transaction.of(self.ask("/transfers", body, key))

    def post(self, path: str, body: Json, key: str | None = None) -> Transaction:
        """Ask for anything else that moves money: holds, captures, voids, reversals."""
        return Transaction.of(self.ask(path, body, key))

    def ask(self, path: str, body: Json, key: str | None = None) -> Json:
        """Ask for something that must happen once, and wait for its final answer.

        Parameters
        ----------
        path, body
            Of the POST.
        key
            The idempotency key; without one the client makes it.

        Raises
        ------
        ApiError
            If the API refuses the request. Nothing happened, and the key is free again; unless it
            refuses the token (401), or the token's scope (403) where an earlier attempt under
            another may have been accepted.
        OutcomeUnknownError
            If there is no final answer in time. `resume`, or asking again under the key, is safe.
        ValueError
            If the key was used for another request, or can't be one.
        """
        key = secrets.token_hex(16) if key is None else _checked(key)
        was_asked = self._journal.has(key)
        known = self._journal.begin(key, path, body)
        if known is not None:
            return known
        headers = {"Idempotency-Key": key, "Prefer": f"wait={WAIT_S}"}
        deadline_s = time.monotonic() + self._patience_s
        try:
            answer = self._insist("POST", path, body, headers, deadline_s)
            # Asking again under the key is also the way to ask what became of it.
            while answer.get("status") == "pending":
                if time.monotonic() > deadline_s:
                    raise OutcomeUnknownError(key, "it is still pending")
                answer = self._insist("POST", path, body, headers, deadline_s)
        except ApiError as error:
            if error.status in TRY_AGAIN or error.status >= 500:
                raise OutcomeUnknownError(key, str(error)) from error
            # Another token does not change what was asked for, and what stands between, which
            # knows no codes, can't say that an earlier attempt was not accepted.
            is_of_the_token = error.status == 401 or (error.status == 403 and was_asked)
            if error.code and not is_of_the_token:
                self._journal.drop(key)
            raise
        except NoAnswerError as error:
            raise OutcomeUnknownError(key, str(error)) from error
        self._journal.end(key, answer)
        return answer

    def unfinished(self) -> list[Request]:
        """Return what was asked for and has no final answer."""
        return self._journal.open()

    def resume(self) -> list[Json]:
        """Ask again for whatever has no final answer, and return the answers."""
        return [self.ask(path, body, key) for key, path, body in self.unfinished()]

    # -- reading ------------------------------------------------------------------------------

    def me(self) -> Json:
        """Return the user whose token this is."""
        return self._get("/users/me")

    def account(self, account_id: str) -> Json:
        """Return an account with its balance."""
        return self._get(f"/accounts/{_segment(account_id)}")

    def accounts(self) -> Iterator[Json]:
        """Return your accounts, oldest first."""
        return self.pages("/accounts")

    def statement(self, account_id: str, from_: str | None = None, to: str | None = None) -> Json:
        """Return a statement; times are RFC 3339, and ``to`` is not in the period itself."""
        return parse(self._statement(account_id, "json", from_, to))

    def statement_csv(
        self, account_id: str, from_: str | None = None, to: str | None = None
    ) -> bytes:
        """Return a statement as CSV, as the API writes it."""
        return self._statement(account_id, "csv", from_, to)

    def transaction(self, transaction_id: str) -> Transaction:
        """Return a transaction."""
        return Transaction.of(self._get(f"/transactions/{_segment(transaction_id)}"))

    def pages(self, path: str, **query: str) -> Iterator[Json]:
        """Return every row of a list, such as ``/accounts/{id}/entries``, page by page."""
        while True:
            page = self._get(path + ("?" + urlencode(query) if query else ""))
            yield from page["data"]
            if page.get("next_cursor") is None:
                return
            query["cursor"] = page["next_cursor"]

    # -- the road there and back --------------------------------------------------------------

    def _statement(self, account_id: str, form: str, from_: str | None, to: str | None) -> bytes:
        asked = {"format": form, "from": from_, "to": to}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        path = f"/accounts/{_segment(account_id)}/statement?{query}"
        # The CSV is not JSON, but its errors are.
        headers = {"Accept": "text/csv, application/json"} if form == "csv" else {}
        return self._transport.insist("GET", path, None, headers, self._deadline_s())

    def _get(self, path: str) -> Json:
        return self._insist("GET", path, None, {}, self._deadline_s())

    def _send(self, method: str, path: str, body: Json | None = None) -> Json:
        """Send once: doing it twice might not be the same as doing it once."""
        return parse(self._transport.send(method, path, body, {}))

    def _insist(
        self, method: str, path: str, body: Json | None, headers: dict[str, str], deadline_s: float
    ) -> Json:
        return parse(self._transport.insist(method, path, body, headers, deadline_s))

    def _deadline_s(self) -> float:
        return time.monotonic() + self._patience_s


def _checked(key: str) -> str:
    """Refuse before it is in the journal what the API's header can't carry."""
    if not (1 <= len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise ValueError(f"an idempotency key is 1 to {MAX_KEY} printable ASCII characters")
    return key


def _segment(object_id: str) -> str:
    """Keep an id that is none from naming another route."""
    return quote(object_id, safe="")
