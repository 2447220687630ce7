"""An app's flow: the draft, its checklist, its versions, and the keys that open the live one."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.api import KeyOutput, NewKeyOutput
from backend.accounts.models import ApiKey
from backend.accounts.services import key_create, key_revoke
from backend.core.api import WorkspaceView, get_or_404
from backend.studio import selectors, services
from backend.studio.api.shapes import DraftOutput, FlowField, ProblemOutput, VersionDetailOutput, VersionOutput
from backend.studio.changes import version_changes
from backend.studio.documents import document_check
from backend.studio.models import Draft
from backend.studio.plans import flow_problems, problems_json
from backend.studio.versions import version_delete, version_update

DOCUMENT_BYTES = 6_000_000
MAX_COMPARED = 30


class DraftApi(WorkspaceView):
    """The draft of an app."""

    required = {"get": "app.read", "put": "app.edit"}
    max_body_bytes = DOCUMENT_BYTES

    class Input(serializers.Serializer[Any]):
        document = FlowField()
        base_revision = serializers.IntegerField(min_value=0)
        force = serializers.BooleanField(default=False)

    @extend_schema(responses=DraftOutput)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Return the draft with its checklist."""
        found = selectors.app_of(self.ctx.workspace, app)
        return Response(selectors.draft_present(found, Draft.objects.select_related("updated_by").get(app=found)))

    @extend_schema(request=Input, responses=DraftOutput)
    def put(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Save the draft.

        409 `draft_conflict` when it is no longer at `base_revision`; the details hold the draft that won. `force` saves all the same.
        """
        found = selectors.app_of(self.ctx.workspace, app)
        fields = self.read(self.Input)
        base = None if fields["force"] else fields["base_revision"]
        draft = services.draft_save(app=found, user=self.ctx.user, document=fields["document"], base_revision=base)
        return Response(selectors.draft_present(found, draft))


class FlowCheckApi(WorkspaceView):
    """The checklist of a flow that is not saved yet."""

    required = {"post": "app.read"}
    max_body_bytes = DOCUMENT_BYTES

    class Input(serializers.Serializer[Any]):
        document = FlowField()

    class Output(serializers.Serializer[Any]):
        problems = ProblemOutput(many=True)

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """List what is wrong with a flow."""
        found = selectors.app_of(self.ctx.workspace, app)
        document = document_check(self.read(self.Input)["document"], found.mode)
        return Response({"problems": problems_json(flow_problems(self.ctx.workspace.id, document, found.mode))})


class VersionListApi(WorkspaceView):
    """The versions of an app."""

    required = {"get": "app.read", "post": "app.publish"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=100, allow_blank=True, default="")
        note = serializers.CharField(max_length=2000, allow_blank=True, default="")
        revision = serializers.IntegerField(min_value=1, required=False, allow_null=True)
        accept_errors = serializers.BooleanField(default=False, help_text="Publish although some steps will fail when they are reached.")

    @extend_schema(responses=VersionOutput(many=True))
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """List published and named versions, newest first."""
        found = selectors.app_of(self.ctx.workspace, app)
        versions = selectors.versions_of(found).defer("document")
        return Response([selectors.version_present(found, version) for version in versions])

    @extend_schema(request=Input, responses={201: VersionOutput})
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Publish the draft.

        422 `flow_has_errors` with the problems; 409 `draft_conflict` when `revision` is given and the draft has moved on.
        """
        fields = self.read(self.Input)
        found = selectors.app_of(self.ctx.workspace, app)
        version, _ = services.app_publish(
            app=found,
            user=self.ctx.user,
            name=fields["name"],
            note=fields["note"],
            revision=fields.get("revision"),
            accept_errors=fields["accept_errors"],
        )
        return Response(selectors.version_present(found, version), 201)


class VersionChangesApi(WorkspaceView):
    """What versions changed."""

    required = {"get": "app.read"}

    class Query(serializers.Serializer[Any]):
        """Which versions."""

        ids = serializers.CharField(help_text="Ids of versions, with commas between them.")

        def validate_ids(self, value: str) -> list[uuid.UUID]:
            try:
                ids = [uuid.UUID(one) for one in value.split(",")]
            except ValueError:
                raise serializers.ValidationError("These must be ids of versions with commas between them.") from None
            if len(ids) > MAX_COMPARED:
                raise serializers.ValidationError(f"Ask for at most {MAX_COMPARED} versions at a time.")
            return ids

    class Output(serializers.Serializer[Any]):
        """Against `against`, the published version before it; null: it is the first. `steps` names some of those counted."""

        class Step(serializers.Serializer[Any]):
            title = serializers.CharField()
            type = serializers.CharField()
            change = serializers.ChoiceField(("added", "removed", "changed"))
            settings = serializers.ListField(child=serializers.CharField())

        version_id = serializers.UUIDField()
        against = serializers.UUIDField(allow_null=True)
        added = serializers.IntegerField()
        removed = serializers.IntegerField()
        changed = serializers.IntegerField()
        steps = Step(many=True)
        parts = serializers.ListField(child=serializers.CharField(), help_text="What else differs: edges, features, notes, …")
        settings = serializers.ListField(child=serializers.CharField())

    @extend_schema(parameters=[Query], responses=Output(many=True))
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Tell in few words what each of these versions changed against the published one before it."""
        found = selectors.app_of(self.ctx.workspace, app)
        return Response(version_changes(found, self.read_query(self.Query)["ids"]))


class VersionApi(WorkspaceView):
    """One version of an app."""

    required = {"get": "app.read", "patch": "app.publish", "delete": "app.publish"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=100, allow_blank=True, required=False)
        note = serializers.CharField(max_length=2000, allow_blank=True, required=False)

    @extend_schema(responses=VersionDetailOutput)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID, version: uuid.UUID) -> Response:
        """Return the version with its flow."""
        found = selectors.app_of(self.ctx.workspace, app)
        return Response(selectors.version_present(found, selectors.version_of(found, version), document=True))

    @extend_schema(request=Input, responses=VersionOutput)
    def patch(self, request: Request, ws: uuid.UUID, app: uuid.UUID, version: uuid.UUID) -> Response:
        """Give the version another name or note; its flow never changes."""
        found = selectors.app_of(self.ctx.workspace, app)
        wanted = selectors.version_of(found, version)
        changed = version_update(version=wanted, fields=self.read(self.Input, partial=True))
        return Response(selectors.version_present(found, changed))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, app: uuid.UUID, version: uuid.UUID) -> Response:
        """Delete the version. 409 `version_live` for the one that answers calls, `version_has_runs` while runs of it are kept."""
        found = selectors.app_of(self.ctx.workspace, app)
        version_delete(app=found, version=selectors.version_of(found, version))
        return Response(status=204)


class VersionRestoreApi(WorkspaceView):
    """Going back to a version."""

    required = {"post": "app.edit"}

    class Input(serializers.Serializer[Any]):
        base_revision = serializers.IntegerField(min_value=0)

    @extend_schema(request=Input, responses=DraftOutput)
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID, version: uuid.UUID) -> Response:
        """Make the version the draft; what was there is kept as a named version. 409 `draft_conflict` as when saving."""
        found = selectors.app_of(self.ctx.workspace, app)
        wanted = selectors.version_of(found, version)
        base = self.read(self.Input)["base_revision"]
        draft = services.version_restore(app=found, version=wanted, user=self.ctx.user, base_revision=base)
        return Response(selectors.draft_present(found, draft))


class AppKeyListApi(WorkspaceView):
    """The API keys of an app."""

    required = {"get": "key.manage", "post": "key.manage"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=100, allow_blank=True, default="")

    @extend_schema(responses=KeyOutput(many=True))
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """List the keys without their secrets, newest first."""
        found = selectors.app_of(self.ctx.workspace, app)
        return Response(KeyOutput(selectors.keys_of(found), many=True).data)

    @extend_schema(request=Input, responses={201: NewKeyOutput})
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Make a key; `key` is shown this one time."""
        found = selectors.app_of(self.ctx.workspace, app)
        name = self.read(self.Input)["name"]
        key, plain = key_create(workspace=self.ctx.workspace, kind=ApiKey.Kind.APP, app_id=found.id, created_by=self.ctx.user, name=name)
        return Response({**KeyOutput(key).data, "key": plain}, 201)


class AppKeyApi(WorkspaceView):
    """One API key of an app."""

    required = {"delete": "key.manage"}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, app: uuid.UUID, key: uuid.UUID) -> Response:
        """Delete the key; programs that use it are refused within seconds."""
        keys: QuerySet[ApiKey] = selectors.keys_of(selectors.app_of(self.ctx.workspace, app))
        key_revoke(get_or_404(keys, key))
        return Response(status=204)
