"""Ratings of answers: one by the end user who asked, one by each member of the workspace."""

from __future__ import annotations

import uuid

from django.db import transaction

from backend.core.errors import AppError
from backend.runs.models import Feedback, Message, Rating

MAX_CONTENT = 2_000


def feedback_rate(
    *,
    message: Message,
    rating: str,
    content: str = "",
    end_user_id: uuid.UUID | None = None,
    account_id: uuid.UUID | None = None,
) -> Feedback:
    """Rate an answer, or change one's rating. Give exactly one of `end_user_id` and `account_id`.

    Raises AppError invalid_rating, text_too_long.
    """
    if (end_user_id is None) == (account_id is None):
        raise ValueError("a rating is by an end user or by a member")
    if rating not in Rating.values:
        raise AppError("invalid_rating", f"rating must be one of {', '.join(Rating.values)}.", 400, {"field": "rating"})
    if len(content) > MAX_CONTENT:
        told = f"content has {len(content):,} characters; at most {MAX_CONTENT:,} are accepted."
        raise AppError("text_too_long", told, 400, {"field": "content"})
    with transaction.atomic():
        found, _ = Feedback.scoped(message.workspace_id).update_or_create(
            message=message,
            end_user_id=end_user_id,
            account_id=account_id,
            defaults={"rating": rating, "content": content},
            create_defaults={"workspace_id": message.workspace_id, "app_id": message.app_id, "rating": rating, "content": content},
        )
    return found


def feedback_revoke(*, message: Message, end_user_id: uuid.UUID | None = None, account_id: uuid.UUID | None = None) -> bool:
    """Take one's rating back; returns whether there was one. Give exactly one of `end_user_id` and `account_id`."""
    if (end_user_id is None) == (account_id is None):
        raise ValueError("a rating is by an end user or by a member")
    own = Feedback.scoped(message.workspace_id).filter(message=message, end_user_id=end_user_id, account_id=account_id)
    deleted, _ = own.delete()
    return deleted > 0
