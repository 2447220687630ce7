"""A whole workspace at a glance: long work, the home page's numbers, each app's week, the command bar's finds."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core import access
from backend.core.api import WorkspaceView
from backend.core.errors import NotFound
from backend.core.work import work_hide, work_list, work_stop
from backend.insights import home, work
from backend.insights.overview import zone
from backend.knowledge.models import OPEN_STAGES, Document
from backend.knowledge.selectors import datasets_visible
from backend.knowledge.services.documents import document_cancel
from backend.runs.models import Source, State
from backend.studio.models import Mode

MAX_APPS = 100


class Look(serializers.Serializer[Any]):
    """What an app looks like in a line."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    icon = serializers.CharField()
    icon_background = serializers.CharField()
    mode = serializers.ChoiceField(Mode.choices)


class Zone(serializers.Serializer[Any]):
    """Whose days count."""

    tz = serializers.CharField(default="UTC", max_length=64, help_text="Name of the time zone whose days count.")


class WorkListApi(WorkspaceView):
    """Long work of the workspace."""

    required = {"get": "workspace.read"}

    class Output(serializers.Serializer[Any]):
        class Cause(serializers.Serializer[Any]):
            code = serializers.CharField(allow_blank=True)
            message = serializers.CharField(allow_blank=True)
            what = serializers.CharField(required=False, help_text="The document that failed last.")

        id = serializers.UUIDField()
        kind = serializers.CharField(help_text="`indexing` (id: the dataset), `retrieval_measure`, `annotation_embedding`, …")
        title = serializers.CharField()
        state = serializers.ChoiceField(("running", "succeeded", "failed", "stopped"))
        done = serializers.IntegerField()
        total = serializers.IntegerField(help_text="0: not known yet.")
        failed = serializers.IntegerField(help_text="Parts of it that failed.")
        started_at = serializers.DateTimeField()
        changed_at = serializers.DateTimeField()
        target = serializers.DictField(child=serializers.CharField(), help_text="Ids of what it is about.")
        error = Cause(allow_null=True)
        stoppable = serializers.BooleanField()

    @extend_schema(responses=Output(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """List what runs, and what failed or ended lately and is not hidden. The workspace's stream tells of changes (`work_changed`)."""
        return Response(work.work_of(self.ctx.workspace, self.ctx.user, datasets_visible(self.ctx.workspace, self.ctx.user, self.ctx.role)))


class WorkView(WorkspaceView):
    """One piece of long work."""

    def known(self, wanted: uuid.UUID) -> bool:
        """Say whether the work is a dataset's indexing. Raises NotFound for what is neither that nor told of."""
        if datasets_visible(self.ctx.workspace, self.ctx.user, self.ctx.role).filter(pk=wanted).exists():
            return True
        if any(one.id == str(wanted) for one in work_list(self.ctx.workspace.pk)):
            return False
        raise NotFound("There is no such work; it may have ended.")


class WorkStopApi(WorkView):
    """Ending long work early."""

    required = {"post": "insights.edit"}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, ws: uuid.UUID, work: uuid.UUID) -> Response:
        """Stop it at its next step; of a dataset's indexing what is in the index stays (needs `knowledge.edit`)."""
        if self.known(work):
            access.demand(self.ctx, "knowledge.edit")
            for document in Document.scoped(self.ctx.workspace).filter(dataset=work, stage__in=OPEN_STAGES):
                document_cancel(document=document)
        else:
            work_stop(self.ctx.workspace.pk, work)
        return Response(status=204)


class WorkHideApi(WorkView):
    """Putting ended work out of sight."""

    required = {"post": "workspace.read"}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, ws: uuid.UUID, work: uuid.UUID) -> Response:
        """Hide from the asker what has ended up to now."""
        self.known(work)
        work_hide(self.ctx.workspace.pk, self.ctx.user.pk, work)
        return Response(status=204)


class HomeApi(WorkspaceView):
    """The numbers of the home page."""

    required = {"get": "run.read"}

    class Output(serializers.Serializer[Any]):
        class Runs(serializers.Serializer[Any]):
            total = serializers.IntegerField()
            failed = serializers.IntegerField()
            succeeded = serializers.IntegerField()
            unfinished = serializers.IntegerField()

        class Spent(serializers.Serializer[Any]):
            today_usd = serializers.FloatField()
            yesterday_usd = serializers.FloatField()
            today_tokens = serializers.IntegerField()

        class Brief(serializers.Serializer[Any]):
            class Cause(serializers.Serializer[Any]):
                code = serializers.CharField(allow_blank=True)
                message = serializers.CharField(allow_blank=True)
                node_title = serializers.CharField(allow_null=True, allow_blank=True)

            id = serializers.UUIDField()
            state = serializers.ChoiceField(State.choices)
            source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment]  # a field called like an attribute of Field
            created_at = serializers.DateTimeField()
            elapsed_s = serializers.FloatField()
            cost_usd = serializers.FloatField()
            app = Look()
            error = Cause(allow_null=True)

        runs = Runs(help_text="Of the last 24 hours, test runs too.")
        spent = Spent(help_text="By the clock of `tz`; models without a price count nothing.")
        recent = Brief(many=True, help_text="Runs of the last 24 hours, failed ones first, newest first.")

    @extend_schema(parameters=[Zone], responses=Output)
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """Tell what ran in the last day and what it cost."""
        return Response(home.home_numbers(self.ctx.workspace, zone(self.read_query(Zone)["tz"])))


class AppWeekListApi(WorkspaceView):
    """The last seven days of apps."""

    required = {"get": "run.read"}

    class Query(Zone):
        ids = serializers.CharField(max_length=MAX_APPS * 37, help_text="Apps, separated by commas.")

        def validate_ids(self, given: str) -> list[uuid.UUID]:
            field = serializers.UUIDField()
            wanted = [field.run_validation(one) for one in given.split(",")]
            if len(wanted) > MAX_APPS:
                raise serializers.ValidationError(f"At most {MAX_APPS} apps at once.")
            return wanted

    class Output(serializers.Serializer[Any]):
        class Day(serializers.Serializer[Any]):
            runs = serializers.IntegerField()
            failed = serializers.IntegerField()
            cost_usd = serializers.FloatField()

        app_id = serializers.UUIDField()
        runs = serializers.IntegerField()
        failed = serializers.IntegerField()
        cost_usd = serializers.FloatField()
        days = Day(many=True, help_text="Oldest first, the last is today.")

    @extend_schema(parameters=[Query], responses=Output(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """Tell runs, failures and cost by day, test runs too; apps without runs and what is not of the workspace are left out."""
        query = self.read_query(self.Query)
        return Response(home.app_weeks(self.ctx.workspace, query["ids"], zone(query["tz"])))


class FindApi(WorkspaceView):
    """Finding things of the workspace by name."""

    required = {"get": "app.read"}

    class Query(serializers.Serializer[Any]):
        q = serializers.CharField(min_length=2, max_length=200)

    class Output(serializers.Serializer[Any]):
        kind = serializers.ChoiceField(("app", "dataset", "document", "run"))
        id = serializers.UUIDField()
        title = serializers.CharField()
        hint = serializers.CharField(allow_blank=True, help_text="Description, the document's dataset, or the run's state.")
        app = Look(allow_null=True)
        dataset_id = serializers.UUIDField(allow_null=True)

    @extend_schema(parameters=[Query], responses=Output(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """Find apps (names, prompts, node titles), datasets, documents, and a run by its whole id; a few of each."""
        visible = datasets_visible(self.ctx.workspace, self.ctx.user, self.ctx.role)
        return Response(home.found(self.ctx.workspace, visible, self.read_query(self.Query)["q"]))
