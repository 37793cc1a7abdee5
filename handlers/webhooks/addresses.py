"""Where a webhook may point: only to the public internet (OWASP, SSRF).

The host is resolved for each delivery, and the connection goes to exactly the address that was
checked, so a DNS record that changes in between (DNS rebinding) has no effect.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from handlers.webhooks.resolver import addresses_of

MAX_URL: Final = 2048
EXAMPLE: Final = "https://example.com/ledger-events"
#: RFC 1035, section 2.3.4: the maximum length of a name, and of each label between its dots.
MAX_HOST: Final = 253
_LABEL: Final = re.compile(r"[A-Za-z0-9_-]{1,63}")
_PORTS: Final = {"https": 443, "http": 80}

_NAT64: Final = IPv6Network("64:ff9b::/96")
#: The only allocated IPv6 space (IANA, IPv6 Global Unicast Address Space).
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
#: Addresses in that space or in IPv4 that are never receivers, or that stand for another address,
#: whatever Python's own tables say: 6to4 relays (RFC 7526), AS112, AMT, Teredo, ORCHID,
#: documentation.
_NOT_PUBLIC: Final = (
    IPv4Network("192.88.99.0/24"),
    IPv4Network("192.31.196.0/24"),
    IPv4Network("192.52.193.0/24"),
    IPv4Network("192.175.48.0/24"),
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),
    IPv6Network("2620:4f:8000::/48"),
    IPv6Network("3fff::/20"),
)


class RefusedAddressError(Exception):
    """A URL that may not be used. The message is for the webhook's owner."""


class Target(NamedTuple):
    """The parts of a URL.

    Attributes
    ----------
    path
        The path with the query string.
    """

    scheme: str
    host: str
    port: int
    path: str


def target_of(url: str, *, allow_loopback: bool = False) -> Target:
    """Parse a URL and check that a webhook may have it, without resolving the host.

    Parameters
    ----------
    allow_loopback
        Whether ``http`` to this machine is allowed; for development.

    Raises
    ------
    RefusedAddressError
        If a webhook may not have it.
    """
    if len(url) > MAX_URL or re.fullmatch(r"[!-~]*", url) is None or "\\" in url:
        raise RefusedAddressError(
            f"must be a URL of at most {MAX_URL} visible ASCII characters, without a backslash, "
            f"for example {EXAMPLE}"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RefusedAddressError(
            f"must be a URL with a port from 1 to 65535, if any, for example {EXAMPLE}"
        ) from error
    if parts.scheme not in (("https", "http") if allow_loopback else ("https",)):
        raise RefusedAddressError(f"must begin with https://, for example {EXAMPLE}")
    host = _host_of(parts)
    if parts.username is not None or parts.password is not None or "#" in url:
        raise RefusedAddressError(
            f"must not have a user name, password or fragment, for example {EXAMPLE}"
        )
    if port == 0:
        raise RefusedAddressError("must have a port from 1 to 65535, if any")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, host, port or _PORTS[parts.scheme], path)
    literal = _literal(host)
    if literal is not None:
        check_address(target, literal, allow_loopback=allow_loopback)
    return target


def resolve(target: Target, timeout_s: float, *, allow_loopback: bool = False) -> str:
    """Resolve a target's host and return the address to connect to.

    Raises
    ------
    RefusedAddressError
        If it has no address, or any address that is not public.
    TimeoutError
        If it is not resolved in time.
    """
    try:
        addresses = addresses_of(target.host, target.port, timeout_s)
    except TimeoutError:
        raise
    except (OSError, UnicodeError) as error:
        raise RefusedAddressError("the host's name can't be resolved") from error
    # All must be public: a private address among public ones is an attack, not a mistake.
    for address in addresses:
        check_address(target, ip_address(address), allow_loopback=allow_loopback)
    if not addresses:
        raise RefusedAddressError("the host's name has no address")
    return addresses[0]


def check_address(
    target: Target, address: IPv4Address | IPv6Address, *, allow_loopback: bool
) -> None:
    """Check that a connection to an address is allowed.

    Raises
    ------
    RefusedAddressError
        If it is not.
    """
    if allow_loopback and address.is_loopback:
        return
    if not is_public(address):
        raise RefusedAddressError("the host's address is not public")
    if target.scheme != "https":
        raise RefusedAddressError("must begin with https://")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is reached over the public internet (IANA's registries).

    An IPv6 address that stands for an IPv4 one is not public, except for NAT64 addresses: in an
    IPv6-only network, the resolver returns those for hosts without IPv6.
    """
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GLOBAL_UNICAST:
            return False
    if any(address.version == net.version and address in net for net in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _host_of(parts: SplitResult) -> str:
    """Return a URL's host: a name within DNS's limits, or an IP address."""
    host = parts.hostname or ""
    if _literal(host) is not None:
        return host
    name = host.removesuffix(".")
    if len(name) > MAX_HOST or not all(_LABEL.fullmatch(part) for part in name.split(".")):
        raise RefusedAddressError(
            f"must have a host of at most {MAX_HOST} characters, 63 between its dots, "
            f"for example {EXAMPLE}"
        )
    return host


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
