"""Find the settings that a function uses, from its source and that of `functions.wiring`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import app
from handlers.platform.bounds import SETTINGS

ROOT = Path(app.__file__).parent
_WIRING = "functions.wiring"
#: The names of the settings object in the source.
_HOLDERS = {"settings", "current", "limits"}


def settings_used_by(module: str) -> set[str]:
    """Return the variables that the function whose handler is in `module` uses."""
    trees = [_tree(name) for name in _closure(module)]
    parts = {part.name: part for part in _tree(_WIRING).body if isinstance(part, ast.FunctionDef)}
    used = {name for tree in trees for name in _of_wiring(tree)}
    todo = list(used & parts.keys())
    while todo:
        found = {node.id for node in ast.walk(parts[todo.pop()]) if isinstance(node, ast.Name)}
        todo += (found & parts.keys()) - used
        used |= found
    read = set().union(
        *map(_variables, trees), *(_variables(parts[n]) for n in used & parts.keys())
    )
    # Reading any setting also checks the stage.
    return read | ({"STAGE"} if "settings" in used else set())


def _tree(module: str) -> ast.Module:
    return ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))


def _closure(module: str) -> set[str]:
    """Return a module and all of `functions` that it imports, but the wiring."""
    found, todo = set(), [module]
    while todo:
        name = todo.pop()
        if name in found or not (ROOT / f"{name.replace('.', '/')}.py").is_file():
            continue
        found.add(name)
        for node in ast.walk(_tree(name)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("functions"):
                todo += [f"{node.module}.{alias.name}" for alias in node.names]
                todo.append(node.module or "")
        todo = [name for name in todo if name not in {_WIRING, "functions.settings"}]
    return found


def _of_wiring(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _name(node.value) == "wiring":
            yield node.attr


def _variables(tree: ast.AST) -> set[str]:
    """Return the variables that are fields of the settings, or named in any text."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _name(node.value) in _HOLDERS:
            found.add(node.attr.upper())
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(re.findall(r"[A-Z][A-Z0-9_]+", node.value))
    return found & SETTINGS.keys()


def _name(node: ast.expr) -> str:
    """Return the last name of an expression: ``settings`` of ``wiring.settings()``."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
