"""Sending one delivery: bounded in time and size, to the address that was checked."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from functools import cache
from typing import Final, NamedTuple

from handlers.webhooks.addresses import RefusedAddressError, Target, resolve, target_of

#: From the first packet to the answer's status, in seconds.
DEADLINE_S: Final = 5.0
USER_AGENT: Final = "Ledgerlane-Webhooks/1"


class Outcome(NamedTuple):
    """What became of an attempt.

    Attributes
    ----------
    status
        The status that the receiver answered, if it did.
    error
        What went wrong, for the webhook's owner; None if the receiver took it.
    """

    status: int | None
    error: str | None


def send(url: str, body: bytes, headers: dict[str, str], *, allow_loopback: bool) -> Outcome:
    """Send a body by POST; any status from 200 to 299 means that it was taken.

    Redirects are not followed, and nothing of the answer's body is read: neither could be of use
    to us, and both could be to somebody who wants to see what this machine can reach.
    """
    try:
        target = target_of(url, allow_loopback=allow_loopback)
        address = resolve(target, allow_loopback=allow_loopback)
    except RefusedAddressError as error:
        return Outcome(None, str(error))
    connection = _Connection(target, address)
    # Timeouts of a socket are for each call; the timer bounds them all together.
    timer = threading.Timer(DEADLINE_S, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", target.path, body, {"User-Agent": USER_AGENT, **headers})
        status = connection.getresponse().status
    except ssl.SSLError as error:
        return Outcome(None, f"TLS failed: {error.reason or 'the connection was closed'}")
    except TimeoutError:
        return Outcome(None, f"no answer within {DEADLINE_S:g} s")
    except (OSError, http.client.HTTPException) as error:
        if connection.was_cut:
            return Outcome(None, f"no answer within {DEADLINE_S:g} s")
        return Outcome(None, f"the connection failed: {type(error).__name__}")
    finally:
        timer.cancel()
        connection.close()
    if 200 <= status < 300:
        return Outcome(status, None)
    return Outcome(status, f"answered {status}")


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was looked up and checked before."""

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=DEADLINE_S)
        self._target = target
        self._address = address
        self.was_cut = False
        # The Host header leaves out the scheme's own port.
        self.default_port = 443 if target.scheme == "https" else 80

    def connect(self) -> None:
        """Connect, by TLS with the certificate of the URL's host."""
        plain = socket.create_connection((self._address, self._target.port), DEADLINE_S)
        self.sock = plain
        if self._target.scheme == "https":
            self.sock = _tls().wrap_socket(plain, server_hostname=self._target.host)

    def cut(self) -> None:
        """End it under whoever waits on it."""
        self.was_cut = True
        current = self.sock
        if current is None:
            return
        try:
            current.shutdown(socket.SHUT_RDWR)
        except OSError:
            current.close()


@cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
