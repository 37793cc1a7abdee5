"""The journal: requests, stored on disk until their outcome is known."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import NamedTuple

from ledgerlane_client.errors import Json


class Request(NamedTuple):
    """A request that must take effect once."""

    key: str
    path: str
    body: Json


class Journal:
    """The requests of one user, with their final responses.

    Parameters
    ----------
    path
        A file. Without one, the journal is in memory and lost with the process.
    """

    def __init__(self, path: str | Path | None) -> None:
        self._file = sqlite3.connect(str(path) if path else ":memory:", isolation_level=None)
        self._file.execute("pragma synchronous = full")
        self._file.execute(
            "create table if not exists requests (key text primary key, path text not null,"
            " body text not null, answer text)"
        )

    def has(self, key: str) -> bool:
        """Whether a request with this key was sent and not refused."""
        found = self._file.execute("select 1 from requests where key = ?", (key,))
        return found.fetchone() is not None

    def begin(self, key: str, path: str, body: Json) -> Json | None:
        """Store a request before it is sent; return its final response, if known.

        Raises
        ------
        ValueError
            If the key was used for another request.
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
        """Store the final response."""
        self._file.execute(
            "update requests set answer = ? where key = ?", (json.dumps(answer), key)
        )

    def drop(self, key: str) -> None:
        """Remove a refused request, which had no effect, so that its key can be used again."""
        self._file.execute("delete from requests where key = ?", (key,))

    def open(self) -> list[Request]:
        """Return the requests without a final response, oldest first."""
        rows = self._file.execute(
            "select key, path, body from requests where answer is null order by rowid"
        )
        return [Request(key, path, json.loads(body)) for key, path, body in rows.fetchall()]

    def close(self) -> None:
        """Close the file."""
        self._file.close()
