"""The product's own Python and TypeScript sources, read once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the repository's root, its text, its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def matches(self, patterns: object) -> bool:
        return any(fnmatch(self.path, pattern) for pattern in patterns)  # type: ignore[attr-defined]

    def imports(self) -> Iterator[tuple[int, str]]:
        """Every imported module with its line, also inside functions; `from a import b` counts as `a` and `a.b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node.lineno, alias.name
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.lineno, node.module
                for alias in node.names:
                    yield node.lineno, f"{node.module}.{alias.name}"


@cache
def modules() -> tuple[Module, ...]:
    """The product's modules: backend and workers, without migrations."""
    found = []
    for folder in ("backend", "workers"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                text = path.read_text("utf-8")
                found.append(Module(path.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    return tuple(found)


@cache
def frontend_files(suffixes: tuple[str, ...] = (".tsx", ".ts")) -> tuple[tuple[str, str], ...]:
    """The studio's sources as (path, text)."""
    files = sorted(path for path in (ROOT / "frontend" / "src").rglob("*") if path.suffix in suffixes)
    return tuple((path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in files)


def dotted(node: ast.AST) -> str:
    """The dotted text of a name or attribute, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else f"?.{node.attr}"
    return ""
