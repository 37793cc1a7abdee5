"""Tokens instead of passwords: the same that AWS's own SDK makes, and made anew where they end."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from functions.settings import SettingsError, load
from handlers.platform.iam_tokens import cache_token, database_token, kafka_token, where_roots_are
from handlers.platform.redis import Cache

REGION = "eu-central-1"
HOST = "ledgerlane.proxy-abc.eu-central-1.rds.amazonaws.com"
ENVIRONMENT = {
    **{"STAGE": "dev", "DATABASE_HOST": HOST, "DATABASE_PORT": "5432", "DATABASE_NAME": "l"},
    **{"KAFKA_BOOTSTRAP": "b:9098", "KAFKA_SECURITY": "iam", "PARTITIONS": "12"},
    "REDIS_URL": "rediss://app@cache:6379/0",
}


@pytest.fixture(autouse=True)
def signed_at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a role's credentials, and one moment for every signature."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_: noon)


def test_a_database_token_is_the_one_that_the_sdk_makes() -> None:
    client = boto3.client("rds", region_name=REGION)
    wanted = client.generate_db_auth_token(
        DBHostname=HOST, Port=5432, DBUsername="ledgerlane", Region=REGION
    )
    assert database_token(HOST, 5432, "ledgerlane", REGION) == wanted


def test_a_cache_token_is_a_signed_request_to_connect() -> None:
    token = cache_token("ledgerlane-dev", "ledgerlane-dev-app", REGION)
    assert token.startswith("ledgerlane-dev/?")
    fields = parse_qs(urlsplit("http://" + token).query)
    assert fields["Action"] == ["connect"]
    assert fields["User"] == ["ledgerlane-dev-app"]
    assert fields["X-Amz-Expires"] == ["900"]
    assert fields["X-Amz-Credential"] == [
        "AKIDEXAMPLE/20260101/eu-central-1/elasticache/aws4_request"
    ]


def test_a_kafka_token_is_a_signed_request_to_connect() -> None:
    token, ends_s = kafka_token(REGION)
    url = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    assert url.startswith("https://kafka.eu-central-1.amazonaws.com/?")
    assert parse_qs(urlsplit(url).query)["Action"] == ["kafka-cluster:Connect"]
    assert ends_s > 0


def test_the_roots_are_there() -> None:
    with Path(where_roots_are()).open() as file:
        assert "BEGIN CERTIFICATE" in file.read()


def test_each_connection_to_the_cache_gets_a_token_of_its_own() -> None:
    made: list[str] = []

    def token(user: str) -> str:
        made.append(user)
        return f"token-{len(made)}"

    cache = Cache("rediss://app@127.0.0.1:1/0", token)
    options: dict[str, Any] = cache._redis.connection_pool.connection_kwargs
    provide: Callable[[], tuple[str, str]] = options["credential_provider"].get_credentials
    assert [provide(), provide()] == [("app", "token-1"), ("app", "token-2")]
    assert (options["host"], options["port"]) == ("127.0.0.1", 1)
    assert not options.get("username")
    assert cache.get("key") is None, "a cache that can't be reached is no error"


def test_a_role_to_sign_in_as_takes_the_secret_s_place() -> None:
    settings = load({**ENVIRONMENT, "DATABASE_IAM_USER": "ledgerlane", "REDIS_IAM_CACHE": "c"})
    assert settings.database_iam_user == "ledgerlane"
    assert settings.redis_iam_cache == "c"
    assert settings.database_secret_arn == ""
    with pytest.raises(SettingsError, match="DATABASE_SECRET_ARN is not set"):
        load(ENVIRONMENT)
