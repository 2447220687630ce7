"""Every template runs at once, on the demo model, with the input it brings along."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import AsyncIterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from backend.llm import demo
from backend.studio.documents import document_check
from backend.studio.gallery import TEMPLATES, Template, blank_document
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


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
async def test_it_runs_on_the_demo_model(template: Template) -> None:
    result, _ = await _run(template, DemoModel())
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
