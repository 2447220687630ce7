"""App files: every shape seen in the wild reads, nothing is lost on the way round, bad ones say what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.core.errors import AppError
from backend.studio import yaml_text
from backend.studio.dsl import file_read, file_write, models_replace
from backend.studio.gallery import TEMPLATES
from backend.studio.services import app_create
from tests import factories
from tests.backend.studio import flows
from workers.engine import plan

FILES = Path(__file__).with_name("files")
WILD = ("old_quoted.yml", "chatflow_0_1_5.yml", "by_hand.yml", "newer.yml")


def _text(name: str) -> str:
    return (FILES / name).read_text()


def _envelope(**changes: Any) -> dict[str, Any]:
    return {"version": "0.3.0", "kind": "app", "app": {"name": "A", "mode": "workflow"}, "workflow": flows.document()} | changes


def _round(content: str, world: factories.World) -> tuple[dict[str, Any], str]:
    """Import and export; returns the exported mapping and its text."""
    file = file_read(content)
    app = app_create(workspace=world.workspace, user=None, mode=file.mode, document=file.document, fields=file.fields)
    app.refresh_from_db()
    text = file_write(app, flows.draft(app).document)
    return yaml_text.load(text), text


def _lost(before: Any, after: Any, path: str = "") -> list[str]:
    """Paths of what `before` has and `after` has not, or has differently."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [line for key in before for line in (_lost(before[key], after[key], f"{path}.{key}") if key in after else [f"{path}.{key}"])]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [line for index, pair in enumerate(zip(before, after, strict=True)) for line in _lost(*pair, f"{path}.{index}")]
    return [] if before == after else [f"{path}: {before!r} became {after!r}"]


@pytest.mark.parametrize("name", ["old_quoted.yml", "chatflow_0_1_5.yml", "newer.yml"])
def test_the_way_round_loses_nothing(world: factories.World, name: str) -> None:
    before = yaml_text.load(_text(name))
    after, _ = _round(_text(name), world)
    before["version"] = after["version"] = "-"
    assert _lost(before, after) == []
    assert list(after["workflow"]["graph"]["nodes"][0]["data"]) == list(before["workflow"]["graph"]["nodes"][0]["data"])


def test_what_an_old_file_does_not_have_is_not_added(world: factories.World) -> None:
    graph = {"nodes": [{"id": "start", "type": "custom", "position": {"x": 0, "y": 0}, "data": {"type": "start"}}], "edges": []}
    file = file_read(yaml.safe_dump({"app": {"name": "Old", "mode": "workflow"}, "workflow": {"graph": graph}}))
    app = app_create(workspace=world.workspace, user=None, mode=file.mode, document=file.document, fields=file.fields)
    app.refresh_from_db()
    document = flows.draft(app).document
    assert yaml_text.load(file_write(app, document))["workflow"] == {"graph": graph}
    changed = {**document, "environment_variables": [{"name": "A", "value_type": "string", "value": "b"}]}
    assert list(yaml_text.load(file_write(app, changed))["workflow"]) == ["graph", "environment_variables"]


@pytest.mark.parametrize("name", WILD)
def test_a_second_way_round_gives_the_same_bytes(world: factories.World, name: str) -> None:
    _, first = _round(_text(name), world)
    _, second = _round(first, world)
    assert first == second
    assert yaml.safe_load(first)["version"] == "0.7.0"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_templates_survive_the_way_round(world: factories.World, template: Any) -> None:
    app = app_create(workspace=world.workspace, user=None, mode=template.mode, document=template.document, fields={"name": "x"})
    file = file_read(file_write(app, flows.draft(app).document))
    assert file.document == template.document
    assert {line.status for line in file.report} <= {"exact"}


def test_legacy_shapes_compile() -> None:
    file = file_read(_text("old_quoted.yml"))
    assert (file.mode, file.fields["name"], file.fields["icon"]) == ("workflow", "Greeter", "robot_face")
    assert {line.status for line in file.report} == {"exact"}
    assert [problem for problem in plan.compile(file.document, file.mode).problems if problem.severity == "error"] == []


def test_a_chatflow_of_an_older_version_keeps_what_is_not_here_yet() -> None:
    file = file_read(_text("chatflow_0_1_5.yml"))
    status = {line.node_id: line.status for line in file.report}
    assert status == {"1": "exact", "2": status["2"], "3": "exact", "4": "exact", "note1": "exact"}
    assert file.imported["app"] == {"use_icon_as_answer_icon": True}
    assert file.imported["top"]["dependencies"][0]["type"] == "marketplace"
    assert file.document["environment_variables"][0]["value_type"] == "secret"


def test_a_file_written_by_hand_is_put_in_order() -> None:
    file = file_read(_text("by_hand.yml"))
    nodes = {node["id"]: node for node in file.document["graph"]["nodes"]}
    assert list(nodes) == ["1", "2", "3", "4", "5"]
    assert nodes["2"]["data"]["cases"][0]["case_id"] == "true"
    assert nodes["2"]["data"]["cases"][0]["conditions"][0] | {"id": "c"} == {
        "id": "c",
        "varType": "string",
        "variable_selector": ["1", "on"],
        "comparison_operator": "is",
        "value": "yes",
    }
    assert nodes["2"]["data"]["title"] == "42"
    assert nodes["4"]["data"]["variables"] == [["1", "on"], ["1", "on"]]
    assert [(edge["source"], edge["sourceHandle"], edge["target"]) for edge in file.document["graph"]["edges"]] == [
        ("1", "source", "2"),
        ("2", "true", "3"),
        ("2", "false", "4"),
        ("4", "source", "5"),
    ]
    assert len({edge["id"] for edge in file.document["graph"]["edges"]}) == 4
    places = {node_id: (node["position"]["x"], node["position"]["y"]) for node_id, node in nodes.items()}
    assert places == {"1": (0, 0), "2": (320, 0), "3": (640, 0), "4": (640, 160), "5": (960, 0)}
    assert {line.status for line in file.report} == {"adapted"}
    assert "standard icon" in file.report[0].message
    assert "icon" not in file.fields
    assert [problem for problem in plan.compile(file.document, file.mode).problems if problem.severity == "error"] == []


def test_a_newer_file_is_read_with_a_word_of_warning() -> None:
    file = file_read(_text("newer.yml"))
    report = {line.node_id: line for line in file.report}
    assert report[""].status == "adapted"
    assert "1.4.0" in report[""].message
    assert report["dream"].status == "placeholder"
    assert (file.imported["top"], file.imported["app"]) == ({"telemetry": {"level": 3}}, {"mood": "sunny"})
    codes = [(problem.node_id, problem.code) for problem in plan.compile(file.document, file.mode).problems if problem.severity == "error"]
    assert ("dream", "unknown_node_type") in codes


@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: "\ufeff" + text,
        lambda text: json.dumps({"data": text}),
        lambda text: json.dumps({"data": "\ufeff" + text}, indent=2),
        lambda text: json.dumps(yaml.safe_load(text)),
        lambda text: "\ufeff" + json.dumps(yaml.safe_load(text), ensure_ascii=False),
        lambda text: text.replace("\n", "\r\n"),
    ],
    ids=["byte order mark", "answer of an export", "the same with a mark", "json", "json with a mark", "windows"],
)
def test_wrappings_are_taken_off(wrap: Any) -> None:
    plain = yaml.safe_dump(_envelope())
    assert file_read(wrap(plain)).document == flows.document()


@pytest.mark.parametrize("version", [None, "0.1.0", "0.1.5", "0.3.1", "0.6.0", "0.7.0", "0.7.9"])
def test_known_versions_need_no_remark(version: str | None) -> None:
    envelope = _envelope(version=version)
    if version is None:
        del envelope["version"]
    assert "" not in {line.node_id for line in file_read(yaml.safe_dump(envelope)).report}


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        (_envelope(version=0.1), "invalid_file", "version"),
        (_envelope(version=1), "invalid_file", "version"),
        (_envelope(version="new"), "file_version_unknown", None),
        (_envelope(app=None), "invalid_file", "app"),
        (_envelope(app={"name": "x"}), "invalid_file", "app.mode"),
        (_envelope(app={"name": "x", "mode": "poem"}), "invalid_file", "app.mode"),
        (_envelope(app={"name": ["x"], "mode": "workflow"}), "invalid_file", "app.name"),
        (_envelope(app={"name": "x", "mode": "agent"}), "mode_not_supported", None),
        (_envelope(app={"name": "x", "mode": "chat"}), "invalid_file", "model_config"),
        (_envelope(app={"name": "x", "mode": "agent-chat"}, model_config=[]), "invalid_file", "model_config"),
        (_envelope(kind="snippet"), "kind_not_supported", None),
        (_envelope(workflow=None), "invalid_file", "workflow.graph"),
        (_envelope(workflow={"graph": {"nodes": {}}}), "invalid_file", "workflow.graph.nodes"),
        (_envelope(workflow={"graph": {"nodes": ["x"]}}), "invalid_file", "workflow.graph.nodes.0"),
        (_envelope(workflow={"graph": {"nodes": [{"id": "a"}]}}), "invalid_document", "document.graph.nodes.0.data"),
        (_envelope(workflow={"graph": {"nodes": [{"data": {}}]}}), "invalid_document", "document.graph.nodes.0.id"),
        (_envelope(workflow={"graph": {"edges": [{"source": "a"}]}}), "invalid_document", "document.graph.edges.0.target"),
        (_envelope(workflow={"graph": {}, "features": []}), None, None),
        (_envelope(workflow={"graph": {}, "features": [1]}), "invalid_document", "document.features"),
        ([], "invalid_file", "file"),
        ("text", "invalid_file", "file"),
        ({"data": "a: ["}, "invalid_yaml", None),
    ],
)
def test_a_bad_file_says_which_place_is_wrong(content: Any, code: str | None, field: str | None) -> None:
    text = json.dumps(content) if isinstance(content, dict) and "data" in content else yaml.safe_dump(content)
    if code is None:
        assert file_read(text).document["features"] == {}
        return
    with pytest.raises(AppError) as caught:
        file_read(text)
    assert caught.value.code == code
    assert caught.value.details.get("field") == field
    assert caught.value.http_status in (400, 422)


def test_a_broken_line_is_named() -> None:
    with pytest.raises(AppError) as caught:
        file_read("version: '0.1.0'\napp:\n  name: x: y\n")
    assert (caught.value.code, caught.value.details["line"], caught.value.details["column"]) == ("invalid_yaml", 3, 10)


def test_a_name_that_is_too_long_is_cut_and_reported() -> None:
    file = file_read(yaml.safe_dump(_envelope(app={"name": "n" * 300, "mode": "workflow"})))
    assert len(file.fields["name"]) == 100
    assert file.report[0].status == "adapted"


def test_secrets_are_left_out_of_a_file(world: factories.World) -> None:
    secret = {"id": "1", "name": "TOKEN", "value_type": "secret", "value": "s3cret"}
    app = flows.app(world.workspace, flow=flows.document(environment_variables=[secret]))
    written = yaml_text.load(file_write(app, flows.draft(app).document))
    assert written["workflow"]["environment_variables"] == [{**secret, "value": ""}]


def test_a_model_written_without_a_mode_is_replaced_too() -> None:
    drawn = {"nodes": [{"id": "a", "data": {"type": "llm", "model": {"provider": "openai", "name": "gpt-4o"}}}]}
    provider = {"provider": "openai", "name": "not a model"}
    replaced = models_replace({"graph": drawn, "tool": provider}, "p", "m")
    assert replaced["graph"]["nodes"][0]["data"]["model"] == {"provider": "p", "name": "m"}
    assert replaced["tool"] == provider


def test_one_model_takes_the_place_of_all_others() -> None:
    chat = {"provider": "openai", "name": "gpt-4o", "mode": "chat", "completion_params": {"temperature": 0.1}}
    rerank = {"provider": "cohere", "model": "rerank-3"}
    before = {
        "nodes": [{"data": {"model": chat}}, {"data": {"deep": [{"single_retrieval_config": {"model": chat}, "reranking_model": rerank}]}}],
        "metadata_model_config": {"provider": "openai", "name": "gpt-4o", "mode": "chat"},
        "agent": {"model": {"value": {"provider": "openai", "model": "gpt-4o", "model_type": "llm", "mode": "chat"}}},
        "tool": {"provider": "google", "name": "search"},
    }
    after = models_replace(before, "openrouter", "meta/llama-3")
    changed = {**chat, "provider": "openrouter", "name": "meta/llama-3"}
    assert after["nodes"] == [
        {"data": {"model": changed}},
        {"data": {"deep": [{"single_retrieval_config": {"model": changed}, "reranking_model": rerank}]}},
    ]
    assert after["metadata_model_config"] == {"provider": "openrouter", "name": "meta/llama-3", "mode": "chat"}
    assert after["agent"]["model"]["value"] == {"provider": "openrouter", "model": "meta/llama-3", "model_type": "llm", "mode": "chat"}
    assert after["tool"] == before["tool"]
    assert before["nodes"][0]["data"]["model"] is chat, "the original is untouched"
