"""Reading app files: version, kind, the app's look, and the flow or the settings in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.core.errors import AppError
from backend.studio.documents import document_check, flow_size
from backend.studio.dsl.flows import flow_adapt
from backend.studio.dsl.report import Changes, ReportLine, report_lines
from backend.studio.dsl.texts import MAX_BYTES, invalid, parse
from backend.studio.models import FLOW_MODES, Mode
from workers.engine import plan
from workers.engine.problems import Problem

__all__ = ["MAX_BYTES", "AppFile", "file_read"]

KNOWN_UP_TO = (0, 7)
SETTINGS = "model_config"
"""Key of a simple app's settings, in a file and in its document."""
MAY_BE_UNSAID = ("environment_variables", "conversation_variables", "features")
"""Parts of a flow that old files do not have and that a flow here always has."""
PICTURE_KEYS = ("icon_type", "icon")
APP_KEYS = ("name", "mode", "icon", "icon_type", "icon_background", "description")
_APP_COLUMNS = {"name": 100, "description": 2000, "icon": 255, "icon_background": 20}
_VERSION = re.compile(r"v?(\d{1,4})(?:\.(\d{1,4}))?(?:\.\d{1,4}){0,2}(?:[-+.]?[A-Za-z][0-9A-Za-z.+-]{0,30})?")
_DRAWN_WRONG = frozenset({"edge_to_nowhere", "cycle", "container_without_start"})
_UNDRAWABLE = frozenset({"document_invalid", "too_many_nodes", "too_many_edges", "duplicate_node_id"})


@dataclass(frozen=True, slots=True)
class AppFile:
    """A file that was read: `fields` are columns of App, `imported` what else it said, `document` the flow or the settings."""

    mode: str
    fields: dict[str, Any]
    document: dict[str, Any]
    imported: dict[str, Any]
    report: list[ReportLine]


def file_read(content: str | bytes, *, mend: bool = False) -> AppFile:
    """Read an app file: YAML or JSON, bare or as the `data` of a JSON answer. Nothing is written, fetched or executed.

    `mend` takes in flows that are drawn wrong (connections to nowhere, circles, containers without a beginning), to be
    corrected on the canvas. Raises AppError: file_too_large, invalid_encoding, invalid_yaml (line and column), invalid_file
    (field), file_version_unknown, mode_not_supported, kind_not_supported, invalid_document, document_too_large, invalid_flow
    (problems with their nodes).
    """
    raw = parse(content)
    changes = Changes()
    _check_version(raw.get("version"), changes)
    if raw.get("kind") in ("rag_pipeline", "snippet"):
        raise AppError("kind_not_supported", f"Files of the kind {raw['kind']} cannot be imported yet.", 422, {"kind": raw["kind"]})
    app = raw.get("app")
    if not isinstance(app, dict):
        raise invalid("app", "is missing: this does not look like an app file")
    mode = _mode(app.get("mode"))
    part = "workflow" if mode in FLOW_MODES else SETTINGS
    document = _flow(raw, changes) if mode in FLOW_MODES else _settings(raw)
    document_check(document, mode)
    if mode in FLOW_MODES:
        _check_flow(plan.compile(document, mode, size=flow_size()).problems, mend)
    imported = {
        "top": {key: value for key, value in raw.items() if key not in ("version", "kind", "app", part)},
        "app": {key: value for key, value in app.items() if key not in APP_KEYS},
        "order": list(raw),
        "app_order": list(app),
    }
    if mode in FLOW_MODES:
        imported["unsaid"] = [key for key in MAY_BE_UNSAID if key not in raw["workflow"]]
    fields, nodes = _columns(app, changes), (document.get("graph") or {}).get("nodes", ())
    if _has_picture(app):
        # Pictures live in the installation the file came from; what it said of them goes back into the next file.
        fields.pop("icon", None)
        imported["picture"] = {key: app.get(key) for key in PICTURE_KEYS if key in app}
        changes.add("", "picture_left_out", "The app's picture is not part of the file; it has the standard icon.")
    return AppFile(mode, {**fields, "imported": imported}, document, imported, report_lines(nodes, changes))


def _check_version(version: Any, changes: Changes) -> None:
    if version is None:
        return
    if not isinstance(version, str):
        message = f'The version must be text: write it in quotes, as in version: "0.{KNOWN_UP_TO[1]}.0" (found {version!r}).'
        raise AppError("invalid_file", message, 400, {"field": "version", "reason": "must be text in quotes"})
    match = _VERSION.fullmatch(version.strip())
    if match is None:
        raise AppError("file_version_unknown", f"The version {version[:40]!r} is not of the form 0.1.5.", 400, {"version": version[:40]})
    if (int(match[1]), int(match[2] or 0)) > KNOWN_UP_TO:
        message = f"Written by a newer format version, {version}; what is not known here is kept."
        changes.add("", "version_newer", message, version=version.strip())


def _mode(mode: Any) -> str:
    if mode in Mode.values:
        return str(mode)
    known = ", ".join(Mode.values)
    if mode == "agent":
        raise AppError("mode_not_supported", f"Apps of the kind {mode} cannot be imported yet: only {known} can.", 422, {"mode": mode})
    raise invalid("app.mode", f"must be one of {known}, not {str(mode)[:40]!r}")


def _columns(app: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, longest in _APP_COLUMNS.items():
        value = app.get(name)
        if value is None or (name.startswith("icon") and not value):
            continue
        if not isinstance(value, str | int | float):
            raise invalid(f"app.{name}", "must be text")
        text = str(value).strip()
        if len(text) > longest:
            changes.add("", "text_cut", f"The {name} was cut to {longest} characters.", field=name, longest=longest)
        fields[name] = text[:longest]
    fields["name"] = fields.get("name") or "Untitled"
    return fields


def _has_picture(app: Mapping[str, Any]) -> bool:
    return app.get("icon_type") not in (None, "", "emoji")


def _flow(raw: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    workflow = raw.get("workflow")
    if not isinstance(workflow, dict) or not isinstance(workflow.get("graph"), dict):
        raise invalid("workflow.graph", "is missing")
    return flow_adapt(workflow, changes)


def _settings(raw: Mapping[str, Any]) -> dict[str, Any]:
    settings = raw.get(SETTINGS)
    if not isinstance(settings, dict):
        raise invalid(SETTINGS, "is missing: it holds the settings of the app")
    return {SETTINGS: settings}


def _check_flow(problems: tuple[Problem, ...], mend: bool) -> None:
    refused = _UNDRAWABLE if mend else _UNDRAWABLE | _DRAWN_WRONG
    wrong = [problem for problem in problems if problem.severity == "error" and problem.code in refused]
    if wrong:
        more = f" ({len(wrong) - 1} more)" if len(wrong) > 1 else ""
        details = {
            "problems": [
                {"code": one.code, "severity": one.severity, "node_id": one.node_id, "field": one.field, "params": one.params}
                | {"message": one.message}
                for one in wrong
            ],
            "mendable": all(one.code in _DRAWN_WRONG for one in wrong),
        }
        raise AppError("invalid_flow", f"The flow in the file is wrong: {wrong[0].message}{more}", 422, details)
