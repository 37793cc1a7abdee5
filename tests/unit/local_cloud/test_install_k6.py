"""Getting k6: the one that is there, one built by Go, or a word about both."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from local_cloud.errors import LocalCloudError
from local_cloud.install import k6


def program(path: Path, says: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with nothing but a folder that is its PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin")
    monkeypatch.setattr(k6, "USUAL_GO", tmp_path / "no-go")
    return folder


def test_an_installed_k6_is_used(bare: Path, tmp_path: Path) -> None:
    found = program(bare / "k6", "k6 v1.3.0 (commit/abc, go1.25, linux/amd64)")
    assert k6.install_k6(tmp_path / "cache") == str(found)
    assert k6.version_of(found) == "1.3.0"


def test_a_k6_of_another_major_version_is_not(bare: Path, tmp_path: Path) -> None:
    program(bare / "k6", "k6 v0.49.0 (linux/amd64)")
    assert k6.installed_k6() is None
    assert not k6.can_have_k6(tmp_path)


def test_without_k6_and_go_both_remedies_are_said(bare: Path, tmp_path: Path) -> None:
    with pytest.raises(LocalCloudError) as refusal:
        k6.install_k6(tmp_path / "cache")
    assert refusal.value.problem == "k6 1.x is missing, and so is Go, which could build it"
    assert "k6 1.x" in refusal.value.remedy
    assert "Go 1.25" in refusal.value.remedy


def test_go_builds_the_pinned_version_once_and_its_caches_are_gone(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare / "go", "")
    commands: list[list[str]] = []

    def build(argv: Sequence[str | Path], what: str, folder: Path | None = None) -> str:
        words = [str(word) for word in argv]
        commands.append(words)
        (tmp_path / "cache/k6/build/objects").mkdir(parents=True)
        program(tmp_path / "cache/k6/bin/k6", "k6 v1.8.1 (linux/amd64)")
        return ""

    monkeypatch.setattr(k6, "run_tool", build)
    for _ in range(2):
        assert k6.version_of(k6.install_k6(tmp_path / "cache")) == k6.VERSION
    assert len(commands) == 1
    assert commands[0][-1] == "go.k6.io/k6@v1.8.1"
    assert f"GOBIN={tmp_path / 'cache/k6/bin'}" in commands[0]
    assert not (tmp_path / "cache/k6/build").exists()


def test_what_was_built_serves_when_go_is_gone(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare / "go", "")
    cache = tmp_path / "cache"
    built = str(program(cache / "k6/bin/k6", "k6 v1.8.1"))

    def build(argv: Sequence[str | Path], what: str, folder: Path | None = None) -> str:
        program(cache / "k6/bin/k6", "k6 v1.8.1")
        return ""

    monkeypatch.setattr(k6, "run_tool", build)
    k6.install_k6(cache)
    (bare / "go").unlink()
    assert k6.can_have_k6(cache)
    assert k6.install_k6(cache) == built
