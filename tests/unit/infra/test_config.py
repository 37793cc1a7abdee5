"""The stages' settings: sensible by default, and a wrong one is named."""

import pytest

from infra.cdk.config import ConfigError, KafkaSecurity, StageConfig, load_stage


def load(**environment: str) -> StageConfig:
    return load_stage("local", environment, "3.11", "x86_64")


def test_the_local_stage_has_sensible_defaults() -> None:
    config = load()
    assert config.stack_name == "ledgerlane-local"
    assert (config.account, config.region) == ("000000000000", "eu-central-1")
    assert (config.runtime, config.architecture) == ("python3.11", "x86_64")
    assert (config.database.host, config.database.port) == ("127.0.0.1", 16432)
    assert config.kafka.bootstrap == ("127.0.0.1:19092",)
    assert config.kafka.security is KafkaSecurity.PLAINTEXT
    assert config.kafka.partitions == 12
    assert config.redis_url == "redis://127.0.0.1:16379/0"


def test_an_instance_says_where_its_services_are() -> None:
    config = load(
        LEDGERLANE_DATABASE_HOST="localhost",
        LEDGERLANE_DATABASE_PORT="23003",
        LEDGERLANE_DATABASE_NAME="ledger_test",
        LEDGERLANE_KAFKA_BOOTSTRAP="a:1, b:2",
        LEDGERLANE_REDIS_URL="rediss://user:word@cache.example:6379/1",
        PARTITIONS="3",
        LOG_LEVEL="debug",
    )
    assert (config.database.host, config.database.port) == ("localhost", 23003)
    assert config.database.name == "ledger_test"
    assert config.kafka.bootstrap == ("a:1", "b:2")
    assert config.kafka.partitions == 3
    assert config.log_level == "DEBUG"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LEDGERLANE_DATABASE_HOST", "no host"),
        ("LEDGERLANE_DATABASE_PORT", "0"),
        ("LEDGERLANE_DATABASE_PORT", "65536"),
        ("LEDGERLANE_DATABASE_PORT", "-1"),
        ("LEDGERLANE_DATABASE_NAME", "a;b"),
        ("LEDGERLANE_KAFKA_BOOTSTRAP", "localhost"),
        ("LEDGERLANE_KAFKA_BOOTSTRAP", "a:1,,b:2"),
        ("LEDGERLANE_KAFKA_BOOTSTRAP", "a:99999"),
        ("LEDGERLANE_REDIS_URL", "127.0.0.1:6379"),
        ("PARTITIONS", "twelve"),
        ("PARTITIONS", "²"),
        ("PARTITIONS", "0"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        load(**{name: value})


def test_an_unknown_stage_is_refused() -> None:
    with pytest.raises(ConfigError, match="no stage 'moon': use local"):
        load_stage("moon", {}, "3.11", "x86_64")


def test_an_arm_machine_runs_arm_functions() -> None:
    assert load_stage("local", {}, "3.13", "aarch64").architecture == "arm64"
