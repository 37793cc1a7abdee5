"""Where webhooks may point, what they hear of, and how their deliveries are signed."""

from __future__ import annotations

import socket
import threading
from ipaddress import ip_address
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from functions.api.schemas import NewWebhook
from handlers.webhooks import resolver, transport
from handlers.webhooks.addresses import MAX_URL, RefusedAddressError, is_public, resolve, target_of
from handlers.webhooks.attempts import DELIVERY_BACKOFF, MAX_ATTEMPTS
from handlers.webhooks.patterns import is_wanted
from handlers.webhooks.signatures import TOLERANCE_S, is_signed, new_secret, signature
from handlers.webhooks.transport import send

PRIVATE = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("2002:7f00:1::", "2002:a9fe:a9fe::1", "fec0::1", "feff::1", "::93.184.216.34", "5f00::1"),
    *("::ffff:93.184.216.34", "2002:5db8:d822::1", "2001:0:5db8:d822::1", "3fff::1", "100::1"),
    *("64:ff9b:1::1", "2001:10::1", "2001:20::1", "192.88.99.1", "192.0.0.8", "4000::1"),
]


def answering(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_UNSPEC, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_of_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    answering(monkeypatch, address)
    with pytest.raises(RefusedAddressError, match="not public"):
        resolve(target_of("https://example.com/"), 5)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_itself_is_refused(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(RefusedAddressError, match="not public"):
        target_of(f"https://{host}/")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_a_public_address_is_the_one_that_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    answering(monkeypatch, address)
    assert resolve(target_of("https://example.com/"), 5) == address


def test_a_public_address_behind_nat64_is_public() -> None:
    assert is_public(ip_address("64:ff9b::5db8:d822"))


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answering(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(RefusedAddressError):
        resolve(target_of("https://example.com/"), 5)


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/", "ftp://example.com/", "file:///etc/passwd", "//example.com/", ""),
        *("https://", "https:///path", "https://user@example.com/", "https://u:p@example.com/"),
        *("https://example.com/#part", "https://example.com:0/", "https://example.com:99999/"),
        *("https://example.com/\r\nX: y", "https://exa mple.com/", "https://éxample.com/"),
        *("https://[fe80::1%25eth0]/", "https://example.com\\@127.0.0.1/", "https://[::1/"),
        "https://example.com/" + "a" * 2048,
        *("https://example.com:65536/", "https://example.com:-1/", "https://example.com:8o/"),
        *(
            "https://a..b/",
            "https://.example.com/",
            "https://exa$mple.com/",
            "https://*.example.com/",
        ),
        *("https://" + "a" * 64 + ".com/", "https://" + ".".join(["a" * 63] * 4) + "/"),
        *("https://example.com/#", "https://example.com\t/", "https://[::1]x/"),
    ],
)
def test_a_url_that_nothing_may_be_sent_to_is_refused(url: str) -> None:
    with pytest.raises(RefusedAddressError):
        target_of(url)


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("HTTPS://Example.com/", "example.com", 443, "/"),
        ("https://example.com", "example.com", 443, "/"),
        ("https://example.com?x=1", "example.com", 443, "/?x=1"),
        ("https://example.com:65535/a?b=c", "example.com", 65535, "/a?b=c"),
        ("https://_a.example.com./", "_a.example.com.", 443, "/"),
        ("https://[2606:2800:220:1::1]:8443/", "2606:2800:220:1::1", 8443, "/"),
        ("https://" + "a." * 100 + "com/", "a." * 100 + "com", 443, "/"),
        ("https://" + ".".join(["a" * 62] * 4) + "/", ".".join(["a" * 62] * 4), 443, "/"),
    ],
)
def test_whatever_is_a_url_of_a_public_host_is_taken(
    url: str, host: str, port: int, path: str
) -> None:
    assert target_of(url)[1:] == (host, port, path)


def pattern_of_the_document() -> str:
    schema = msgspec.json.schema(NewWebhook)["$defs"]["NewWebhook"]
    pattern: str = schema["properties"]["url"]["pattern"]
    return pattern


@given(st.from_regex(pattern_of_the_document(), alphabet=st.characters(max_codepoint=127)))
def test_what_the_document_says_of_urls_is_what_is_taken(url: str) -> None:
    assume(len(url) <= MAX_URL)
    try:
        host, refusal = target_of(url, allow_loopback=True).host, ""
    except RefusedAddressError as error:
        host, refusal = "", str(error)

    # What a pattern can't say of names: how long they are in all, and whose an address is.
    assert host or "not public" in refusal or "of at most 253" in refusal


def test_a_name_that_is_looked_up_for_ever_costs_an_attempt_its_time_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    let_go = threading.Event()
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        let_go.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(transport, "DEADLINE_S", 0.05)
    try:
        for _ in range(3):
            outcome = send("https://hangs.example.com/", b"{}", {}, allow_loopback=False)
            assert outcome.error == "the host's name was not resolved within 0.05 s"
        assert asked == ["hangs.example.com"], "whoever asks meanwhile waits for the same answer"
        monkeypatch.setattr(resolver, "MAX_LOOKUPS", 1)
        outcome = send("https://other.example.com/", b"{}", {}, allow_loopback=False)
        assert outcome.error == "the host's name was not resolved within 0.05 s"
        assert len(asked) == 1, "no thread is begun beyond the bound"
    finally:
        let_go.set()


def test_a_receiver_that_sends_a_byte_now_and_then_costs_an_attempt_its_time_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transport, "DEADLINE_S", 0.3)
    given_up = threading.Event()

    def trickle(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            # Each byte comes in time for itself; all of them would take for ever.
            while not given_up.wait(0.02):
                try:
                    connection.sendall(b"H")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=trickle, args=(server,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        outcome = send(url, b"{}", {}, allow_loopback=True)
        given_up.set()
        thread.join(5)
    assert outcome == (None, "no response within 0.3 s")


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
        "the host's address is not public",
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


def test_a_delivery_s_backoff_grows_to_an_hour_before_its_last_attempt() -> None:
    backoffs = [DELIVERY_BACKOFF.after(attempts) for attempts in range(1, MAX_ATTEMPTS)]
    assert backoffs == sorted(backoffs)
    assert backoffs[-1] == DELIVERY_BACKOFF.last_s
