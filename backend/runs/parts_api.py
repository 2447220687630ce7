"""Runs of parts in the console: one node, up to a node, from a node, from a failure, from an edited value."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import orjson
from asgiref.sync import async_to_sync
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import WorkspaceView, get_or_404
from backend.core.live import notify
from backend.files.values import PostedFiles
from backend.runs import selectors
from backend.runs.api import MAX_FILES, MAX_QUERY_CHARS, RunOutput, shown
from backend.runs.breakpoints import debug_of
from backend.runs.breakpoints_api import StopsInput
from backend.runs.models import Run, Source
from backend.runs.parts import CUTS, KINDS, PartSpec, cut_of, invalid, needed, newest_run, plan_part, values_of
from backend.runs.services import RunSpec, run_start
from backend.studio.documents import flow_size
from backend.studio.models import App, Draft, Version
from backend.studio.plans import flow_document, plan_for
from backend.studio.services import version_freeze
from workers.engine import plan as engine
from workers.engine.errors import InvalidInput
from workers.engine.nodes.start import StartNode
from workers.engine.plan import Cut, Plan

SHOWN_BYTES = 100_000
_OWN_VERSION = frozenset({"restart", "fork"})
_SYSTEM_TYPES = {"query": "string", "files": "array[file]", "dialogue_count": "number"}


class PartRunOutput(serializers.Serializer[Any]):
    """A part that begins to run. `count` counts rounds; costs are those of the earlier run, the new run's own ones are its new work."""

    class Kept(serializers.Serializer[Any]):
        node_id = serializers.CharField()
        title = serializers.CharField(allow_blank=True)
        type = serializers.CharField()
        count = serializers.IntegerField()
        total_tokens = serializers.IntegerField()
        cost_usd = serializers.FloatField()
        edited = serializers.BooleanField()

    class Again(serializers.Serializer[Any]):
        node_id = serializers.CharField()
        title = serializers.CharField(allow_blank=True)
        type = serializers.CharField()
        reason = serializers.ChoiceField(["chosen", "failed", "changed", "new", "edited_input", "after"])

    run = RunOutput()
    kept = Kept(many=True)
    again = Again(many=True)


class NeedsOutput(serializers.Serializer[Any]):
    """What a node needs in order to run alone. `value` is that of the run; `omitted`: too large to show, that run's is used."""

    class Need(serializers.Serializer[Any]):
        selector = serializers.ListField(child=serializers.CharField())
        source_title = serializers.CharField(allow_blank=True)
        source_type = serializers.CharField()
        type = serializers.CharField()
        required = serializers.BooleanField()  # type: ignore[assignment]  # a field called like an attribute of Field
        has_value = serializers.BooleanField()
        value = serializers.JSONField(allow_null=True)
        omitted = serializers.BooleanField()

    node_id = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    type = serializers.CharField()
    run_id = serializers.UUIDField(allow_null=True)
    needs = Need(many=True)


class PartRunApi(WorkspaceView):
    """Parts of an app's flow."""

    required = {"post": "run.execute"}

    class Input(StopsInput):
        kind = serializers.ChoiceField(KINDS)
        node_id = serializers.CharField(default="", allow_blank=True, max_length=100, trim_whitespace=False)
        run_id = serializers.UUIDField(required=False, allow_null=True)
        version = serializers.ChoiceField(["draft", "same"], required=False, allow_null=True)
        inputs = serializers.DictField(default=dict)
        query = serializers.CharField(required=False, allow_null=True, allow_blank=True, trim_whitespace=False, max_length=MAX_QUERY_CHARS)
        files = serializers.ListField(child=serializers.DictField(), required=False, allow_null=True, max_length=MAX_FILES)
        values = serializers.DictField(child=serializers.DictField(), default=dict)

    @extend_schema(request=Input, responses={202: PartRunOutput})
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Run a part of the flow, or an ended run once more from some point; the answer tells what is kept and what runs again."""
        found = app_of(self, app)
        body = self.read(self.Input)
        parent = self._parent(found, body)
        version = self._version(found, body, parent)
        posted = PostedFiles(self.ctx.workspace.pk)
        posted.look_up(body["inputs"], body.get("files") or [])
        try:
            files = None if body.get("files") is None else posted.values("files", body["files"])
        except InvalidInput as error:
            raise invalid(error.field, error.message) from None
        planned = plan_part(
            PartSpec(
                **{name: body[name] for name in ("kind", "node_id", "inputs", "values")},
                version=version,
                mode=found.mode,
                parent=parent,
                query=body.get("query"),
                files=files,
                resolver=posted.value,
            )
        )
        spec = RunSpec(
            workspace_id=self.ctx.workspace.pk,
            app_id=found.pk,
            version_id=version.pk,
            mode=found.mode,
            source=Source.DEBUG,
            inputs=planned.inputs,
            query=planned.query,
            files=planned.files,
            account_id=self.ctx.user.pk,
            part=planned.part,
            debug=debug_of(body["breakpoints"], body["stepping"]),
        )
        accepted = async_to_sync(run_start)(spec)
        run = get_or_404(selectors.run_of(self.ctx.workspace.pk), accepted.run_id)
        notify(self.ctx.workspace.pk, {"kind": "run_created", "id": str(run.pk), "app_id": str(found.pk)})
        return Response({"run": shown([run])[0], "kept": planned.kept, "again": planned.again}, status=status.HTTP_202_ACCEPTED)

    def _parent(self, app: App, body: dict[str, Any]) -> Run | None:
        if body["kind"] in (*CUTS, "from") and not body["node_id"]:
            raise invalid("node_id", "Say which step.")
        for namespace in body["values"]:
            if namespace == "env":
                raise invalid("values.env", "Environment variables are those of the flow: change them there.")
        if body.get("run_id"):
            return run_in(self, app, body["run_id"])
        if body["kind"] in _OWN_VERSION:
            raise invalid("run_id", "Say which run to start from.")
        if body["kind"] != "from":
            return None
        found = newest_run(self.ctx.workspace.pk, app.pk)
        if found is None:
            raise invalid("run_id", "The flow has not been run yet: run it once, or run it to this step.")
        return found

    def _version(self, app: App, body: dict[str, Any], parent: Run | None) -> Version:
        which = body.get("version") or ("same" if body["kind"] in _OWN_VERSION else "draft")
        cut = cut_of(body)
        if which == "draft":
            version = version_freeze(app=app, user=self.ctx.user, cut=cut)
        elif parent is not None:
            version = parent.version
        else:
            raise invalid("run_id", "Say the version of which run.")
        if body["node_id"] and body["node_id"] not in plan_for(version.pk, version.document, app.mode, cut).nodes:
            raise invalid("node_id", f"The flow has no step {body['node_id']!r}.")
        return version


class PartNeedsApi(WorkspaceView):
    """The form of a step that is to run alone."""

    required = {"get": "run.execute"}

    class Query(serializers.Serializer[Any]):
        node_id = serializers.CharField(max_length=100, trim_whitespace=False)
        run_id = serializers.UUIDField(required=False)

    @extend_schema(parameters=[Query], responses=NeedsOutput)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """List the variables that a step of the draft takes from outside, with their values in a run (default: the newest whole one)."""
        found = app_of(self, app)
        query = self.read_query(self.Query)
        node_id = query["node_id"]
        document = flow_document(Draft.objects.get(app=found).document, found.mode)
        plan = engine.compile(document, found.mode, Cut("node", node_id), flow_size())
        if node_id not in plan.nodes:
            raise invalid("node_id", f"The flow has no step {node_id!r}.")
        run = run_in(self, found, query["run_id"]) if query.get("run_id") else newest_run(self.ctx.workspace.pk, found.pk)
        values = values_of(run, document) if run is not None else {}
        whole = engine.compile(document, found.mode, size=flow_size())
        needs = [_need(whole, document, selector, values) for selector in needed(plan, node_id)]
        required = {
            reference.selector[:2] for planned in plan.nodes.values() for reference in planned.node.references() if reference.required
        }
        rows = [{**need, "required": tuple(need["selector"]) in required} for need in needs]
        planned = plan.nodes[node_id]
        run_id = run.pk if run is not None else None
        return Response({"node_id": node_id, "title": planned.title, "type": planned.type, "run_id": run_id, "needs": rows})


def _need(plan: Plan, document: Mapping[str, Any], selector: tuple[str, str], values: dict[str, dict[str, Any]]) -> dict[str, Any]:
    namespace, name = selector
    source = plan.nodes.get(namespace)
    known = values.get(namespace, {})
    omitted = name in known and len(orjson.dumps(known[name], default=str)) > SHOWN_BYTES
    return {
        "selector": [namespace, name],
        "source_title": source.title if source is not None else "",
        "source_type": source.type if source is not None else namespace if namespace in ("sys", "conversation") else "",
        "type": _type_of(plan, document, namespace, name),
        "has_value": name in known,
        "value": None if omitted else known.get(name),
        "omitted": omitted,
    }


def _type_of(plan: Plan, document: Mapping[str, Any], namespace: str, name: str) -> str:
    if namespace == "sys":
        return _SYSTEM_TYPES.get(name, "string")
    if namespace == "conversation":
        rows = document.get("conversation_variables") or []
        return next((str(row.get("value_type") or "any") for row in rows if row.get("name") == name), "any")
    planned = plan.nodes.get(namespace)
    if planned is None:
        return "any"
    if isinstance(planned.node, StartNode):
        return next((row.type for row in planned.node.config.variables if row.variable == name), "any")
    return next((output.type for output in planned.node.outputs if output.name == name), "any")


def app_of(view: WorkspaceView, app: uuid.UUID) -> App:
    """Return an app of the caller's workspace."""
    return get_or_404(App.scoped(view.ctx.workspace).filter(deleted_at=None), app)


def run_in(view: WorkspaceView, app: App, run_id: uuid.UUID) -> Run:
    """Return a run of an app. Raises AppError invalid_input."""
    found = selectors.run_of(view.ctx.workspace.pk).filter(app_id=app.pk, pk=run_id).first()
    if found is None:
        raise invalid("run_id", "The app has no such run.")
    return found
