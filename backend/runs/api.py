"""Runs in the console: start a test run, list, look at one, follow it, stop it."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from django.db import connection
from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core import access
from backend.core.api import PageInput, WorkspaceView, get_or_404, page_of, paginate
from backend.core.errors import AppError, to_app_error
from backend.core.live import notify
from backend.files.values import PostedFiles
from backend.runs import selectors
from backend.runs.breakpoints import debug_of
from backend.runs.breakpoints_api import StopsInput
from backend.runs.filters import LogFilters, LogQuery, runs_filtered
from backend.runs.log import parse_cursor
from backend.runs.models import Run, Source, State
from backend.runs.parts import KINDS
from backend.runs.services import RunSpec, run_start, run_stop
from backend.runs.stream import follow
from backend.studio.environment import environment_mask
from backend.studio.models import CHAT_MODES, App, Mode, Version
from backend.studio.plans import demand_startable, flow_document, plan_for
from backend.studio.selectors import version_of
from backend.studio.services import settings_freeze, version_freeze
from workers.engine.errors import InvalidInput
from workers.engine.plan import validate_inputs

logger = logging.getLogger(__name__)

RECHECK_S = 30.0
MAX_QUERY_CHARS = 1_000_000
MAX_FILES = 10
RUN_ORDERS = ("-created_at", "created_at", "-elapsed_s", "-total_tokens", "-cost_usd")


class RunOutput(serializers.Serializer[Any]):
    """A run. `error` is set when it failed, `answer` in chat modes."""

    class Error(serializers.Serializer[Any]):
        code = serializers.CharField()
        message = serializers.CharField()
        node_id = serializers.CharField(allow_null=True)
        node_title = serializers.CharField(allow_null=True)
        details = serializers.DictField()

    class Part(serializers.Serializer[Any]):
        """What part of the flow it runs, or what it keeps of the run `run_id`; kept work was paid for there."""

        kind = serializers.ChoiceField(KINDS)
        node_id = serializers.CharField(allow_null=True)
        run_id = serializers.UUIDField(allow_null=True)
        kept_nodes = serializers.IntegerField()
        kept_tokens = serializers.IntegerField()
        kept_cost_usd = serializers.FloatField()

    id = serializers.UUIDField()
    app_id = serializers.UUIDField()
    version_id = serializers.UUIDField()
    version_number = serializers.IntegerField(allow_null=True)
    mode = serializers.ChoiceField(Mode.choices)
    source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment]  # a field called like an attribute of Field
    state = serializers.ChoiceField(State.choices)
    inputs = serializers.DictField()
    query = serializers.CharField()
    outputs = serializers.DictField()
    answer = serializers.CharField()
    error = Error(allow_null=True)
    total_tokens = serializers.IntegerField()
    cost_usd = serializers.FloatField()
    steps = serializers.IntegerField()
    elapsed_s = serializers.FloatField()
    conversation_id = serializers.UUIDField(allow_null=True)
    message_id = serializers.UUIDField(allow_null=True)
    part = Part(allow_null=True)
    started_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class RunDetailOutput(RunOutput):
    """A run with the flow it ran and its events; `cursor` is the place to follow on from."""

    document = serializers.DictField()
    events = serializers.ListField(child=serializers.DictField())
    cursor = serializers.CharField()


def shown(runs: list[Run]) -> list[dict[str, Any]]:
    """Turn runs into JSON."""
    answers = selectors.answers(runs)
    return [selectors.present(run, answers.get(run.pk, "")) for run in runs]


class RunListApi(WorkspaceView):
    """The runs of an app."""

    required = {"get": "run.read", "post": "run.execute"}

    class Query(LogQuery, PageInput):
        """Filters and a page; without `source` all ways in."""

        sort = serializers.ChoiceField(RUN_ORDERS, default="-created_at")

    class Input(StopsInput):
        version_id = serializers.UUIDField(required=False, allow_null=True, help_text="A version to run in place of the draft.")
        inputs = serializers.DictField(default=dict)
        query = serializers.CharField(default="", allow_blank=True, trim_whitespace=False, max_length=MAX_QUERY_CHARS)
        conversation_id = serializers.UUIDField(required=False, allow_null=True)
        files = serializers.ListField(child=serializers.DictField(), default=list, max_length=MAX_FILES)
        settings = serializers.DictField(
            required=False, help_text="Of a simple app: a whole `model_config` to run in place of the draft's, which stays as it is."
        )

    @extend_schema(parameters=[Query], responses=page_of(RunOutput, "RunPage"))
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """List the runs, newest first unless told otherwise."""
        query = self.read_query(self.Query)
        self._app(app)
        found = runs_filtered(self.ctx.workspace, app, LogFilters.of(query, source="all"))
        runs = selectors.runs_shown(found).order_by(query["sort"], "-id")
        return Response(paginate(runs, query, shown))

    @extend_schema(request=Input, responses={202: RunOutput})
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Run the draft. It is frozen into a version first; 422 `flow_has_errors` lists what keeps it from running."""
        found = self._app(app)
        body = self.read(self.Input)
        if "settings" in body:
            access.demand(self.ctx, "app.edit")
            version = settings_freeze(app=found, user=self.ctx.user, settings=body["settings"])
        else:
            version = self._version(found, body.get("version_id"))
        plan = plan_for(version.pk, version.document, found.mode)
        posted = PostedFiles(self.ctx.workspace.pk)
        posted.look_up(body["inputs"], body["files"])
        try:
            inputs = validate_inputs(plan, body["inputs"], posted.value)
            files = posted.values("files", body["files"])
        except InvalidInput as error:
            raise AppError("invalid_input", error.message, 400, {"field": error.field, "fields": {error.field: [error.message]}}) from None
        chats = found.mode != "workflow"
        if found.mode in CHAT_MODES and not body["query"].strip():
            raise AppError(
                "invalid_input", "Write a message first.", 400, {"field": "query", "fields": {"query": ["This must not be empty."]}}
            )
        spec = RunSpec(
            workspace_id=self.ctx.workspace.pk,
            app_id=found.pk,
            version_id=version.pk,
            mode=found.mode,
            source=Source.DEBUG,
            inputs=inputs,
            query=body["query"] if chats else "",
            files=files,
            account_id=self.ctx.user.pk,
            conversation_id=body.get("conversation_id") if chats else None,
            debug=debug_of(body["breakpoints"], body["stepping"]),
        )
        accepted = async_to_sync(run_start)(spec)
        run = get_or_404(selectors.run_of(self.ctx.workspace.pk), accepted.run_id)
        notify(self.ctx.workspace.pk, {"kind": "run_created", "id": str(run.pk), "app_id": str(found.pk)})
        return Response(shown([run])[0], status=status.HTTP_202_ACCEPTED)

    def _app(self, app: uuid.UUID) -> App:
        return get_or_404(App.scoped(self.ctx.workspace).filter(deleted_at=None), app)

    def _version(self, app: App, version_id: uuid.UUID | None) -> Version:
        if version_id is None:
            return version_freeze(app=app, user=self.ctx.user)
        version = version_of(app, version_id)
        demand_startable(version.document, app.mode)
        return version


class RunApi(WorkspaceView):
    """A run."""

    required = {"get": "run.read"}

    @extend_schema(responses=RunDetailOutput)
    def get(self, request: Request, ws: uuid.UUID, run: uuid.UUID) -> Response:
        """Return the run with its flow and events, as far as they are kept."""
        found = get_or_404(selectors.run_of(self.ctx.workspace.pk), run)
        row = shown([found])[0]
        events, cursor = selectors.run_events(found, row["answer"])
        return Response(
            {
                **row,
                "document": environment_mask(dict(flow_document(found.version.document, found.mode))),
                "events": events,
                "cursor": cursor,
            }
        )


class RunStopApi(WorkspaceView):
    """The end of a run before its time."""

    required = {"post": "run.execute"}

    @extend_schema(request=None, responses={202: OpenApiResponse(description="The run will stop")})
    def post(self, request: Request, ws: uuid.UUID, run: uuid.UUID) -> Response:
        """Ask the run to stop; a finished run stays as it is."""
        found = get_or_404(Run.scoped(self.ctx.workspace).only("id"), run)
        async_to_sync(run_stop)(found.pk)
        return Response(status=status.HTTP_202_ACCEPTED)


class RunEventsApi(WorkspaceView):
    """A run's events as a stream."""

    required = {"get": "run.read"}

    class Query(serializers.Serializer[Any]):
        after = serializers.CharField(default="0-0", help_text="Cursor to continue behind; the header Last-Event-ID wins.")

    @extend_schema(
        parameters=[Query], responses={(200, "text/event-stream"): OpenApiResponse(response=str, description="Server-sent events")}
    )
    def get(self, request: Request, ws: uuid.UUID, run: uuid.UUID) -> StreamingHttpResponse:
        """Follow the run's events until it ends, also while it waits for people.

        Each has its cursor as `id`; a comment comes after ten silent seconds.
        """
        after = request.headers.get("Last-Event-ID") or self.read_query(self.Query)["after"]
        try:
            parse_cursor(after)
        except ValueError as error:
            raise AppError("invalid_cursor", str(error), 400, {"field": "after"}) from None
        found = get_or_404(Run.scoped(self.ctx.workspace).only("id"), run)
        if not connection.in_atomic_block:
            connection.close()  # the stream may last for minutes
        check = database_sync_to_async(self._check, thread_sensitive=False)
        response = StreamingHttpResponse(_frames(found.pk, after, check), content_type="text/event-stream; charset=utf-8")
        response["Cache-Control"] = "no-cache"
        response["X-Accel-Buffering"] = "no"
        return response

    def _check(self) -> None:
        """Raise what keeps the caller from reading on."""
        self.ctx.user.refresh_from_db(fields=["is_active"])
        access.demand(access.resolve(self.ctx.user, self.ctx.key, self.ctx.workspace.pk), self.required["get"])


async def _frames(run_id: uuid.UUID, after: str, check: Callable[[], Any]) -> AsyncIterator[bytes]:
    checked = time.monotonic()
    yield b"retry: 2000\n\n"
    try:
        async for entry in follow(run_id, after, through_pauses=True):
            if time.monotonic() - checked > RECHECK_S:
                await check()
                checked = time.monotonic()
            if entry is None:
                yield b": waiting\n\n"
            else:
                yield b"id: %s\nevent: %s\ndata: %s\n\n" % (entry.cursor.encode(), entry.type.encode(), entry.data)
    except asyncio.CancelledError:
        raise
    except Exception as error:  # the edge of the stream: the reader is told, in the stream
        if not isinstance(error, AppError):
            logger.exception("run %s: its event stream broke", run_id)
        yield b"event: error\ndata: %s\n\n" % orjson.dumps(to_app_error(error).body(), default=str)
