"""Where webhooks may point, what they hear of, and how their deliveries are signed."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from handlers.webhooks import addresses
from handlers.webhooks.addresses import RefusedAddressError, resolve, target_of
from handlers.webhooks.matching import is_wanted
from handlers.webhooks.running import LAST_DELAY_S, MAX_ATTEMPTS, delay_s
from handlers.webhooks.sending import send
from handlers.webhooks.signing import TOLERANCE_S, is_signed, new_secret, signature

PRIVATE = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("2002:7f00:1::", "2002:a9fe:a9fe::1"),
]


def answering(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_UNSPEC, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_of_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    answering(monkeypatch, address)
    with pytest.raises(RefusedAddressError, match="not a public one"):
        resolve(target_of("https://example.com/"))


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_itself_is_refused(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(RefusedAddressError, match="not a public one"):
        target_of(f"https://{host}/")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_a_public_address_is_the_one_that_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    answering(monkeypatch, address)
    assert resolve(target_of("https://example.com/")) == address


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answering(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(RefusedAddressError):
        resolve(target_of("https://example.com/"))


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/", "ftp://example.com/", "file:///etc/passwd", "//example.com/", ""),
        *("https://", "https:///path", "https://user@example.com/", "https://u:p@example.com/"),
        *("https://example.com/#part", "https://example.com:0/", "https://example.com:99999/"),
        *("https://example.com/\r\nX: y", "https://exa mple.com/", "https://éxample.com/"),
        *("https://[fe80::1%25eth0]/", "https://example.com\\@127.0.0.1/", "https://[::1/"),
        "https://example.com/" + "a" * 2048,
    ],
)
def test_a_url_that_nothing_may_be_sent_to_is_refused(url: str) -> None:
    with pytest.raises(RefusedAddressError):
        target_of(url)


def test_loopback_is_for_development_alone() -> None:
    assert target_of("http://127.0.0.1:8000/x?y=1", allow_loopback=True).path == "/x?y=1"
    for url in ("http://10.0.0.1/", "http://169.254.169.254/", "http://93.184.216.34/"):
        with pytest.raises(RefusedAddressError):
            target_of(url, allow_loopback=True)


@pytest.mark.parametrize("url", ["https://127.1/", "https://2130706433/", "https://0x7f.0.0.1/"])
def test_other_spellings_of_loopback_are_found_out_when_they_are_resolved(url: str) -> None:
    outcome = send(url, b"{}", {}, allow_loopback=False)
    assert outcome.status is None
    assert outcome.error in (
        "the host's address is not a public one",
        "the host's name can't be resolved",
    )


def test_events_are_chosen_by_type_by_kind_or_all() -> None:
    assert is_wanted("deposit.completed", ["*"])
    assert is_wanted("deposit.completed", ["transfer.*", "deposit.*"])
    assert is_wanted("deposit.completed", ["deposit.completed"])
    assert not is_wanted("deposit.completed", ["deposit.rejected", "deposit", "depos.*", ".*"])


def test_a_signature_holds_for_its_body_its_secret_and_its_time() -> None:
    secret, body, now_s = new_secret(), b'{"a":1}', 1_700_000_000
    header = signature(secret, body, now_s)
    assert is_signed(secret, body, header, now_s + TOLERANCE_S)
    assert not is_signed(secret, body + b" ", header, now_s)
    assert not is_signed(new_secret(), body, header, now_s)
    assert not is_signed(secret, body, header, now_s + TOLERANCE_S + 1)
    forged = header.replace(f"t={now_s}", f"t={now_s + 1}")
    assert not is_signed(secret, body, forged, now_s)
    for nonsense in ("", "t=,v1=", "v1=00", "t=x,v1=y"):
        assert not is_signed(secret, body, nonsense, now_s)


def test_a_known_signature_comes_out_as_other_programs_make_it() -> None:
    # printf '%s' '1700000000.{}' | openssl dgst -sha256 -hmac whsec_test
    assert signature("whsec_test", b"{}", 1_700_000_000) == (
        "t=1700000000,v1=35495024f4ef3f94e5a93e22221544c4b75e9a42300cd965ab81cb85cd994e91"
    )


def test_waits_grow_to_an_hour_and_end() -> None:
    waits = [delay_s(attempts) for attempts in range(1, MAX_ATTEMPTS)]
    assert waits == sorted(waits)
    assert waits[-1] == LAST_DELAY_S
