"""Writes to credentials, models and defaults. Secrets go in and never come out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.db import IntegrityError, transaction

from backend.accounts.models import User, Workspace
from backend.core import vault
from backend.core.errors import AppError
from backend.core.ids import uuid7
from backend.core.jobs import job_start
from backend.llm import catalogue, providers, selectors
from backend.llm.credential_fields import base_url_of, fields_check
from backend.llm.models import Credential, DefaultModel, Model
from backend.llm.providers import ProviderSpec

TEST_JOB = "llm.test_credential"
MAX_MODELS = 1000
OVERRIDES = ("context_size", "input_price", "output_price")


def _seal(credential: Credential, spec: ProviderSpec, fields: dict[str, str]) -> None:
    """Put fields into a credential's row (not saved)."""
    place = vault.Place(credential.workspace_id, "llm_credential", credential.id, "secret")
    credential.secret = vault.seal(orjson.dumps(fields).decode(), place)
    shown = fields.get(spec.secret_field(), "") if not _multiline(spec) else ""
    credential.hint = f"…{shown[-4:]}" if len(shown) >= 12 else ""
    credential.base_url = base_url_of(spec, fields)[:500]


def _multiline(spec: ProviderSpec) -> bool:
    return any(f.multiline and f.name == spec.secret_field() for f in spec.fields)


def _free_name(workspace: Workspace, provider: str, wanted: str) -> str:
    taken = set(Credential.scoped(workspace).filter(provider=provider).values_list("name", flat=True))
    return next(name for name in (wanted, *(f"{wanted} ({n})" for n in range(2, 1000))) if name not in taken)


def credential_create(
    *,
    workspace: Workspace,
    user: User | None,
    provider: str,
    fields: Mapping[str, Any],
    name: str = "",
    models: Iterable[Mapping[str, Any]] = (),
) -> Credential:
    """Store a credential and its models. Without a name it gets the vendor's, numbered where needed.

    Raises AppError: unknown_provider, invalid_input (with the fields), name_taken.
    """
    spec = providers.get(provider)
    if spec.builtin:
        raise AppError("invalid_input", f"{spec.label} needs no credential.", 400, {"fields": {"provider": ["Needs no credential."]}})
    clean = fields_check(spec, dict(fields))
    name = name.strip() or _free_name(workspace, spec.id, spec.label)
    credential = Credential(id=uuid7(), workspace=workspace, provider=spec.id, name=name, created_by=user)
    _seal(credential, spec, clean)
    with transaction.atomic():
        _save_named(credential)
        models_set(credential=credential, models=models)
    selectors.forget(workspace.pk)
    return credential


def _save_named(credential: Credential) -> None:
    try:
        with transaction.atomic():
            credential.save()
    except IntegrityError:
        taken = {"fields": {"name": ["There is another credential of this provider with this name."]}}
        raise AppError("name_taken", f"There is already a credential named {credential.name!r}.", 409, taken) from None


def credential_update(*, credential: Credential, changes: Mapping[str, Any]) -> Credential:
    """Change name, enabled, priority, fields or models; what is absent stays. An empty secret keeps the stored one.

    Raises AppError: invalid_input, name_taken.
    """
    spec = providers.get(credential.provider)
    if "name" in changes:
        credential.name = changes["name"].strip() or spec.label
    credential.enabled = changes.get("enabled", credential.enabled)
    credential.priority = changes.get("priority", credential.priority)
    if "fields" in changes:
        _seal(credential, spec, fields_merge(credential, changes["fields"]))
        credential.last_error, credential.tested_at = "", None
    with transaction.atomic():
        _save_named(credential)
        if "models" in changes:
            models_set(credential=credential, models=changes["models"])
    selectors.forget(credential.workspace_id)
    return credential


def fields_merge(credential: Credential, given: Mapping[str, Any]) -> dict[str, str]:
    """Put changed fields over the stored ones.

    A changed address needs the secret again: else whoever may edit could have it sent to a server of their own.
    Raises AppError("invalid_input").
    """
    spec = providers.get(credential.provider)
    try:
        stored = selectors.fields_of(credential)
    except vault.VaultError:
        stored = {}  # all has to be entered again
    secrets = {f.name for f in spec.fields if f.secret}
    entered = {name: value for name, value in given.items() if not (name in secrets and value == "")}
    merged = fields_check(spec, {**stored, **entered})
    kept = [name for name in secrets if merged.get(name) and name not in entered]
    if kept and _origin(base_url_of(spec, merged)) != _origin(base_url_of(spec, stored)):
        problem = {name: ["The address changed: enter this again."] for name in kept}
        raise AppError("invalid_input", "The address changed, so the secret must be entered again.", 400, {"fields": problem})
    return merged


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port


def credential_delete(*, credential: Credential) -> None:
    """Remove a credential with its models. Flows that use them then say what is missing."""
    workspace_id = credential.workspace_id
    credential.delete()
    selectors.forget(workspace_id)


def models_set(*, credential: Credential, models: Iterable[Mapping[str, Any]]) -> None:
    """Make these the credential's models: new ones are added, missing ones removed, known ones keep what was set on them.

    Each has name and type, and may have context_size, input_price, output_price and features, which are kept
    only where they differ from the catalogue, so that the catalogue's updates reach the rest.
    """
    spec = providers.get(credential.provider)
    wanted = {(str(raw["name"]).strip(), str(raw["type"])): raw for raw in models}
    if len(wanted) > MAX_MODELS:
        raise AppError("invalid_input", f"A credential can have {MAX_MODELS} models at most.", 400, {"fields": {"models": ["Too many."]}})
    with transaction.atomic():
        present = {(m.name, m.type): m for m in Model.scoped(credential.workspace_id).filter(credential=credential)}
        gone = [row.pk for key, row in present.items() if key not in wanted]
        Model.scoped(credential.workspace_id).filter(pk__in=gone).delete()
        fresh = [_model_row(credential, spec, *key, raw) for key, raw in wanted.items() if key not in present]
        Model.unscoped.bulk_create(fresh)
    selectors.forget(credential.workspace_id)


def _model_row(credential: Credential, spec: ProviderSpec, name: str, type: str, raw: Mapping[str, Any]) -> Model:
    info = catalogue.model_info(spec, name)
    row = Model(workspace_id=credential.workspace_id, credential=credential, name=name, type=type, enabled=raw.get("enabled", True))
    for key in OVERRIDES:
        if raw.get(key) is not None and raw[key] != getattr(info, key):
            setattr(row, key, raw[key])
    features = raw.get("features")
    if features is not None and tuple(features) != info.features:
        row.features = list(features)
    return row


def model_update(*, model: Model, changes: Mapping[str, Any]) -> Model:
    """Switch a model on or off, or override its size and prices; None goes back to the catalogue's."""
    for key in ("enabled", *OVERRIDES):
        if key in changes:
            setattr(model, key, changes[key])
    model.save(update_fields=[key for key in ("enabled", *OVERRIDES) if key in changes])
    selectors.forget(model.workspace_id)
    return model


def default_models_set(*, workspace: Workspace, rows: Iterable[Mapping[str, str]]) -> None:
    """Choose the default model per type; types that are left out go back to the first that works.

    Raises AppError("invalid_input") for a model that the workspace does not have.
    """
    chosen = {row["type"]: (providers.get(row["provider"]).id, row["name"]) for row in rows}
    usable = {(m.provider, m.name, m.type) for m in selectors.models_of(workspace.pk)}
    for type, (provider, name) in chosen.items():
        if (provider, name, type) not in usable:
            sentence = f"{name} of {provider} is not an enabled model of type {type} in this workspace."
            raise AppError("invalid_input", sentence, 400, {"fields": {type: [sentence]}})
    with transaction.atomic():
        DefaultModel.scoped(workspace).delete()
        DefaultModel.unscoped.bulk_create(
            [DefaultModel(workspace=workspace, type=type, provider=provider, name=name) for type, (provider, name) in chosen.items()]
        )
    selectors.forget(workspace.pk)


def credential_test_start(
    *,
    workspace: Workspace,
    provider: str = "",
    fields: Mapping[str, Any] | None = None,
    credential: Credential | None = None,
    models: Iterable[Mapping[str, Any]] = (),
) -> str:
    """Have a worker try a credential, stored or just typed in; returns the job's id. The fields travel sealed.

    Raises AppError: unknown_provider, invalid_input.
    """
    if credential is not None:
        provider, clean = credential.provider, fields_merge(credential, fields or {})
    else:
        clean = fields_check(providers.get(provider), dict(fields or {}))
    test_id = str(uuid.uuid4())
    sealed = vault.seal(orjson.dumps(clean).decode(), vault.Place(workspace.pk, "job", test_id, "fields"))
    payload = {
        "workspace_id": str(workspace.pk),
        "test_id": test_id,
        "provider": provider,
        "sealed": sealed,
        "credential_id": str(credential.pk) if credential is not None and not fields else None,
        "models": [{"name": raw["name"], "type": raw["type"]} for raw in models],
    }
    return job_start(TEST_JOB, payload, workspace.pk)
