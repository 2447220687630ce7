"""Compile the settings of a simple app into a flow: start, retrieval where there is knowledge, one model, answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from backend.studio.models import CHAT_MODES, Mode
from backend.studio.simple.config import SimpleConfig, features_of
from backend.studio.simple.prompts import FRAME, SYSTEM_QUERY, Prompts
from workers.engine.problems import Problem

KEY = "model_config"
START, KNOWLEDGE, MODEL, ANSWER = "start", "knowledge", "llm", "answer"
_RETRIEVAL = ("top_k", "score_threshold", "score_threshold_enabled", "reranking_enable", "reranking_mode", "reranking_model", "weights")
_FIELDS = (
    # (node, what a field of the node begins with, what stands for it in the settings)
    (MODEL, "model", "model"),
    (MODEL, "context", "dataset_configs"),
    (MODEL, "vision", "file_upload"),
    (KNOWLEDGE, "dataset_ids", "dataset_configs.datasets"),
    (KNOWLEDGE, "multiple_retrieval_config", "dataset_configs"),
    (KNOWLEDGE, "single_retrieval_config.model", "model"),
    (KNOWLEDGE, "query_variable_selector", "dataset_query_variable"),
    (KNOWLEDGE, "", "dataset_configs"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class SimpleFlow:
    """A compiled app. `problems` are those of the settings themselves; `prompt` and `inputs` say where prompt and inputs stand."""

    document: dict[str, Any]
    problems: tuple[Problem, ...] = ()
    prompt: str = "pre_prompt"
    inputs: tuple[str, ...] = ()

    def placed(self, problem: Problem) -> Problem:
        """Return a problem of the flow as one of the settings: the field is a path in them."""
        return dataclasses.replace(problem, node_id=None, field=f"{KEY}.{self._place(problem)}".removesuffix("."))

    def _place(self, problem: Problem) -> str:
        field = problem.field or ""
        if problem.node_id is None:
            return field.removeprefix("features.") if field.startswith("features.") else ""
        if problem.node_id == START:
            return self._input(field)
        for node_id, begins, stands in _FIELDS:
            if problem.node_id == node_id and (field == begins or not begins or field.startswith(f"{begins}.")):
                return stands + field.removeprefix(begins) if begins else f"{stands}.{field}".removesuffix(".")
        return self.prompt

    def _input(self, field: str) -> str:
        parts = field.split(".")
        if len(parts) < 2 or not parts[1].isdigit() or int(parts[1]) >= len(self.inputs):
            return "user_input_form"
        return ".".join([self.inputs[int(parts[1])], *parts[2:]])


def simple_flow(document: Mapping[str, Any], mode: str) -> SimpleFlow:
    """Compile the document `{"model_config": …}`; the same settings give the same flow. Never raises: `problems` tell."""
    raw = document.get(KEY)
    raw = raw if isinstance(raw, Mapping) else {}
    try:
        config = SimpleConfig.model_validate(raw)
    except ValidationError as error:
        return SimpleFlow(_document([], [], {}), tuple(_invalid(error)))
    problems = list(_left_out(config, mode))
    variables, places = _variables(config, problems)
    names = [str(variable.get("variable")) for variable in variables]
    chats = mode in CHAT_MODES
    prompts = Prompts(config, names, START, chats=chats)
    nodes = [_node(START, "start", "Start", 0, variables=variables)]
    dataset_ids = config.dataset_ids
    if dataset_ids:
        nodes.append(_node(KNOWLEDGE, "knowledge-retrieval", "Knowledge", 1, **_retrieval(config, raw, dataset_ids, names)))
    context = {"enabled": bool(dataset_ids), "variable_selector": [KNOWLEDGE, "result"] if dataset_ids else []}
    settings = {
        "model": config.model.model_dump(),
        **prompts.settings(),
        "context": {**context, "frame": FRAME if dataset_ids and prompts.framed else ""},
        "vision": {"enabled": config.sees_pictures, "configs": {"variable_selector": ["sys", "files"], "detail": _detail(config)}},
    }
    nodes.append(_node(MODEL, "llm", "Model", 2, **settings))
    nodes.append(_node(ANSWER, "answer", "Answer", 3, answer=f"{{{{#{MODEL}.text#}}}}", variables=[]))
    order = [node["id"] for node in nodes]
    edges = [_edge(source, target) for source, target in pairwise(order)]
    place = {"advanced": "completion_prompt_config.prompt.text" if config.model.mode == "completion" else "chat_prompt_config.prompt"}
    return SimpleFlow(_document(nodes, edges, features_of(raw)), tuple(problems), place.get(config.prompt_type, "pre_prompt"), places)


def _invalid(error: ValidationError) -> Iterable[Problem]:
    for line in error.errors()[:20]:
        place = ".".join([KEY, *(str(part) for part in line["loc"])])
        message = f"The setting {place} is not right: {line['msg']}. Correct it."
        yield Problem("config_invalid", message, field=place, params={"field": place, "reason": line["msg"]})


def _left_out(config: SimpleConfig, mode: str) -> Iterable[Problem]:
    """Tell what the settings ask for and does not happen."""
    tools = config.tool_names if mode == Mode.AGENT else []
    if tools:
        message = f"The tools of this agent are kept but not called yet: {', '.join(name or '?' for name in tools)}."
        yield Problem("agent_tools_unsupported", message, "warning", field=f"{KEY}.agent_mode.tools", params={"tools": ", ".join(tools)})
    if config.external_data_tools:
        message = "Variables that come from another service are kept but not asked for; where the prompt names them, the name stays."
        yield Problem("external_data_unsupported", message, "warning", field=f"{KEY}.external_data_tools")
    if mode == Mode.COMPLETION and config.prompt_type != "advanced" and not config.pre_prompt.strip():
        message = "Write a prompt: without one the model gets nothing but the question, if there is one."
        yield Problem("prompt_empty", message, "warning", field=f"{KEY}.pre_prompt")


def _variables(config: SimpleConfig, problems: list[Problem]) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return the inputs of the start node and where each stands in the settings."""
    variables: list[dict[str, Any]] = []
    places: list[str] = []
    for index, row in enumerate(config.user_input_form):
        place = f"user_input_form.{index}"
        control, fields = next(iter(row.items()), ("", None))
        if len(row) != 1 or not isinstance(fields, Mapping):
            message = "A row of the form is one control with its settings, such as {text-input: {variable: name, label: Name}}."
            problems.append(Problem("config_invalid", message, field=f"{KEY}.{place}", params={"field": place, "reason": message}))
            continue
        variables.append({**fields, "type": control})
        places.append(f"{place}.{control}")
    return variables, tuple(places)


def _retrieval(config: SimpleConfig, raw: Mapping[str, Any], dataset_ids: list[str], names: list[str]) -> dict[str, Any]:
    settings = config.dataset_configs
    given = raw.get("dataset_configs") or {}
    search = {key: given[key] for key in _RETRIEVAL if given.get(key) not in (None, "", [])}
    single = settings.retrieval_model == "single"
    asked = config.dataset_query_variable
    return {
        "query_variable_selector": [START, asked] if asked in names else SYSTEM_QUERY.strip("{}#").split("."),
        "dataset_ids": dataset_ids,
        "retrieval_mode": "single" if single else "multiple",
        "multiple_retrieval_config": {"score_threshold_enabled": False, **search},
        "single_retrieval_config": {"model": config.model.model_dump()} if single else {},
        "metadata_filtering_mode": settings.metadata_filtering_mode or "disabled",
        "metadata_model_config": settings.metadata_model_config,
        "metadata_filtering_conditions": settings.metadata_filtering_conditions,
    }


def _detail(config: SimpleConfig) -> str:
    detail = config.file_upload.image.detail
    return detail if detail in ("low", "high", "auto") else "high"


def _node(node_id: str, kind: str, title: str, column: int, **data: Any) -> dict[str, Any]:
    data = {key: value for key, value in data.items() if value is not None}
    return {"id": node_id, "type": "custom", "position": {"x": column * 320, "y": 0}, "data": {"type": kind, "title": title, **data}}


def _edge(source: str, target: str) -> dict[str, Any]:
    return {"id": f"{source}-{target}", "source": source, "target": target, "sourceHandle": "source", "targetHandle": "target"}


def _document(nodes: list[dict[str, Any]], edges: list[dict[str, Any]], features: dict[str, Any]) -> dict[str, Any]:
    return {"graph": {"nodes": nodes, "edges": edges}, "features": features, "environment_variables": [], "conversation_variables": []}
