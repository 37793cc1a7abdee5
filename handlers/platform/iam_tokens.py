"""Tokens and signatures that let a function use its own IAM role instead of a password.

A token is a presigned request for an action. Creating one sends nothing.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

LIFETIME_S: Final = 900


def kafka_token(region: str) -> tuple[str, float]:
    """Create a token for MSK's IAM access control, as AWS's ``aws-msk-iam-sasl-signer`` does.

    Returns
    -------
    tuple
        The token, and its expiry in seconds since the Unix epoch.
    """
    url = _presigned(
        f"https://kafka.{region}.amazonaws.com/",
        {"Action": "kafka-cluster:Connect"},
        "kafka-cluster",
        region,
    )
    token = base64.urlsafe_b64encode(f"{url}&User-Agent=ledgerlane".encode()).decode()
    return token.rstrip("="), time.time() + LIFETIME_S


def database_token(host: str, port: int, user: str, region: str) -> str:
    """Create a password for RDS, as ``aws rds generate-db-auth-token`` does."""
    parameters = {"Action": "connect", "DBUser": user}
    url = _presigned(f"https://{host}:{port}/", parameters, "rds-db", region)
    return url.removeprefix("https://")


def cache_token(cache: str, user: str, region: str) -> str:
    """Create a password for ElastiCache (User Guide, "Authenticating with IAM").

    Parameters
    ----------
    cache
        The replication group's id, in lower case.
    user
        The user's id, which is also its name.
    region
        The AWS region of both.
    """
    parameters = {"Action": "connect", "User": user}
    url = _presigned(f"http://{cache}/", parameters, "elasticache", region)
    return url.removeprefix("http://")


def signed_headers(
    url: str, body: bytes, headers: Mapping[str, str], service: str, region: str
) -> dict[str, str]:
    """Return a POST request's headers with the signature that AWS services check (SigV4)."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    request = AWSRequest(method="POST", url=url, data=body, headers=dict(headers))
    SigV4Auth(_credentials(), service, region).add_auth(request)
    return dict(request.headers.items())


def where_roots_are() -> str:
    """Return the path of the root certificates for AWS's services.

    libpq looks where they were on its build machine, which is not where Lambda has them.
    """
    import botocore

    return str(Path(botocore.__file__).with_name("cacert.pem"))


def _presigned(url: str, parameters: dict[str, str], service: str, region: str) -> str:
    from botocore.auth import SigV4QueryAuth
    from botocore.awsrequest import AWSRequest

    request = AWSRequest(method="GET", url=url, params=parameters)
    SigV4QueryAuth(_credentials(), service, region, expires=LIFETIME_S).add_auth(request)
    return str(request.url)


def _credentials() -> Any:
    from botocore.session import get_session

    # Ask every time: a role's credentials expire, and the session renews them.
    return get_session().get_credentials()
