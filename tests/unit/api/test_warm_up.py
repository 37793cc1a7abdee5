"""A process is as fast for the first who asks as for the next."""

from __future__ import annotations

import pytest

from functions import wiring
from handlers.people import passwords
from tests.unit.api.conftest import Api


def test_what_an_unknown_address_is_checked_against_is_there_before_the_first_asks(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords._nobodys_hash.cache_clear()
    wiring.warm_up()
    monkeypatch.setattr(passwords._hasher.__class__, "hash", _fail)
    assert not passwords.is_password("a guess", None)


def _fail(*_: object) -> str:
    raise AssertionError("a hash was made while somebody waited")
