"""What a flow or an app's settings name and do not contain: models, datasets, tools, secrets. Finding and replacing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backend.llm.models import ModelType
from backend.studio.documents import flow_size
from backend.studio.models import FLOW_MODES
from workers.engine import plan

RERANKING = "reranking_model"
SECRET = "secret"


@dataclass(frozen=True, slots=True)
class Named:
    """Something named by a document. `node_id` None: by the app itself. `type` is a model's; `provider` a model's or a tool's."""

    kind: str
    name: str
    provider: str = ""
    type: str = ""
    node_id: str | None = None


def named_in(document: Mapping[str, Any], mode: str) -> Iterator[Named]:
    """List what a document needs from around it, in its order; a thing used twice comes twice."""
    for node_id, _, model in plan.compile(document, mode, size=flow_size()).models if mode in FLOW_MODES else ():
        if model.provider and model.name:
            yield Named("model", model.name, model.provider, ModelType.LLM, node_id)
    for node in (document.get("graph") or {}).get("nodes") or ():
        data = node.get("data") or {}
        if data.get("type") == "knowledge-retrieval":
            yield from _of_retrieval(data, node["id"])
        elif data.get("type") in ("tool", "agent"):
            yield from _tools(data, node["id"])
    yield from _of_settings(document.get("model_config") or {})
    for variable in document.get("environment_variables") or ():
        if variable.get("value_type") == SECRET and not variable.get("value"):
            yield Named(SECRET, str(variable.get("name") or ""))


def _of_retrieval(data: Mapping[str, Any], node_id: str) -> Iterator[Named]:
    for dataset_id in data.get("dataset_ids") or ():
        yield Named("dataset", str(dataset_id), node_id=node_id)
    yield from _reranking(data.get("multiple_retrieval_config"), node_id)


def _reranking(settings: Any, node_id: str | None) -> Iterator[Named]:
    if not isinstance(settings, dict) or not settings.get("reranking_enable", True) or settings.get("reranking_mode") == "weighted_score":
        return
    model = settings.get(RERANKING)
    if isinstance(model, dict):
        provider = model.get("provider") or model.get("reranking_provider_name")
        name = model.get("model") or model.get("reranking_model_name")
        if provider and name:
            yield Named("model", str(name), str(provider), ModelType.RERANK, node_id)


def _tools(data: Mapping[str, Any], node_id: str) -> Iterator[Named]:
    if data.get("type") == "tool":
        yield Named("tool", str(data.get("tool_name") or ""), _provider(data), node_id=node_id)
        return
    parameters = data.get("agent_parameters")
    given = parameters.get("tools") if isinstance(parameters, dict) else None
    for tool in (given.get("value") if isinstance(given, dict) else None) or ():
        if isinstance(tool, dict) and tool.get("enabled", True):
            yield Named("tool", str(tool.get("tool_name") or ""), _provider(tool), node_id=node_id)


def _provider(tool: Mapping[str, Any]) -> str:
    return str(tool.get("provider_name") or tool.get("provider_id") or "")


def _of_settings(settings: Mapping[str, Any]) -> Iterator[Named]:
    model = settings.get("model")
    if isinstance(model, dict) and model.get("provider") and model.get("name"):
        yield Named("model", str(model["name"]), str(model["provider"]), ModelType.LLM)
    retrieval = settings.get("dataset_configs")
    retrieval = retrieval if isinstance(retrieval, dict) else {}
    for holder in _dataset_holders(settings):
        if holder.get("enabled", True) and holder.get("id"):
            yield Named("dataset", str(holder["id"]))
    if retrieval.get("retrieval_model") == "multiple":
        yield from _reranking(retrieval, None)
    agent = settings.get("agent_mode")
    tools = agent.get("tools") if isinstance(agent, dict) and agent.get("enabled") else None
    for tool in tools or ():
        if isinstance(tool, dict) and tool.get("tool_name") and tool.get("enabled", True):
            yield Named("tool", str(tool["tool_name"]), _provider(tool))


def _dataset_holders(settings: Any) -> Iterator[dict[str, Any]]:
    """Find `{"dataset": {"enabled", "id"}}` wherever it stands in the settings; yields the inner mapping."""
    if isinstance(settings, list):
        for item in settings:
            yield from _dataset_holders(item)
    elif isinstance(settings, dict):
        for key, item in settings.items():
            if key == "dataset" and isinstance(item, dict):
                yield item
            else:
                yield from _dataset_holders(item)


Choice = Callable[[str, str, str], tuple[str, str] | None]
"""Given a provider, a name and a type: what takes their place, None to leave them."""


def models_replace(value: Any, provider: str, name: str) -> Any:
    """Return a copy in which every chat model of a flow, however deep, is the given one; parameters stay."""
    return models_rebind(value, lambda _provider, _name, kind: (provider, name) if kind == ModelType.LLM else None)


def models_rebind(value: Any, choose: Choice, key: str = "") -> Any:
    """Return a copy with other models where `choose` has one; parameters stay. `key` is where the value stands."""
    if isinstance(value, list):
        return [models_rebind(item, choose) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {name: _reranked(item, choose) if name == RERANKING else models_rebind(item, choose, name) for name, item in value.items()}
    if "provider" in copy and "name" in copy and (key == "model" or "completion_params" in copy or "mode" in copy):
        _put(copy, "provider", "name", ModelType.LLM, choose)
    elif "provider" in copy and "model" in copy and copy.get("model_type") == "llm":
        _put(copy, "provider", "model", ModelType.LLM, choose)
    return copy


def _reranked(value: Any, choose: Choice) -> Any:
    if not isinstance(value, dict):
        return value
    copy = dict(value)
    for provider, name in (("provider", "model"), ("reranking_provider_name", "reranking_model_name")):
        if provider in copy and name in copy:
            _put(copy, provider, name, ModelType.RERANK, choose)
    return copy


def _put(model: dict[str, Any], provider: str, name: str, kind: str, choose: Choice) -> None:
    chosen = choose(str(model[provider]), str(model[name]), kind)
    if chosen is not None:
        model[provider], model[name] = chosen


def datasets_rebind(document: dict[str, Any], chosen: Mapping[str, str | None]) -> dict[str, Any]:
    """Return a copy with other datasets; None takes one out of the nodes that search it."""

    def node(drawn: dict[str, Any]) -> dict[str, Any]:
        data = drawn.get("data") or {}
        if data.get("type") != "knowledge-retrieval" or not isinstance(data.get("dataset_ids"), list):
            return drawn
        ids = dict.fromkeys(chosen.get(str(one), one) for one in data["dataset_ids"])
        return {**drawn, "data": {**data, "dataset_ids": [one for one in ids if one is not None]}}

    copy = dict(document)
    if "graph" in copy:
        copy["graph"] = {**copy["graph"], "nodes": [node(drawn) for drawn in copy["graph"]["nodes"]]}
    if "model_config" in copy:
        copy["model_config"] = _datasets_of_settings(copy["model_config"], chosen)
    return copy


def _datasets_of_settings(value: Any, chosen: Mapping[str, str | None]) -> Any:
    if isinstance(value, list):
        kept = (item for item in value if not _is_dropped(item, chosen))
        return [_datasets_of_settings(item, chosen) for item in kept]
    if not isinstance(value, dict):
        return value
    copy = {}
    for key, item in value.items():
        if key == "dataset" and isinstance(item, dict) and chosen.get(str(item.get("id"))) is not None:
            copy[key] = {**item, "id": chosen[str(item["id"])]}
        else:
            copy[key] = _datasets_of_settings(item, chosen)
    return copy


def _is_dropped(item: Any, chosen: Mapping[str, str | None]) -> bool:
    held = item.get("dataset") if isinstance(item, dict) else None
    return isinstance(held, dict) and str(held.get("id")) in chosen and chosen[str(held.get("id"))] is None


def secrets_put(document: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Return a copy with values for secret variables, by name."""
    if not values:
        return document
    variables = [
        {**one, "value": values[one["name"]]} if one.get("value_type") == SECRET and one.get("name") in values else one
        for one in document.get("environment_variables") or []
    ]
    return {**document, "environment_variables": variables}
