"""Forms in the console: what a run waits for, and answering it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import WorkspaceView, get_or_404
from backend.files.values import PostedFiles
from backend.runs.forms import form_submit, present
from backend.runs.models import FormStatus, HumanForm, Run


class FormOutput(serializers.Serializer[Any]):
    """A form. `inputs` and `user_actions` are its fields and buttons, `data` and `action` what was answered."""

    class Action(serializers.Serializer[Any]):
        id = serializers.CharField()
        title = serializers.CharField(allow_blank=True)
        button_style = serializers.CharField()

    id = serializers.UUIDField()
    run_id = serializers.UUIDField()
    node_id = serializers.CharField()
    node_title = serializers.CharField()
    path = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(FormStatus.choices)
    form_content = serializers.CharField(allow_blank=True)
    inputs = serializers.ListField(child=serializers.DictField())
    resolved_default_values = serializers.DictField(child=serializers.CharField())
    user_actions = Action(many=True)
    expiration_time = serializers.DateTimeField()
    channels = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    action = serializers.CharField(allow_blank=True)
    data = serializers.DictField()  # type: ignore[assignment]  # a field called like an attribute of Serializer
    answered_by = serializers.CharField(allow_blank=True)


def _forms(workspace_id: uuid.UUID, run: uuid.UUID) -> QuerySet[HumanForm]:
    return HumanForm.scoped(workspace_id).filter(run_id=run).select_related("account").order_by("created_at", "id")


class RunFormListApi(WorkspaceView):
    """The forms of a run."""

    required = {"get": "run.read"}

    @extend_schema(responses=FormOutput(many=True))
    def get(self, request: Request, ws: uuid.UUID, run: uuid.UUID) -> Response:
        """List what people were asked in a run, oldest first; those with the status `waiting` can be answered."""
        found = get_or_404(Run.scoped(self.ctx.workspace).only("id"), run)
        return Response([present(form) for form in _forms(self.ctx.workspace.pk, found.pk)])


class RunFormApi(WorkspaceView):
    """A form of a run."""

    required = {"post": "run.execute"}

    class Input(serializers.Serializer[Any]):
        action = serializers.CharField(max_length=100)
        inputs = serializers.DictField(default=dict)

    @extend_schema(request=Input, responses=FormOutput)
    def post(self, request: Request, ws: uuid.UUID, run: uuid.UUID, form: uuid.UUID) -> Response:
        """Answer the form; the run goes on.

        400 `invalid_form_data` names the field; 412 `human_input_form_submitted` or `human_input_form_expired` when it is too late.
        """
        found = get_or_404(_forms(self.ctx.workspace.pk, run), form)
        body = self.read(self.Input)
        posted = PostedFiles(self.ctx.workspace.pk)
        posted.look_up(body["inputs"])
        form_submit(found, action=body["action"], data=body["inputs"], account=self.ctx.user, files=posted.value)
        found.refresh_from_db()
        return Response(present(found))
