"""A client of Ledgerlane's API in one file, of nothing but Python's own library: copy it.

It shows what a careful client does. What is about to be asked for is written to a journal with its
idempotency key before it is sent, so that it can be asked for again under the same key after a
timeout, a crash or a power cut, and money moves once:

    client = Ledgerlane("http://127.0.0.1:8080/v1", journal="payments.db")
    client.sign_in("ada@example.com", "correct horse")
    client.resume()                                  # what an earlier run left unfinished
    account = client.open_account("EUR", key="main-account")
    paid = client.deposit(account["account_id"], 1250, "EUR", key="order-4711")
    assert paid.is_completed, paid.reason
"""

from __future__ import annotations

import http.client
import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlencode, urlsplit

#: Answers after which the same request is sent again.
TRY_AGAIN: Final = (429, 502, 503, 504)
WAIT_S: Final = 10
FIRST_PAUSE_S: Final = 0.1
LAST_PAUSE_S: Final = 5.0

Json = dict[str, Any]


class ApiError(Exception):
    """The API refused a request; ``code`` is a stable word to act upon.

    Attributes
    ----------
    status, code, problem
        The HTTP status, the code, and the whole problem (RFC 9457).
    """

    def __init__(self, status: int, problem: Json) -> None:
        self.status = status
        self.problem = problem
        self.code: str = problem.get("code", "")
        super().__init__(f"{status} {self.code}: {problem.get('detail', '')}")


class OutcomeUnknownError(Exception):
    """No answer came for as long as the client waits: ask again under the same key."""

    def __init__(self, key: str, reason: str) -> None:
        self.key = key
        super().__init__(f"the outcome of {key!r} is not known yet ({reason})")


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


class Journal:
    """What was asked for and is not known to be answered, on disk.

    Parameters
    ----------
    path
        A file; without one it is kept in memory, and lost with the process.
    """

    def __init__(self, path: str | Path | None) -> None:
        self._file = sqlite3.connect(str(path) if path else ":memory:", isolation_level=None)
        self._file.execute("pragma synchronous = full")
        self._file.execute(
            "create table if not exists requests (key text primary key, path text not null,"
            " body text not null, answer text)"
        )

    def begin(self, key: str, path: str, body: Json) -> Json | None:
        """Write down what is about to be asked for; return its final answer, if that is known.

        Raises
        ------
        ValueError
            If the key was used for something else.
        """
        text = json.dumps(body, sort_keys=True)
        self._file.execute(
            "insert or ignore into requests (key, path, body) values (?, ?, ?)", (key, path, text)
        )
        kept = self._file.execute("select path, body, answer from requests where key = ?", (key,))
        known_path, known_body, answer = kept.fetchone()
        if (known_path, known_body) != (path, text):
            raise ValueError(f"the key {key!r} was used for another request")
        return None if answer is None else json.loads(answer)

    def end(self, key: str, answer: Json) -> None:
        """Write down the final answer."""
        self._file.execute(
            "update requests set answer = ? where key = ?", (json.dumps(answer), key)
        )

    def drop(self, key: str) -> None:
        """Forget a request that was refused: nothing came of it, and the key is free again."""
        self._file.execute("delete from requests where key = ?", (key,))

    def open(self) -> list[tuple[str, str, Json]]:
        """Return key, path and body of what has no final answer."""
        rows = self._file.execute("select key, path, body from requests where answer is null")
        return [(key, path, json.loads(body)) for key, path, body in rows.fetchall()]

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Ledgerlane:
    """A client; use it from one thread at a time.

    Parameters
    ----------
    url
        The API's base address, with its stage.
    journal
        The file that remembers what was asked for.
    token
        A session's token, if there is one already.
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
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ValueError(f"not a URL of the API: {url!r}")
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        # Longer than the API ever holds an answer back.
        self._connection = kind(parts.hostname, parts.port, timeout=30)
        self._base = parts.path.rstrip("/")
        self._journal = Journal(journal)
        self._patience_s = patience_s
        self.token = token

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
        self._connection.close()
        self._journal.close()

    # -- people -------------------------------------------------------------------------------

    def sign_up(self, email: str, password: str, name: str) -> Json:
        """Make a user."""
        body = {"email": email, "password": password, "name": name}
        return self._answer("POST", "/users", body)

    def sign_in(self, email: str, password: str) -> None:
        """Get a token for what follows."""
        session = self._answer("POST", "/sessions", {"email": email, "password": password})
        self.token = session["token"]

    # -- money --------------------------------------------------------------------------------

    def open_account(self, currency: str, name: str | None = None, key: str | None = None) -> Json:
        """Open an account, once for each key."""
        return self._ask("/accounts", {"currency": currency, "name": name}, key)

    def deposit(
        self, account_id: str, amount: int, currency: str, key: str | None = None, **more: Any
    ) -> Transaction:
        """Bring money in; ``more`` may be ``description`` and ``metadata``, here as below."""
        body = {"account_id": account_id, "amount": amount, "currency": currency, **more}
        return Transaction.of(self._ask("/deposits", body, key))

    def withdraw(
        self, account_id: str, amount: int, currency: str, key: str | None = None, **more: Any
    ) -> Transaction:
        """Take money out."""
        body = {"account_id": account_id, "amount": amount, "currency": currency, **more}
        return Transaction.of(self._ask("/withdrawals", body, key))

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
        return Transaction.of(self._ask("/transfers", body, key))

    def post(self, path: str, body: Json, key: str | None = None) -> Transaction:
        """Ask for anything else that moves money: holds, captures, voids, reversals."""
        return Transaction.of(self._ask(path, body, key))

    def resume(self) -> list[Json]:
        """Ask again for whatever has no final answer, and return the answers."""
        return [self._ask(path, body, key) for key, path, body in self._journal.open()]

    # -- reading ------------------------------------------------------------------------------

    def account(self, account_id: str) -> Json:
        """Return an account with its balance."""
        return self._answer("GET", f"/accounts/{account_id}")

    def transaction(self, transaction_id: str) -> Transaction:
        """Return a transaction."""
        return Transaction.of(self._answer("GET", f"/transactions/{transaction_id}"))

    def pages(self, path: str, **query: str) -> Iterator[Json]:
        """Return every row of a list, such as ``/accounts/{id}/entries``, page by page."""
        while True:
            page = self._answer("GET", path + ("?" + urlencode(query) if query else ""))
            yield from page["data"]
            if page["next_cursor"] is None:
                return
            query["cursor"] = page["next_cursor"]

    # -- the road there and back --------------------------------------------------------------

    def _ask(self, path: str, body: Json, key: str | None) -> Json:
        """Ask for something that must happen once, and wait for its final answer."""
        key = key or secrets.token_hex(16)
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
            # Signing in again does not change what was asked for.
            if error.status not in (401, *TRY_AGAIN):
                self._journal.drop(key)
            if error.status in TRY_AGAIN:
                raise OutcomeUnknownError(key, str(error)) from error
            raise
        except (OSError, http.client.HTTPException) as error:
            raise OutcomeUnknownError(key, type(error).__name__) from error
        self._journal.end(key, answer)
        return answer

    def _answer(self, method: str, path: str, body: Json | None = None) -> Json:
        if method == "GET":
            deadline_s = time.monotonic() + self._patience_s
            return self._insist(method, path, body, {}, deadline_s)
        return self._send(method, path, body, {})[0]

    def _insist(
        self, method: str, path: str, body: Json | None, headers: dict[str, str], deadline_s: float
    ) -> Json:
        """Send until there is an answer, more slowly each time."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                return self._send(method, path, body, headers)[0]
            except ApiError as error:
                asked_s = float(error.problem.get("retry_after_s") or 0)
                if error.status not in TRY_AGAIN or time.monotonic() > deadline_s:
                    raise
            except (OSError, http.client.HTTPException):
                asked_s = 0.0
                if time.monotonic() > deadline_s:
                    raise
            # Of many clients that failed together, not all come back together.
            time.sleep(max(asked_s, pause_s) * (1 + secrets.randbelow(100) / 200))
            pause_s = min(pause_s * 2, LAST_PAUSE_S)

    def _send(
        self, method: str, path: str, body: Json | None, headers: dict[str, str]
    ) -> tuple[Json, int]:
        headers = {"Accept": "application/json", **headers}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        try:
            self._connection.request(method, self._base + path, data, headers)
            response = self._connection.getresponse()
            text = response.read()
        except BaseException:
            # What is left of this answer must not be taken for the next one.
            self._connection.close()
            raise
        if response.status >= 400:
            problem = _problem(text)
            problem["retry_after_s"] = response.headers.get("Retry-After")
            raise ApiError(response.status, problem)
        answer: Json = json.loads(text) if text else {}
        return answer, response.status


def _problem(text: bytes) -> Json:
    try:
        problem = json.loads(text)
    except ValueError:
        problem = None
    # What stands between may answer with a page, or a list, or nothing.
    return problem if isinstance(problem, dict) else {"detail": text[:200].decode(errors="replace")}
