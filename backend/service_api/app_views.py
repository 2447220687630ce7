"""What a client asks about an app before it calls it: `/v1/`, info, parameters, site, meta."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from backend.files.services import limit_mb
from backend.service_api.annotation_views import annotation_reply
from backend.service_api.http import JsonReply, Request, in_thread
from backend.service_api.published import PublishedApp, published_app
from backend.studio.sites import DEFAULT_TEXTS

# Controls of `user_input_form`; a start variable of another type is shown as a line of text.
CONTROLS = frozenset({"text-input", "paragraph", "select", "number", "checkbox", "file", "file-list", "json_object"})
CONTROL_KEYS = (
    "label",
    "variable",
    "required",
    "default",
    "max_length",
    "options",
    "hide",
    "description",
    "placeholder",
    "type",
    "allowed_file_types",
    "allowed_file_extensions",
    "allowed_file_upload_methods",
    "json_schema",
)
NO_IMAGES = {"enabled": False, "number_limits": 3, "transfer_methods": ["local_file", "remote_url"]}


async def welcome(request: Request) -> JsonReply:
    """`GET /v1/`: who is here; existing clients read `api_version`."""
    return JsonReply({"welcome": "Tidemill API", "api_version": "v1", "server_version": settings.VERSION})


async def info(request: Request) -> JsonReply:
    """`GET /v1/info`."""
    app = await published_app(request)
    body = {"name": app.name, "description": app.description, "tags": list(app.tags), "mode": app.mode, "author_name": app.author}
    return JsonReply(body)


async def parameters(request: Request) -> JsonReply:
    """`GET /v1/parameters`: the form and the features of the published version."""
    app = await published_app(request)
    features = app.document.get("features") or {}
    upload = features.get("file_upload") or {}
    body = {
        "opening_statement": features.get("opening_statement") or "",
        "suggested_questions": features.get("suggested_questions") or [],
        "suggested_questions_after_answer": _switch(features, "suggested_questions_after_answer"),
        "speech_to_text": _switch(features, "speech_to_text"),
        "text_to_speech": {"enabled": False, "voice": "", "language": "", "autoPlay": "disabled"} | (features.get("text_to_speech") or {}),
        "retriever_resource": _switch(features, "retriever_resource"),
        "annotation_reply": await in_thread(annotation_reply, app),
        "more_like_this": _switch(features, "more_like_this"),
        "user_input_form": [_control(variable) for variable in _start_variables(app)],
        "sensitive_word_avoidance": {"enabled": bool((features.get("sensitive_word_avoidance") or {}).get("enabled"))},
        "file_upload": {"enabled": False, "image": NO_IMAGES} | upload,
        "system_parameters": {
            "image_file_size_limit": limit_mb("image"),
            "video_file_size_limit": limit_mb("video"),
            "audio_file_size_limit": limit_mb("audio"),
            "file_size_limit": limit_mb("document"),
            "workflow_file_upload_limit": 10,
        },
    }
    return JsonReply(body)


async def site(request: Request) -> JsonReply:
    """`GET /v1/site`: title, icon and texts of the app's own page."""
    app = await published_app(request)
    body = {
        "title": app.name,
        "icon_type": app.icon_type,
        "icon": app.icon,
        "icon_background": app.icon_background,
        "icon_url": None,
        "description": app.description,
        **DEFAULT_TEXTS,
        **app.site,
    }
    return JsonReply(body)


async def meta(request: Request) -> JsonReply:
    """`GET /v1/meta`: icons of the app's tools; flows without tools have none."""
    await published_app(request)
    return JsonReply({"tool_icons": {}})


def _switch(features: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {"enabled": False} | (features.get(name) or {})


def _start_variables(app: PublishedApp) -> list[Mapping[str, Any]]:
    for node in app.document.get("graph", {}).get("nodes", []):
        if node.get("data", {}).get("type") == "start":
            variables: list[Mapping[str, Any]] = node["data"].get("variables") or []
            return variables
    return []


def _control(variable: Mapping[str, Any]) -> dict[str, Any]:
    kind = variable.get("type") if variable.get("type") in CONTROLS else "text-input"
    return {str(kind): {key: variable[key] for key in CONTROL_KEYS if key in variable}}
