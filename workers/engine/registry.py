"""All node types there are, and what the studio needs to know of each."""

from __future__ import annotations

from functools import cache
from typing import Any

from workers.engine.node import Node
from workers.engine.nodes.answer import AnswerNode
from workers.engine.nodes.assigner import AssignerNode
from workers.engine.nodes.code import CodeNode
from workers.engine.nodes.document_extractor import DocumentExtractorNode
from workers.engine.nodes.end import EndNode
from workers.engine.nodes.http_request import HttpRequestNode
from workers.engine.nodes.human_input import HumanInputNode
from workers.engine.nodes.if_else import IfElseNode
from workers.engine.nodes.iteration import IterationNode
from workers.engine.nodes.iteration_start import IterationStartNode
from workers.engine.nodes.knowledge_retrieval import KnowledgeRetrievalNode
from workers.engine.nodes.list_operator import ListOperatorNode
from workers.engine.nodes.llm import LlmNode
from workers.engine.nodes.loop import LoopNode
from workers.engine.nodes.loop_end import LoopEndNode
from workers.engine.nodes.loop_start import LoopStartNode
from workers.engine.nodes.parameter_extractor import ParameterExtractorNode
from workers.engine.nodes.question_classifier import QuestionClassifierNode
from workers.engine.nodes.start import StartNode
from workers.engine.nodes.template_transform import TemplateTransformNode
from workers.engine.nodes.variable_aggregator import VariableAggregatorNode

BUILTIN: tuple[type[Node[Any]], ...] = (
    StartNode,
    LlmNode,
    AnswerNode,
    EndNode,
    IfElseNode,
    TemplateTransformNode,
    CodeNode,
    VariableAggregatorNode,
    IterationNode,
    IterationStartNode,
    LoopNode,
    LoopStartNode,
    LoopEndNode,
    QuestionClassifierNode,
    ParameterExtractorNode,
    AssignerNode,
    ListOperatorNode,
    DocumentExtractorNode,
    HttpRequestNode,
    KnowledgeRetrievalNode,
    HumanInputNode,
)
ALIASES = {"variable-assigner": "variable-aggregator"}
_BY_TYPE = {kind.type: kind for kind in BUILTIN}


def node_class(type_name: str) -> type[Node[Any]] | None:
    """Find a node type by the name in a document, also by an old one."""
    return _BY_TYPE.get(ALIASES.get(type_name, type_name))


@cache
def node_types() -> list[dict[str, Any]]:
    """Describe every node type for the studio: labels, form schema, outputs, exits. Shared: do not change it."""
    return [_described(kind) for kind in BUILTIN]


def _described(kind: type[Node[Any]]) -> dict[str, Any]:
    return {
        "type": kind.type,
        "title": dict(kind.title),
        "description": dict(kind.description),
        "group": kind.group,
        "icon": kind.icon,
        "modes": list(kind.modes),
        "addable": kind.addable,
        "config_schema": config_schema(kind),
        "defaults": {"type": kind.type, "title": kind.title["en"], "desc": "", **kind.defaults},
        "outputs": [{"name": output.name, "type": output.type} for output in kind.outputs],
        "outputs_from": kind.outputs_from,
        "handles": kind.handles,
        "error_handling": kind.error_handling,
    }


def config_schema(kind: type[Node[Any]]) -> dict[str, Any]:
    """Return the JSON Schema of a type's `data` without `$ref`s, so that a form can walk it."""
    schema = kind.Config.model_json_schema(by_alias=True)
    definitions = schema.pop("$defs", {})
    schema.pop("description", None)
    inlined: dict[str, Any] = _inlined(schema, definitions)
    inlined["properties"]["type"] = {"const": kind.type, "title": "Type", "x-title-zh-Hans": "类型", "x-widget": "hidden"}
    if kind.error_handling:
        inlined["properties"]["error_strategy"]["x-widget"] = "error-handling"
    return inlined


def _inlined(value: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_inlined(item, definitions) for item in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("$ref")
    if isinstance(reference, str):
        target = dict(definitions[reference.rsplit("/", 1)[-1]])
        target.pop("description", None)  # the class's docstring speaks to developers
        return {**_inlined(target, definitions), **{key: _inlined(item, definitions) for key, item in value.items() if key != "$ref"}}
    return {key: _inlined(item, definitions) for key, item in value.items()}
