"""App files coming in: the import, its report, and what to put in place of what the workspace does not have."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import WorkspaceView
from backend.core.errors import AppError
from backend.core.jobs import job_result, job_start
from backend.studio import selectors, services
from backend.studio.api.shapes import AppOutput, DraftOutput, ProblemOutput, WordField
from backend.studio.environment import environment_mask
from backend.studio.missing import missing_of
from backend.studio.models import App, Draft
from backend.studio.plans import flow_problems, problems_json

FILE_BYTES = 12_000_000
FETCH_JOB = "studio.fetch_file"
FETCH_WAIT_S = 25.0


class ModelName(serializers.Serializer[Any]):
    """A model by its provider's and its own name."""

    provider = serializers.CharField(max_length=255)
    name = serializers.CharField(max_length=255)


class ReportLineOutput(serializers.Serializer[Any]):
    """What became of a node. Screens word `notes` by their code; `message` is the English text of all."""

    class Note(serializers.Serializer[Any]):
        code = serializers.CharField()
        params = serializers.DictField(child=WordField())
        message = serializers.CharField()

    node_id = serializers.CharField(help_text="Empty: the file itself.")
    title = serializers.CharField()
    type = serializers.CharField()
    status = serializers.ChoiceField(("exact", "adapted", "placeholder"))
    message = serializers.CharField()
    notes = Note(many=True)


class MissingOutput(serializers.Serializer[Any]):
    """Something that the app names and the workspace does not have, with what could take its place."""

    class Choice(serializers.Serializer[Any]):
        provider = serializers.CharField()
        name = serializers.CharField(help_text="Of a dataset: its id.")
        label = serializers.CharField()  # type: ignore[assignment]  # a field called like an attribute of Field

    kind = serializers.ChoiceField(("model", "dataset", "tool", "secret"))
    provider = serializers.CharField(help_text="Of models and tools; else empty.")
    name = serializers.CharField()
    type = serializers.CharField(help_text="Of models: llm or rerank; else empty.")
    node_ids = serializers.ListField(child=serializers.CharField(), help_text="Empty: the app itself.")
    choices = Choice(many=True)


class AppImportApi(WorkspaceView):
    """An app from a file."""

    required = {"post": "app.edit"}
    max_body_bytes = FILE_BYTES

    class Input(serializers.Serializer[Any]):
        content = serializers.CharField(trim_whitespace=False, required=False, help_text="The file: YAML or JSON.")
        url = serializers.CharField(max_length=2000, required=False, help_text="Where to fetch the file, in place of `content`.")
        app_id = serializers.UUIDField(required=False, allow_null=True, help_text="Replace this app's draft.")
        unknown_models = ModelName(required=False, allow_null=True, help_text="Use this model for all the workspace has no access to.")
        mend = serializers.BooleanField(default=False, help_text="Take in flows that are drawn wrong, to correct them on the canvas.")

    class Output(serializers.Serializer[Any]):
        app = AppOutput()
        report = ReportLineOutput(many=True)
        missing = MissingOutput(many=True)
        problems = ProblemOutput(many=True)

    @extend_schema(request=Input, responses={200: Output, 201: Output})
    def post(self, request: Request, ws: uuid.UUID) -> Response:
        """Make an app of a file, or put its flow into the draft of `app_id`; the old draft is kept as a version.

        422 `invalid_flow` names what is drawn wrong; nothing is left behind. Only the file itself is ever fetched, by a worker.
        """
        fields = self.read(self.Input)
        target = selectors.app_of(self.ctx.workspace, fields["app_id"]) if fields.get("app_id") else None
        unknown = fields.get("unknown_models")
        app, file = services.app_import(
            workspace=self.ctx.workspace,
            user=self.ctx.user,
            content=self._content(fields),
            app=target,
            unknown_models=(unknown["provider"], unknown["name"]) if unknown else None,
            mend=fields["mend"],
        )
        document = environment_mask(Draft.objects.get(app=app).document)
        answer = {
            "app": selectors.app_present(self.ctx.workspace, app.id),
            "report": [line.json() for line in file.report],
            "missing": missing_of(self.ctx.workspace.id, document, app.mode),
            "problems": problems_json(flow_problems(self.ctx.workspace.id, document, app.mode)),
        }
        return Response(answer, 200 if target else 201)

    def _content(self, fields: dict[str, Any]) -> str:
        content, url = fields.get("content"), fields.get("url")
        if (content is None) == (url is None):
            reason = "Give either the file's content or its url."
            raise AppError("invalid_input", reason, 400, {"fields": {"content": [reason]}})
        if content is not None:
            return str(content)
        job = job_result(self.ctx.workspace.id, job_start(FETCH_JOB, {"url": url}, self.ctx.workspace.id), FETCH_WAIT_S)
        if job.state == "running":
            raise AppError("fetch_timeout", "The file did not come in time. Try again, or download it and choose the file.", 504)
        if job.error is not None:
            raise AppError(job.error["code"], job.error["message"], 422, {"url": url, **(job.error.get("details") or {})})
        return str(job.result["content"])


class AppMissingApi(WorkspaceView):
    """What an app lacks."""

    required = {"get": "app.read"}

    class Output(serializers.Serializer[Any]):
        missing = MissingOutput(many=True)

    @extend_schema(responses=Output)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """List the models, datasets, tools and secrets that the draft names and the workspace does not have."""
        return Response({"missing": _missing(selectors.app_of(self.ctx.workspace, app))})


class AppRebindApi(WorkspaceView):
    """Other things in place of those that an app lacks."""

    required = {"post": "app.edit"}

    class Input(serializers.Serializer[Any]):
        class ModelChange(serializers.Serializer[Any]):
            to = ModelName()

            def get_fields(self) -> dict[str, Any]:
                return {"from": ModelName(), **super().get_fields()}

        class DatasetChange(serializers.Serializer[Any]):
            to = serializers.CharField(max_length=255, allow_null=True, help_text="Null: search without it.")

            def get_fields(self) -> dict[str, Any]:
                return {"from": serializers.CharField(max_length=500), **super().get_fields()}

        class SecretValue(serializers.Serializer[Any]):
            name = serializers.CharField(max_length=255)
            value = serializers.CharField(max_length=20_000, trim_whitespace=False)

        models = ModelChange(many=True, default=list)
        unknown_models = ModelName(required=False, allow_null=True, help_text="Takes the place of every other model that is missing.")
        datasets = DatasetChange(many=True, default=list)
        secrets = SecretValue(many=True, default=list)

    class Output(serializers.Serializer[Any]):
        draft = DraftOutput()
        missing = MissingOutput(many=True)

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Put other models and datasets, and values of secrets, into the draft, as its next revision.

        400 `invalid_input` for what the app does not name, or the workspace does not have.
        """
        found = selectors.app_of(self.ctx.workspace, app)
        draft = services.app_rebind(app=found, user=self.ctx.user, change=self.read(self.Input))
        return Response({"draft": selectors.draft_present(found, draft), "missing": _missing(found)})


def _missing(app: App) -> list[dict[str, Any]]:
    return missing_of(app.workspace_id, environment_mask(Draft.objects.get(app=app).document), app.mode)
