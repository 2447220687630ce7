"""Tags of datasets."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from backend.accounts.models import User
from backend.core.errors import AppError
from backend.knowledge.models import Dataset, Tag

MAX_NAME = 50


def tag_create(*, workspace_id: uuid.UUID, name: str, created_by: User | None = None) -> Tag:
    """Make a tag. Raises AppError invalid_param for a name that is empty, too long or taken."""
    tag = Tag(workspace_id=workspace_id, name=_name(name), created_by=created_by)
    return _saved(tag)


def tag_rename(*, tag: Tag, name: str) -> Tag:
    """Give a tag another name. Raises as `tag_create`."""
    tag.name = _name(name)
    return _saved(tag)


def tag_delete(*, tag: Tag) -> None:
    """Delete a tag; datasets lose it."""
    tag.delete()


def dataset_bind_tags(*, dataset: Dataset, tag_ids: Iterable[uuid.UUID]) -> None:
    """Give a dataset tags of its workspace. Raises AppError not_found for an unknown one."""
    wanted = set(tag_ids)
    tags = list(Tag.scoped(dataset.workspace_id).filter(id__in=wanted))
    if len(tags) != len(wanted):
        raise AppError("not_found", "One of the tags does not exist.", 404, {"field": "tag_ids"})
    dataset.tags.add(*tags)


def dataset_unbind_tags(*, dataset: Dataset, tag_ids: Iterable[uuid.UUID]) -> None:
    """Take tags off a dataset."""
    dataset.tags.remove(*Tag.scoped(dataset.workspace_id).filter(id__in=set(tag_ids)))


def _name(name: str) -> str:
    cleaned = name.strip()
    if not 1 <= len(cleaned) <= MAX_NAME:
        raise AppError("invalid_param", f"The name must have 1 to {MAX_NAME} characters.", 400, {"field": "name"})
    return cleaned


def _saved(tag: Tag) -> Tag:
    try:
        with transaction.atomic():
            tag.save()
    except IntegrityError:
        raise AppError("invalid_param", f"There is a tag {tag.name!r} already.", 400, {"field": "name"}) from None
    return tag
