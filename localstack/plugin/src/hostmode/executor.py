"""LocalStack's runtime executor that runs a function as a child process."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from typing import Any

from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import (
    LambdaRuntimeException,
    RuntimeExecutor,
)

from hostmode.function_process import Answer, FunctionProcess
from localstack import config

LOOPBACK = "127.0.0.1"
OUR_RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
#: Lambda's own limit is 10 s; imports are slower on a busy laptop.
START_LIMIT_S = 60.0


class ChildProcessExecutor(RuntimeExecutor):
    """One execution environment of a function: its child process, which may be replaced."""

    def __init__(self, id: str, function_version: Any) -> None:
        super().__init__(id=id, function_version=function_version)
        self._process: FunctionProcess | None = None

    def start(self, env_vars: Mapping[str, Any]) -> None:
        """Start the child and wait until its handler is loaded.

        Raises
        ------
        LambdaRuntimeException
            If the function is of another runtime than LocalStack's own Python.
        StatusErrorException
            If its handler can't be loaded.
        """
        refuse_other_runtimes(self.function_version.config)
        code = self.function_version.config.code
        code.prepare_for_execution()
        environment = {name: str(value) for name, value in env_vars.items()}
        self._process = FunctionProcess(code.get_unzipped_code_location(), environment)
        started = self._process.start(START_LIMIT_S)
        if started.is_error:
            raise StatusErrorException("the handler can't be loaded", started.payload.encode())

    def stop(self) -> None:
        """End the child."""
        if self._process is not None:
            self._process.stop()

    def invoke(self, payload: Mapping[str, str]) -> Any:
        """Invoke the handler, in a new child if the last one has ended."""
        assert self._process is not None, "invoked before it was started"
        answer = self._restart_if_ended(self._process)
        if answer is None or not answer.is_error:
            limit_s = float(self.function_version.config.timeout)
            answer = self._process.invoke(payload, limit_s)
        return InvocationResult(
            payload["invoke-id"],
            answer.payload.encode(),
            is_error=answer.is_error,
            logs=answer.logs,
        )

    @staticmethod
    def _restart_if_ended(process: FunctionProcess) -> Answer | None:
        return None if process.alive else process.start(START_LIMIT_S)

    def get_address(self) -> str:
        """Return the address of the environment; the child listens nowhere."""
        return LOOPBACK

    def get_endpoint_from_executor(self) -> str:
        """Return the address by which the function reaches LocalStack."""
        return LOOPBACK

    def get_runtime_endpoint(self) -> str:
        """Return LocalStack's callback address, which the child doesn't use."""
        return f"http://{LOOPBACK}:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    def get_logs(self) -> str:
        """Return nothing: each invocation returns its own log."""
        return ""

    @classmethod
    def prepare_version(cls, function_version: Any) -> None:
        """Unzip the code."""
        if function_version.config.code is not None:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: Any) -> None:
        """Leave the code: a version that replaces this one may run the same folder.

        LocalStack removes code that no version uses any more.
        """

    @classmethod
    def validate_environment(cls) -> bool:
        """Return true: it needs nothing but Python."""
        return True


def refuse_other_runtimes(function: Any) -> None:
    """Check that a function can run in this very Python.

    Raises
    ------
    LambdaRuntimeException
        If it is of another runtime or architecture, an image, or has layers.
    """
    if function.runtime != OUR_RUNTIME:
        raise LambdaRuntimeException(
            f"the function's runtime is {function.runtime or 'a container image'}; "
            f"without Docker, LocalStack runs {OUR_RUNTIME} only"
        )
    ours = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    if list(function.architectures) != [ours]:
        raise LambdaRuntimeException(
            f"the function is built for {', '.join(function.architectures)}; this machine is {ours}"
        )
    if function.layers:
        raise LambdaRuntimeException("without Docker, LocalStack runs no layers")
