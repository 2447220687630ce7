"""Words in which a template is written down: nodes on a grid, connections as short texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

COLUMN = 320
ROW = 240

_UPLOADS = {
    "enabled": True,
    "allowed_file_types": ["document"],
    "allowed_file_extensions": [],
    "allowed_file_upload_methods": ["local_file", "remote_url"],
    "number_limits": 3,
}

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Template:
    """A flow to start from. Labels by language (`en`, `zh-Hans`); the samples make its first run.

    Flow and samples are English; `languages.in_language` returns them in another one.
    """

    id: str
    mode: str
    icon: str
    icon_background: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    category: str
    document: dict[str, Any]
    sample_inputs: Mapping[str, Any] = field(default_factory=dict)
    sample_query: str = ""


def node(id: str, type: str, title: str, at: tuple[float, float], **data: Any) -> Node:
    """Place a node; `at` is (column, row) of the grid."""
    return {
        "id": id,
        "type": "custom",
        "position": {"x": round(at[0] * COLUMN), "y": round(at[1] * ROW)},
        "sourcePosition": "right",
        "targetPosition": "left",
        "data": {"type": type, "title": title, "desc": "", **data},
    }


def start(*variables: Mapping[str, Any], at: tuple[float, float] = (0, 0)) -> Node:
    """The first node, with the inputs it asks for."""
    return node("start", "start", "Start", at, variables=[dict(variable) for variable in variables])


def text_input(variable: str, label: str, *, long: bool = False, required: bool = True, default: str = "") -> Mapping[str, Any]:
    """A text to ask for."""
    kind, longest = ("paragraph", 20_000) if long else ("text-input", 200)
    return {
        "variable": variable,
        "label": label,
        "type": kind,
        "required": required,
        "max_length": longest,
        "default": default,
        "options": [],
    }


def select_input(variable: str, label: str, options: Sequence[str]) -> Mapping[str, Any]:
    """A choice to ask for; the first one is preset."""
    return {"variable": variable, "label": label, "type": "select", "required": True, "default": options[0], "options": list(options)}


def number_input(variable: str, label: str, default: int) -> Mapping[str, Any]:
    """A number to ask for."""
    return {"variable": variable, "label": label, "type": "number", "required": True, "default": default, "options": []}


def llm(
    id: str,
    title: str,
    at: tuple[float, float],
    *,
    system: str,
    user: str = "",
    memory: int = 0,
    schema: Mapping[str, Any] | None = None,
    **data: Any,
) -> Node:
    """A model call. `memory` > 0 sends so many earlier turns, then the question; `schema` asks for an object."""
    prompt = [{"id": f"{id}_system", "role": "system", "text": system, "edition_type": "basic"}]
    if user:
        prompt.append({"id": f"{id}_user", "role": "user", "text": user, "edition_type": "basic"})
    settings: dict[str, Any] = {
        "model": {"provider": "demo", "name": "demo-chat", "mode": "chat", "completion_params": {"temperature": 0.3}},
        "prompt_template": prompt,
        "context": {"enabled": False, "variable_selector": []},
        "vision": {"enabled": False},
        "structured_output_enabled": schema is not None,
    }
    if schema is not None:
        settings["structured_output"] = {"schema": dict(schema)}
    if memory:
        settings["memory"] = {"window": {"enabled": True, "size": memory}, "query_prompt_template": "{{#sys.query#}}"}
    return node(id, "llm", title, at, **{**settings, **data})


def object_schema(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON schema of an object whose properties are all required."""
    return {"type": "object", "properties": dict(properties), "required": list(properties), "additionalProperties": False}


def text_of(description: str) -> dict[str, Any]:
    """A JSON schema of a text."""
    return {"type": "string", "description": description}


def list_of(items: Mapping[str, Any], description: str) -> dict[str, Any]:
    """A JSON schema of a list."""
    return {"type": "array", "description": description, "items": dict(items)}


def template(id: str, title: str, at: tuple[float, float], text: str, **variables: Sequence[str]) -> Node:
    """A Jinja template over values of other nodes."""
    rows = [{"variable": name, "value_selector": list(selector)} for name, selector in variables.items()]
    return node(id, "template-transform", title, at, variables=rows, template=text)


def choice(id: str, title: str, at: tuple[float, float], selector: Sequence[str], operator: str, cases: Mapping[str, str]) -> Node:
    """A branch per case: its id is the exit's name, its value what the variable is compared with."""
    rows = [
        {
            "case_id": case_id,
            "logical_operator": "and",
            "conditions": [
                {
                    "id": f"{id}_{case_id}",
                    "varType": "number" if operator in ("≥", ">", "<", "≤", "=") else "string",
                    "variable_selector": list(selector),
                    "comparison_operator": operator,
                    "value": value,
                }
            ],
        }
        for case_id, value in cases.items()
    ]
    return node(id, "if-else", title, at, cases=rows)


def join(id: str, title: str, at: tuple[float, float], *selectors: Sequence[str]) -> Node:
    """Take the value of whichever branch ran."""
    return node(id, "variable-aggregator", title, at, output_type="string", variables=[list(selector) for selector in selectors])


def answer(id: str, title: str, at: tuple[float, float], text: str) -> Node:
    """Say something to the user of a chatflow."""
    return node(id, "answer", title, at, answer=text, variables=[])


def end(at: tuple[float, float], id: str = "end", title: str = "Output", **outputs: Sequence[str]) -> Node:
    """End a workflow with these results."""
    return node(id, "end", title, at, outputs=[{"variable": name, "value_selector": list(path)} for name, path in outputs.items()])


def flow(
    nodes: Sequence[Node],
    links: str,
    *,
    opening: str = "",
    suggestions: Sequence[str] = (),
    remembered: Sequence[Mapping[str, Any]] = (),
    uploads: bool = False,
) -> dict[str, Any]:
    """Connect nodes: `links` holds words such as `start>draft` or `route:billing>reply`, where `billing` names the exit.

    `remembered` are the conversation's variables; with `uploads` documents may be sent along with a question.
    """
    types = {item["id"]: item["data"]["type"] for item in nodes}
    within = {item["id"]: item.get("parentId") for item in nodes}
    edges = []
    for link in links.split():
        origin, target = link.split(">")
        source, _, handle = origin.partition(":")
        handle = handle or "source"
        container = within[source]
        place = {f"{types[container]}_id": container} if container else {}
        kind = types.get(container)
        edges.append(
            {
                "id": f"{source}-{handle}-{target}",
                "type": "custom",
                "source": source,
                "sourceHandle": handle,
                "target": target,
                "targetHandle": "target",
                "data": {
                    "sourceType": types[source],
                    "targetType": types[target],
                    "isInIteration": kind == "iteration",
                    "isInLoop": kind == "loop",
                    **place,
                },
                **({"zIndex": 1002} if container else {}),
            }
        )
    features = {
        "opening_statement": opening,
        "suggested_questions": list(suggestions),
        "suggested_questions_after_answer": {"enabled": False},
        "speech_to_text": {"enabled": False},
        "text_to_speech": {"enabled": False, "voice": "", "language": ""},
        "retriever_resource": {"enabled": True},
        "sensitive_word_avoidance": {"enabled": False},
        "file_upload": _UPLOADS if uploads else {"enabled": False},
    }
    return {
        "graph": {"nodes": list(nodes), "edges": edges, "viewport": {"x": 80, "y": 240, "zoom": 0.8}},
        "features": features,
        "environment_variables": [],
        "conversation_variables": [dict(variable) for variable in remembered],
    }
