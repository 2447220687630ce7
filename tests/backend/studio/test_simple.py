"""Settings of a simple app in; the flow, the prompt and the problems out."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from backend.core.errors import AppError
from backend.core.ids import uuid7
from backend.studio import services
from backend.studio.documents import document_digest
from backend.studio.dsl import file_read, file_write
from backend.studio.gallery import blank_document
from backend.studio.models import Draft
from backend.studio.plans import flow_document, flow_problems, plan_for
from backend.studio.simple import simple_flow
from backend.studio.simple.prompts import FRAME
from tests import factories
from tests.engine.builders import Bench, Library, Ran, picture
from tests.fakes.scripted_model import Reply, ScriptedModel
from workers.engine.errors import NodeError
from workers.engine.ports import ChatMessage, ImagePart, TextPart

Config = dict[str, Any]
MODEL = {"provider": "demo", "name": "demo-chat", "mode": "chat", "completion_params": {"temperature": 0.2}}
TEXT_MODEL = {**MODEL, "mode": "completion"}
FORM = [{"text-input": {"variable": "name", "label": "Name", "required": False, "default": ""}}]
TURNS = (ChatMessage("user", "u1"), ChatMessage("assistant", "a1"))
SIMPLE_MODES = ("chat", "completion", "agent-chat")
FOUND = {"content": "Tides turn twice.", "title": "Tides", "metadata": {"_source": "knowledge", "dataset_id": "d1", "segment_id": "s1"}}
KNOWLEDGE = {"dataset_configs": {"datasets": {"datasets": [{"dataset": {"enabled": True, "id": "d1"}}]}}}
BLOCK = FRAME.replace("{{#context#}}", "Tides turn twice.")


def config(**changes: Any) -> dict[str, Any]:
    """The document of a simple app."""
    return {"model_config": {"model": MODEL, "pre_prompt": "Be kind to {{name}}.", "user_input_form": FORM, **changes}}


async def ran(
    document: dict[str, Any], mode: str = "chat", query: str = "hi", inputs: dict[str, Any] | None = None, **bench: Any
) -> tuple[Bench, Ran]:
    """Run a simple app with one earlier turn."""
    system = {"query": query, "files": bench.pop("files", []), "user_id": "u", "conversation_id": "c", "dialogue_count": 2}
    made = Bench(model=ScriptedModel("Hello."), mode=mode, system=system, history=TURNS if mode != "completion" else (), **bench)
    return made, await made.run(flow_document(document, mode), {"name": "Ann"} if inputs is None else inputs)


def advanced(*lines: tuple[str, str]) -> Config:
    return {"prompt_type": "advanced", "chat_prompt_config": {"prompt": [{"role": role, "text": text} for role, text in lines]}}


def advanced_text(text: str, **roles: str) -> Config:
    settings = {"prompt": {"text": text}, "conversation_histories_role": roles}
    return {"prompt_type": "advanced", "model": TEXT_MODEL, "completion_prompt_config": settings}


HISTORY = [("user", "u1"), ("assistant", "a1")]


@pytest.mark.parametrize(
    ("changes", "mode", "query", "messages"),
    [
        pytest.param({}, "chat", "hi", [("system", "Be kind to Ann."), *HISTORY, ("user", "hi")], id="simple chat"),
        pytest.param({}, "agent-chat", "hi", [("system", "Be kind to Ann."), *HISTORY, ("user", "hi")], id="agent"),
        pytest.param({"pre_prompt": ""}, "chat", "hi", [*HISTORY, ("user", "hi")], id="no prompt"),
        pytest.param({"pre_prompt": None}, "chat", "hi", [*HISTORY, ("user", "hi")], id="prompt is null"),
        pytest.param({}, "completion", "", [("user", "Be kind to Ann.")], id="completion without a question"),
        pytest.param({}, "completion", "hi", [("system", "Be kind to Ann."), ("user", "hi")], id="completion with a question"),
        pytest.param(
            {"pre_prompt": "{{ name }} {{nobody}} {{#query#}}"},
            "completion",
            "",
            [("user", "Ann {{nobody}} ")],
            id="only names of the form are filled in",
        ),
        pytest.param(
            {"pre_prompt": "{{#env.secret#}} {{#start.name#}}"}, "completion", "", [("user", "env.secret Ann")], id="no other variables"
        ),
        pytest.param(
            KNOWLEDGE, "chat", "hi", [("system", f"{BLOCK}Be kind to Ann."), *HISTORY, ("user", "hi")], id="context before the prompt"
        ),
        pytest.param(
            advanced(("system", "Know: {{#context#}}"), ("user", "I am {{name}}"), ("assistant", "Ok")) | KNOWLEDGE,
            "chat",
            "hi",
            [("system", "Know: Tides turn twice."), ("user", "I am Ann"), ("assistant", "Ok"), *HISTORY, ("user", "hi")],
            id="advanced chat",
        ),
        pytest.param(
            advanced(("system", "Be brief."), ("user", "{{name}} asks: {{#query#}}")) | KNOWLEDGE,
            "chat",
            "hi",
            [("system", BLOCK), ("system", "Be brief."), *HISTORY, ("user", "Ann asks: hi")],
            id="advanced chat whose last message is the question",
        ),
        pytest.param(
            advanced(("system", "Be brief."), ("user", "Q: {{#query#}}")),
            "completion",
            "hi",
            [("system", "Be brief."), ("user", "Q: hi")],
            id="advanced completion",
        ),
        pytest.param(
            advanced(("system", "Be brief.")), "completion", "", [("user", "Be brief.")], id="advanced completion without a question"
        ),
        pytest.param(advanced(), "chat", "hi", [("system", "Be kind to Ann."), *HISTORY, ("user", "hi")], id="advanced but empty"),
        pytest.param(
            {"model": TEXT_MODEL},
            "chat",
            "hi",
            [("user", "Be kind to Ann.\n\nHuman: u1\nAssistant: a1\nHuman: hi\nAssistant: ")],
            id="simple chat on a completion model",
        ),
        pytest.param({"model": TEXT_MODEL}, "completion", "hi", [("user", "Be kind to Ann.\n\nhi")], id="completion on a completion model"),
        pytest.param(
            advanced_text("{{#context#}}|{{#histories#}}|{{name}}|{{#query#}}", user_prefix="Q", assistant_prefix="A") | KNOWLEDGE,
            "chat",
            "hi",
            [("user", "Tides turn twice.|Q: u1\nA: a1|Ann|hi")],
            id="advanced text with all places",
        ),
    ],
)
async def test_the_prompt(changes: Config, mode: str, query: str, messages: list[tuple[str, str]]) -> None:
    bench, _ = await ran(config(**changes), mode, query, knowledge=Library(FOUND))
    assert bench.model.prompts() == messages


async def test_a_run_is_an_ordinary_run() -> None:
    bench, done = await ran(config())
    assert (done.started, done.finished.status, done.finished.answer) == (["start", "llm", "answer"], "succeeded", "Hello.")
    assert done.finished.outputs == {"answer": "Hello.", "files": []}
    request = bench.model.requests[0]
    assert (request.model.provider, request.model.name, dict(request.params)) == ("demo", "demo-chat", {"temperature": 0.2})


async def test_nothing_found_leaves_no_trace_in_the_prompt() -> None:
    bench, done = await ran(config(**KNOWLEDGE), knowledge=Library())
    assert bench.model.prompts()[0] == ("system", "Be kind to Ann.")
    assert done.finished.resources == []


async def test_knowledge_is_asked_as_the_settings_say_and_what_was_found_is_cited() -> None:
    settings = {
        "retrieval_model": "multiple",
        "datasets": {"datasets": [{"dataset": {"id": "d1"}}, {"dataset": {"enabled": False, "id": "d2"}}, {"dataset": {"id": "d1"}}]},
        "top_k": 7,
        "score_threshold_enabled": True,
        "score_threshold": 0.4,
        "reranking_enable": True,
        "reranking_mode": "reranking_model",
        "reranking_model": {"reranking_provider_name": "cohere", "reranking_model_name": "rerank-1"},
        "weights": None,
    }
    legacy = {"enabled": True, "tools": [{"dataset": {"enabled": True, "id": "d3"}}]}
    library = Library(FOUND)
    _, done = await ran(config(dataset_configs=settings, agent_mode=legacy), knowledge=library)
    [request] = library.requests
    assert (request.query, request.dataset_ids, request.mode, request.top_k) == ("hi", ("d1", "d3"), "multiple", 7)
    assert (request.score_threshold, request.rerank) == (0.4, {"provider": "cohere", "model": "rerank-1"})
    assert [(resource["dataset_id"], resource["content"]) for resource in done.finished.resources] == [("d1", "Tides turn twice.")]


async def test_the_score_threshold_counts_only_when_it_is_switched_on() -> None:
    library = Library()
    await ran(config(dataset_configs={**KNOWLEDGE["dataset_configs"], "score_threshold": 0.4}), knowledge=library)
    assert library.requests[0].score_threshold is None


async def test_a_completion_looks_up_the_variable_that_was_chosen_for_it() -> None:
    library = Library(FOUND)
    await ran(config(dataset_query_variable="name", **KNOWLEDGE), "completion", "", knowledge=library)
    assert library.requests[0].query == "Ann"
    await ran(config(dataset_query_variable="gone", **KNOWLEDGE), "completion", "q", knowledge=library)
    assert library.requests[1].query == "q"


@pytest.mark.parametrize(
    ("upload", "seen"),
    [
        ({"image": {"enabled": True, "detail": "low"}}, ImagePart("https://files.example.test/p1", "low")),
        ({"enabled": True, "allowed_file_types": ["image"]}, ImagePart("https://files.example.test/p1", "high")),
        ({"enabled": True, "allowed_file_types": ["document"]}, None),
        ({"image": {"enabled": False}}, None),
        (None, None),
    ],
)
async def test_pictures(upload: Any, seen: ImagePart | None) -> None:
    bench, _ = await ran(config(file_upload=upload), files=[picture()])
    content = bench.model.requests[0].messages[-1].content
    assert content == ("hi" if seen is None else (TextPart("hi"), seen))


async def test_inputs_of_the_form_are_checked_and_filled_in() -> None:
    form = [{"select": {"variable": "name", "label": "N", "required": True, "options": ["Ann", "Bob"], "default": "Bob"}}]
    bench, _ = await ran(config(user_input_form=form), inputs={})
    assert bench.model.prompts()[0] == ("system", "Be kind to Bob.")


def found(document: dict[str, Any], mode: str = "chat") -> list[tuple[str, str, str | None, str | None]]:
    plan = plan_for(uuid7(), document, mode)
    return [(problem.code, problem.severity, problem.node_id, problem.field) for problem in plan.problems]


@pytest.mark.parametrize("mode", SIMPLE_MODES)
def test_new_apps_have_no_problems(mode: str) -> None:
    assert found(blank_document(mode), mode) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"model": {}}, ("model_missing", "error", None, "model_config.model")),
        ({"model": "gpt"}, ("config_invalid", "error", None, "model_config.model")),
        ({"pre_prompt": {"a": 1}}, ("config_invalid", "error", None, "model_config.pre_prompt")),
        ({"user_input_form": [{"a": {}, "b": {}}]}, ("config_invalid", "error", None, "model_config.user_input_form.0")),
        (
            {"user_input_form": [{"text-input": {"variable": "1x"}}]},
            ("variable_name_invalid", "error", None, "model_config.user_input_form.0.text-input.variable"),
        ),
        (
            {"user_input_form": [*FORM, {"select": {"variable": "s", "options": []}}]},
            ("options_missing", "error", None, "model_config.user_input_form.1.select.options"),
        ),
        (
            {"dataset_configs": {**KNOWLEDGE["dataset_configs"], "top_k": 1000}},
            ("node_invalid", "error", None, "model_config.dataset_configs.top_k"),
        ),
        (
            {"sensitive_word_avoidance": {"enabled": True, "type": "openai_moderation", "config": {}}},
            ("moderation_unavailable", "error", None, "model_config.sensitive_word_avoidance.type"),
        ),
        (
            {"sensitive_word_avoidance": {"enabled": True, "type": "keywords", "config": {"inputs_config": {"enabled": True}}}},
            ("moderation_words_missing", "error", None, "model_config.sensitive_word_avoidance.config.keywords"),
        ),
        (
            {"external_data_tools": [{"enabled": True, "variable": "w", "type": "api"}]},
            ("external_data_unsupported", "warning", None, "model_config.external_data_tools"),
        ),
    ],
)
def test_a_problem_names_the_field(changes: Config, problem: tuple[Any, ...]) -> None:
    assert problem in found(config(**changes))


def test_problems_that_only_some_modes_have() -> None:
    tools = {"enabled": True, "tools": [{"enabled": True, "tool_name": "search"}, {"enabled": False, "tool_name": "off"}]}
    told = ("agent_tools_unsupported", "warning", None, "model_config.agent_mode.tools")
    assert found(config(agent_mode=tools), "agent-chat") == [told]
    assert found(config(agent_mode=tools), "chat") == []
    assert found(config(pre_prompt=" "), "completion") == [("prompt_empty", "warning", None, "model_config.pre_prompt")]


@pytest.mark.parametrize("name", ["chat_prompt_config", "completion_prompt_config", "dataset_configs", "agent_mode", "file_upload"])
@pytest.mark.parametrize("nothing", [None, {}, [], ""])
def test_settings_that_were_never_made_are_no_problem(name: str, nothing: Any) -> None:
    assert found(config(**{name: nothing}), "agent-chat") == []


def test_the_same_settings_give_the_same_flow_and_stay_untouched() -> None:
    settings = config(**KNOWLEDGE, unknown={"kept": 1})
    before = copy.deepcopy(settings)
    assert simple_flow(settings, "chat") == simple_flow(copy.deepcopy(settings), "chat")
    assert settings == before


# -- drafts, versions, files ------------------------------------------------------------------


def make(world: factories.World, mode: str = "chat", **changes: Any) -> Any:
    return services.app_create(workspace=world.workspace, user=world.bob, mode=mode, document=config(**changes), fields={"name": "Simple"})


@pytest.mark.parametrize("mode", SIMPLE_MODES)
def test_a_draft_is_published_changed_restored_and_copied(world: factories.World, mode: str) -> None:
    app = make(world, mode, unknown="kept")
    version, warnings = services.app_publish(app=app, user=world.bob)
    assert (version.number, warnings) == (1, [])
    services.draft_save(app=app, user=world.bob, document=config(pre_prompt="Other."), base_revision=1)
    assert Draft.objects.get(app=app).digest != version.digest
    restored = services.version_restore(app=app, version=version, user=world.bob, base_revision=2)
    assert restored.document == config(unknown="kept")
    assert services.app_duplicate(app=app, user=world.bob).draft.document == config(unknown="kept")


def test_a_draft_without_settings_is_refused(world: factories.World) -> None:
    app = make(world)
    document: dict[str, Any]
    for document in ({}, {"model_config": None}, {"graph": {"nodes": [], "edges": []}}):
        with pytest.raises(AppError) as caught:
            services.draft_save(app=app, user=world.bob, document=document, base_revision=1)
        assert (caught.value.code, caught.value.details["field"]) == ("invalid_document", "document.model_config")


def test_a_broken_app_is_not_published(world: factories.World) -> None:
    app = make(world, model={})
    with pytest.raises(AppError) as caught:
        services.app_publish(app=app, user=world.bob)
    assert caught.value.code == "flow_has_errors"
    assert [problem["field"] for problem in caught.value.details["problems"]] == ["model_config.model"]


def test_a_model_without_access_is_named_by_its_field(world: factories.World) -> None:
    document = config(model={**MODEL, "provider": "openai", "name": "gpt-4o"})
    [problem] = flow_problems(world.workspace.id, document, "chat")
    assert (problem.code, problem.severity, problem.field) == ("model_not_configured", "warning", "model_config.model")


@pytest.mark.parametrize("mode", SIMPLE_MODES)
def test_files_go_in_and_out_without_loss(world: factories.World, mode: str) -> None:
    app = make(world, mode, **KNOWLEDGE, unknown={"deep": [1, {"x": None}]}, annotation_reply={"enabled": False})
    text = file_write(app, app.draft.document)
    file = file_read(text)
    assert (file.mode, file.document, file.report) == (mode, app.draft.document, [])
    again, _ = services.app_import(workspace=world.workspace, user=world.bob, content=text)
    assert file_write(again, again.draft.document) == text
    assert document_digest(again.draft.document) == app.draft.digest


def test_one_model_takes_the_place_of_all(world: factories.World) -> None:
    text = file_write(make(world, model={**MODEL, "provider": "x", "name": "y"}), config(model={**MODEL, "provider": "x", "name": "y"}))
    app, _ = services.app_import(workspace=world.workspace, user=world.bob, content=text, model=("demo", "demo-chat"))
    assert app.draft.document["model_config"]["model"] == MODEL


async def test_an_answer_that_fails_is_the_failure_of_the_run() -> None:
    bench = Bench(model=ScriptedModel(Reply(("par",), error=NodeError("provider_unavailable", "Away."))), mode="chat")
    done = await bench.run(flow_document(config(), "chat"), {"name": "Ann"})
    assert (done.finished.status, done.finished.answer) == ("failed", "par")
    assert done.finished.error is not None
    assert (done.finished.error.code, done.finished.error.node_title) == ("provider_unavailable", "Model")
