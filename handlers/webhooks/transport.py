"""Sends one delivery, with bounds on time and size, to an address that was checked."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from functools import cache
from typing import Final, NamedTuple

from handlers.platform.clock import monotonic_s
from handlers.webhooks.addresses import RefusedAddressError, Target, resolve, target_of

#: From resolving the host to the response's status, in seconds.
DEADLINE_S: Final = 5.0
USER_AGENT: Final = "Ledgerlane-Webhooks/1"


class Outcome(NamedTuple):
    """The outcome of an attempt.

    Attributes
    ----------
    status
        The response's status, if there was one.
    error
        The error, for the webhook's owner; None if the delivery succeeded.
    """

    status: int | None
    error: str | None


def send(url: str, body: bytes, headers: dict[str, str], *, allow_loopback: bool) -> Outcome:
    """Send a body by POST. Any status from 200 to 299 means success.

    Redirects are not followed and the response's body is not read: we need neither, and both would
    help an attacker who probes what this machine can reach.
    """
    deadline_s = monotonic_s() + DEADLINE_S
    try:
        target = target_of(url, allow_loopback=allow_loopback)
        address = resolve(target, DEADLINE_S, allow_loopback=allow_loopback)
    except RefusedAddressError as error:
        return Outcome(None, str(error))
    except TimeoutError:
        return Outcome(None, f"the host's name was not resolved within {DEADLINE_S:g} s")
    connection = _Connection(target, address, deadline_s)
    # Socket timeouts apply to each call; the timer limits the total.
    timer = threading.Timer(max(0.0, deadline_s - monotonic_s()), connection.cut)
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", target.path, body, {"User-Agent": USER_AGENT, **headers})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return Outcome(None, _problem(error, was_cut=connection.was_cut))
    finally:
        timer.cancel()
        connection.close()
    if 200 <= status < 300:
        return Outcome(status, None)
    return Outcome(status, f"answered {status}")


def _problem(error: Exception, *, was_cut: bool) -> str:
    """Describe a connection error for the webhook's owner."""
    if was_cut or isinstance(error, TimeoutError):
        return f"no response within {DEADLINE_S:g} s"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {error.reason or 'the connection was closed'}"
    return f"the connection failed: {type(error).__name__}"


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was resolved and checked before."""

    def __init__(self, target: Target, address: str, deadline_s: float) -> None:
        super().__init__(target.host, target.port)
        self._target = target
        self._address = address
        self._deadline_s = deadline_s
        # The lock makes sure that a connected socket is either cut or never used.
        self._lock = threading.Lock()
        self.was_cut = False
        # The Host header leaves out the scheme's default port.
        self.default_port = 443 if target.scheme == "https" else 80

    def connect(self) -> None:
        """Connect, using TLS with the certificate of the URL's host."""
        left_s = self._deadline_s - monotonic_s()
        if left_s <= 0:
            raise TimeoutError
        self._use(socket.create_connection((self._address, self._target.port), left_s))
        if self._target.scheme == "https":
            # From here on, the timer can cut the connection during the handshake too.
            secured = _tls().wrap_socket(
                self.sock, server_hostname=self._target.host, do_handshake_on_connect=False
            )
            self._use(secured)
            secured.do_handshake()

    def cut(self) -> None:
        """Close the connection while another thread waits on it."""
        with self._lock:
            self.was_cut = True
            current = self.sock
        if current is None:
            return
        try:
            current.shutdown(socket.SHUT_RDWR)
        except OSError:
            current.close()

    def _use(self, connected: socket.socket) -> None:
        with self._lock:
            self.sock = connected
            if self.was_cut:
                raise TimeoutError


@cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
