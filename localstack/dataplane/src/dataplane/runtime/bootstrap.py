"""Where a worker's process begins: ``python -S -P bootstrap.py ROLE SETTINGS``.

Run by its path with an empty import path, so that nothing of the data plane's own environment
is importable by the function. SETTINGS is JSON.
"""

import json
import os
import sys
from typing import Any


def _main() -> int:
    role, settings = sys.argv[1], json.loads(sys.argv[2])
    folders = [settings["package"], *settings["site_packages"]]
    # The data plane's own modules are imported first, then its folders leave the path.
    sys.path[:0] = folders
    if role == "strict":
        return _strict(settings, folders)
    if role == "gateway":
        from dataplane.gateway import main

        return main(settings, folders)
    raise SystemExit(f"no such role: {role}")


def _strict(settings: dict[str, Any], folders: list[str]) -> int:
    import socket

    from dataplane.runtime import loader, strict
    from dataplane.runtime.environment import Identity

    os.chdir(settings["identity"]["code_dir"])
    loader.narrow_path(
        settings["identity"]["code_dir"],
        loader.RUNTIME_PACKAGES,
        folders,
        settings["identity"]["layer_dirs"],
        settings["identity"]["source_dir"],
    )
    peer = socket.socket(fileno=settings["socket_fd"])
    # The other side may have made it non-blocking for itself.
    peer.setblocking(True)
    return strict.serve(Identity(**settings["identity"]), peer)


if __name__ == "__main__":
    status = _main()
    sys.stdout.flush()
    # Threads that a function left behind must not hold up its end.
    os._exit(status)
