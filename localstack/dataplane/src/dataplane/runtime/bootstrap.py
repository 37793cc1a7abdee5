"""The entry point of a worker's process: ``python -S -P bootstrap.py ROLE SETTINGS``.

It runs by path with an empty import path, so that the function can't import anything from the data
plane's environment. SETTINGS is JSON.
"""

import json
import os
import sys
from typing import Any


def _main() -> int:
    role, settings = sys.argv[1], json.loads(sys.argv[2])
    folders = [settings["package"], *settings["site_packages"]]
    # Import the data plane's modules first, then remove their directories from the path.
    sys.path[:0] = folders
    if role == "strict":
        return _strict(settings, folders)
    if role == "gateway":
        from dataplane.gateway import main

        return main(settings, folders)
    raise SystemExit(f"unknown role: {role}")


def _strict(settings: dict[str, Any], folders: list[str]) -> int:
    import socket

    from dataplane.runtime import loader, strict
    from dataplane.runtime.environment import Identity

    identity = Identity(**settings["identity"])
    debug_port = None
    if identity.debug_port is not None:
        from dataplane.process import die_with_parent
        from dataplane.runtime import debugger

        # At a breakpoint, the worker does not notice that its caller is gone.
        die_with_parent(settings["parent_pid"])
        debug_port = debugger.listen(identity.debug_port, wait=settings["awaits_debugger"])
    os.chdir(identity.code_dir)
    loader.narrow_path(
        identity.code_dir,
        loader.RUNTIME_PACKAGES,
        folders,
        identity.layer_dirs,
        identity.source_dir,
    )
    peer = socket.socket(fileno=settings["socket_fd"])
    # The other side may have made the socket non-blocking.
    peer.setblocking(True)
    return strict.serve(identity, peer, debug_port)


if __name__ == "__main__":
    status = _main()
    sys.stdout.flush()
    # Threads that the function left behind must not delay the exit.
    os._exit(status)
