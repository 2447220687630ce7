"""Draw a simple app: the flow its settings compile into becomes one that can be edited on the canvas and answers the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.studio.layout import lay_out
from backend.studio.models import Mode
from backend.studio.simple.flow import ANSWER, KNOWLEDGE, MODEL, START, simple_flow
from backend.studio.simple.prompts import SYSTEM_QUERY

DRAWN_MODES = {Mode.CHAT: Mode.CHATFLOW, Mode.COMPLETION: Mode.WORKFLOW}
_TITLES = {
    "en": {START: "Start", KNOWLEDGE: "Knowledge", MODEL: "Model", ANSWER: "Answer", "question": "Question"},
    "zh-Hans": {START: "开始", KNOWLEDGE: "知识检索", MODEL: "模型", ANSWER: "回答", "question": "问题"},
}
_SYSTEM_QUERY = ["sys", "query"]


def drawn_flow(document: Mapping[str, Any], mode: str, language: str = "en") -> dict[str, Any]:
    """Return the document of the chatflow or workflow that does what a chat or a text generation does.

    A workflow has no question of its own: where the settings use one, it becomes an input.
    """
    made = simple_flow(document, mode).document
    titles = _TITLES.get(language, _TITLES["en"])
    nodes: list[dict[str, Any]] = made["graph"]["nodes"]
    for node in nodes:
        node["data"]["title"] = titles[node["id"]]
        del node["position"]
    if mode == Mode.COMPLETION:
        nodes = _without_question(nodes, titles["question"])
    edges = [_typed(edge, {node["id"]: node["data"]["type"] for node in nodes}) for edge in made["graph"]["edges"]]
    lay_out(nodes, edges)
    graph = {"nodes": nodes, "edges": edges, "viewport": {"x": 80, "y": 240, "zoom": 0.8}}
    return {**made, "graph": graph, "features": _features(made["features"])}


def _typed(edge: dict[str, Any], types: Mapping[str, str]) -> dict[str, Any]:
    data = {"sourceType": types[edge["source"]], "targetType": types[edge["target"]], "isInIteration": False, "isInLoop": False}
    return {**edge, "type": "custom", "data": data}


def _without_question(nodes: list[dict[str, Any]], label: str) -> list[dict[str, Any]]:
    """End with an output, and ask for the question as an input if anything but the end of the prompt needs it."""
    start, *middle, answer = nodes
    answer["data"] = {
        "type": "end",
        "title": answer["data"]["title"],
        "outputs": [{"variable": "text", "value_selector": [MODEL, "text"], "value_type": "string"}],
    }
    model = middle[-1]
    quiet = {**model, "data": {**model["data"], "prompt_template": _unasked(model["data"]["prompt_template"])}}
    if not _mentions([*middle[:-1], quiet]):
        return [start, *middle[:-1], quiet, answer]
    taken = {row["variable"] for row in start["data"]["variables"]}
    name = next(name for name in ("query", *(f"query_{number}" for number in range(2, len(taken) + 3))) if name not in taken)
    start["data"]["variables"].append(
        {"variable": name, "label": label, "type": "paragraph", "required": False, "default": "", "max_length": 20_000, "options": []}
    )
    return [start, *_asking(middle, name), answer]


def _unasked(prompt: Any) -> Any:
    """Take the question off the end of a prompt that says more than it; a single message is then the user's."""
    if isinstance(prompt, Mapping):
        text = str(prompt["text"])
        rest = text.removesuffix(SYSTEM_QUERY)
        return {**prompt, "text": rest} if rest.strip() else prompt
    if len(prompt) < 2 or prompt[-1]["text"] != SYSTEM_QUERY or not any(row["text"].strip() for row in prompt[:-1]):
        return prompt
    rows = prompt[:-1]
    if len(rows) == 1 and rows[0].get("role_if_alone"):
        rows = [{"role": rows[0]["role_if_alone"], "text": rows[0]["text"], "edition_type": "basic"}]
    return rows


def _mentions(value: Any) -> bool:
    if isinstance(value, str):
        return SYSTEM_QUERY in value
    if isinstance(value, Mapping):
        return any(map(_mentions, value.values()))
    return isinstance(value, list) and (value == _SYSTEM_QUERY or any(map(_mentions, value)))


def _asking(value: Any, name: str) -> Any:
    """Point what uses the question to the input that stands for it."""
    if isinstance(value, str):
        return value.replace(SYSTEM_QUERY, f"{{{{#{START}.{name}#}}}}")
    if isinstance(value, Mapping):
        return {key: _asking(one, name) for key, one in value.items()}
    if isinstance(value, list):
        return [START, name] if value == _SYSTEM_QUERY else [_asking(one, name) for one in value]
    return value


def _features(features: dict[str, Any]) -> dict[str, Any]:
    """Say of uploaded pictures what flows say of files."""
    upload = features.get("file_upload") or {}
    image = upload.get("image") or {}
    if not image.get("enabled") or upload.get("enabled"):
        return features
    said = {
        "enabled": True,
        "allowed_file_types": ["image"],
        "allowed_file_extensions": [],
        "allowed_file_upload_methods": image.get("transfer_methods") or ["local_file", "remote_url"],
        "number_limits": image.get("number_limits") or 3,
    }
    return {**features, "file_upload": {**upload, **said}}
