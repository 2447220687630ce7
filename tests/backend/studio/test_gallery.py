"""Every template runs at once, on the demo model, with the input it brings along."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import AsyncIterator, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from backend.llm import demo
from backend.studio.documents import document_check
from backend.studio.gallery import TEMPLATES, Template, blank_document, in_language, zh_hans
from backend.studio.models import CHAT_MODES
from backend.studio.plans import flow_document, flow_problems
from workers.engine import plan as engine
from workers.engine import runner
from workers.engine.errors import NodeError
from workers.engine.events import Event, NodeFinished, RunFinished, RunPaused
from workers.engine.forms import FormAnswer
from workers.engine.ports import ChatRequest, ModelRef, Ports, RunInfo
from workers.engine.state import RunState
from workers.tasks.context import Sandboxes

LANGUAGES = {"en", "zh-Hans"}
HAN = re.compile(r"[\u4e00-\u9fff]")
# What each run has to end with, so that a template whose branch goes astray is noticed.
TAKEN = {
    "support-bot": {"start", "reply", "say"},
    "route-mail": {"start", "sort", "route", "billing", "reply", "end"},
    "summarise": {"start", "by_length", "points", "summary", "end"},
    "help-desk": {"start", "topic", "route", "billing_expert", "reply", "say"},
    "sql-explainer": {"start", "is_sql", "explain", "risks", "say"},
    "front-desk": {"start", "topic", "complaint", "reply", "say"},
    "ask-a-file": {"start", "any", "ask", "please"},
    "interview-coach": {"start", "count", "enough", "next", "say"},
    "approve-a-reply": {"start", "draft", "ask", "corrected", "reply", "end"},
    "page-brief": {"start", "fetch", "sorry", "result", "end"},
}
# What asks the network, of which there is none here, goes the way for that.
AWAY = {"page-brief"}


class DemoModel:
    """The chat port with nothing but the demo model behind it."""

    def __init__(self, broken: bool = False) -> None:
        self._broken = broken

    async def stream(self, request: ChatRequest) -> AsyncIterator[Any]:
        if self._broken:
            raise NodeError("provider_unavailable", "The provider is away.")
        async for delta in demo.stream(request):
            yield delta

    async def supports(self, model: ModelRef, feature: str) -> bool:
        return True


class NoFiles:
    async def data_url(self, file: Any) -> str:
        raise NodeError("file_not_found", "There are no files here.")

    async def read(self, file: Any) -> bytes:
        raise NodeError("file_not_found", "There are no files here.")

    async def keep(self, content: bytes, name: str, mime_type: str) -> dict[str, Any]:
        raise NodeError("file_too_large", "Nothing is kept here.")


async def _run(template: Template, chat: DemoModel) -> tuple[RunFinished, RunState]:
    document = flow_document(template.document, template.mode)
    plan = engine.compile(document, template.mode)
    inputs = engine.validate_inputs(plan, template.sample_inputs)
    system = {"query": template.sample_query, "files": [], "conversation_id": "c", "dialogue_count": 1, "user_id": "u"}
    talk = {row["name"]: row["value"] for row in document.get("conversation_variables", ())}
    info = RunInfo(run_id=str(uuid.uuid4()), mode=template.mode, inputs=inputs, system=system, conversation=talk)
    sandboxes, state = Sandboxes(), RunState()
    nodes: list[NodeFinished] = []

    def emit(event: Event) -> None:
        if isinstance(event, NodeFinished):
            nodes.append(event)

    try:
        ports = Ports(chat=chat, templates=sandboxes.templates, code=sandboxes, files=NoFiles())
        result = await runner.execute(plan, info, ports, state=state, emit=emit)
        if isinstance(result, RunPaused):
            [form] = result.reasons
            pressed = FormAnswer("correct", {"correction": "It comes tomorrow."}, by="alice")
            result = await runner.execute(plan, info, ports, state=state, emit=emit, answers={form["form_id"]: pressed})
    finally:
        await sandboxes.close()
    assert isinstance(result, RunFinished)
    failed = [(node.node_id, node.error) for node in nodes if node.status == "failed"]
    assert result.error is None, failed
    finished = {node.node_id for node in nodes if not node.path}
    if template.id in TAKEN and not chat._broken:
        assert finished == TAKEN[template.id]
    return result, state


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
async def test_it_runs_on_the_demo_model(template: Template, language: str) -> None:
    result, _ = await _run(in_language(template, language), DemoModel())
    assert result.status == ("partial_succeeded" if template.id in AWAY else "succeeded")
    if template.mode == "workflow":
        assert result.outputs
        assert all(value not in (None, "", {}) for value in result.outputs.values()), result.outputs
    else:
        assert "demo" in result.answer or "演示" in result.answer, "the demo model says what it is"


@pytest.mark.django_db
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_it_has_no_problems_and_may_be_published(template: Template) -> None:
    assert document_check(json.loads(json.dumps(template.document)), template.mode) == template.document
    assert flow_problems(uuid.uuid4(), template.document, template.mode, strict=True) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_it_is_labelled_in_both_languages(template: Template) -> None:
    assert set(template.name) == set(template.description) == LANGUAGES
    assert HAN.search(template.name["zh-Hans"])
    assert HAN.search(template.description["zh-Hans"])
    assert template.sample_query or template.sample_inputs
    assert (template.mode in CHAT_MODES) == bool(template.sample_query)


def _shown(template: Template) -> Iterator[str]:
    """What people read in a flow and its samples."""
    document = template.document
    settings = document.get("model_config") or document["features"]
    rows = [row for form in settings.get("user_input_form", ()) for row in form.values()]
    for node in document.get("graph", {"nodes": []})["nodes"]:
        data = node["data"]
        rows += data["variables"] if data["type"] == "start" else []
        rows += data.get("user_actions", ())
        yield from (data["title"], data.get("form_content", ""), data.get("answer", ""))
        yield from (topic["name"] for topic in data.get("classes", ()))
        yield from (one["description"] for one in data.get("parameters", ()))
        yield data["template"] if data["type"] == "template-transform" else ""
    for row in rows:
        yield from (row.get("label", ""), row.get("default", ""), row.get("title", ""), *row.get("options", ()))
    yield from (settings["opening_statement"], *settings["suggested_questions"], settings.get("pre_prompt", ""))
    yield from (variable["description"] for variable in document.get("conversation_variables", ()))
    yield from (template.sample_query, *template.sample_inputs.values())


PLACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
# The same in every language.
COMMON = re.compile(r"SELECT .*|https?://\S+")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_a_chinese_studio_makes_it_in_chinese(template: Template) -> None:
    chinese = in_language(template, "zh-Hans")
    shown = [PLACES.sub("", text) for text in _shown(chinese) if isinstance(text, str)]
    assert [text for text in shown if re.search("[A-Za-z]", text) and not HAN.search(text) and not COMMON.fullmatch(text)] == []
    assert document_check(json.loads(json.dumps(chinese.document)), chinese.mode) == chinese.document
    plan = engine.compile(flow_document(chinese.document, chinese.mode), chinese.mode)
    assert [problem for problem in plan.problems if problem.severity == "error"] == []
    assert in_language(template, "en") is template


def test_no_text_is_translated_that_no_template_has() -> None:
    everything = {text for template in TEMPLATES for text in _strings([template.document, template.sample_inputs, template.sample_query])}
    assert [text for text in zh_hans.TEXTS if text not in everything] == []
    assert [piece for piece in zh_hans.PIECES if not any(piece in text for text in everything)] == []
    assert [said for said in (*zh_hans.TEXTS.values(), *zh_hans.PIECES.values()) if not HAN.search(said)] == []


def test_chinese_prompts_are_told_the_language_unless_they_settle_it_themselves() -> None:
    told = {}
    for template in TEMPLATES:
        for node in in_language(template, "zh-Hans").document.get("graph", {"nodes": []})["nodes"]:
            if node["data"]["type"] == "llm":
                told[template.id, node["id"]] = node["data"]["prompt_template"][0]["text"].endswith("请用中文回答。")
    assert told["research-steps", "background"]
    assert not told["translate-polish", "draft"]
    assert not told["help-desk", "topic"]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def test_categories_have_names_on_the_screen() -> None:
    root = Path(__file__).parents[3] / "frontend" / "src" / "i18n"
    for language in LANGUAGES:
        texts = json.loads((root / language / "apps.json").read_text())
        assert {f"category.{template.category}" for template in TEMPLATES} <= set(texts)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_no_node_covers_another(template: Template) -> None:
    graph = template.document.get("graph", {"nodes": [], "edges": []})
    drawn = [node for node in graph["nodes"] if not node["type"].endswith("-start")]
    for one, other in combinations(drawn, 2):
        if one.get("parentId") == other.get("parentId"):
            left, right = sorted((one, other), key=lambda node: node["position"]["x"])
            apart = right["position"]["x"] - left["position"]["x"] >= left.get("width", 244) + 16
            upper, lower = sorted((one, other), key=lambda node: node["position"]["y"])
            assert apart or lower["position"]["y"] - upper["position"]["y"] >= upper.get("height", 85), (one["id"], other["id"])
    columns = {node["id"]: node["position"]["x"] for node in graph["nodes"]}
    assert all(columns[edge["source"]] < columns[edge["target"]] for edge in graph["edges"]), "it reads left to right"


def test_ids_differ_and_there_are_thirty() -> None:
    assert len({template.id for template in TEMPLATES}) == len(TEMPLATES) == 30


@pytest.mark.parametrize("template_id", ["support-bot", "reviewer"])
async def test_fail_branches_answer_when_the_model_is_away(template_id: str) -> None:
    template = next(item for item in TEMPLATES if item.id == template_id)
    quick = json.loads(json.dumps(template.document))
    for node in quick["graph"]["nodes"]:
        node["data"].pop("retry_config", None)
    result, _ = await _run(Template(**{**_fields(template), "document": quick}), DemoModel(broken=True))
    assert result.status == "partial_succeeded"
    said = result.answer or str(result.outputs)
    assert "help@shop.example" in said or "could not be scored (The provider is away.)" in said


def _fields(template: Template) -> dict[str, Any]:
    return {name: getattr(template, name) for name in Template.__slots__}


@pytest.mark.django_db
def test_a_blank_chatflow_may_be_run_and_a_blank_workflow_begins_with_its_start() -> None:
    assert flow_problems(uuid.uuid4(), blank_document("advanced-chat"), "advanced-chat", strict=True) == []
    assert [node["id"] for node in blank_document("workflow")["graph"]["nodes"]] == ["start"]
