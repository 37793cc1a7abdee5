"""Build the zip that every function runs from, without Docker.

``python infra/cdk/build_asset.py --target local|aws`` prints the zip's path, size and hash.
The same sources and pins give the same bytes on every clone: entries are sorted, times are
fixed, and pip's files about the machine are left out.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements.txt"
CONSTRAINTS = Path(__file__).with_name("constraints.txt")
CACHE = Path(os.environ.get("LEDGERLANE_CACHE") or ROOT / ".cache").expanduser() / "asset"

# Lambda's limit, including layers (AWS Lambda quotas, "Deployment package size").
UNZIPPED_LIMIT_BYTES = 250 * 1024 * 1024
PIP_TIMEOUT_S = 600
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time of a zip entry
SOURCES = ("app.py", "functions", "handlers")
# botocore describes 400 services in 27 MB; the functions use these. A call to a service that is
# missing here fails with UnknownServiceError, both on the laptop and on AWS.
BOTOCORE_SERVICES = frozenset(
    {"cloudwatch", "events", "kafka", "lambda", "rds", "s3", "secretsmanager", "sns", "sqs", "ssm"}
    | {"sts"}
)
# Chalice's runtime imports no third-party packages; its dependencies are for its command line.
WITHOUT_DEPENDENCIES = ("chalice",)
# pip's records of the installation, which differ between machines and are not needed.
INSTALLER_NOTES = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})


class AssetError(Exception):
    """The asset can't be built. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """The platform that an asset runs on.

    Parameters
    ----------
    name
        ``local`` or ``aws``.
    python
        The Python version, such as ``3.13``.
    pip_arguments
        The arguments that make pip select wheels for the platform.
    """

    name: str
    python: str
    pip_arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asset:
    """A built asset: its zip, its content hash, its sizes in bytes."""

    path: Path
    content_hash: str
    zipped_bytes: int
    unzipped_bytes: int


def target_named(name: str) -> Target:
    """Return the target called `name`.

    ``local`` is this machine and this Python, because the emulator and the data plane run the asset
    with the interpreter that builds it. ``aws`` is Lambda's python3.13 on arm64, which runs on
    Amazon Linux 2023 (glibc 2.34). pip needs both manylinux tags: with only the older one, it
    silently picks an outdated confluent-kafka.

    Raises
    ------
    AssetError
        If the target does not exist.
    """
    if name == "local":
        return Target("local", f"{sys.version_info[0]}.{sys.version_info[1]}", ())
    if name == "aws":
        platforms = ("manylinux_2_28_aarch64", "manylinux2014_aarch64")
        chosen = [word for platform in platforms for word in ("--platform", platform)]
        return Target(
            "aws", "3.13", (*chosen, "--implementation", "cp", "--python-version", "3.13")
        )
    raise AssetError(f"there is no asset target {name!r}; use local or aws")


def build(target: Target, source_root: Path = ROOT, cache: Path = CACHE) -> Asset:
    """Build the asset, or return an existing one that was built from the same input.

    Dependencies are reinstalled only if a pin changed. Sources are hashed every time.

    Parameters
    ----------
    target
        The platform to build for.
    source_root
        The directory with ``app.py``, ``functions/`` and ``handlers/``.
    cache
        The directory of built assets. It can be removed whenever no build is running.

    Raises
    ------
    AssetError
        If a source or a wheel is missing, or the asset is too large for Lambda.
    """
    folder = cache / f"{target.name}-py{target.python}"
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / ".lock"):
        dependencies = _dependencies(target, folder)
        sources = [(name, source_root / name) for name in source_files(source_root)]
        content_hash = _content_hash([*dependencies.entries, *_hashed(sources)])
        path = folder / f"ledgerlane-{content_hash[:20]}.zip"
        if not path.exists():
            _write_atomically(path, dependencies.zip_path, sources)
            _keep_latest(folder, "ledgerlane-*.zip", 5)
    unzipped = dependencies.unzipped_bytes + sum(file.stat().st_size for _, file in sources)
    if unzipped > UNZIPPED_LIMIT_BYTES:
        raise AssetError(
            f"the asset is {unzipped / 2**20:.0f} MB unzipped, but Lambda takes 250 MB: "
            "remove a dependency from requirements.txt or prune it in infra/cdk/build_asset.py"
        )
    return Asset(path, content_hash, path.stat().st_size, unzipped)


def source_files(source_root: Path) -> list[str]:
    """List the application's files, relative to `source_root`, sorted.

    Raises
    ------
    AssetError
        If ``app.py``, ``functions`` or ``handlers`` is missing.
    """
    names: list[str] = []
    for source in SOURCES:
        path = source_root / source
        if not path.exists():
            raise AssetError(f"{source} is missing in {source_root}; the asset needs it")
        files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
        names += [file.relative_to(source_root).as_posix() for file in files]
    return sorted(name for name in names if _is_wanted(name))


def fingerprint(target: Target, source_root: Path = ROOT) -> str:
    """Hash everything that determines an asset's content, without building it."""
    entries = _hashed((name, source_root / name) for name in source_files(source_root))
    return hashlib.sha256(f"{_pins_key(target)} {_content_hash(entries)}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Dependencies:
    zip_path: Path
    entries: list[tuple[str, str]]
    unzipped_bytes: int


def _dependencies(target: Target, folder: Path) -> _Dependencies:
    key = _pins_key(target)[:20]
    zip_path, manifest = folder / f"dependencies-{key}.zip", folder / f"dependencies-{key}.json"
    if not (zip_path.exists() and manifest.exists()):
        staged = folder / "staging"
        shutil.rmtree(staged, ignore_errors=True)
        _install(target, staged)
        names = [file.relative_to(staged).as_posix() for file in staged.rglob("*")]
        files = [(name, staged / name) for name in sorted(names) if _is_dependency(staged, name)]
        _write_atomically(zip_path, None, files)
        size = sum(file.stat().st_size for _, file in files)
        manifest.write_text(json.dumps({"unzipped_bytes": size, "entries": _hashed(files)}))
        shutil.rmtree(staged)
        _keep_latest(folder, "dependencies-*.zip", 2)
    stored = json.loads(manifest.read_text())
    entries = [(str(name), str(digest)) for name, digest in stored["entries"]]
    return _Dependencies(zip_path, entries, int(stored["unzipped_bytes"]))


def _install(target: Target, staged: Path) -> None:
    """Install the pinned wheels into `staged`, some of them without their dependencies."""
    pins = [line.strip() for line in REQUIREMENTS.read_text().splitlines()]
    pins = [pin for pin in pins if pin and not pin.startswith("#")]
    alone = [pin for pin in pins if pin.split("==")[0] in WITHOUT_DEPENDENCIES]
    for wanted, extra in (([pin for pin in pins if pin not in alone], []), (alone, ["--no-deps"])):
        if not wanted:
            continue
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--no-input"]
        command += ["--disable-pip-version-check", "--root-user-action=ignore", "--upgrade"]
        command += ["--only-binary=:all:", "--target", str(staged), "-c", str(CONSTRAINTS)]
        command += [*target.pip_arguments, *extra, *wanted]
        try:
            result = subprocess.run(
                command, capture_output=True, text=True, timeout=PIP_TIMEOUT_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise AssetError(f"pip took over {PIP_TIMEOUT_S} s; check the network") from error
        if result.returncode != 0:
            lines = result.stderr.strip().splitlines() or ["(no message)"]
            raise AssetError(f"pip can't install the functions' dependencies: {lines[-1]}")


def _is_wanted(name: str) -> bool:
    parts = name.split("/")
    return "__pycache__" not in parts and not name.endswith((".pyc", ".pyo"))


def _is_dependency(staged: Path, name: str) -> bool:
    """Return whether Lambda needs the installed file `name`."""
    parts = name.split("/")
    if not (staged / name).is_file() or not _is_wanted(name) or parts[0] == "bin":
        return False
    if parts[0].endswith(".dist-info"):
        return parts[-1] not in INSTALLER_NOTES
    if parts[:2] == ["botocore", "data"] and len(parts) > 3:
        return parts[2] in BOTOCORE_SERVICES
    return "tests" not in parts[1:]


def _pins_key(target: Target) -> str:
    # pip selects dependencies by the Python that it runs in, so that version counts too.
    python = platform.python_version()
    digest = hashlib.sha256(f"{target} {python} {sorted(BOTOCORE_SERVICES)}".encode())
    for file in (REQUIREMENTS, CONSTRAINTS, Path(__file__)):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _hashed(files: Iterable[tuple[str, Path]]) -> list[tuple[str, str]]:
    return [(name, hashlib.sha256(file.read_bytes()).hexdigest()) for name, file in files]


def _content_hash(entries: Iterable[tuple[str, str]]) -> str:
    lines = (f"{name} {digest}\n" for name, digest in entries)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _write_atomically(path: Path, base: Path | None, files: Iterable[tuple[str, Path]]) -> None:
    """Write the contents of the zip `base` and `files` to a new zip, atomically."""
    partial = path.with_suffix(".partial")
    if base is None:
        partial.unlink(missing_ok=True)
    else:
        shutil.copyfile(base, partial)
    with zipfile.ZipFile(partial, "a", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, file in files:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    partial.replace(path)


def _keep_latest(folder: Path, pattern: str, count: int) -> None:
    """Remove all but the latest files, because every edit creates a build of 14 MB."""
    files = sorted(folder.glob(pattern), key=lambda file: file.stat().st_mtime)
    for old in files[:-count]:
        old.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the file lock `path`, because two stacks of one clone share the cache."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def main(arguments: list[str] | None = None) -> int:
    """Build one asset and print its path; return the exit status."""
    parser = argparse.ArgumentParser(description="Build the zip that every function runs from.")
    parser.add_argument("--target", choices=("local", "aws"), default="local")
    options = parser.parse_args(arguments)
    try:
        asset = build(target_named(options.target))
    except AssetError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(
        f"{asset.path}\n{asset.zipped_bytes / 2**20:.1f} MB zipped, "
        f"{asset.unzipped_bytes / 2**20:.1f} MB unzipped (limit 250), hash {asset.content_hash}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
