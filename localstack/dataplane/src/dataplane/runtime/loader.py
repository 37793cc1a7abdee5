"""Importing a handler from its artefact, on a path that holds nothing else."""

from __future__ import annotations

import importlib
import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

# Lambda's Python runtimes bring these along; an artefact may leave them out.
RUNTIME_PACKAGES = frozenset(
    {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"}
)
# What the concurrent worker itself stands on.
CONCURRENT_PACKAGES = frozenset({"gevent", "greenlet", "zope", "httptools"})

Handler = Callable[[Any, Any], Any]


class HandlerError(Exception):
    """The deployed handler can't be loaded. ``kind`` is Lambda's word for it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class RuntimeFinder(MetaPathFinder):
    """Finds only what the runtime provides, behind everything the artefact holds.

    So a dependency that the artefact lacks is missing here too, as on AWS.
    """

    def __init__(self, packages: frozenset[str], folders: Sequence[str]) -> None:
        self._packages = packages
        self._folders = list(folders)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        """Look up a provided top-level package; the rest isn't ours to find."""
        if path is None and fullname in self._packages:
            return importlib.machinery.PathFinder.find_spec(fullname, self._folders, target)
        return None


def narrow_path(
    code_dir: str,
    packages: frozenset[str],
    folders: Sequence[str],
    layer_dirs: Sequence[str] = (),
    source_dir: str | None = None,
) -> None:
    """Leave the artefact, its layers and the standard library on ``sys.path``.

    Behind them are ``packages`` of the data plane's own ``folders``, before them a watched folder.
    """
    ours = {*folders, ""}
    standard = [entry for entry in sys.path if entry not in ours]
    sources = [source_dir] if source_dir else []
    sys.path[:] = [*sources, code_dir, *_layer_paths(layer_dirs), *standard]
    sys.meta_path.append(RuntimeFinder(packages, folders))
    importlib.invalidate_caches()


def _layer_paths(layer_dirs: Sequence[str]) -> list[str]:
    """Return where Python looks in layers.

    https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
    """
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    places = [
        *(f"{folder}/python/lib/{version}/site-packages" for folder in layer_dirs),
        *(f"{folder}/python" for folder in layer_dirs),
    ]
    return [place for place in places if Path(place).is_dir()]


def load_handler(name: str) -> Handler:
    """Import a handler by its deployed name, ``package.module.function``.

    Raises
    ------
    HandlerError
        When the module or the function isn't there. Whatever the module itself raises while it
        is imported comes through as it is.
    """
    module_name, _, attribute = name.replace("/", ".").rpartition(".")
    if not module_name:
        raise HandlerError("Runtime.MalformedHandlerName", f"Bad handler '{name}'")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise HandlerError(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}"
        ) from error
    handler = getattr(module, attribute, None)
    if not callable(handler):
        raise HandlerError(
            "Runtime.HandlerNotFound", f"Handler '{attribute}' missing on module '{module_name}'"
        )
    # What it takes and gives is the function's own affair.
    found: Callable[..., Any] = handler
    return found
