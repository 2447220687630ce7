"""Importing over HTTP: what is missing and what takes its place, files over apps, addresses, files that are wrong."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from backend.core import jobs
from backend.knowledge.models import Dataset
from backend.studio.api import imports
from backend.studio.environment import MASK, environment_values
from backend.studio.models import App, Version
from tests import factories
from tests.backend.studio import flows

World = factories.World
NODES = flows.WORKFLOW["graph"]["nodes"]
BOMB = "a: &l0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(f"b{n}: &l{n + 1} [{', '.join([f'*l{n}'] * 9)}]\n" for n in range(8))


@pytest.fixture
def bob(world: World) -> factories.JsonClient:
    return factories.client(world.bob)


def _file(flow: dict[str, Any], mode: str = "workflow") -> str:
    return yaml.safe_dump({"version": "0.3.0", "kind": "app", "app": {"name": "A", "mode": mode}, "workflow": flow}, allow_unicode=True)


def _lacking() -> dict[str, Any]:
    """A flow that names a model, a reranker, a dataset, a tool and a secret that nobody has."""
    flow = flows.document(environment_variables=[{"id": "e1", "name": "TOKEN", "value_type": "secret", "value": ""}])
    nodes = flow["graph"]["nodes"]
    nodes[1]["data"]["model"] |= {"provider": "langgenius/openai/openai", "name": "gpt-4o"}
    search = {
        "type": "knowledge-retrieval",
        "title": "Look",
        "query_variable_selector": ["start", "q"],
        "dataset_ids": ["U2FsdGVkX19n"],
        "retrieval_mode": "multiple",
        "multiple_retrieval_config": {"top_k": 2, "reranking_enable": True, "reranking_model": {"provider": "cohere", "model": "rerank-3"}},
    }
    place = {"type": "custom", "position": {"x": 0, "y": 300}}
    nodes.append({"id": "look", **place, "data": search})
    tool = {"type": "tool", "title": "Search", "provider_name": "tavily", "tool_name": "tavily_search"}
    nodes.append({"id": "tool", **place, "data": tool})
    return flow


def _import(client: factories.JsonClient, world: World, flow: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = client.post(f"{world.url}/apps/import", {"content": _file(flow), **more})
    assert answer.status_code in (200, 201), answer.content
    return dict(answer.json())


def test_each_missing_thing_is_listed_once_with_what_could_take_its_place(world: World, bob: factories.JsonClient) -> None:
    dataset = Dataset.unscoped.create(workspace=world.workspace, name="Handbook")
    answer = _import(bob, world, _lacking())
    missing = {one["kind"] + one["type"]: one for one in answer["missing"]}
    assert len(missing) == len(answer["missing"]) == 5
    model = missing["modelllm"]
    assert (model["provider"], model["name"], model["node_ids"]) == ("langgenius/openai/openai", "gpt-4o", ["llm"])
    assert {"provider": "demo", "name": "demo-chat"}.items() <= model["choices"][0].items()
    assert (missing["modelrerank"]["provider"], missing["modelrerank"]["name"]) == ("cohere", "rerank-3")
    assert missing["dataset"]["choices"] == [{"provider": "", "name": str(dataset.id), "label": "Handbook"}]
    assert (missing["tool"]["provider"], missing["tool"]["name"], missing["tool"]["node_ids"]) == ("tavily", "tavily_search", ["tool"])
    assert missing["secret"]["name"] == "TOKEN"
    codes = {problem["code"] for problem in answer["problems"]}
    assert {"model_not_configured", "dataset_missing", "secret_empty", "unknown_node_type"} <= codes
    assert bob.get(f"{world.url}/apps/{answer['app']['id']}/missing").json() == {"missing": answer["missing"]}


def test_other_things_are_put_in_place(world: World, bob: factories.JsonClient) -> None:
    dataset = Dataset.unscoped.create(workspace=world.workspace, name="Handbook")
    app_id = _import(bob, world, _lacking())["app"]["id"]
    change = {
        "models": [{"from": {"provider": "langgenius/openai/openai", "name": "gpt-4o"}, "to": {"provider": "demo", "name": "demo-chat"}}],
        "datasets": [{"from": "U2FsdGVkX19n", "to": str(dataset.id)}],
        "secrets": [{"name": "TOKEN", "value": "s3cret"}],
    }
    answer = bob.post(f"{world.url}/apps/{app_id}/rebind", change).json()
    assert {one["kind"] + one["type"] for one in answer["missing"]} == {"modelrerank", "tool"}
    assert answer["draft"]["revision"] == 2
    assert answer["draft"]["document"]["environment_variables"][0]["value"] == MASK
    draft = flows.draft(App.unscoped.get(id=app_id)).document
    assert environment_values(world.workspace.id, App.unscoped.get(id=app_id).id, draft)["TOKEN"] == "s3cret"
    data = {node["id"]: node["data"] for node in draft["graph"]["nodes"]}
    assert data["llm"]["model"] == {**NODES[1]["data"]["model"], "provider": "demo", "name": "demo-chat"}
    assert data["look"]["dataset_ids"] == [str(dataset.id)]
    without = {"datasets": [{"from": str(dataset.id), "to": None}]}
    again = bob.post(f"{world.url}/apps/{app_id}/rebind", without).json()["draft"]["document"]["graph"]["nodes"]
    assert next(node for node in again if node["id"] == "look")["data"]["dataset_ids"] == []


def test_one_model_stands_for_all_unknown_ones(world: World, bob: factories.JsonClient) -> None:
    flow = _lacking()
    known = copy.deepcopy(flow["graph"]["nodes"][1])
    known["id"], known["data"]["model"] = (
        "known",
        {"provider": "demo", "name": "demo-chat", "mode": "chat", "completion_params": {"top_p": 1}},
    )
    other = copy.deepcopy(flow["graph"]["nodes"][1])
    other["id"], other["data"]["model"]["name"] = "other", "gpt-3.5-turbo"
    flow["graph"]["nodes"] += [known, other]
    chosen = {"unknown_models": {"provider": "demo", "name": "demo-chat"}}
    for way in ("import", "rebind"):
        imported = _import(bob, world, flow, **(chosen if way == "import" else {}))
        if way == "rebind":
            bob.post(f"{world.url}/apps/{imported['app']['id']}/rebind", chosen)
        nodes = flows.draft(App.unscoped.get(id=imported["app"]["id"])).document["graph"]["nodes"]
        models = {node["id"]: node["data"]["model"] for node in nodes if "model" in node["data"]}
        assert {(model["provider"], model["name"]) for model in models.values()} == {("demo", "demo-chat")}
        assert models["known"]["completion_params"] == {"top_p": 1}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"models": [{"from": {"provider": "x", "name": "y"}, "to": {"provider": "demo", "name": "demo-chat"}}]}, "models"),
        (
            {
                "models": [
                    {"from": {"provider": "langgenius/openai/openai", "name": "gpt-4o"}, "to": {"provider": "no", "name": "such"}},
                ]
            },
            "models",
        ),
        ({"unknown_models": {"provider": "no", "name": "such"}}, "unknown_models"),
        ({"datasets": [{"from": "elsewhere", "to": None}]}, "datasets"),
        ({"datasets": [{"from": "U2FsdGVkX19n", "to": "01900000-0000-7000-8000-000000000000"}]}, "datasets"),
        ({"secrets": [{"name": "OTHER", "value": "x"}]}, "secrets"),
    ],
)
def test_what_is_not_there_cannot_be_put_in_place(world: World, bob: factories.JsonClient, change: dict[str, Any], field: str) -> None:
    app_id = _import(bob, world, _lacking())["app"]["id"]
    answer = bob.post(f"{world.url}/apps/{app_id}/rebind", change)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert field in answer.json()["details"]["fields"]
    assert flows.draft(App.unscoped.get(id=app_id)).revision == 1


def test_a_dataset_of_another_workspace_is_missing(world: World, bob: factories.JsonClient) -> None:
    flow = _lacking()
    theirs = Dataset.unscoped.create(workspace=world.elsewhere, name="Theirs")
    flow["graph"]["nodes"][3]["data"]["dataset_ids"] = [str(theirs.id)]
    missing = _import(bob, world, flow)["missing"]
    assert [one["name"] for one in missing if one["kind"] == "dataset"] == [str(theirs.id)]


def test_a_file_over_an_app_keeps_its_secrets_and_can_be_undone(world: World, bob: factories.JsonClient) -> None:
    secret = {"id": "e1", "name": "TOKEN", "value_type": "secret", "value": "s3cret"}
    app = flows.app(world.workspace, flow=flows.document(environment_variables=[secret]))
    exported = bob.get(f"{world.url}/apps/{app.id}/export").content.decode()
    changed = yaml.safe_load(exported)
    changed["workflow"]["environment_variables"][0]["id"] = "another"
    changed["workflow"]["graph"]["nodes"][1]["data"]["title"] = "Ask again"
    answer = bob.post(f"{world.url}/apps/import", {"content": yaml.safe_dump(changed), "app_id": str(app.id)})
    assert answer.status_code == 200
    draft = flows.draft(app)
    assert draft.revision == 2
    assert draft.document["graph"]["nodes"][1]["data"]["title"] == "Ask again"
    assert environment_values(world.workspace.id, app.id, draft.document)["TOKEN"] == "s3cret"
    kept = Version.unscoped.get(app=app, number=None)
    assert kept.name == "Draft 1"
    bob.post(f"{world.url}/apps/{app.id}/versions/{kept.id}/restore", {"base_revision": 2})
    assert flows.draft(app).document["graph"]["nodes"][1]["data"]["title"] == "Ask"


def _edges(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    flow = flows.document()
    change(flow["graph"])
    return flow


WRONG: dict[str, tuple[dict[str, Any], str, str | None]] = {
    "edge to nowhere": (_edges(lambda graph: graph["edges"].append({"source": "llm", "target": "ghost"})), "edge_to_nowhere", "llm"),
    "circle": (_edges(lambda graph: graph["edges"].append({"source": "llm", "target": "llm"})), "cycle", "llm"),
    "same id twice": (_edges(lambda graph: graph["nodes"].append(copy.deepcopy(NODES[1]))), "duplicate_node_id", "llm"),
    "container without start": (
        _edges(
            lambda graph: (
                graph["nodes"].extend(
                    [
                        {"id": "it", "data": {"type": "iteration", "title": "Each", "iterator_selector": ["start", "q"]}},
                        {"id": "a", "parentId": "it", "data": {"type": "template-transform", "template": "x"}},
                        {"id": "b", "parentId": "it", "data": {"type": "template-transform", "template": "x"}},
                    ]
                )
                or graph["edges"].append({"source": "start", "target": "it"})
            )
        ),
        "container_without_start",
        "it",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_flow_that_is_drawn_wrong_is_refused_by_node_and_reason(world: World, bob: factories.JsonClient, name: str) -> None:
    flow, code, node_id = WRONG[name]
    answer = bob.post(f"{world.url}/apps/import", {"content": _file(flow)})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_flow")
    details = answer.json()["details"]
    assert (details["problems"][0]["code"], details["problems"][0]["node_id"]) == (code, node_id)
    assert details["problems"][0]["message"] in answer.json()["message"]
    assert App.unscoped.count() == 0
    again = bob.post(f"{world.url}/apps/import", {"content": _file(flow), "mend": True})
    assert details["mendable"] is (code != "duplicate_node_id")
    assert again.status_code == (201 if details["mendable"] else 422)


@pytest.mark.parametrize(
    ("content", "status", "code", "line"),
    [
        ("app:\n  name: x: y\n", 400, "invalid_yaml", 2),
        (BOMB, 400, "invalid_yaml", 6),
        ("app: !!python/object/apply:os.system [ls]\n", 400, "invalid_yaml", 1),
        ("app: [" + "[" * 100, 400, "invalid_yaml", 1),
        ("x: " + "a" * 10_000_001, 413, "file_too_large", None),
        ("<!DOCTYPE html><html></html>", 400, "invalid_file", None),
        ("", 400, "invalid_input", None),
    ],
    ids=["broken", "alias bomb", "unsafe tag", "too deep", "too large", "web page", "nothing"],
)
def test_a_file_that_cannot_be_read_leaves_nothing(
    world: World, bob: factories.JsonClient, content: str, status: int, code: str, line: int | None
) -> None:
    answer = bob.post(f"{world.url}/apps/import", {"content": content})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    if line is not None:
        assert answer.json()["details"]["line"] == line
    assert App.unscoped.count() == 0


@pytest.mark.parametrize("mode", ["chat", "completion", "agent-chat"])
def test_apps_of_settings_come_in_and_go_out_as_they_are(world: World, bob: factories.JsonClient, mode: str) -> None:
    settings = {
        "pre_prompt": "Be {{tone}}",
        "model": {"provider": "openai", "name": "gpt-4o", "mode": "chat", "completion_params": {"stop": []}},
        "user_input_form": [{"text-input": {"label": "Tone", "variable": "tone", "required": False}}],
        "dataset_configs": {"retrieval_model": "multiple", "datasets": {"datasets": [{"dataset": {"enabled": True, "id": "old"}}]}},
        "agent_mode": {"enabled": mode == "agent-chat", "tools": [{"enabled": True, "provider_name": "time", "tool_name": "now"}]},
        "unheard_of": [1, {"b": 2, "a": 1}],
    }
    file = {"app": {"name": "S", "mode": mode, "zeal": 1}, "kind": "app", "model_config": settings, "version": "0.1.2"}
    answer = bob.post(f"{world.url}/apps/import", {"content": yaml.safe_dump(file, sort_keys=False)})
    assert answer.status_code == 201, answer.content
    kinds = {one["kind"] for one in answer.json()["missing"]}
    assert kinds == {"model", "dataset"} | ({"tool"} if mode == "agent-chat" else set())
    app_id = answer.json()["app"]["id"]
    exported = yaml.safe_load(bob.get(f"{world.url}/apps/{app_id}/export").content)
    assert exported == {**file, "version": "0.7.0"}
    assert [*exported] == [*file]
    change = {
        "models": [{"from": {"provider": "openai", "name": "gpt-4o"}, "to": {"provider": "demo", "name": "demo-chat"}}],
        "datasets": [{"from": "old", "to": None}],
    }
    document = bob.post(f"{world.url}/apps/{app_id}/rebind", change).json()["draft"]["document"]
    assert document["model_config"]["model"] == {**settings["model"], "provider": "demo", "name": "demo-chat"}  # type: ignore[dict-item]
    assert document["model_config"]["dataset_configs"]["datasets"]["datasets"] == []


def test_a_file_comes_from_an_address(world: World, bob: factories.JsonClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(imports, "job_start", lambda name, payload, workspace_id: asked.append((name, payload)) or "job")
    ended = jobs.Job("job", "succeeded", {"content": _file(flows.document())})
    monkeypatch.setattr(imports, "job_result", lambda workspace_id, job_id, wait_s: ended)
    answer = bob.post(f"{world.url}/apps/import", {"url": "https://example.test/app.yml"})
    assert answer.status_code == 201
    assert asked == [("studio.fetch_file", {"url": "https://example.test/app.yml"})]
    failed = jobs.Job("job", "failed", error={"code": "egress_blocked", "message": "no", "details": {"host": "h"}})
    monkeypatch.setattr(imports, "job_result", lambda workspace_id, job_id, wait_s: failed)
    refused = bob.post(f"{world.url}/apps/import", {"url": "http://10.0.0.1/app.yml"})
    assert (refused.status_code, refused.json()["code"], refused.json()["details"]["host"]) == (422, "egress_blocked", "h")
    assert App.unscoped.count() == 1


def test_publishing_with_errors_has_to_be_asked_for(world: World, bob: factories.JsonClient) -> None:
    flow = flows.document()
    flow["graph"]["nodes"][1]["data"] = {"type": "tool", "title": "Search"}
    app = flows.app(world.workspace, flow=flow)
    url = f"{world.url}/apps/{app.id}/versions"
    assert bob.post(url, {}).json()["code"] == "flow_has_errors"
    assert bob.post(url, {"accept_errors": True}).status_code == 201


def test_charlie_sees_and_changes_nothing(world: World) -> None:
    app = flows.app(world.workspace)
    stranger = factories.client(world.charlie)
    assert stranger.get(f"{world.url}/apps/{app.id}/missing").status_code == 404
    assert stranger.post(f"{world.url}/apps/{app.id}/rebind", {}).status_code == 404
