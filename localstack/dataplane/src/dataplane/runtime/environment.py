"""The environment variables and the context object of a function."""

from __future__ import annotations

import os
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

# Variables from the data plane's environment. All others are from the deployment.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Identity:
    """The identity of a running function environment."""

    name: str
    arn: str
    handler: str
    memory_mb: int
    timeout_s: int
    code_dir: str
    log_stream: str
    layer_dirs: Sequence[str] = ()
    source_dir: str | None = None
    debug_port: int | None = None


def new_log_stream() -> str:
    """Return the name of a log stream, like Lambda's: day, version, a random id."""
    return f"{time.strftime('%Y/%m/%d')}/[$LATEST]{uuid.uuid4().hex}"


def function_environment(
    identity: Identity, deployed: dict[str, str], endpoint: str, region: str
) -> dict[str, str]:
    """Return the complete environment of a function's process.

    Lambda's variables override deployed ones with the same name, because they are reserved. A
    deployed endpoint overrides the emulator's.
    """
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    environment["AWS_ENDPOINT_URL"] = endpoint
    environment |= deployed
    environment |= {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "test",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info[0]}.{sys.version_info[1]}",
        "AWS_LAMBDA_FUNCTION_NAME": identity.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(identity.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{identity.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": identity.log_stream,
        "LAMBDA_TASK_ROOT": identity.code_dir,
        "LAMBDA_RUNTIME_DIR": identity.code_dir,
        "_HANDLER": identity.handler,
        "TZ": ":UTC",
        "PYTHONUNBUFFERED": "1",
    }
    return environment


class LambdaContext:
    """The ``context`` of a handler, with all attributes of Lambda's."""

    __slots__ = ("_deadline_s", "aws_request_id")

    function_name = ""
    function_version = "$LATEST"
    invoked_function_arn = ""
    memory_limit_in_mb = "128"
    log_group_name = ""
    log_stream_name = ""
    identity = None
    client_context = None

    def __init__(self, aws_request_id: str, deadline_s: float) -> None:
        self.aws_request_id = aws_request_id
        self._deadline_s = deadline_s

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function's timeout."""
        return max(0, int((self._deadline_s - time.monotonic()) * 1000))

    def log(self, message: Any) -> None:
        """Write to the function's log."""
        print(message, flush=True)

    def __repr__(self) -> str:
        """Return a description, like Lambda's context."""
        return f"LambdaContext([aws_request_id={self.aws_request_id}])"


def context_factory(identity: Identity) -> Callable[[str, float], LambdaContext]:
    """Create the context class of a function, with its constants as class attributes.

    An invocation then needs only two assignments. The constructor takes the request id and the
    deadline (on the monotonic clock, in seconds).
    """
    constant = {
        "__slots__": (),
        "function_name": identity.name,
        "invoked_function_arn": identity.arn,
        "memory_limit_in_mb": str(identity.memory_mb),
        "log_group_name": f"/aws/lambda/{identity.name}",
        "log_stream_name": identity.log_stream,
    }
    return type("LambdaContext", (LambdaContext,), constant)
