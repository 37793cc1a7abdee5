"""The packages that pip installs by themselves name everything that they import."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Each package's project, and where its modules are.
PACKAGES = {
    project.parent: next(
        folder.parent
        for folder in sorted(project.parent.glob("**/__init__.py"))
        if not {"tests", "build"} & set(folder.parts)
    )
    for room in ("docs", "localstack")
    for project in sorted(ROOT.glob(f"{room}/**/pyproject.toml"))
    if "project" in tomllib.loads(project.read_text())
}
#: Modules that come with a distribution of another name.
DISTRIBUTIONS = {
    "botocore": "boto3",
    "greenlet": "gevent",
    "localstack": "localstack-core",
    "yaml": "pyyaml",
}


def imported(folder: Path) -> set[str]:
    """Return the distributions that a package's modules import."""
    found = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    others = found - sys.stdlib_module_names - {folder.name}
    return {normal(DISTRIBUTIONS.get(name, name)) for name in others}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(project: Path) -> set[str]:
    table = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    requirements = [*table.get("dependencies", ())]
    for several in table.get("optional-dependencies", {}).values():
        requirements += several
    return {normal(re.split(r"[\s\[<>=!~;]", one)[0]) for one in requirements}


def test_there_are_packages() -> None:
    assert {project.name for project in PACKAGES} >= {"dataplane", "client"}


@pytest.mark.parametrize("project", PACKAGES, ids=lambda project: project.name)
def test_a_package_names_what_it_imports(project: Path) -> None:
    assert imported(PACKAGES[project]) <= declared(project)
