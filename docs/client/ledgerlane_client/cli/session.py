"""The API's URL and the token: from options, the environment and the stored session."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from ledgerlane_client.cli.failures import CommandError, Exit
from ledgerlane_client.client import Ledgerlane
from ledgerlane_client.errors import ApiError

URL_VARIABLE = "LEDGERLANE_API_URL"
#: In order of precedence.
TOKEN_VARIABLES = ("LEDGERLANE_API_KEY", "LEDGERLANE_TOKEN")


@dataclass(frozen=True)
class Session:
    """A session as stored on disk."""

    url: str
    token: str

    def save(self) -> None:
        """Store the session in a file that only its owner can read."""
        path = _session_file()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written to a new file that replaces the old one, so that the mode is always right.
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                json.dump(asdict(self), file)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)

    @classmethod
    def load(cls) -> Session | None:
        """Return the stored session, if any."""
        path = _session_file()
        try:
            return cls(**json.loads(path.read_text()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise CommandError(f"{path} is damaged; remove it and sign in again") from error

    @staticmethod
    def forget() -> None:
        """Remove the file."""
        _session_file().unlink(missing_ok=True)


@dataclass(frozen=True)
class Access:
    """An API's URL and a token."""

    url: str
    token: str

    def client(self, patience_s: float) -> Ledgerlane:
        """Return a client without a journal on disk."""
        return Ledgerlane(self.url, token=self.token, patience_s=patience_s)

    def journaled_client(self, patience_s: float) -> Ledgerlane:
        """Return a client with the user's journal on disk.

        It reads the user first, so with an invalid token or an unavailable API, a command fails
        before its request is in the journal.
        """
        path = _journal_file(self.url, self._ask_who(patience_s))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Ledgerlane(self.url, path, self.token, patience_s)

    def _ask_who(self, patience_s: float) -> str:
        with self.client(patience_s) as client:
            try:
                return str(client.me()["user_id"])
            except ApiError as error:
                if error.status != 403:
                    raise
                # A key without the right to read its user gets a separate journal.
                return _digest(self.token)


def find_access(url: str | None) -> Access:
    """Return the API's URL and the token.

    A token from the environment overrides the session. The session's token is sent only to the API
    that issued it.

    Raises
    ------
    CommandError
        If there is no token or no URL.
    """
    session = Session.load()
    chosen = find_url(url)
    for variable in TOKEN_VARIABLES:
        token = os.environ.get(variable, "").strip()
        # Checked here, because the HTTP library's error would contain the token.
        if not (token.isascii() and token.isprintable()):
            raise CommandError(f"{variable} is not a valid token")
        if token:
            return Access(chosen, token)
    if session is None:
        raise CommandError("you are not signed in; run `ledgerlane sign-in EMAIL`", Exit.SIGN_IN)
    if session.url != chosen:
        raise CommandError(f"you are signed in to {session.url}, not to {chosen}", Exit.SIGN_IN)
    return Access(session.url, session.token)


def find_url(url: str | None) -> str:
    """Return the API's URL: from the option, the environment or the session."""
    session = Session.load()
    chosen = url or os.environ.get(URL_VARIABLE) or (session.url if session else None)
    if chosen is None:
        raise CommandError(f"the API's URL is missing; use --url or {URL_VARIABLE}")
    return chosen.rstrip("/")


def _session_file() -> Path:
    return _directory("XDG_CONFIG_HOME", ".config") / "session.json"


def _journal_file(url: str, user: str) -> Path:
    """Return the journal's path, which is separate for each API and user."""
    name = _digest(f"{url} {user}")
    return _directory("XDG_STATE_HOME", ".local/state") / f"journal-{name}.db"


def _directory(variable: str, otherwise: str) -> Path:
    """Return our directory, by the XDG specification, which ignores relative paths."""
    base = Path(os.environ.get(variable, ""))
    return (base if base.is_absolute() else Path.home() / otherwise) / "ledgerlane"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
