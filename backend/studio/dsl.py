"""App files: the envelope around a flow, read from anywhere and written back without loss."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from backend.core.errors import AppError
from backend.studio import yaml_text
from backend.studio.documents import check_bounds, document_check
from backend.studio.environment import environment_blank
from backend.studio.layout import lay_out
from backend.studio.models import FLOW_MODES, App, Mode
from workers.engine import registry

MAX_BYTES = 10_000_000
WRITTEN_VERSION = "0.7.0"
KNOWN_UP_TO = (0, 7)
_APP_COLUMNS = {"name": 100, "description": 2000, "icon": 255, "icon_background": 20}
_OWN_KEYS = ("version", "kind", "app")
_OWN_APP_KEYS = ("name", "mode", "icon", "icon_type", "icon_background", "description")
_NOTES = frozenset({"", "start-placeholder", "datasource-empty"})


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What became of a node. status: exact | adapted | placeholder. An empty `node_id` means the file itself."""

    node_id: str
    title: str
    type: str
    status: str
    message: str = ""

    def json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class AppFile:
    """A file that was read: `fields` are columns of App, `imported` what else it said, `document` the flow."""

    mode: str
    fields: dict[str, Any]
    document: dict[str, Any]
    imported: dict[str, Any]
    report: list[ReportLine]


@dataclass(slots=True)
class _Changes:
    """Notes on what had to be changed, by node id; "" is the file."""

    notes: dict[str, list[str]] = field(default_factory=dict)

    def add(self, node_id: str, note: str) -> None:
        found = self.notes.setdefault(node_id, [])
        if note not in found:
            found.append(note)


def file_read(content: str) -> AppFile:
    """Read an app file: YAML or JSON, bare or as the `data` of a JSON answer.

    Raises AppError: file_too_large, invalid_yaml (line and column), invalid_file (field), file_version_unknown,
    mode_not_supported, kind_not_supported, invalid_document, document_too_large. Nothing is written.
    """
    raw = _parse(content)
    changes = _Changes()
    _check_version(raw.get("version"), changes)
    if raw.get("kind") in ("rag_pipeline", "snippet"):
        raise AppError("kind_not_supported", f"Files of the kind {raw['kind']} cannot be imported yet.", 422, {"kind": raw["kind"]})
    app = raw.get("app")
    if not isinstance(app, dict):
        raise _invalid("app", "is missing: this does not look like an app file")
    mode = _mode(app.get("mode"))
    document = _adapted_flow(raw, changes) if mode in FLOW_MODES else _settings(raw)
    document_check(document, mode)
    imported = {
        "top": {key: value for key, value in raw.items() if key not in (*_OWN_KEYS, _body_key(mode))},
        "app": {key: value for key, value in app.items() if key not in _OWN_APP_KEYS},
    }
    fields = {**_columns(app, changes), "imported": imported}
    return AppFile(mode, fields, document, imported, _report(document, changes))


def file_write(app: App, document: Mapping[str, Any]) -> str:
    """Write an app and a flow as a file; values of secrets are left out."""
    imported = app.imported or {}
    look = {"name": app.name, "mode": str(app.mode), "icon": app.icon, "icon_type": app.icon_type, "icon_background": app.icon_background}
    top = dict(imported.get("top") or {})
    envelope = {
        "version": WRITTEN_VERSION,
        "kind": "app",
        "app": {**look, "description": app.description, "use_icon_as_answer_icon": False, **(imported.get("app") or {})},
        "dependencies": top.pop("dependencies", None) or [],
        **({"workflow": environment_blank(dict(document))} if app.mode in FLOW_MODES else document),
        **top,
    }
    return yaml_text.dump(envelope)


def models_replace(value: Any, provider: str, name: str) -> Any:
    """Return a copy in which every chat model of a flow, however deep, is the given one; parameters stay."""
    if isinstance(value, list):
        return [models_replace(item, provider, name) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {key: models_replace(item, provider, name) for key, item in value.items()}
    if "provider" in copy and "name" in copy and ("completion_params" in copy or "mode" in copy):
        copy |= {"provider": provider, "name": name}
    elif "provider" in copy and "model" in copy and copy.get("model_type") == "llm":
        copy |= {"provider": provider, "model": name}
    return copy


def _parse(content: str) -> dict[str, Any]:
    size = len(content.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        message = f"The file has {size} bytes; {MAX_BYTES} are allowed."
        raise AppError("file_too_large", message, 413, {"limit": "bytes", "allowed": MAX_BYTES, "current": size})
    text = content.removeprefix("\ufeff")
    raw = _parse_json(text) if text.lstrip().startswith("{") else None
    if isinstance(raw, dict) and isinstance(raw.get("data"), str) and "app" not in raw:
        text, raw = raw["data"].removeprefix("\ufeff"), None
    if raw is None:
        try:
            raw = yaml_text.load(text)
        except yaml_text.YamlError as error:
            where = f" (line {error.line}, column {error.column})" if error.line else ""
            details = {"line": error.line, "column": error.column, "reason": error.message}
            raise AppError("invalid_yaml", f"The file cannot be read{where}: {error.message}", 400, details) from None
    if not isinstance(raw, dict):
        raise _invalid("file", "must be a mapping with version, app and workflow")
    return raw


def _parse_json(text: str) -> Any:
    """Read JSON; None when it is YAML after all."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return None
    check_bounds(raw)
    if "\\u0000" in text or "\x00" in text:
        raise _invalid("file", "contains the NUL character, which cannot be stored")
    return raw


def _check_version(version: Any, changes: _Changes) -> None:
    if version is None:
        return
    if not isinstance(version, str):
        message = f'The version must be text: write it in quotes, as in version: "0.{KNOWN_UP_TO[1]}.0" (found {version!r}).'
        raise AppError("invalid_file", message, 400, {"field": "version", "reason": "must be text in quotes"})
    match = re.fullmatch(r"(\d{1,4})\.(\d{1,4})\.(\d{1,4})", version.strip())
    if match is None:
        raise AppError("file_version_unknown", f"The version {version[:40]!r} is not of the form 0.1.5.", 400, {"version": version[:40]})
    if (int(match[1]), int(match[2])) > KNOWN_UP_TO:
        changes.add("", f"Written by a newer format version, {version}; what is not known here is kept.")


def _mode(mode: Any) -> str:
    if mode in Mode.values:
        return str(mode)
    if mode == "agent":
        message = "Apps of the kind agent cannot be imported yet."
        raise AppError("mode_not_supported", message, 422, {"mode": mode})
    raise _invalid("app.mode", f"must be one of {', '.join(Mode.values)}, not {str(mode)[:40]!r}")


def _body_key(mode: str) -> str:
    return "workflow" if mode in FLOW_MODES else "model_config"


def _adapted_flow(raw: Mapping[str, Any], changes: _Changes) -> dict[str, Any]:
    workflow = raw.get("workflow")
    if not isinstance(workflow, dict) or not isinstance(workflow.get("graph"), dict):
        raise _invalid("workflow.graph", "is missing")
    return _adapt(workflow, changes)


def _settings(raw: Mapping[str, Any]) -> dict[str, Any]:
    config = raw.get("model_config")
    if not isinstance(config, dict):
        raise _invalid("model_config", "is missing")
    return {"model_config": config}


def _columns(app: Mapping[str, Any], changes: _Changes) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, longest in _APP_COLUMNS.items():
        value = app.get(name)
        if value is None or (name.startswith("icon") and not value):
            continue
        if not isinstance(value, str | int | float):
            raise _invalid(f"app.{name}", "must be text")
        text = str(value).strip()
        if len(text) > longest:
            changes.add("", f"The {name} was cut to {longest} characters.")
        fields[name] = text[:longest]
    fields["name"] = fields.get("name") or "Untitled"
    if app.get("icon_type") not in (None, "", "emoji"):
        # Pictures live in the installation the file came from.
        fields.pop("icon", None)
        changes.add("", "The app's picture is not part of the file; it has the standard icon.")
    return fields


def _adapt(workflow: Mapping[str, Any], changes: _Changes) -> dict[str, Any]:
    """Return the flow with the shapes that the canvas and the compiler expect; unknown keys stay."""
    document = dict(workflow)
    for name in ("environment_variables", "conversation_variables"):
        document[name] = document.get(name) or []
    document["features"] = document.get("features") or {}
    graph = dict(document["graph"])
    graph["nodes"] = [_adapt_node(node, changes) for node in _list(graph, "nodes")]
    graph["edges"] = [_adapt_edge(edge, changes) for edge in _list(graph, "edges")]
    document["graph"] = graph
    for node_id in lay_out(graph["nodes"], graph["edges"]):
        changes.add(node_id, "It had no place on the canvas and was given one.")
    return document


def _list(graph: Mapping[str, Any], name: str) -> list[Any]:
    items = [] if graph.get(name) is None else graph[name]
    if not isinstance(items, list):
        raise _invalid(f"workflow.graph.{name}", "must be a list")
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise _invalid(f"workflow.graph.{name}.{index}", "must be a mapping")
    return items


def _adapt_node(raw: Mapping[str, Any], changes: _Changes) -> dict[str, Any]:
    node = dict(raw)
    node_id = node["id"] = _text_id(node.get("id"))
    if node_id != raw.get("id"):
        changes.add(str(node_id), "Its id was not text.")
    for name in ("parentId",):
        if node.get(name) is not None:
            node[name] = _text_id(node[name])
    if not node.get("type"):
        node["type"] = "custom"
    data = node.get("data")
    if isinstance(data, dict):
        adapted = _text_selectors(data)
        if adapted != data:
            changes.add(str(node_id), "References to nodes were not text.")
        node["data"] = adapted
        if isinstance(data.get("title"), int | float):
            node["data"]["title"] = str(data["title"])
    return node


def _adapt_edge(raw: Mapping[str, Any], changes: _Changes) -> dict[str, Any]:
    edge = dict(raw)
    for name in ("source", "target", "sourceHandle", "targetHandle", "id"):
        if edge.get(name) is not None:
            edge[name] = _text_id(edge[name])
    edge["sourceHandle"] = edge.get("sourceHandle") or "source"
    edge["targetHandle"] = edge.get("targetHandle") or "target"
    edge["type"] = edge.get("type") or "custom"
    if not edge.get("id"):
        edge["id"] = f"{edge.get('source')}-{edge['sourceHandle']}-{edge.get('target')}-{edge['targetHandle']}"[:100]
        changes.add("", "Connections without an id were given one.")
    return edge


def _text_selectors(value: Any, key: str = "") -> Any:
    """Turn unquoted numbers and booleans that name nodes, variables or branches into text."""
    if isinstance(value, dict):
        return {name: _text_selectors(item, name) for name, item in value.items()}
    if isinstance(value, list):
        if key.endswith("selector") and not any(isinstance(item, dict | list) for item in value):
            return [_text_id(item) for item in value]
        # The aggregator's `variables` is a list of selectors.
        return [_text_selectors(item, "selector" if key == "variables" and isinstance(item, list) else key) for item in value]
    return _text_id(value) if key in ("case_id", "iteration_id", "loop_id", "start_node_id") else value


def _text_id(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _report(document: Mapping[str, Any], changes: _Changes) -> list[ReportLine]:
    lines = [ReportLine("", "", "app", "adapted", " ".join(changes.notes[""]))] if "" in changes.notes else []
    return [*lines, *_node_lines((document.get("graph") or {}).get("nodes", ()), changes)]


def _node_lines(nodes: Iterable[Mapping[str, Any]], changes: _Changes) -> Iterator[ReportLine]:
    for node in nodes:
        kind, title = str(node["data"].get("type") or ""), str(node["data"].get("title") or "")
        notes = " ".join(changes.notes.get(node["id"], ()))
        if kind not in _NOTES and registry.node_class(kind) is None:
            message = f"Steps of the type {kind} do not exist here yet. It was kept as it is and stops a run until it is replaced."
            yield ReportLine(node["id"], title, kind, "placeholder", message)
        else:
            yield ReportLine(node["id"], title, kind, "adapted" if notes else "exact", notes)


def _invalid(place: str, reason: str) -> AppError:
    return AppError("invalid_file", f"{place} {reason}.", 400, {"field": place, "reason": reason})
