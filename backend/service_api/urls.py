"""The routes of the published API."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backend.service_api import (
    annotation_views,
    app_views,
    audio_views,
    chat_views,
    completion_views,
    conversation_views,
    file_views,
    form_views,
    log_views,
    message_views,
    openapi_api,
    suggestion_views,
    workflow_views,
)
from backend.service_api.datasets import dataset_views, document_views, label_views, other_views, retrieve_views, segment_views
from backend.service_api.errors import WireError
from backend.service_api.http import View

_ROUTES: tuple[tuple[str, str, View], ...] = (
    ("GET", "/v1/", app_views.welcome),
    ("GET", "/v1/openapi.json", openapi_api.document),
    ("GET", "/v1/info", app_views.info),
    ("GET", "/v1/parameters", app_views.parameters),
    ("GET", "/v1/site", app_views.site),
    ("GET", "/v1/meta", app_views.meta),
    ("POST", "/v1/chat-messages", chat_views.send),
    ("POST", "/v1/chat-messages/<task_id>/stop", chat_views.stop),
    ("POST", "/v1/files/upload", file_views.upload),
    ("GET", "/v1/files/<file_id>/preview", file_views.preview),
    ("GET", "/v1/form/human_input/<form_token>", form_views.form),
    ("POST", "/v1/form/human_input/<form_token>", form_views.answer),
    ("POST", "/v1/completion-messages", completion_views.send),
    ("POST", "/v1/completion-messages/<task_id>/stop", completion_views.stop),
    ("GET", "/v1/messages/<message_id>/suggested", suggestion_views.suggested),
    ("GET", "/v1/conversations", conversation_views.conversations),
    ("DELETE", "/v1/conversations/<conversation_id>", conversation_views.delete),
    ("POST", "/v1/conversations/<conversation_id>/name", conversation_views.rename),
    ("POST", "/v1/conversations/<conversation_id>/pin", conversation_views.pin),
    ("GET", "/v1/conversations/<conversation_id>/variables", conversation_views.variables),
    ("PUT", "/v1/conversations/<conversation_id>/variables/<variable_id>", conversation_views.set_variable),
    ("GET", "/v1/messages", message_views.messages),
    ("POST", "/v1/messages/<message_id>/feedbacks", message_views.rate),
    ("GET", "/v1/app/feedbacks", message_views.ratings),
    ("GET", "/v1/apps/annotations", annotation_views.listing),
    ("POST", "/v1/apps/annotations", annotation_views.create),
    ("PUT", "/v1/apps/annotations/<annotation_id>", annotation_views.update),
    ("DELETE", "/v1/apps/annotations/<annotation_id>", annotation_views.delete),
    ("POST", "/v1/apps/annotation-reply/<action>", annotation_views.switch),
    ("GET", "/v1/apps/annotation-reply/<action>/status/<job_id>", annotation_views.status),
    ("POST", "/v1/audio-to-text", audio_views.hear),
    ("POST", "/v1/text-to-audio", audio_views.speak),
    ("GET", "/v1/end-users/<end_user_id>", log_views.end_user),
    ("GET", "/v1/workflows/logs", log_views.workflow_logs),
    ("POST", "/v1/workflows/<workflow_id>/run", workflow_views.run_version),
    ("POST", "/v1/workflows/run", workflow_views.run),
    ("GET", "/v1/workflows/run/<run_id>", workflow_views.detail),
    ("POST", "/v1/workflows/tasks/<task_id>/stop", workflow_views.stop),
    ("GET", "/v1/workflow/<run_id>/events", workflow_views.events),
)
_DATASET, _DOCUMENT = "/v1/datasets/<dataset_id>", "/v1/datasets/<dataset_id>/documents/<document_id>"
_SEGMENT = f"{_DOCUMENT}/segments/<segment_id>"
_CHILD = f"{_SEGMENT}/child_chunks/<child_chunk_id>"
_KNOWLEDGE_ROUTES: tuple[tuple[str, str, View], ...] = (
    ("GET", "/v1/datasets", dataset_views.listing),
    ("POST", "/v1/datasets", dataset_views.create),
    ("POST", "/v1/datasets/tags", label_views.tag_creation),
    ("GET", "/v1/datasets/tags", label_views.tag_listing),
    ("PATCH", "/v1/datasets/tags", label_views.tag_change),
    ("DELETE", "/v1/datasets/tags", label_views.tag_deletion),
    ("POST", "/v1/datasets/tags/binding", label_views.tag_binding),
    ("POST", "/v1/datasets/tags/unbinding", label_views.tag_unbinding),
    ("POST", "/v1/datasets/pipeline/file-upload", other_views.pipeline_file),
    ("GET", "/v1/workspaces/current/models/model-types/<model_type>", other_views.models),
    ("GET", _DATASET, dataset_views.detail),
    ("PATCH", _DATASET, dataset_views.update),
    ("DELETE", _DATASET, dataset_views.delete),
    ("POST", f"{_DATASET}/retrieve", retrieve_views.retrieve),
    ("POST", f"{_DATASET}/hit-testing", retrieve_views.retrieve),
    ("GET", f"{_DATASET}/tags", label_views.dataset_tags),
    ("POST", f"{_DATASET}/metadata", label_views.field_creation),
    ("GET", f"{_DATASET}/metadata", label_views.field_listing),
    ("GET", f"{_DATASET}/metadata/built-in", label_views.built_in_listing),
    ("POST", f"{_DATASET}/metadata/built-in/<action>", label_views.built_in_switch),
    ("PATCH", f"{_DATASET}/metadata/<metadata_id>", label_views.field_change),
    ("DELETE", f"{_DATASET}/metadata/<metadata_id>", label_views.field_deletion),
    ("GET", f"{_DATASET}/pipeline/datasource-plugins", other_views.pipeline_sources),
    ("POST", f"{_DATASET}/pipeline/datasource/nodes/<node_id>/run", other_views.pipeline_run),
    ("POST", f"{_DATASET}/pipeline/run", other_views.pipeline_run),
    ("POST", f"{_DATASET}/document/create-by-text", document_views.create_by_text),
    ("POST", f"{_DATASET}/document/create_by_text", document_views.create_by_text),
    ("POST", f"{_DATASET}/document/create-by-file", document_views.create_by_file),
    ("POST", f"{_DATASET}/document/create_by_file", document_views.create_by_file),
    ("GET", f"{_DATASET}/documents", document_views.listing),
    ("POST", f"{_DATASET}/documents/metadata", label_views.document_values),
    ("POST", f"{_DATASET}/documents/download-zip", document_views.download_zip),
    ("PATCH", f"{_DATASET}/documents/status/<action>", document_views.set_status),
    ("GET", f"{_DATASET}/documents/<batch>/indexing-status", document_views.indexing_status),
    ("GET", _DOCUMENT, document_views.detail),
    ("PATCH", _DOCUMENT, document_views.update_by_file),
    ("DELETE", _DOCUMENT, document_views.delete),
    ("GET", f"{_DOCUMENT}/download", document_views.download),
    ("POST", f"{_DOCUMENT}/update-by-text", document_views.update_by_text),
    ("POST", f"{_DOCUMENT}/update_by_text", document_views.update_by_text),
    ("POST", f"{_DOCUMENT}/update-by-file", document_views.update_by_file),
    ("POST", f"{_DOCUMENT}/update_by_file", document_views.update_by_file),
    ("POST", f"{_DOCUMENT}/segments", segment_views.create),
    ("GET", f"{_DOCUMENT}/segments", segment_views.listing),
    ("GET", _SEGMENT, segment_views.detail),
    ("POST", _SEGMENT, segment_views.update),
    ("DELETE", _SEGMENT, segment_views.delete),
    ("POST", f"{_SEGMENT}/child_chunks", segment_views.child_creation),
    ("GET", f"{_SEGMENT}/child_chunks", segment_views.child_listing),
    ("PATCH", _CHILD, segment_views.child_change),
    ("DELETE", _CHILD, segment_views.child_deletion),
)
# What the visitors of an app's own page may call; everything else is closed to them.
FOR_VISITORS: frozenset[tuple[str, str]] = frozenset(
    {
        ("GET", "/v1/parameters"),
        ("GET", "/v1/site"),
        ("POST", "/v1/chat-messages"),
        ("POST", "/v1/chat-messages/<task_id>/stop"),
        ("POST", "/v1/completion-messages"),
        ("POST", "/v1/completion-messages/<task_id>/stop"),
        ("POST", "/v1/workflows/run"),
        ("POST", "/v1/workflows/tasks/<task_id>/stop"),
        ("GET", "/v1/workflow/<run_id>/events"),
        ("POST", "/v1/files/upload"),
        ("POST", "/v1/audio-to-text"),
        ("POST", "/v1/text-to-audio"),
        ("GET", "/v1/files/<file_id>/preview"),
        ("GET", "/v1/form/human_input/<form_token>"),
        ("POST", "/v1/form/human_input/<form_token>"),
        ("GET", "/v1/conversations"),
        ("GET", "/v1/messages"),
        ("DELETE", "/v1/conversations/<conversation_id>"),
        ("POST", "/v1/conversations/<conversation_id>/name"),
        ("POST", "/v1/conversations/<conversation_id>/pin"),
        ("POST", "/v1/messages/<message_id>/feedbacks"),
        ("GET", "/v1/messages/<message_id>/suggested"),
    }
)
_FIXED: dict[str, dict[str, View]] = {}
_PATTERNS: list[tuple[re.Pattern[str], dict[str, View]]] = []


def _build() -> None:
    patterns: dict[str, dict[str, View]] = {}
    for method, route, view in (*_ROUTES, *_KNOWLEDGE_ROUTES):
        table = patterns if "<" in route else _FIXED
        table.setdefault(route, {})[method] = view
    for route, views in patterns.items():
        _PATTERNS.append((re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", route) + r"\Z"), views))


_build()
_visited = frozenset(view for method, route, view in (*_ROUTES, *_KNOWLEDGE_ROUTES) if (method, route) in FOR_VISITORS)


def is_for_visitors(view: View) -> bool:
    """Tell whether visitors of an app's page may call a view."""
    return view in _visited


def resolve(method: str, path: str) -> tuple[View, Mapping[str, str]]:
    """Find the view of a request. Raises WireError 404 or 405."""
    views, groups = _FIXED.get(path), {}
    if views is None:
        for pattern, candidates in _PATTERNS:
            if match := pattern.match(path):
                views, groups = candidates, match.groupdict()
                break
    if views is None:
        raise WireError("not_found", "The requested URL was not found on the server.", 404)
    view = views.get("GET" if method == "HEAD" else method)
    if view is None:
        allow = ", ".join(sorted(views)).encode()
        raise WireError("method_not_allowed", "The method is not allowed for the requested URL.", 405, headers=((b"allow", allow),))
    return view, groups
