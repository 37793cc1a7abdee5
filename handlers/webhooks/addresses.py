"""Where a webhook may point: to the public internet and nowhere else (OWASP, SSRF).

The address is looked up for each delivery and the connection goes to the very address that was
checked, so a name that is pointed elsewhere in between (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final, NamedTuple
from urllib.parse import urlsplit

MAX_URL: Final = 2048
_NAT64: Final = IPv6Network("64:ff9b::/96")
_PORTS: Final = {"https": 443, "http": 80}


class RefusedAddressError(Exception):
    """A URL that nothing is sent to; the message is for the webhook's owner."""


class Target(NamedTuple):
    """A URL taken apart.

    Attributes
    ----------
    path
        The path with the query, as it is asked for.
    """

    scheme: str
    host: str
    port: int
    path: str


def target_of(url: str, *, allow_loopback: bool = False) -> Target:
    """Take a URL apart, if a webhook may have it; nothing is looked up.

    Parameters
    ----------
    allow_loopback
        Whether ``http`` is allowed, to this machine alone; for development.

    Raises
    ------
    RefusedAddressError
        If it may not.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RefusedAddressError("is not a URL") from error
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise RefusedAddressError(f"must be at most {MAX_URL} visible ASCII characters")
    if parts.scheme not in (("https", "http") if allow_loopback else ("https",)):
        raise RefusedAddressError("must begin with https://")
    if not parts.hostname or "%" in parts.hostname or "\\" in url:
        raise RefusedAddressError("must name a host")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise RefusedAddressError("must have no user, password or fragment")
    if port == 0:
        raise RefusedAddressError("must have a port from 1 to 65535")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], path)
    literal = _literal(target.host)
    if literal is not None:
        check_address(target, literal, allow_loopback=allow_loopback)
    return target


def resolve(target: Target, *, allow_loopback: bool = False) -> str:
    """Look a target's host up, and return the address to connect to.

    Raises
    ------
    RefusedAddressError
        If it has no address, or any that is not public.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise RefusedAddressError("the host's name can't be resolved") from error
    addresses = [str(entry[4][0]) for entry in found]
    # All must be public: a name with one private address among others is no mistake of theirs.
    for address in addresses:
        check_address(target, ip_address(address), allow_loopback=allow_loopback)
    if not addresses:
        raise RefusedAddressError("the host's name has no address")
    return addresses[0]


def check_address(
    target: Target, address: IPv4Address | IPv6Address, *, allow_loopback: bool
) -> None:
    """See that an address may be connected to.

    Raises
    ------
    RefusedAddressError
        If it may not.
    """
    plain = _embedded(address)
    if allow_loopback and plain.is_loopback:
        return
    if not is_public(plain):
        raise RefusedAddressError("the host's address is not a public one")
    if target.scheme != "https":
        raise RefusedAddressError("must begin with https://")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is reached over the public internet (IANA's registries)."""
    return address.is_global and not address.is_multicast and not address.is_reserved


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return (
        address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
    )


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
