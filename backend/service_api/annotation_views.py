"""Annotations of client programs: answers set for questions, and whether the app answers from them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db.models import Q

from backend.core.errors import AppError, NotFound, ServiceAway
from backend.core.jobs import job_result, job_start
from backend.runs.annotation_settings import annotation_settings_of, annotation_settings_set
from backend.runs.annotations import MAX_ANNOTATIONS, annotation_create, annotation_delete, annotation_update
from backend.runs.models import Annotation
from backend.service_api.bodies import uuid_param
from backend.service_api.errors import invalid_param, not_found
from backend.service_api.http import JsonReply, Request, in_thread
from backend.service_api.paging import limit_of, numbered, page_of
from backend.service_api.published import PublishedApp, published_app

logger = logging.getLogger(__name__)

EMBED_JOB = "annotations.embed"
ACTIONS = ("enable", "disable")
JOB_STATES = {"running": "processing", "succeeded": "completed", "failed": "error"}
MAX_KEYWORD = 200
T = TypeVar("T")


async def listing(request: Request) -> JsonReply:
    """`GET /v1/apps/annotations`: newest first; `keyword` in question or answer."""
    app = await published_app(request)
    page, limit = page_of(request), limit_of(request, MAX_ANNOTATIONS)
    keyword = request.query.get("keyword", "").strip()[:MAX_KEYWORD]

    def work() -> dict[str, Any]:
        rows = Annotation.scoped(app.workspace_id).filter(app_id=app.id).defer("vector").order_by("-created_at", "-id")
        if keyword:
            rows = rows.filter(Q(question__icontains=keyword) | Q(answer__icontains=keyword))
        found, place = numbered(rows, page, limit)
        return {"data": [_item(row) for row in found], **place}

    return JsonReply(await in_thread(work))


async def create(request: Request) -> JsonReply:
    """`POST /v1/apps/annotations`."""
    app = await published_app(request)
    question, answer = _texts(request)

    def work() -> Annotation:
        return annotation_create(workspace_id=app.workspace_id, app_id=app.id, question=question, answer=answer)

    return JsonReply(_item(await _written(app, work)), 201)


async def update(request: Request) -> JsonReply:
    """`PUT /v1/apps/annotations/{id}`."""
    app = await published_app(request)
    annotation = await in_thread(_own, app, request.path["annotation_id"])
    question, answer = _texts(request)

    def work() -> Annotation:
        return annotation_update(annotation=annotation, question=question, answer=answer)

    return JsonReply(_item(await _written(app, work)))


async def delete(request: Request) -> JsonReply:
    """`DELETE /v1/apps/annotations/{id}`."""
    app = await published_app(request)

    def work() -> None:
        annotation_delete(annotation=_own(app, request.path["annotation_id"]))

    await in_thread(work)
    return JsonReply(None, 204)


async def switch(request: Request) -> JsonReply:
    """`POST /v1/apps/annotation-reply/{enable|disable}`: takes effect at once; the job embeds what is not embedded yet."""
    app = await published_app(request)
    action = _action(request)
    body = request.json()
    names = {name: body.get(name) for name in ("embedding_provider_name", "embedding_model_name")}
    for name, value in names.items():
        if (value is not None and not isinstance(value, str)) or (action == "enable" and not value):
            raise invalid_param(name, f"{name} is required: a text.")
    threshold = body.get("score_threshold")
    if action == "enable" and threshold is None:
        raise invalid_param("score_threshold", "Arg score_threshold must be provided.")
    if threshold is not None and (isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1):
        raise invalid_param("score_threshold", "score_threshold must be a number from 0 to 1.")

    def work() -> str:
        annotation_settings_set(
            workspace_id=app.workspace_id,
            app_id=app.id,
            enabled=action == "enable",
            threshold=threshold,
            provider=names["embedding_provider_name"] or "",
            model=names["embedding_model_name"] or "",
        )
        return job_start(EMBED_JOB, {"app_id": str(app.id)}, app.workspace_id)

    return JsonReply({"job_id": await in_thread(work), "job_status": "waiting"})


async def status(request: Request) -> JsonReply:
    """`GET /v1/apps/annotation-reply/{action}/status/{job_id}`: for ten minutes after the job."""
    app = await published_app(request)
    _action(request)
    job_id = uuid_param(request.path["job_id"], "job_id")
    try:
        job = await in_thread(job_result, app.workspace_id, job_id)
    except NotFound:
        raise invalid_param("job_id", "The job does not exist.") from None
    message = (job.error or {}).get("message") or ""
    return JsonReply({"job_id": job.id, "job_status": JOB_STATES[job.state], "error_msg": message})


def annotation_reply(app: PublishedApp) -> dict[str, Any]:
    """Return `annotation_reply` of the app's parameters. Blocks on the database."""
    settings = annotation_settings_of(app.workspace_id, app.id)
    if not settings.enabled:
        return {"enabled": False}
    model = {"embedding_provider_name": settings.embedding_provider, "embedding_model_name": settings.embedding_model}
    return {"id": str(settings.pk), "enabled": True, "score_threshold": settings.threshold, "embedding_model": model}


async def _written(app: PublishedApp, work: Callable[[], T]) -> T:
    """Write an annotation and have its question embedded, if the app answers from annotations. Raises WireError."""

    def write() -> T:
        made = work()
        try:
            if annotation_settings_of(app.workspace_id, app.id).enabled:
                job_start(EMBED_JOB, {"app_id": str(app.id)}, app.workspace_id)
        except ServiceAway as failure:
            logger.warning("app %s: its annotations are embedded later: %s", app.id, failure)
        return made

    try:
        return await in_thread(write)
    except AppError as error:
        if error.code != "invalid_annotation":
            raise
        raise invalid_param(error.details["field"], error.message) from None


def _own(app: PublishedApp, annotation_id: str) -> Annotation:
    found = Annotation.scoped(app.workspace_id).filter(app_id=app.id, id=uuid_param(annotation_id, "annotation_id")).first()
    if found is None:
        raise not_found("Annotation")
    return found


def _texts(request: Request) -> tuple[str, str]:
    body: Mapping[str, Any] = request.json()
    for name in ("question", "answer"):
        if not isinstance(body.get(name), str):
            raise invalid_param(name, f"{name} is required: a text.")
    return body["question"], body["answer"]


def _action(request: Request) -> str:
    action = request.path["action"]
    if action not in ACTIONS:
        raise invalid_param("action", f"action must be one of {', '.join(ACTIONS)}.")
    return action


def _item(row: Annotation) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "question": row.question,
        "answer": row.answer,
        "hit_count": row.hit_count,
        "created_at": int(row.created_at.timestamp()),
    }
