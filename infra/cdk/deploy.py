"""Deploy the local stage to the emulated cloud if something changed, or destroy it.

    python infra/cdk/deploy.py up|destroy|outputs --endpoint URL --stage local --state DIR

Each step is one line on stdout: ``label<TAB>seconds<TAB>detail``. The last line is ``deployed`` or
``unchanged``. An error is one line on stderr. The exit status is 0, 1 if the deployment failed (the
previous one keeps serving), or 2 if a setting is wrong.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
from pathlib import Path

# In a script, this directory is first on the path, where `app` would be the CDK's.
if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from infra.cdk.build_asset import ROOT, AssetError
from infra.cdk.cdk_cli import CdkError, CdkMissingError
from infra.cdk.config import ConfigError
from infra.cdk.deployment import Request, destroy, show_outputs, up
from infra.cdk.emulator import EmulatorError
from infra.cdk.local_settings import local_stage

COMMANDS = {"up": up, "destroy": destroy, "outputs": show_outputs}


def parse(arguments: list[str] | None) -> tuple[str, Request]:
    """Parse the command line; return the command and the request."""
    parser = argparse.ArgumentParser(
        description="Deploy Ledgerlane's CDK app to an emulated cloud.",
        epilog="Settings come from the environment: CDK_CLI, LEDGERLANE_DATABASE_HOST, _PORT, "
        "_NAME, _USER, _PASSWORD, LEDGERLANE_KAFKA_BOOTSTRAP, LEDGERLANE_REDIS_URL, PARTITIONS, "
        "LOG_LEVEL, GATEWAY_PORT, and the limits of docs/configuration.md.",
    )
    parser.add_argument("command", choices=tuple(COMMANDS))
    parser.add_argument("--endpoint", default="http://127.0.0.1:4566", help="the emulator's URL")
    parser.add_argument("--stage", default="local", choices=("local",))
    parser.add_argument("--state", type=Path, required=True, help="the instance's directory")
    options = parser.parse_args(arguments)
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    config = local_stage(os.environ, python, platform.machine())
    source_root = Path(os.environ.get("LEDGERLANE_SOURCE") or ROOT).resolve()
    state = options.state.resolve()
    state.mkdir(parents=True, exist_ok=True)
    return options.command, Request(config, options.endpoint, state, source_root)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    # When stopped, leave no child behind: the code that waits for a child kills it.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        command, request = parse(arguments)
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    try:
        COMMANDS[command](request)
    except KeyboardInterrupt:
        print("error: interrupted; run the same command to continue", file=sys.stderr)
        return 130
    except (ConfigError, CdkMissingError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except (AssetError, CdkError, EmulatorError) as error:
        where = f" (log: {request.log})" if request.log.exists() else ""
        print(f"error: {error}{where}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
