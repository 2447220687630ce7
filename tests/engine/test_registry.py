from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.engine.builders import document
from workers.engine import plan as plans
from workers.engine.registry import BUILTIN, node_class, node_types

DOCS = Path(__file__).parents[2] / "docs" / "nodes"
TYPES = {row["type"]: row for row in node_types()}
WIDGETS = {
    "text",
    "paragraph",
    "number",
    "switch",
    "select",
    "prompt",
    "prompt-messages",
    "model",
    "variable",
    "variables",
    "conditions",
    "start-variables",
    "end-outputs",
    "template",
    "json-schema",
    "memory",
    "vision",
    "context",
    "aggregator",
    "error-handling",
    "classes",
    "parameters",
    "assignments",
    "list-filter",
    "list-extract",
    "list-order",
    "list-limit",
    "http-authorization",
    "http-lines",
    "http-body",
    "http-timeout",
    "datasets",
    "retrieval",
    "metadata-filter",
    "hidden",
    "loop-variables",
    "code",
    "code-outputs",
    "form-fields",
    "form-actions",
    "form-delivery",
}


def test_the_list_is_plain_json_with_the_agreed_keys() -> None:
    rows = orjson.loads(orjson.dumps(node_types()))
    assert [row["type"] for row in rows] == [kind.type for kind in BUILTIN]
    for row in rows:
        assert set(row) == {
            "type",
            "title",
            "description",
            "group",
            "icon",
            "modes",
            "addable",
            "config_schema",
            "defaults",
            "outputs",
            "outputs_from",
            "handles",
            "error_handling",
        }
        assert row["handles"] in {"single", "cases", "none"}
        assert row["group"] in {"model", "logic", "data", "knowledge", "tools", "triggers", "human"}
        for labels in (row["title"], row["description"]):
            assert set(labels) == {"en", "zh-Hans"}
            assert all(labels.values())


@pytest.mark.parametrize("kind", TYPES)
def test_every_setting_has_a_title_in_both_languages_and_a_known_widget(kind: str) -> None:
    schema = TYPES[kind]["config_schema"]
    assert b"$ref" not in orjson.dumps(schema)
    for name, setting in schema["properties"].items():
        assert setting["title"], name
        assert setting["x-title-zh-Hans"], name
        assert setting["x-widget"] in WIDGETS, name
        for other in setting.get("x-show-if", {}):
            assert other in schema["properties"]


@pytest.mark.parametrize("kind", BUILTIN, ids=lambda kind: kind.type)
def test_defaults_are_valid_settings(kind: Any) -> None:
    defaults = TYPES[kind.type]["defaults"]
    config = kind.Config.model_validate(defaults)
    kind("n", config)
    assert set(defaults) <= set(TYPES[kind.type]["config_schema"]["properties"])
    problems = plans.compile(document([{"id": "n", "data": defaults}], []), "workflow").problems
    assert not [problem for problem in problems if problem.code == "node_invalid"]


@pytest.mark.parametrize("kind", BUILTIN, ids=lambda kind: kind.type)
def test_every_type_has_a_page_that_names_its_settings_and_outputs(kind: Any) -> None:
    page = (DOCS / f"{kind.type}.md").read_text()
    assert page.startswith(f"# {kind.title['en']}\n")
    assert f"`{kind.type}`" in page
    for name, setting in TYPES[kind.type]["config_schema"]["properties"].items():
        if setting["x-widget"] != "hidden":
            assert f"**{setting['title']}**" in page, name
            assert f"`{name}" in page, name
    for output in kind.outputs:
        assert f"`{output.name}`" in page


def test_only_types_that_call_the_world_have_error_handling() -> None:
    waiting = {kind.type for kind in BUILTIN if kind.waits}
    assert {kind for kind, row in TYPES.items() if row["error_handling"]} <= waiting
    assert TYPES["llm"]["error_handling"]
    assert TYPES["llm"]["config_schema"]["properties"]["error_strategy"]["x-widget"] == "error-handling"
    assert TYPES["start"]["config_schema"]["properties"]["error_strategy"]["x-widget"] == "hidden"


def test_old_names_lead_to_the_same_type() -> None:
    assert node_class("variable-assigner") is node_class("variable-aggregator")
    assert node_class("teleport") is None
