"""The stages' settings: sensible by default, and a wrong one is named."""

from dataclasses import replace

import pytest

from functions import settings
from infra.cdk.config import (
    AwsStage,
    ConfigError,
    LocalStage,
    MskConfig,
    StageConfig,
    TracesConfig,
    xray_traces,
)
from infra.cdk.lambdas import common_variables
from infra.cdk.local_settings import local_stage
from infra.cdk.origins import check_origins, gateway_origin
from infra.cdk.stages import AWS_STAGES, DEV, check, load_stage

#: What a stage's other files say: where its services are.
ADDRESSES = {
    **{"DATABASE_HOST": "x", "DATABASE_PORT": "1", "DATABASE_NAME": "x"},
    **{"DATABASE_SECRET_ARN": "x", "KAFKA_BOOTSTRAP": "x:1", "PARTITIONS": "12"},
    "REDIS_URL": "redis://x:1/0",
}
XRAY = xray_traces("eu-central-1").endpoint


def load(**environment: str) -> LocalStage:
    return local_stage(environment, "3.11", "x86_64")


def test_the_local_stage_has_sensible_defaults() -> None:
    config = load()
    assert config.stack_name == "ledgerlane-local"
    assert (config.account, config.region) == ("000000000000", "eu-central-1")
    assert (config.runtime, config.architecture) == ("python3.11", "x86_64")
    assert config.services == {
        "DATABASE_HOST": "127.0.0.1",
        "DATABASE_PORT": "16432",
        "DATABASE_NAME": "ledgerlane",
        "KAFKA_BOOTSTRAP": "127.0.0.1:19092",
        "KAFKA_SECURITY": "plaintext",
        "PARTITIONS": "4",
        "REDIS_URL": "redis://127.0.0.1:16379/0",
    }


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
    assert config.services == {
        "DATABASE_HOST": "localhost",
        "DATABASE_PORT": "23003",
        "DATABASE_NAME": "ledger_test",
        "KAFKA_BOOTSTRAP": "a:1,b:2",
        "KAFKA_SECURITY": "plaintext",
        "PARTITIONS": "3",
        "REDIS_URL": "rediss://user:word@cache.example:6379/1",
    }
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
        ("SIGN_UPS_PER_MINUTE", "-1"),
        ("REQUESTS_PER_MINUTE", "many"),
        ("MAX_LAG_S", "3601"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        load(**{name: value})


def test_every_stage_is_within_its_own_limits() -> None:
    for name, stage in AWS_STAGES.items():
        assert load_stage(name, {}, "3.11", "x86_64") == stage


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        (
            replace(DEV, api=replace(DEV.api, concurrency=100)),
            "stage dev: up to 135 functions run at once, but the database has only 90",
        ),
        (replace(DEV, partitions=0), "PARTITIONS='0' is not a whole number from 1 to 10000"),
        (
            replace(DEV, limits=replace(DEV.limits, max_lag_s=3_601)),
            "stage dev: MAX_LAG_S='3601' is not a whole number from 0 to 3600",
        ),
        (
            replace(DEV, consumers=replace(DEV.consumers, maximum_pollers=13)),
            "pollers must be from 1 to 12, the partition count, or ON_DEMAND, not 0 to 13",
        ),
        (
            replace(DEV, database=replace(DEV.database, shards=5)),
            "stage dev: database.shards must be from 1 to 4",
        ),
        (
            replace(DEV, network=replace(DEV.network, zones=("eu-central-1a",))),
            "need three zones",
        ),
        (
            replace(DEV, network=replace(DEV.network, nat_gateways=0)),
            "nat_gateways must be from 1 to the number of zones",
        ),
        (
            replace(DEV, traces=TracesConfig(endpoint="collector:4318")),
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT='collector:4318' is not of the form http",
        ),
        (
            replace(DEV, traces=TracesConfig(endpoint=XRAY, ratio=2)),
            "OTEL_TRACES_SAMPLER_ARG='2' is not a number from 0 to 1",
        ),
        (
            replace(DEV, traces=TracesConfig(endpoint=XRAY), tracing=False),
            "stage dev: traces need tracing=True",
        ),
        (replace(DEV, cors_origins=("*",)), "stage dev: cors_origins: '[*]' is not an origin"),
    ],
)
def test_a_stage_that_contradicts_itself_is_refused(changed: AwsStage, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        check(changed)


def test_an_unknown_stage_is_refused() -> None:
    with pytest.raises(
        ConfigError, match="no stage 'moon' on AWS; use one of dev, staging, prod, or pr-"
    ):
        load_stage("moon", {}, "3.11", "x86_64")


def test_an_arm_machine_runs_arm_functions() -> None:
    assert local_stage({}, "3.13", "aarch64").architecture == "arm64"


def test_limits_are_the_instances_own_and_may_be_none() -> None:
    assert load().limits.sign_ins_per_minute == 1_000_000
    limits = load(SIGN_INS_PER_MINUTE="0", MAX_LAG_S="5").limits
    assert (limits.sign_ins_per_minute, limits.max_lag_s) == (0, 5)


@pytest.mark.parametrize("stage", [load(), *AWS_STAGES.values()], ids=lambda stage: stage.name)
def test_a_function_reads_the_limits_that_its_stage_states(stage: StageConfig) -> None:
    read = settings.load(common_variables(stage) | ADDRESSES)

    assert read.limits == stage.limits
    assert read.webhooks_allow_loopback == (stage.name == "local")
    assert read.cors_origins == stage.cors_origins


def test_no_page_may_use_a_stage_s_api_unless_the_stage_says_so() -> None:
    assert {stage.cors_origins for stage in AWS_STAGES.values()} == {()}
    assert load().cors_origins == ("http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*")


def test_an_origin_is_written_as_browsers_write_it() -> None:
    origins = (
        "https://app.example.com",
        "https://app.example.com:8443",
        "https://xn--bcher-kva.example",
        "https://a",
    )
    check_origins("dev", origins)
    environment = common_variables(replace(DEV, cors_origins=origins))
    assert settings.load(environment | ADDRESSES).cors_origins == origins


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "*",
        "null",
        "app.example.com",
        "http://app.example.com",
        "http://localhost:3000",
        "http://localhost:*",
        "https://*.example.com",
        "https://app.example.com/",
        "https://app.example.com/page",
        "https://app.example.com:443",
        "https://app.example.com:0",
        "https://app.example.com:65536",
        "https://app.example.com:*",
        "https://App.example.com",
        "https://app..example.com",
        "https://-app.example.com",
        "https://user@app.example.com",
        "https://app.example.com?x",
        "https://b\u00fccher.example",
        "https://app.example.com'",
        "https://app.example.com ",
        "https://app.example.com\n",
        "https://a,https://b",
    ],
)
def test_what_no_browser_sends_or_nobody_should_trust_is_no_origin(origin: str) -> None:
    with pytest.raises(ConfigError, match=r"stage dev: cors_origins: .* is not an origin"):
        check_origins("dev", ("https://app.example.com", origin))


def test_an_origin_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ConfigError, match="twice"):
        check_origins("dev", ("https://a", "https://b", "https://a"))


@pytest.mark.parametrize(
    ("origins", "shown"),
    [
        ((), None),
        (("https://a",), "https://a"),
        (("https://a", "https://b"), "*"),
        (("http://localhost:*",), "*"),
    ],
)
def test_the_gateway_names_the_one_origin_that_there_is(
    origins: tuple[str, ...], shown: str | None
) -> None:
    assert gateway_origin(origins) == shown


@pytest.mark.parametrize(
    ("version", "broker_type", "error"),
    [
        ("3.8.x", "kafka.m7g.large", r"kafka\.version 3\.8\.x runs on ZooKeeper"),
        ("3.9.x.kraft", "kafka.t3.small", r"MSK runs no kafka\.t3\.small in KRaft mode"),
    ],
)
def test_brokers_that_msk_can_t_upgrade_or_run_are_refused(
    version: str, broker_type: str, error: str
) -> None:
    kafka = MskConfig(version=version, broker_type=broker_type, storage_gb=20, is_tiered=False)
    with pytest.raises(ConfigError, match=error):
        check(replace(DEV, kafka=kafka))


def test_a_first_deployment_is_one_if_the_command_says_so() -> None:
    for text, expected in (("1", True), ("0", False), ("", False)):
        stage = load_stage("prod", {"FIRST_DEPLOYMENT": text}, "3.13", "arm64")
        assert isinstance(stage, AwsStage)
        assert stage.is_first is expected
