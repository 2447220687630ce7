from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import Bench, Library, answer, chain, document, llm, node, picture, start
from tests.fakes.scripted_model import ScriptedModel
from workers.engine import plan as plans
from workers.engine.errors import NodeError
from workers.engine.ports import ModelRef, NoKnowledge, Ports, Retrieval

PASSAGE = {
    "content": "Tides rise twice a day.",
    "title": "Tides",
    "files": None,
    "metadata": {"_source": "knowledge", "dataset_id": "d1", "dataset_name": "Sea", "document_name": "Tides", "score": 0.9, "position": 1},
}


def retrieval(**data: Any) -> dict[str, Any]:
    return node("find", "knowledge-retrieval", **{"query_variable_selector": ["sys", "query"], "dataset_ids": ["d1", "d2"], **data})


def flow(drawn: dict[str, Any]) -> dict[str, Any]:
    return document([start(), drawn, answer("{{#find.result#}}")], chain("start", "find", "answer"))


async def asked(**data: Any) -> Retrieval:
    bench = Bench(knowledge=Library(PASSAGE))
    ran = await bench.run(flow(retrieval(**data)))
    assert ran.node("find").outputs == {"result": [PASSAGE]}
    [request] = bench.knowledge.requests
    return request


async def test_the_question_goes_to_the_knowledge_and_what_is_found_comes_back() -> None:
    assert await asked() == Retrieval(query="hi", dataset_ids=("d1", "d2"))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"top_k": 7, "score_threshold": 0.5}, {"top_k": 7, "score_threshold": 0.5}),
        ({"top_k": 7, "score_threshold": 0.5, "score_threshold_enabled": False}, {"top_k": 7}),
        ({"top_k": None, "score_threshold": ""}, {}),
        (
            {"reranking_enable": True, "reranking_mode": "reranking_model", "reranking_model": {"provider": "cohere", "model": "r"}},
            {"rerank": {"provider": "cohere", "model": "r"}},
        ),
        (
            {"reranking_model": {"reranking_provider_name": "cohere", "reranking_model_name": "r"}},
            {"rerank": {"provider": "cohere", "model": "r"}},
        ),
        ({"reranking_enable": False, "reranking_model": {"provider": "cohere", "model": "r"}}, {}),
        ({"reranking_mode": "weighted_score", "weights": {"vector_setting": {}}}, {"weights": {"vector_setting": {}}}),
    ],
)
async def test_settings(settings: dict[str, Any], expected: dict[str, Any]) -> None:
    assert await asked(multiple_retrieval_config=settings) == Retrieval(query="hi", dataset_ids=("d1", "d2"), **expected)


@pytest.mark.parametrize(
    "data",
    [
        {"retrieval_mode": "multiWay", "multiple_retrieval_config": None, "single_retrieval_config": None, "metadata_filtering_mode": None},
        {"retrieval_mode": None, "metadata_filtering_mode": "", "metadata_filtering_conditions": [], "metadata_model_config": None},
        {"query_variable_selector": "{{#sys.query#}}", "metadata_filtering_conditions": {"logical_operator": None, "conditions": None}},
    ],
)
async def test_settings_as_files_write_them(data: dict[str, Any]) -> None:
    assert await asked(**data) == Retrieval(query="hi", dataset_ids=("d1", "d2"))


async def test_a_filter_with_variables() -> None:
    rows = [
        {"id": "x", "name": "author", "metadata_id": "m", "comparison_operator": "is", "value": "{{#sys.user_id#}}"},
        {"id": "y", "name": "year", "comparison_operator": "≥", "value": 2020},
    ]
    conditions = {"logical_operator": "or", "conditions": rows}
    request = await asked(metadata_filtering_mode="manual", metadata_filtering_conditions=conditions)
    assert request.metadata_filter == {
        "logical_operator": "or",
        "conditions": [
            {"name": "author", "comparison_operator": "is", "value": "u"},
            {"name": "year", "comparison_operator": "≥", "value": 2020},
        ],
    }
    assert (await asked(metadata_filtering_mode="disabled", metadata_filtering_conditions=conditions)).metadata_filter is None


async def test_models_that_choose_and_filter() -> None:
    model = {"provider": "demo", "name": "m", "mode": "chat"}
    drawn = {"retrieval_mode": "single", "single_retrieval_config": {"model": model}}
    request = await asked(**drawn, metadata_filtering_mode="automatic", metadata_model_config=model)
    assert (request.mode, request.model, request.metadata_model) == ("single", ModelRef("demo", "m"), ModelRef("demo", "m"))
    plan = plans.compile(flow(retrieval(**drawn)), "advanced-chat")
    assert plan.models == (("find", "single_retrieval_config.model", ModelRef("demo", "m")),)


async def test_an_empty_question_finds_nothing_but_pictures_may() -> None:
    bench = Bench(knowledge=Library(PASSAGE), system={"query": " ", "files": [picture()], "conversation_id": "c", "user_id": "u"})
    ran = await bench.run(flow(retrieval()))
    assert ran.node("find").outputs == {"result": []}
    assert bench.knowledge.requests == []
    await bench.run(flow(retrieval(query_attachment_selector=["sys", "files"])))
    assert bench.knowledge.requests[0].files == (picture(),)


async def test_what_was_found_is_the_context_of_a_model_and_a_source_to_cite() -> None:
    bench = Bench(ScriptedModel("Twice."), knowledge=Library(PASSAGE))
    drawn = llm(prompt="Use {{#context#}}", context={"enabled": True, "variable_selector": ["find", "result"]})
    ran = await bench.run(document([start(), retrieval(), drawn, answer()], chain("start", "find", "llm", "answer")))
    assert bench.model.prompts() == [("user", "Use Tides rise twice a day.")]
    assert ran.node("llm").process["retriever_resources"][0]["document_name"] == "Tides"


class Gone(Library):
    """The knowledge port of a workspace in which nothing of what a flow searches exists."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    async def search(self, request: Retrieval) -> list[dict[str, Any]]:
        """Refuse."""
        raise NodeError(self._code, "The knowledge is not there.")


async def test_knowledge_that_is_gone_has_nothing_to_say() -> None:
    ran = await Bench(knowledge=Gone("dataset_not_found")).run(flow(retrieval()))
    assert ran.finished.status == "succeeded"
    assert ran.node("find").outputs == {"result": []}
    assert ran.node("find").process == {"datasets": ["d1", "d2"], "note": "The knowledge is not there.", "found": 0}


async def test_knowledge_that_cannot_be_reached_fails_the_node() -> None:
    ran = await Bench(knowledge=Gone("knowledge_unavailable")).run(flow(retrieval()))
    assert ran.finished.error is not None
    assert ran.finished.error.code == "knowledge_unavailable"


async def test_an_installation_without_knowledge_says_so() -> None:
    bench = Bench()
    with pytest.raises(NodeError) as refused:
        await Ports(chat=bench.model, templates=bench.templates, files=bench.files).knowledge.search(Retrieval("q", ("d",)))
    assert refused.value.code == "knowledge_unavailable"
    assert isinstance(Ports(chat=bench.model, templates=bench.templates, files=bench.files).knowledge, NoKnowledge)


def test_what_is_missing_is_told() -> None:
    drawn = retrieval(dataset_ids=[], query_variable_selector=[], retrieval_mode="single", metadata_filtering_mode="automatic")
    problems = plans.compile(flow(drawn), "advanced-chat").problems
    assert {(problem.code, problem.field) for problem in problems if problem.node_id == "find"} == {
        ("datasets_missing", "dataset_ids"),
        ("selector_missing", "query_variable_selector"),
        ("model_missing", "single_retrieval_config.model"),
        ("model_missing", "metadata_model_config"),
    }
