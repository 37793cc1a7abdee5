"""The asset: the same input gives the same bytes, and nothing useless gets in."""

import os
import zipfile
from pathlib import Path

import pytest

from infra.cdk import build_asset
from infra.cdk.build_asset import AssetError, build, fingerprint, source_files, target_named

LOCAL = target_named("local")


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def sources(root: Path) -> Path:
    write(
        root,
        {
            "app.py": "app = None\n",
            "functions/apply.py": "def handler(event, context): ...\n",
            "functions/__pycache__/apply.cpython-311.pyc": "compiled",
            "handlers/platform/migrations/0001_start.sql": "SELECT 1;\n",
            "tests/test_app.py": "not deployed",
        },
    )
    return root


@pytest.fixture(autouse=True)
def installations(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Stand in for pip; return where it was asked to install."""
    calls: list[Path] = []

    def install(target: build_asset.Target, staged: Path) -> None:
        calls.append(staged)
        write(
            staged,
            {
                "library/__init__.py": "x = 1\n",
                "library/tests/test_library.py": "",
                "library/module.pyc": "",
                "library-1.0.dist-info/METADATA": "Name: library\n",
                "library-1.0.dist-info/RECORD": f"../../bin/tool,sha256={staged}\n",
                "bin/tool": f"#!{staged}/python\n",
                "botocore/data/endpoints.json": "{}",
                "botocore/data/secretsmanager/2017-10-17/service-2.json.gz": "",
                "botocore/data/gamelift/2015-10-01/service-2.json.gz": "",
            },
        )

    monkeypatch.setattr(build_asset, "_install", install)
    return calls


def test_two_clones_build_the_same_bytes(tmp_path: Path) -> None:
    first = sources(tmp_path / "one")
    second = sources(tmp_path / "another" / "clone")
    os.utime(second / "app.py", (0, 0))

    built = build(LOCAL, first, tmp_path / "cache-1")
    again = build(LOCAL, second, tmp_path / "cache-2")

    assert built.content_hash == again.content_hash
    assert built.path.read_bytes() == again.path.read_bytes()


def test_what_lambda_never_needs_is_left_out(tmp_path: Path) -> None:
    asset = build(LOCAL, sources(tmp_path / "clone"), tmp_path / "cache")

    assert sorted(zipfile.ZipFile(asset.path).namelist()) == [
        "app.py",
        "botocore/data/endpoints.json",
        "botocore/data/secretsmanager/2017-10-17/service-2.json.gz",
        "functions/apply.py",
        "handlers/platform/migrations/0001_start.sql",
        "library-1.0.dist-info/METADATA",
        "library/__init__.py",
    ]


def test_an_edit_makes_a_new_asset_without_installing_again(
    tmp_path: Path, installations: list[Path]
) -> None:
    clone, cache = sources(tmp_path / "clone"), tmp_path / "cache"
    before, fingerprint_before = build(LOCAL, clone, cache), fingerprint(LOCAL, clone)

    (clone / "app.py").write_text("app = 1\n")
    after = build(LOCAL, clone, cache)

    assert after.content_hash != before.content_hash
    assert fingerprint(LOCAL, clone) != fingerprint_before
    assert zipfile.ZipFile(after.path).read("app.py") == b"app = 1\n"
    assert len(installations) == 1


def test_a_changed_pin_installs_again(
    tmp_path: Path, installations: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    clone, cache = sources(tmp_path / "clone"), tmp_path / "cache"
    pins = tmp_path / "requirements.txt"
    monkeypatch.setattr(build_asset, "REQUIREMENTS", pins)
    pins.write_text("library==1.0\n")
    build(LOCAL, clone, cache)
    fingerprint_before = fingerprint(LOCAL, clone)

    pins.write_text("library==1.1\n")
    build(LOCAL, clone, cache)

    assert len(installations) == 2
    assert fingerprint(LOCAL, clone) != fingerprint_before


def test_old_builds_are_removed(tmp_path: Path) -> None:
    clone, cache = sources(tmp_path / "clone"), tmp_path / "cache"
    for number in range(8):
        (clone / "app.py").write_text(f"app = {number}\n")
        newest = build(LOCAL, clone, cache)

    kept = list(newest.path.parent.glob("ledgerlane-*.zip"))
    assert len(kept) == 5
    assert newest.path in kept


def test_an_asset_too_large_for_lambda_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_asset, "UNZIPPED_LIMIT_BYTES", 10)
    with pytest.raises(AssetError, match="Lambda takes 250 MB"):
        build(LOCAL, sources(tmp_path / "clone"), tmp_path / "cache")


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    clone = sources(tmp_path / "clone")
    (clone / "app.py").unlink()
    with pytest.raises(AssetError, match=r"app\.py is missing"):
        source_files(clone)


def test_the_aws_target_asks_for_both_manylinux_tags() -> None:
    arguments = target_named("aws").pip_arguments
    assert "manylinux_2_28_aarch64" in arguments
    assert "manylinux2014_aarch64" in arguments
    with pytest.raises(AssetError, match="no asset target 'moon'"):
        target_named("moon")
