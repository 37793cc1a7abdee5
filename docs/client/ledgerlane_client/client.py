"""The client, with a method for each request."""

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
    """A transaction. ``fields`` has all fields of the response; amounts are in minor units."""

    transaction_id: str
    status: str
    reason: str | None
    fields: Json = field(repr=False)

    @classmethod
    def of(cls, fields: Json) -> Transaction:
        """Create a transaction from a response."""
        return cls(fields["transaction_id"], fields["status"], fields.get("reason"), fields)

    @property
    def is_completed(self) -> bool:
        """Whether the money moved."""
        return self.status == "completed"

    @property
    def is_final(self) -> bool:
        """Whether it is completed or rejected."""
        return self.status != "pending"


class Ledgerlane:
    """A client, for use by one thread at a time.

    Parameters
    ----------
    url
        The API's base URL, including its stage.
    journal
        The file that stores requests. Idempotency keys belong to a user, so each user needs a
        separate file.
    token
        A session's token or an API key.
    patience_s
        How long to retry for a response, in seconds.
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
        """The session's token or the API key of the requests."""
        return self._transport.token

    @token.setter
    def token(self, token: str | None) -> None:
        self._transport.token = token

    # -- people -------------------------------------------------------------------------------

    def sign_up(self, email: str, password: str, name: str) -> Json:
        """Create a user."""
        return self._send("POST", "/users", {"email": email, "password": password, "name": name})

    def sign_in(self, email: str, password: str) -> Json:
        """Sign in for the following requests; return the session."""
        session = self._send("POST", "/sessions", {"email": email, "password": password})
        self.token = session["token"]
        return session

    def sign_out(self) -> None:
        """End the session. Its token stops working within a second."""
        self._send("DELETE", "/sessions/current")
        self.token = None

    def create_key(self, name: str, scopes: Sequence[str], expires_in_s: int | None = None) -> Json:
        """Create an API key. Only this response contains the key itself."""
        body: Json = {"name": name, "scopes": list(scopes)}
        if expires_in_s is not None:
            body["expires_in"] = expires_in_s
        return self._send("POST", "/api-keys", body)

    def keys(self) -> Iterator[Json]:
        """Return your API keys, without the keys themselves."""
        return self.pages("/api-keys")

    def delete_key(self, key_id: str) -> None:
        """Delete an API key. It stops working within a second."""
        self._send("DELETE", f"/api-keys/{_segment(key_id)}")

    # -- money --------------------------------------------------------------------------------

    def open_account(
        self,
        currency: str,
        name: str | None = None,
        key: str | None = None,
        metadata: Json | None = None,
    ) -> Json:
        """Open an account, once per key."""
        body: Json = {"currency": currency, "name": name}
        if metadata is not None:
            body["metadata"] = metadata
        return self.ask("/accounts", body, key)

    def update_account(self, account_id: str, **changes: Any) -> Transaction:
        """Change ``name`` or ``metadata``. A metadata key that is None is removed, others stay.

        The request is retried under one idempotency key until there is a response.
        """
        path = f"/accounts/{_segment(account_id)}"
        headers = {"Prefer": "wait=20", "Idempotency-Key": secrets.token_hex(16)}
        return Transaction.of(self._insist("PATCH", path, changes, headers, self._deadline_s()))

    def deposit(
        self, account_id: str, amount: int, currency: str, key: str | None = None, **more: Any
    ) -> Transaction:
        """Deposit money. In all moves, ``more`` can have ``description`` and ``metadata``."""
        body = {"account_id": account_id, "amount": amount, "currency": currency, **more}
        return Transaction.of(self.ask("/deposits", body, key))

    def withdraw(
        self, account_id: str, amount: int, currency: str, key: str | None = None, **more: Any
    ) -> Transaction:
        """Withdraw money."""
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
        """Transfer money between accounts."""
        body = {
            "source_account_id": source_account_id,
            "destination_account_id": destination_account_id,
            "amount": amount,
            "currency": currency,
            **more,
        }
        return Transaction.of(self.ask("/transfers", body, key))

    def post(self, path: str, body: Json, key: str | None = None) -> Transaction:
        """Send another request that moves money: a hold, capture, void or reversal."""
        return Transaction.of(self.ask(path, body, key))

    def ask(self, path: str, body: Json, key: str | None = None) -> Json:
        """Send a request that must take effect once, and wait for its final response.

        Parameters
        ----------
        path, body
            The path and the body of the POST request.
        key
            The idempotency key. By default, the client generates one.

        Raises
        ------
        ApiError
            If the API refuses the request. It had no effect, and the key can be used again. The
            exceptions are 401 (the token) and 403 (its scope): an earlier attempt with another
            token may have been accepted.
        OutcomeUnknownError
            If there is no final response in time. It is safe to call `resume`, or to send the
            request again with the same key.
        ValueError
            If the key was used for another request, or is not a valid key.
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
            # Sending the request again with the same key also returns its current status.
            while answer.get("status") == "pending":
                if time.monotonic() > deadline_s:
                    raise OutcomeUnknownError(key, "it is still pending")
                answer = self._insist("POST", path, body, headers, deadline_s)
        except ApiError as error:
            if error.status in TRY_AGAIN or error.status >= 500:
                raise OutcomeUnknownError(key, str(error)) from error
            # Keep the request. After a 401 or 403, another token can send it again, and a proxy's
            # error, which has no code, does not mean that no attempt was accepted.
            is_of_the_token = error.status == 401 or (error.status == 403 and was_asked)
            if error.code and not is_of_the_token:
                self._journal.drop(key)
            raise
        except NoAnswerError as error:
            raise OutcomeUnknownError(key, str(error)) from error
        self._journal.end(key, answer)
        return answer

    def unfinished(self) -> list[Request]:
        """Return the requests without a final response."""
        return self._journal.open()

    def resume(self) -> list[Json]:
        """Retry all requests without a final response, and return the responses."""
        return [self.ask(path, body, key) for key, path, body in self.unfinished()]

    # -- reading ------------------------------------------------------------------------------

    def me(self) -> Json:
        """Return the token's user."""
        return self._get("/users/me")

    def account(self, account_id: str) -> Json:
        """Return an account with its balance."""
        return self._get(f"/accounts/{_segment(account_id)}")

    def accounts(self) -> Iterator[Json]:
        """Return your accounts, oldest first."""
        return self.pages("/accounts")

    def statement(self, account_id: str, from_: str | None = None, to: str | None = None) -> Json:
        """Return a statement. Times are RFC 3339, and ``to`` is exclusive."""
        return parse(self._statement(account_id, "json", from_, to))

    def statement_csv(
        self, account_id: str, from_: str | None = None, to: str | None = None
    ) -> bytes:
        """Return a statement as CSV, unchanged."""
        return self._statement(account_id, "csv", from_, to)

    def transaction(self, transaction_id: str) -> Transaction:
        """Return a transaction."""
        return Transaction.of(self._get(f"/transactions/{_segment(transaction_id)}"))

    def pages(self, path: str, **query: str) -> Iterator[Json]:
        """Yield all items of a list, such as ``/accounts/{id}/entries``, page by page."""
        while True:
            page = self._get(path + ("?" + urlencode(query) if query else ""))
            yield from page["data"]
            if page.get("next_cursor") is None:
                return
            query["cursor"] = page["next_cursor"]

    # -- requests -----------------------------------------------------------------------------

    def _statement(self, account_id: str, form: str, from_: str | None, to: str | None) -> bytes:
        asked = {"format": form, "from": from_, "to": to}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        path = f"/accounts/{_segment(account_id)}/statement?{query}"
        # The statement is CSV, but errors are JSON.
        headers = {"Accept": "text/csv, application/json"} if form == "csv" else {}
        return self._transport.insist("GET", path, None, headers, self._deadline_s())

    def _get(self, path: str) -> Json:
        return self._insist("GET", path, None, {}, self._deadline_s())

    def _send(self, method: str, path: str, body: Json | None = None) -> Json:
        """Send a request once, without retries, because it is not idempotent."""
        return parse(self._transport.send(method, path, body, {}))

    def _insist(
        self, method: str, path: str, body: Json | None, headers: dict[str, str], deadline_s: float
    ) -> Json:
        return parse(self._transport.insist(method, path, body, headers, deadline_s))

    def _deadline_s(self) -> float:
        return time.monotonic() + self._patience_s


def _checked(key: str) -> str:
    """Refuse keys that the API's header can't carry, before they are in the journal."""
    if not (1 <= len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise ValueError(f"an idempotency key is 1 to {MAX_KEY} printable ASCII characters")
    return key


def _segment(object_id: str) -> str:
    """Escape an id, so that an invalid one can't change the route."""
    return quote(object_id, safe="")
