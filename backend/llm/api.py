"""Providers, credentials, models and defaults of a workspace."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import JsonBody, WorkspaceView, get_or_404
from backend.core.errors import AppError
from backend.core.job_api import JobOutput
from backend.core.jobs import job_result
from backend.llm import providers, selectors, services
from backend.llm.models import Credential, Model, ModelType
from backend.llm.providers import ProviderSpec

PRICE: dict[str, Any] = {"max_digits": 14, "decimal_places": 6, "min_value": 0, "allow_null": True, "required": False}


class ModelOutput(serializers.Serializer[Any]):
    """A model; prices in USD per million tokens, null: not known."""

    id = serializers.UUIDField(allow_null=True)
    provider = serializers.CharField()
    provider_label = serializers.CharField()
    name = serializers.CharField()
    type = serializers.ChoiceField(ModelType.choices)
    enabled = serializers.BooleanField()
    context_size = serializers.IntegerField(allow_null=True)
    input_price = serializers.FloatField(allow_null=True)
    output_price = serializers.FloatField(allow_null=True)
    features = serializers.ListField(child=serializers.CharField())
    builtin = serializers.BooleanField()


class CredentialOutput(serializers.Serializer[Any]):
    """A credential without its secret: `hint` is its last four characters."""

    id = serializers.UUIDField()
    provider = serializers.CharField()
    name = serializers.CharField()
    hint = serializers.CharField()
    base_url = serializers.CharField()
    enabled = serializers.BooleanField()
    priority = serializers.IntegerField()
    last_error = serializers.CharField()
    tested_at = serializers.DateTimeField(allow_null=True)
    models = ModelOutput(many=True)


class DefaultOutput(serializers.Serializer[Any]):
    """The model that is used for a type where a flow names none."""

    type = serializers.ChoiceField(ModelType.choices)
    provider = serializers.CharField(max_length=60)
    name = serializers.CharField(max_length=200)


class ModelInput(serializers.Serializer[Any]):
    """A model to be added."""

    name = serializers.CharField(max_length=200)
    type = serializers.ChoiceField(ModelType.choices)
    enabled = serializers.BooleanField(default=True)
    context_size = serializers.IntegerField(min_value=1, max_value=100_000_000, allow_null=True, required=False)
    input_price = serializers.DecimalField(**PRICE)
    output_price = serializers.DecimalField(**PRICE)
    features = serializers.ListField(child=serializers.CharField(max_length=40), max_length=20, required=False)


def _credential_body(credential: Credential) -> Mapping[str, Any]:
    """`credential.models` should be prefetched."""
    spec = providers.BY_ID.get(credential.provider)
    rows = sorted(credential.models.all(), key=lambda m: (m.type, m.name))
    for row in rows:
        row.credential = credential
    models = [asdict(selectors.facts_of(row, spec)) for row in rows]
    names = ("id", "provider", "name", "hint", "base_url", "enabled", "priority", "last_error", "tested_at")
    return CredentialOutput({**{name: getattr(credential, name) for name in names}, "models": models}).data


def _provider_body(spec: ProviderSpec) -> dict[str, Any]:
    fields = [
        {
            "name": f.name,
            "label": {"en": f.en, "zh-Hans": f.zh},
            "secret": f.secret,
            "required": f.required,
            "placeholder": f.placeholder or f.default,
            "multiline": f.multiline,
        }
        for f in spec.fields
    ]
    return {
        "id": spec.id,
        "label": spec.label,
        "description": {"en": spec.en, "zh-Hans": spec.zh},
        "fields": fields,
        "model_types": list(spec.types),
        "needs_key": spec.needs_key,
        "help_url": spec.help_url,
        "custom_models": spec.custom_models,
    }


class ProviderListApi(WorkspaceView):
    """The vendors that can be connected."""

    required = {"get": "model.read"}

    class Output(serializers.Serializer[Any]):
        class Field(serializers.Serializer[Any]):
            name = serializers.CharField()
            label = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]
            secret = serializers.BooleanField()
            required = serializers.BooleanField()  # type: ignore[assignment]
            placeholder = serializers.CharField()
            multiline = serializers.BooleanField()

        id = serializers.CharField()
        label = serializers.CharField()  # type: ignore[assignment]
        description = serializers.DictField(child=serializers.CharField())
        fields = Field(many=True)  # type: ignore[assignment]
        model_types = serializers.ListField(child=serializers.ChoiceField(ModelType.choices))
        needs_key = serializers.BooleanField()
        help_url = serializers.CharField()
        custom_models = serializers.BooleanField()

    @extend_schema(responses=Output(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """List all vendors with the fields of their credentials."""
        return Response([_provider_body(spec) for spec in providers.ALL])


class CredentialListApi(WorkspaceView):
    """The workspace's credentials."""

    required = {"get": "model.read", "post": "credential.manage"}

    class Input(serializers.Serializer[Any]):
        provider = serializers.CharField(max_length=60)
        name = serializers.CharField(max_length=100, allow_blank=True, default="")
        fields = serializers.DictField(child=serializers.CharField(allow_blank=True, allow_null=True, max_length=20_000))  # type: ignore[assignment]
        models = ModelInput(many=True, default=list)

    @extend_schema(responses=CredentialOutput(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """List credentials in the order in which they are tried; secrets never come out."""
        return Response([_credential_body(c) for c in selectors.credentials_of(self.ctx.workspace.pk)])

    @extend_schema(request=Input, responses={201: CredentialOutput})
    def post(self, request: Request, ws: uuid.UUID) -> Response:
        """Store a credential with its models. 409 `name_taken`."""
        given = self.read(self.Input)
        credential = services.credential_create(workspace=self.ctx.workspace, user=self.ctx.user, **given)
        return Response(_credential_body(credential), status=status.HTTP_201_CREATED)


class CredentialApi(WorkspaceView):
    """One credential."""

    required = {"patch": "credential.manage", "delete": "credential.manage"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=100, required=False)
        enabled = serializers.BooleanField(required=False)
        priority = serializers.IntegerField(min_value=-1000, max_value=1000, required=False)
        fields = serializers.DictField(  # type: ignore[assignment]
            child=serializers.CharField(allow_blank=True, allow_null=True, max_length=20_000), required=False
        )
        models = ModelInput(many=True, required=False)

    def _credential(self, credential: uuid.UUID) -> Credential:
        return get_or_404(selectors.credentials_of(self.ctx.workspace.pk), credential)

    @extend_schema(request=Input, responses=CredentialOutput)
    def patch(self, request: Request, ws: uuid.UUID, credential: uuid.UUID) -> Response:
        """Change a credential; absent fields stay, an empty secret keeps the stored one. A new address needs the secret again."""
        services.credential_update(credential=self._credential(credential), changes=self.read(self.Input))
        return Response(_credential_body(self._credential(credential)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, credential: uuid.UUID) -> Response:
        """Remove a credential with its models."""
        services.credential_delete(credential=self._credential(credential))
        return Response(status=status.HTTP_204_NO_CONTENT)


class CredentialTestApi(WorkspaceView):
    """Try a credential."""

    required = {"post": "credential.manage"}

    class Input(serializers.Serializer[Any]):
        provider = serializers.CharField(max_length=60, required=False)
        fields = serializers.DictField(  # type: ignore[assignment]
            child=serializers.CharField(allow_blank=True, allow_null=True, max_length=20_000), required=False
        )
        credential_id = serializers.UUIDField(required=False)
        models = ModelInput(many=True, default=list)

        def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
            if ("provider" in attrs) == ("credential_id" in attrs):
                raise serializers.ValidationError({"provider": ["Send either `provider` with `fields`, or `credential_id`."]})
            return attrs

    class Output(JobOutput):
        class Result(serializers.Serializer[Any]):
            class Found(serializers.Serializer[Any]):
                name = serializers.CharField()
                type = serializers.ChoiceField(ModelType.choices)
                context_size = serializers.IntegerField(allow_null=True)
                input_price = serializers.FloatField(allow_null=True)
                output_price = serializers.FloatField(allow_null=True)
                features = serializers.ListField(child=serializers.CharField())

            models = Found(many=True)
            latency_ms = serializers.IntegerField()

        result = Result(allow_null=True)  # type: ignore[assignment]  # narrower than any job's

    @extend_schema(request=Input, responses={202: Output})
    def post(self, request: Request, ws: uuid.UUID) -> Response:
        """Have a worker list the models and call those given; the job's result holds models and latency."""
        given = self.read(self.Input)
        stored = given.pop("credential_id", None)
        credential = get_or_404(Credential.scoped(self.ctx.workspace), stored) if stored else None
        job_id = services.credential_test_start(workspace=self.ctx.workspace, credential=credential, **given)
        return Response(asdict(job_result(self.ctx.workspace.pk, job_id)), status=status.HTTP_202_ACCEPTED)


class ModelListApi(WorkspaceView):
    """The models that flows can use."""

    required = {"get": "model.read"}

    class Query(serializers.Serializer[Any]):
        type = serializers.ChoiceField(ModelType.choices, required=False)

    @extend_schema(parameters=[OpenApiParameter("type", enum=[value for value, _ in ModelType.choices])], responses=ModelOutput(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """List enabled models, built-in ones last."""
        wanted = self.read_query(self.Query).get("type")
        return Response(ModelOutput([asdict(m) for m in selectors.models_of(self.ctx.workspace.pk, wanted)], many=True).data)


class ModelApi(WorkspaceView):
    """One model of a credential."""

    required = {"patch": "credential.manage"}

    class Input(serializers.Serializer[Any]):
        enabled = serializers.BooleanField(required=False)
        context_size = serializers.IntegerField(min_value=1, max_value=100_000_000, allow_null=True, required=False)
        input_price = serializers.DecimalField(**PRICE)
        output_price = serializers.DecimalField(**PRICE)

    @extend_schema(request=Input, responses=ModelOutput)
    def patch(self, request: Request, ws: uuid.UUID, model: uuid.UUID) -> Response:
        """Switch a model on or off, or override size and prices; null goes back to the catalogue's."""
        row = get_or_404(Model.scoped(self.ctx.workspace).select_related("credential"), model)
        services.model_update(model=row, changes=self.read(self.Input))
        return Response(ModelOutput(asdict(selectors.facts_of(row, providers.BY_ID.get(row.credential.provider)))).data)


class JsonRows(JsonBody):
    """Reads a JSON list as `{"rows": […]}`."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        raw = stream.read()
        if not raw.lstrip().startswith(b"["):
            raise AppError("invalid_json", "The body must be a JSON list.", 400)
        return super().parse(io.BytesIO(b'{"rows":' + raw + b"}"), media_type, parser_context)


class DefaultModelListApi(WorkspaceView):
    """The default model per type."""

    required = {"get": "model.read", "put": "credential.manage"}
    parser_classes = (JsonRows,)

    class Rows(serializers.Serializer[Any]):
        rows = DefaultOutput(many=True)

    @extend_schema(responses=DefaultOutput(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """List the default of each type: the one chosen, else the first that works."""
        return Response(DefaultOutput(selectors.default_models_of(self.ctx.workspace.pk), many=True).data)

    @extend_schema(request=DefaultOutput(many=True), responses=DefaultOutput(many=True))
    def put(self, request: Request, ws: uuid.UUID) -> Response:
        """Choose defaults; types that are left out go back to automatic."""
        services.default_models_set(workspace=self.ctx.workspace, rows=self.read(self.Rows)["rows"])
        return self.get(request, ws)
