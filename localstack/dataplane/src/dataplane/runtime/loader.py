"""Import a handler from its artefact, on a path without other packages."""

from __future__ import annotations

import importlib
import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

# Packages in Lambda's Python runtimes, which an artefact can omit.
RUNTIME_PACKAGES = frozenset(
    {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"}
)
# Packages that the concurrent worker itself needs.
CONCURRENT_PACKAGES = frozenset({"gevent", "greenlet", "zope", "httptools"})

Handler = Callable[[Any, Any], Any]


class HandlerError(Exception):
    """The deployed handler can't be loaded. ``kind`` is Lambda's error type."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class RuntimeFinder(MetaPathFinder):
    """Finds only the runtime's packages, after those of the artefact.

    A dependency that is missing from the artefact is therefore missing here too, as on AWS.
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
        """Find a top-level package of the runtime; return None for others."""
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
    """Restrict ``sys.path`` to the artefact, its layers and the standard library.

    A watched folder comes before them. After them, ``packages`` can be imported from the data
    plane's ``folders``.
    """
    ours = {*folders, ""}
    standard = [entry for entry in sys.path if entry not in ours]
    sources = [source_dir] if source_dir else []
    sys.path[:] = [*sources, code_dir, *_layer_paths(layer_dirs), *standard]
    sys.meta_path.append(RuntimeFinder(packages, folders))
    importlib.invalidate_caches()


def _layer_paths(layer_dirs: Sequence[str]) -> list[str]:
    """Return the directories of layers that Python searches.

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
        If the module or the function does not exist. Errors that the module raises during the
        import are passed on.
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
    # The handler's signature is not known.
    found: Callable[..., Any] = handler
    return found
