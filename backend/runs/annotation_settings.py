"""Whether and how an app answers from its annotations."""

from __future__ import annotations

import uuid

from backend.core.errors import AppError
from backend.llm.providers import EMBEDDING
from backend.llm.selectors import model_resolve
from backend.runs.models import Annotation, AnnotationSettings
from workers.engine.errors import NodeError


def annotation_settings_of(workspace_id: uuid.UUID, app_id: uuid.UUID) -> AnnotationSettings:
    """Return an app's settings; of an app without, those it begins with."""
    found = AnnotationSettings.scoped(workspace_id).filter(app_id=app_id).first()
    return found or AnnotationSettings(workspace_id=workspace_id, app_id=app_id, embedding_model="")


def annotation_settings_set(
    *, workspace_id: uuid.UUID, app_id: uuid.UUID, enabled: bool, threshold: float | None = None, provider: str = "", model: str = ""
) -> AnnotationSettings:
    """Change an app's settings. Without a threshold it stays; without a model it stays too, or is the workspace's default.

    Raises AppError: invalid_input, model_not_configured.
    """
    before = annotation_settings_of(workspace_id, app_id)
    threshold = before.threshold if threshold is None else float(threshold)
    if not 0 <= threshold <= 1:
        raise AppError("invalid_input", "threshold must be between 0 and 1.", 400, {"fields": {"threshold": ["Must be between 0 and 1."]}})
    if not provider and not model:
        provider, model = before.embedding_provider, before.embedding_model
    if enabled or provider or model:
        try:
            found = model_resolve(workspace_id, provider, model, EMBEDDING)
        except NodeError as error:
            if enabled:
                raise AppError(error.code, error.message, 400, {"fields": {"embedding_model": [error.message]}}) from None
        else:
            provider, model = found.provider, found.name
    values = {"enabled": enabled, "threshold": threshold, "embedding_provider": provider, "embedding_model": model}
    made, _ = AnnotationSettings.unscoped.update_or_create(
        app_id=app_id, defaults=values, create_defaults={"workspace_id": workspace_id, **values}
    )
    return made


def vector_model_of(settings: AnnotationSettings) -> str:
    """Name the model whose vectors count, as `Annotation.vector_model` does."""
    return f"{settings.embedding_provider}/{settings.embedding_model}"


def annotations_embedded(settings: AnnotationSettings) -> tuple[int, int]:
    """Return how many annotations an app has, and how many of them can be matched with its present model."""
    rows = Annotation.scoped(settings.workspace_id).filter(app_id=settings.app_id)
    return rows.count(), rows.filter(vector_model=vector_model_of(settings)).count()
