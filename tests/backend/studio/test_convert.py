"""A simple app becomes a flow that asks the models the same."""

from __future__ import annotations

from typing import Any

import pytest

from backend.studio import services
from backend.studio.documents import document_check
from backend.studio.models import App, Draft
from backend.studio.plans import flow_document, flow_problems
from backend.studio.simple import drawn_flow
from tests import factories
from tests.backend.studio.test_simple import (
    FOUND,
    KNOWLEDGE,
    TEXT_MODEL,
    TURNS,
    Config,
    advanced,
    advanced_text,
    config,
)
from tests.engine.builders import Bench, Library, Ran, picture
from tests.fakes.scripted_model import ScriptedModel

FEATURES = {
    "opening_statement": "Hello {{name}}",
    "suggested_questions": ["One?"],
    "suggested_questions_after_answer": {"enabled": True},
    "retriever_resource": {"enabled": True},
    "sensitive_word_avoidance": {
        "enabled": True,
        "type": "keywords",
        "configs": {"keywords": "sandbank", "inputs_config": {"enabled": True, "preset_response": "No."}},
    },
}
PICTURES = {"file_upload": {"image": {"enabled": True, "detail": "low", "number_limits": 2, "transfer_methods": ["local_file"]}}}


async def _ran(document: dict[str, Any], mode: str, query: str, /, **inputs: str) -> tuple[Bench, Ran, Library]:
    library = Library(FOUND)
    talks = mode not in ("completion", "workflow")
    system: dict[str, Any] = {"query": query} if mode != "workflow" else {}
    system |= {"files": [picture()], "user_id": "u", "conversation_id": "c", "dialogue_count": 2}
    bench = Bench(model=ScriptedModel("Hello."), mode=mode, system=system, history=TURNS if talks else (), knowledge=library)
    return bench, await bench.run(document, {"name": "Ann", **inputs}), library


@pytest.mark.parametrize("features", [{}, FEATURES, PICTURES], ids=["plain", "features", "pictures"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"pre_prompt": ""},
        KNOWLEDGE,
        {**KNOWLEDGE, "pre_prompt": "Know {{#context#}}, {{name}}."},
        {"model": TEXT_MODEL},
        advanced(("system", "Be brief."), ("user", "{{name}} asks: {{#query#}}")) | KNOWLEDGE,
        advanced_text("{{#context#}}|{{#histories#}}|{{name}}|{{#query#}}", user_prefix="Q", assistant_prefix="A") | KNOWLEDGE,
    ],
)
@pytest.mark.parametrize("query", ["hi", "Where is the sandbank?"])
async def test_a_chat_and_its_chatflow_ask_and_answer_the_same(changes: Config, features: Config, query: str) -> None:
    document = config(**changes, **features)
    before, said, looked_up = await _ran(dict(flow_document(document, "chat")), "chat", query)
    after, again, looked_again = await _ran(drawn_flow(document, "chat"), "advanced-chat", query)
    assert after.model.requests == before.model.requests
    assert looked_again.requests == looked_up.requests
    assert (again.finished.answer, again.finished.resources) == (said.finished.answer, said.finished.resources)


@pytest.mark.parametrize(
    ("changes", "asks"),
    [
        ({}, False),
        ({"model": TEXT_MODEL}, False),
        ({**KNOWLEDGE, "dataset_query_variable": "name"}, False),
        (KNOWLEDGE, True),
        (advanced(("system", "Be brief."), ("user", "Q: {{#query#}}")), True),
        (advanced(("system", "Be brief.")), False),
        (PICTURES, False),
    ],
)
async def test_a_text_generation_and_its_workflow_ask_the_same(changes: Config, asks: bool) -> None:
    document = config(**changes)
    query = "When?" if asks else ""
    before, said, looked_up = await _ran(dict(flow_document(document, "completion")), "completion", query)
    drawn = drawn_flow(document, "completion")
    given = {"query": query} if asks else {}
    after, again, looked_again = await _ran(drawn, "workflow", "", **given)
    start = drawn["graph"]["nodes"][0]["data"]
    assert [row["variable"] for row in start["variables"]] == ["name", *given]
    assert after.model.requests == before.model.requests
    assert looked_again.requests == looked_up.requests
    assert again.finished.outputs == {"text": said.finished.answer}


async def test_a_workflow_passes_on_a_question_that_nothing_else_would_tell_the_model() -> None:
    bench, _, _ = await _ran(drawn_flow(config(pre_prompt=""), "completion"), "workflow", "", query="When is low tide?")
    assert bench.model.prompts() == [("user", "When is low tide?")]


def test_the_question_gets_a_name_that_is_free() -> None:
    form = [{"text-input": {"variable": "query", "label": "Q", "required": False, "default": ""}}]
    drawn = drawn_flow(config(user_input_form=form, **KNOWLEDGE), "completion")
    start, knowledge = drawn["graph"]["nodes"][:2]
    assert [row["variable"] for row in start["data"]["variables"]] == ["query", "query_2"]
    assert knowledge["data"]["query_variable_selector"] == ["start", "query_2"]


@pytest.mark.django_db
@pytest.mark.parametrize(("mode", "drawn_mode"), [("chat", "advanced-chat"), ("completion", "workflow")])
@pytest.mark.parametrize("changes", [{}, KNOWLEDGE, FEATURES, PICTURES])
def test_the_drawing_is_tidy_and_has_no_problems(world: factories.World, mode: str, drawn_mode: str, changes: Config) -> None:
    drawn = drawn_flow(config(**changes), mode, "zh-Hans")
    document_check(drawn, drawn_mode)
    known = {"dataset_missing", "dataset_unknown", "moderation_not_applied"}  # workflows have no moderation: the checklist says so
    assert {problem.code for problem in flow_problems(world.workspace.pk, drawn, drawn_mode)} <= known
    nodes = drawn["graph"]["nodes"]
    assert [node["position"] for node in nodes] == [{"x": 320 * column, "y": 0} for column in range(len(nodes))]
    assert nodes[0]["data"]["title"] == "开始"
    assert drawn["features"].get("opening_statement") == changes.get("opening_statement")
    if changes is PICTURES:
        upload = drawn["features"]["file_upload"]
        assert (upload["enabled"], upload["allowed_file_types"], upload["number_limits"]) == (True, ["image"], 2)
        assert upload["allowed_file_upload_methods"] == ["local_file"]


def _app(world: factories.World, mode: str, **changes: Any) -> App:
    fields = {"name": "Harbour", "icon": "⚓", "tags": ["a"]}
    return services.app_create(workspace=world.workspace, user=world.bob, mode=mode, document=config(**changes), fields=fields)


def test_the_old_app_stays_and_the_new_one_looks_like_it(world: factories.World) -> None:
    app = _app(world, "chat", **FEATURES)
    client = factories.client(world.bob)
    made = client.post(f"{world.url}/apps/{app.pk}/convert", {}).json()
    assert (made["name"], made["mode"], made["icon"], made["tags"]) == ("Harbour (flow)", "advanced-chat", "⚓", ["a"])
    assert client.post(f"{world.url}/apps/{app.pk}/convert", {"language": "zh-Hans"}).json()["name"] == "Harbour（流程）"
    assert Draft.objects.get(app=app).document == config(**FEATURES)
    drawn = client.get(f"{world.url}/apps/{made['id']}/draft").json()
    assert drawn["problems"] == []
    assert [node["data"]["type"] for node in drawn["document"]["graph"]["nodes"]] == ["start", "llm", "answer"]


@pytest.mark.parametrize(
    ("mode", "changes", "code"),
    [("agent-chat", {}, "mode_not_convertible"), ("chat", {"model": "gpt"}, "flow_has_errors")],
)
def test_what_cannot_become_a_flow(world: factories.World, mode: str, changes: Config, code: str) -> None:
    answer = factories.client(world.bob).post(f"{world.url}/apps/{_app(world, mode, **changes).pk}/convert", {})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert App.scoped(world.workspace).count() == 1


def test_a_name_that_is_as_long_as_may_be_is_cut(world: factories.World) -> None:
    app = _app(world, "chat")
    services.app_update(app=app, fields={"name": "x" * services.NAME_CHARS})
    made = services.app_convert(app=app, user=world.bob, language="en")
    assert (len(made.name), made.name[-7:]) == (services.NAME_CHARS, " (flow)")


def test_settings_are_tried_without_saving_them(world: factories.World) -> None:
    app = _app(world, "chat")
    other = {**config()["model_config"], "pre_prompt": "Be strict."}
    version = services.settings_freeze(app=app, user=world.bob, settings=other)
    assert version.document == {"model_config": other}
    assert (version.number, version.name) == (None, "")
    assert services.settings_freeze(app=app, user=world.bob, settings=dict(other)).pk == version.pk
    assert Draft.objects.get(app=app).document == config()


def test_settings_are_checked_like_a_draft(world: factories.World) -> None:
    path = f"{world.url}/apps/{_app(world, 'chat').pk}/runs"
    bob = factories.client(world.bob)
    broken = {**config()["model_config"], "model": {}}
    answer = bob.post(path, {"query": "hi", "settings": broken})
    assert (answer.status_code, answer.json()["code"]) == (422, "flow_has_errors")
    assert [problem["field"] for problem in answer.json()["details"]["problems"]] == ["model_config.model"]
    assert bob.post(path, {"query": "hi", "settings": "x"}).status_code == 400
    operator = factories.client(world.member("operator"))
    answer = operator.post(path, {"query": "hi", "settings": config()["model_config"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    drawn = services.app_convert(app=App.scoped(world.workspace).get(), user=world.bob, language="en")
    answer = bob.post(f"{world.url}/apps/{drawn.pk}/runs", {"query": "hi", "settings": {}})
    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["settings"])
