"""The client that the documentation shows, imported from where it stands."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from tests.support.stack import ROOT


def load_client() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "ledgerlane_client", ROOT / "docs" / "client" / "ledgerlane_client.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
