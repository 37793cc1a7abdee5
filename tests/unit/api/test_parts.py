"""Settings, ids, times, tokens: the small parts that everything stands on."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from functions.settings import SettingsError, load
from functions.wiring import once
from handlers.domain.callers import HONOUR_US, YOUNG_US, Caller
from handlers.domain.ids import ACCOUNT, TRANSACTION, derived, is_id, parked_id
from handlers.people.passwords import hash_password, is_password
from handlers.platform import clock, random_ids
from handlers.reading.views import account_view

ENVIRONMENT = {
    "STAGE": "local",
    "DATABASE_HOST": "127.0.0.1",
    "DATABASE_PORT": "16432",
    "DATABASE_NAME": "ledgerlane",
    "DATABASE_SECRET_ARN": "arn:aws:secretsmanager:eu-central-1:000000000000:secret:x",
    "KAFKA_BOOTSTRAP": "127.0.0.1:19092",
    "KAFKA_SECURITY": "plaintext",
    "PARTITIONS": "12",
    "REDIS_URL": "redis://127.0.0.1:16379/0",
}


def test_a_complete_environment_gives_the_settings() -> None:
    settings = load(ENVIRONMENT)
    assert (settings.database_port, settings.partitions) == (16432, 12)
    assert settings.commands_topic == "ledger.commands"


def test_everything_that_is_wrong_with_the_environment_is_named_at_once() -> None:
    wrong = {**ENVIRONMENT, "DATABASE_PORT": "x", "KAFKA_SECURITY": "scram", "PARTITIONS": "0"}
    del wrong["STAGE"]
    with pytest.raises(SettingsError) as caught:
        load(wrong)
    for name in ("DATABASE_PORT", "KAFKA_SECRET_ARN", "PARTITIONS", "STAGE"):
        assert name in str(caught.value)


def test_origins_are_read_from_a_list_with_commas_and_are_none_by_default() -> None:
    assert load(ENVIRONMENT).cors_origins == ()
    listed = "https://app.example.com, http://localhost:3000,http://[::1]:*"
    assert load({**ENVIRONMENT, "CORS_ORIGINS": listed}).cors_origins == (
        "https://app.example.com",
        "http://localhost:3000",
        "http://[::1]:*",
    )


@pytest.mark.parametrize(
    "listed",
    ["*", "null", "https://app.example.com/", "https://a,", "https://a:*", "https://*.example.com"],
)
def test_what_is_no_origin_is_no_setting(listed: str) -> None:
    with pytest.raises(SettingsError, match="CORS_ORIGINS"):
        load({**ENVIRONMENT, "CORS_ORIGINS": listed})


def test_ids_are_well_formed_unique_and_sorted_by_time() -> None:
    made = [random_ids.new_id(TRANSACTION) for _ in range(2000)]
    assert all(is_id(each, TRANSACTION) for each in made)
    assert len(set(made)) == len(made)
    times = [each[4:16] for each in made]
    assert times == sorted(times)
    assert {each[16] for each in made} == {"7"}
    assert {each[20] for each in made} == set("89ab")
    for place in (*range(17, 20), *range(21, 36)):
        assert {each[place] for each in made} == set("0123456789abcdef")


def test_derived_ids_are_what_they_always_were() -> None:
    assert derived(TRANSACTION, "ab", "c") == "txn_f2939f903016e5bb29b1e4a61cdbd376"
    assert derived(TRANSACTION, "a", "bc") == "txn_b534ce16ac9c8b36823f39a395ce8e0e"
    assert derived(ACCOUNT) == "acc_e3b0c44298fc1c149afbf4c8996fb924"
    assert parked_id(3, 99, 17) == "prk_67043cd25f82324860b36e3f422a90ad"


@pytest.mark.parametrize("moment_us", [0, 1, 1_700_000_000_000_001, 253_370_764_799_999_999])
def test_a_time_is_written_the_same_by_both_roads_and_exactly(moment_us: int) -> None:
    moment = clock.from_us(moment_us)
    assert clock.to_us(moment) == moment_us
    assert clock.rfc3339(moment) == clock.rfc3339_us(moment_us)
    assert datetime.fromisoformat(clock.rfc3339_us(moment_us)) == moment.astimezone(UTC)


def test_a_password_is_known_again_and_only_it() -> None:
    kept = hash_password("correct horse")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password("correct horse", kept)
    assert not is_password("Correct horse", kept)
    assert not is_password("nobody's password", None)


def test_what_was_read_of_a_session_is_honoured_for_less_than_a_second() -> None:
    caller = Caller("usr_" + "a" * 32, "customer", 10**15, 5_000_000)
    assert HONOUR_US < 1_000_000
    assert caller.is_fresh(5_000_000 + HONOUR_US - 1)
    assert not caller.is_fresh(5_000_000 + HONOUR_US)
    assert not caller.is_fresh(4_999_999), "a reading from the future is another clock's"
    assert not Caller("u", "customer", 5_000_001, 5_000_000).is_fresh(5_000_001)


def test_what_is_young_is_fresh_and_not_old() -> None:
    caller = Caller("usr_" + "a" * 32, "customer", 10**15, 5_000_000)
    assert caller.is_young(5_000_000)
    assert caller.is_young(5_000_000 + YOUNG_US - 1)
    assert not caller.is_young(5_000_000 + YOUNG_US)
    assert not caller.is_young(4_999_999), "a reading from the future is another clock's"
    assert not Caller("u", "customer", 5_000_001, 5_000_000).is_young(5_000_001)


def test_a_client_is_made_once_however_many_threads_ask() -> None:
    made: list[object] = []
    barrier = threading.Barrier(8)

    @once
    def client() -> object:
        made.append(object())
        return made[-1]

    def ask() -> None:
        barrier.wait(5)
        assert client() is made[0]

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len(made) == 1


@pytest.mark.parametrize(
    ("frozen", "is_closed", "status", "direction"),
    [
        (0, False, "open", None),
        (1, False, "frozen", "debit"),
        (2, False, "frozen", "credit"),
        (3, False, "frozen", "both"),
        (3, True, "closed", "both"),
    ],
)
def test_an_accounts_status_follows_from_its_row(
    frozen: int, is_closed: bool, status: str, direction: str | None
) -> None:
    view = account_view(
        "a" * 32, "b" * 32, None, None, "EUR", 10, 4, 0, None, None, frozen, is_closed, 3, 0
    )
    assert (view.status, view.frozen, view.available) == (status, direction, 6)
