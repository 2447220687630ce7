"""What people do with conversations and answers: name, pin, delete, variables, ratings, annotations."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import timezone

from backend.core.errors import AppError, NotFound
from backend.runs.annotations import annotation_create, annotation_update
from backend.runs.conversations import (
    conversation_delete,
    conversation_pin,
    conversation_rename,
    conversation_variable_set,
    conversation_variables,
    first_name,
    fits,
)
from backend.runs.feedback import feedback_rate, feedback_revoke
from backend.runs.models import Annotation, Conversation, EndUser, Feedback, Message, Run, Source
from backend.studio.models import App, Version
from tests.factories import World

DECLARED: list[dict[str, Any]] = [
    {"id": "v1", "name": "tone", "value_type": "string", "value": "kind", "description": "How to speak."},
    {"id": "v2", "name": "seen", "value_type": "array[number]", "value": []},
    {"name": "old", "value_type": "object", "value": {"a": 1}},
]


@pytest.fixture
def app(world: World) -> App:
    return App.unscoped.create(workspace=world.workspace, name="A", mode="advanced-chat")


@pytest.fixture
def ann(app: App) -> EndUser:
    return EndUser.unscoped.create(workspace=app.workspace, app=app, session_id="ann")


@pytest.fixture
def conversation(app: App, ann: EndUser) -> Conversation:
    return Conversation.unscoped.create(workspace=app.workspace, app=app, end_user=ann, name="Hello", updated_at=timezone.now())


@pytest.fixture
def message(app: App, ann: EndUser, conversation: Conversation) -> Message:
    version = Version.unscoped.create(workspace=app.workspace, app=app, number=1, document={}, digest="d")
    run = Run.unscoped.create(
        workspace=app.workspace, app=app, version=version, mode=app.mode, source=Source.API, end_user=ann, conversation=conversation
    )
    return Message.unscoped.create(workspace=app.workspace, app=app, conversation=conversation, run=run, query="q", answer="a")


def test_a_conversation_is_named_pinned_and_deleted(conversation: Conversation) -> None:
    assert conversation_rename(conversation=conversation, name="  Tea \n time ").name == "Tea time"
    assert conversation_pin(conversation=conversation, pinned=True).pinned_at is not None
    assert conversation_pin(conversation=conversation, pinned=False).pinned_at is None
    conversation_delete(conversation=conversation)
    conversation.refresh_from_db()
    assert (conversation.name, conversation.deleted_at is not None) == ("Tea time", True)
    for bad in ("", " \n ", "x" * 256):
        with pytest.raises(AppError, match="name must have"):
            conversation_rename(conversation=conversation, name=bad)


def test_the_first_name_is_the_start_of_the_question() -> None:
    assert first_name(" What\nis it? ") == "What is it?"
    assert first_name("") == "New conversation"
    assert len(first_name("x" * 100)) == 60
    assert first_name("x" * 100).endswith("…")


def test_variables_come_from_the_flow_and_their_values_from_the_conversation(conversation: Conversation) -> None:
    conversation.variables = {"seen": [1, 2], "gone": "x"}
    found = conversation_variables(conversation, DECLARED)
    assert [(one.name, one.type, one.text) for one in found] == [
        ("tone", "string", "kind"),
        ("seen", "array[number]", "[1,2]"),
        ("old", "object", '{"a":1}'),
    ]
    assert found[0].id == "v1"
    assert uuid.UUID(found[2].id), "one without an id gets one that lasts"
    assert found[2].id == conversation_variables(conversation, DECLARED)[2].id


def test_a_variable_is_set_if_its_type_fits(conversation: Conversation) -> None:
    conversation.variables = {"seen": [1]}
    conversation.save()
    changed, variable = conversation_variable_set(conversation=conversation, declared=DECLARED, variable_id="v1", value="curt")
    assert (variable.text, changed.variables) == ("curt", {"seen": [1], "tone": "curt"})
    with pytest.raises(AppError, match="type string, not number"):
        conversation_variable_set(conversation=conversation, declared=DECLARED, variable_id="v1", value=1)
    with pytest.raises(NotFound):
        conversation_variable_set(conversation=conversation, declared=DECLARED, variable_id="v9", value=1)
    with pytest.raises(AppError, match="larger than"):
        conversation_variable_set(conversation=conversation, declared=DECLARED, variable_id="v1", value="x" * 300_000)


@pytest.mark.parametrize(
    ("value", "kind", "fit"),
    [
        ("x", "string", True),
        (None, "string", False),
        (1, "number", True),
        (1.5, "number", True),
        (True, "number", False),
        (1.5, "integer", False),
        (True, "boolean", True),
        (0, "boolean", False),
        ({}, "object", True),
        ([], "object", False),
        ([{}, {}], "array[object]", True),
        ([1, "x"], "array[number]", False),
        ([1, "x"], "array[any]", True),
        ([1, "x"], "array", True),
        ("x", "array[string]", False),
    ],
)
def test_which_values_fit_which_type(value: Any, kind: str, fit: bool) -> None:
    assert fits(value, kind) is fit


def test_each_rates_once_and_may_think_again(message: Message, ann: EndUser, world: World) -> None:
    feedback_rate(message=message, rating="like", end_user_id=ann.pk)
    feedback_rate(message=message, rating="dislike", content="wrong", end_user_id=ann.pk)
    feedback_rate(message=message, rating="like", account_id=world.bob.pk)
    rows = Feedback.scoped(world.workspace).order_by("created_at").values_list("rating", "content", "end_user_id", "account_id")
    assert list(rows) == [("dislike", "wrong", ann.pk, None), ("like", "", None, world.bob.pk)]
    assert feedback_revoke(message=message, end_user_id=ann.pk)
    assert not feedback_revoke(message=message, end_user_id=ann.pk)
    assert Feedback.scoped(world.workspace).get().account_id == world.bob.pk
    with pytest.raises(AppError, match="rating must be one of"):
        feedback_rate(message=message, rating="meh", end_user_id=ann.pk)
    with pytest.raises(AppError, match="2,001 characters"):
        feedback_rate(message=message, rating="like", content="x" * 2001, end_user_id=ann.pk)


def test_an_annotation_corrects_a_message_once_and_is_embedded_anew_for_another_question(message: Message, world: World) -> None:
    facts: dict[str, Any] = {"workspace_id": world.workspace.pk, "app_id": message.app_id}
    first = annotation_create(**facts, question=" q ", answer="better", message=message, account_id=world.bob.pk)
    assert (first.question, first.account_id) == ("q", world.bob.pk)
    Annotation.scoped(world.workspace).update(vector=b"1234", vector_model="local/e5")
    again = annotation_create(**facts, question="q", answer="best", message=message)
    assert (again.pk, again.answer, bytes(again.vector)) == (first.pk, "best", b"1234")
    assert annotation_update(annotation=again, question="other", answer="best").vector_model == ""
    again.refresh_from_db()
    assert (again.question, bytes(again.vector), again.account_id) == ("other", b"", world.bob.pk)
    for bad in ("", "  ", "x" * 10_001):
        with pytest.raises(AppError, match="question"):
            annotation_create(**facts, question=bad, answer="a")
