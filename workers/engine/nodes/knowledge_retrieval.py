"""Look things up in the knowledge of the workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import AliasChoices, Field, field_validator

from workers.engine.errors import NodeError
from workers.engine.node import Chosen, Node, NodeConfig, NodeContext, NodeOutputs, Output, Part, Reference, form, template_references
from workers.engine.nodes.llm.call import plain_query
from workers.engine.nodes.llm.config import ModelConfig
from workers.engine.ports import ModelRef, Retrieval
from workers.engine.problems import Problem
from workers.engine.variables import MISSING, Scope, Template, is_file, template

TOP_K = 4


class RerankingModel(Part):
    """A model that orders what was found."""

    provider: str = Field("", validation_alias=AliasChoices("provider", "reranking_provider_name"))
    model: str = Field("", validation_alias=AliasChoices("model", "reranking_model_name"))


class MultipleRetrieval(Part):
    """How to search all datasets at once. `reranking_mode`: reranking_model | weighted_score."""

    top_k: int = Field(TOP_K, ge=1, le=100)
    score_threshold: float | None = None
    score_threshold_enabled: bool | None = None
    reranking_enable: bool | None = None
    reranking_mode: str = ""
    reranking_model: RerankingModel = RerankingModel()
    weights: dict[str, Any] | None = None

    @field_validator("top_k", "score_threshold", "reranking_model", mode="before")
    @classmethod
    def _unset(cls, value: Any, info: Any) -> Any:
        return {"top_k": TOP_K, "score_threshold": None, "reranking_model": {}}[info.field_name] if value in ("", None) else value

    @property
    def threshold(self) -> float | None:
        """The least score, None when it does not count."""
        return None if self.score_threshold_enabled is False else self.score_threshold

    @property
    def rerank(self) -> dict[str, Any] | None:
        """What the retriever needs in order to rerank, None when it shall not."""
        if self.reranking_enable is False or self.reranking_mode == "weighted_score" or not self.reranking_model.model:
            return None
        return {"provider": self.reranking_model.provider, "model": self.reranking_model.model}


class SingleRetrieval(Part):
    """The model that chooses one dataset."""

    model: ModelConfig = ModelConfig()


class MetadataCondition(Part):
    """A condition on the metadata of documents."""

    name: str = ""
    comparison_operator: str = ""
    value: Any = None


class MetadataFilter(Part):
    """Conditions joined by and/or."""

    logical_operator: Literal["and", "or"] = "and"
    conditions: tuple[MetadataCondition, ...] = ()


class KnowledgeRetrievalConfig(NodeConfig):
    """Settings of a retrieval."""

    query_variable_selector: Chosen = Field((), title="Question", json_schema_extra=form("查询内容", "variable"))
    query_attachment_selector: Chosen = Field((), title="Pictures", json_schema_extra=form("查询图片", "hidden"))
    dataset_ids: tuple[str, ...] = Field((), title="Knowledge", json_schema_extra=form("知识库", "datasets"))
    retrieval_mode: Literal["single", "multiple"] = Field("multiple", title="Mode", json_schema_extra=form("检索模式", "hidden"))
    multiple_retrieval_config: MultipleRetrieval = Field(
        MultipleRetrieval(), title="How to search", json_schema_extra=form("检索设置", "retrieval")
    )
    single_retrieval_config: SingleRetrieval = Field(
        SingleRetrieval(), title="Model that chooses", json_schema_extra=form("选择知识库的模型", "hidden")
    )
    metadata_filtering_mode: Literal["disabled", "automatic", "manual"] = Field(
        "disabled", title="Filter by metadata", json_schema_extra=form("元数据过滤", "select")
    )
    metadata_filtering_conditions: MetadataFilter = Field(
        MetadataFilter(),
        title="Conditions",
        json_schema_extra=form("过滤条件", "metadata-filter", show_if={"metadata_filtering_mode": "manual"}),
    )
    metadata_model_config: ModelConfig = Field(
        ModelConfig(),
        title="Model that filters",
        json_schema_extra=form("生成过滤条件的模型", "model", show_if={"metadata_filtering_mode": "automatic"}),
    )

    @field_validator("retrieval_mode", mode="before")
    @classmethod
    def _usual_mode(cls, value: Any) -> Any:
        return "single" if value in ("single", "oneWay") else "multiple"

    @field_validator("metadata_filtering_conditions", mode="before")
    @classmethod
    def _no_conditions(cls, value: Any) -> Any:
        return value or {}

    @field_validator("metadata_filtering_mode", mode="before")
    @classmethod
    def _unset(cls, value: Any) -> Any:
        return value or "disabled"


class KnowledgeRetrievalNode(Node[KnowledgeRetrievalConfig]):
    """The passages that fit a question best."""

    Config = KnowledgeRetrievalConfig
    type = "knowledge-retrieval"
    title = {"en": "Knowledge retrieval", "zh-Hans": "知识检索"}
    description = {"en": "Find passages in the workspace's knowledge.", "zh-Hans": "从知识库中检索相关内容。"}
    group = "knowledge"
    icon = "book-open"
    outputs = (Output("result", "array[object]"),)
    error_handling = True
    waits = True
    defaults = {
        "query_variable_selector": [],
        "dataset_ids": [],
        "retrieval_mode": "multiple",
        "multiple_retrieval_config": {"top_k": TOP_K, "score_threshold": None, "reranking_enable": False},
        "metadata_filtering_mode": "disabled",
    }

    def __init__(self, node_id: str, config: KnowledgeRetrievalConfig) -> None:
        super().__init__(node_id, config)
        manual = config.metadata_filtering_mode == "manual"
        rows = config.metadata_filtering_conditions.conditions if manual else ()
        self._conditions = tuple((row, template(row.value) if isinstance(row.value, str) else None) for row in rows)

    def problems(self) -> Iterable[Problem]:
        """Check that there is something to search."""
        if not self.config.dataset_ids:
            yield self.problem("datasets_missing", "Choose the knowledge to search.", "dataset_ids")
        if self.config.retrieval_mode == "single" and not self.config.single_retrieval_config.model.name:
            yield self.problem("model_missing", "Choose the model that picks a dataset.", "single_retrieval_config.model")
        if self.config.metadata_filtering_mode == "automatic" and not self.config.metadata_model_config.name:
            yield self.problem("model_missing", "Choose the model that makes the filter.", "metadata_model_config")

    def references(self) -> Iterable[Reference]:
        """List the question, the pictures and the variables of the filter."""
        if self.config.query_variable_selector or not self.config.query_attachment_selector:
            yield Reference(self.config.query_variable_selector, "query_variable_selector", True)
        if self.config.query_attachment_selector:
            yield Reference(self.config.query_attachment_selector, "query_attachment_selector", True)
        for index, (_, value) in enumerate(self._conditions):
            if value is not None:
                yield from template_references(value, f"metadata_filtering_conditions.conditions.{index}.value")

    def models(self) -> Iterable[tuple[str, ModelRef]]:
        """Name the models that choose and filter, when they do."""
        if self.config.retrieval_mode == "single":
            yield "single_retrieval_config.model", _model(self.config.single_retrieval_config.model)
        if self.config.metadata_filtering_mode == "automatic":
            yield "metadata_model_config", _model(self.config.metadata_model_config)

    def request(self, query: str, metadata_filter: dict[str, Any] | None, files: tuple[dict[str, Any], ...] = ()) -> Retrieval:
        """Ask for what the settings say; `metadata_filter` has its variables filled in."""
        settings = self.config.multiple_retrieval_config
        models = dict(self.models())
        return Retrieval(
            query=query,
            dataset_ids=self.config.dataset_ids,
            mode=self.config.retrieval_mode,
            top_k=settings.top_k,
            score_threshold=settings.threshold,
            rerank=settings.rerank,
            weights=settings.weights if settings.reranking_mode == "weighted_score" else None,
            model=models.get("single_retrieval_config.model"),
            metadata_mode=self.config.metadata_filtering_mode,
            metadata_model=models.get("metadata_model_config"),
            metadata_filter=metadata_filter,
            files=files,
        )

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Search; an empty question finds nothing, nor do datasets that are gone. Raises what else the knowledge port raises."""
        query = plain_query(ctx.scope.get(self.config.query_variable_selector)).strip()
        files = _files(ctx.scope.get(self.config.query_attachment_selector))
        inputs = {"query": query}
        if not query and not files:
            return NodeOutputs({"result": []}, inputs=inputs)
        request = self.request(query, self._filter(ctx.scope), files)
        process: dict[str, Any] = {"datasets": list(self.config.dataset_ids)}
        try:
            found = await ctx.ports.knowledge.search(request)
        except NodeError as error:
            if error.code != "dataset_not_found":
                raise
            # As when one of several is gone, and as flows from other workspaces expect; the checklist names what is missing.
            found, process = [], {**process, "note": error.message}
        return NodeOutputs({"result": found}, inputs=inputs, process={**process, "found": len(found)})

    def _filter(self, scope: Scope) -> dict[str, Any] | None:
        if not self._conditions:
            return None
        rows = [
            {"name": row.name, "comparison_operator": row.comparison_operator, "value": _value(row.value, value, scope)}
            for row, value in self._conditions
        ]
        return {"logical_operator": self.config.metadata_filtering_conditions.logical_operator, "conditions": rows}


def trial_request(raw: Mapping[str, Any], query: str) -> Retrieval:
    """Ask as a node with these settings would, outside a run: variables in conditions stay as they are written.

    Raises pydantic's ValidationError for settings that are none.
    """
    config = KnowledgeRetrievalConfig.model_validate(dict(raw))
    manual = config.metadata_filtering_mode == "manual" and config.metadata_filtering_conditions.conditions
    written = config.metadata_filtering_conditions.model_dump() if manual else None
    return KnowledgeRetrievalNode("trial", config).request(query, written)


def _value(written: Any, taken_apart: Template | None, scope: Scope) -> Any:
    return written if taken_apart is None else taken_apart.render(scope)


def _model(config: ModelConfig) -> ModelRef:
    return ModelRef(config.provider, config.name, config.mode)


def _files(value: Any) -> tuple[dict[str, Any], ...]:
    if value is MISSING or value is None:
        return ()
    return tuple(file for file in (value if isinstance(value, list) else [value]) if is_file(file))
