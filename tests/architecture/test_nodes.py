"""Every node type has its file, its line in the registry, its test and its page."""

from __future__ import annotations

import pytest

from tests.architecture.source import ROOT
from workers.engine.registry import node_types

TYPES = {entry["type"]: entry for entry in node_types()}
# Types that share another type's file.
SAME_FILE: dict[str, str] = {}


def _file(node_type: str) -> str:
    return SAME_FILE.get(node_type, node_type).replace("-", "_")


def test_there_are_node_types() -> None:
    assert {"start", "end", "answer", "llm", "if-else", "template-transform", "variable-aggregator"} <= set(TYPES)


@pytest.mark.parametrize("node_type", sorted(TYPES))
def test_node_has_all_its_parts(node_type: str) -> None:
    name = _file(node_type)
    nodes = ROOT / "workers" / "engine" / "nodes"
    assert (nodes / f"{name}.py").is_file() or (nodes / name / "__init__.py").is_file(), "no module"
    assert (ROOT / "tests" / "engine" / "nodes" / f"test_{name}.py").is_file(), "no test"
    page = ROOT / "docs" / "nodes" / f"{node_type}.md"
    assert page.is_file(), "no page in docs/nodes"
    assert TYPES[node_type]["config_schema"].get("type") == "object", "no schema"
    for text in ("title", "description"):
        assert set(TYPES[node_type][text]) >= {"en", "zh-Hans"}, f"{text} is not in both languages"


def test_no_page_or_test_without_a_node() -> None:
    known = {_file(node_type) for node_type in TYPES}
    tests = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "engine" / "nodes").glob("test_*.py")}
    pages = {path.stem.replace("-", "_") for path in (ROOT / "docs" / "nodes").glob("*.md") if path.stem != "README"}
    assert not tests - known
    assert not pages - known
