"""Writes of the studio: apps, their drafts, their versions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from backend.accounts.models import User, Workspace
from backend.core.errors import AppError
from backend.core.live import notify
from backend.studio.documents import document_check, document_digest
from backend.studio.dsl import AppFile, file_read, models_replace
from backend.studio.environment import environment_keep, environment_mask, environment_open, environment_seal
from backend.studio.missing import rebound, unknown_models_rebind
from backend.studio.models import FLOW_MODES, App, Draft, Mode, Version
from backend.studio.plans import demand_sound, demand_startable, flow_problems
from backend.studio.simple import DRAWN_MODES, drawn_flow
from workers.engine.plan import Cut
from workers.engine.problems import Problem

NAME_CHARS = 100


def app_create(*, workspace: Workspace, user: User | None, mode: str, document: Any, fields: Mapping[str, Any]) -> App:
    """Create an app with its draft. `fields` are checked columns of App (name, icon, …).

    Raises AppError: invalid_document, document_too_large.
    """
    checked = document_check(document, mode)
    with transaction.atomic():
        app = App.unscoped.create(workspace=workspace, created_by=user, mode=mode, **fields)
        sealed = environment_seal(app, checked, None)
        Draft.objects.create(app=app, document=sealed, digest=document_digest(sealed), updated_by=user)
        _announce(app, "app_created")
    return app


def app_update(*, app: App, fields: Mapping[str, Any]) -> App:
    """Change checked columns of an app."""
    for name, value in fields.items():
        setattr(app, name, value)
    with transaction.atomic():
        app.save(update_fields=[*fields, "updated_at"])
        _announce(app, "app_updated")
    return app


def app_delete(*, app: App) -> None:
    """Put an app into the bin: it disappears from lists and its keys open nothing."""
    with transaction.atomic():
        if App.unscoped.filter(id=app.id, deleted_at=None).update(deleted_at=timezone.now()):
            _announce(app, "app_deleted")


def app_undelete(*, app: App) -> App:
    """Take an app out of the bin; its keys and its page answer again."""
    with transaction.atomic():
        if App.unscoped.filter(id=app.id).exclude(deleted_at=None).update(deleted_at=None):
            _announce(app, "app_created")
    return app


def app_duplicate(*, app: App, user: User | None, name: str = "") -> App:
    """Copy an app's look and draft into a new app, without versions and keys."""
    document = environment_open(app, Draft.objects.get(app=app).document)
    copied = ("description", "icon_type", "icon", "icon_background", "tags", "imported")
    fields = {column: getattr(app, column) for column in copied}
    return app_create(
        workspace=app.workspace, user=user, mode=app.mode, document=document, fields={**fields, "name": name or _copy_name(app.name)}
    )


def app_convert(*, app: App, user: User | None, language: str) -> App:
    """Make a new app of a chat or a text generation: the same as a flow on the canvas. The old one stays as it is.

    Raises AppError: mode_not_convertible, flow_has_errors when the settings do not make a flow.
    """
    mode = DRAWN_MODES.get(Mode(app.mode))
    if mode is None:
        raise AppError("mode_not_convertible", f"An app of the kind {app.mode} cannot become a flow.", 422, {"mode": app.mode})
    document = Draft.objects.get(app=app).document
    demand_startable(document, app.mode)
    suffix = "（流程）" if language.startswith("zh") else " (flow)"
    copied = ("description", "icon_type", "icon", "icon_background", "tags")
    fields = {column: getattr(app, column) for column in copied} | {"name": app.name[: NAME_CHARS - len(suffix)] + suffix}
    return app_create(workspace=app.workspace, user=user, mode=mode, document=drawn_flow(document, app.mode, language), fields=fields)


def draft_save(*, app: App, user: User | None, document: Any, base_revision: int | None) -> Draft:
    """Replace the draft if it is still at `base_revision`; None replaces whatever is there.

    A document that is already stored is no conflict, so a save whose answer was lost may be repeated.
    Raises AppError: draft_conflict (details hold the draft that won), invalid_document, document_too_large.
    """
    checked = document_check(document, app.mode)
    with transaction.atomic():
        current = _locked_draft(app)
        sealed = environment_seal(app, checked, current.document)
        digest = document_digest(sealed)
        if base_revision is not None and base_revision != current.revision:
            if digest == current.digest:
                return current
            raise _conflict(current)
        return _draft_replace(app, current, user, sealed, digest)


def app_import(
    *,
    workspace: Workspace,
    user: User | None,
    content: str | bytes,
    app: App | None = None,
    model: tuple[str, str] | None = None,
    unknown_models: tuple[str, str] | None = None,
    mend: bool = False,
) -> tuple[App, AppFile]:
    """Make an app of a file, or with `app` put the file's flow into that app's draft and keep the old one as a named version.

    `model`, a provider and a name, replaces every chat model of the file, `unknown_models` those that the workspace has no
    access to. Raises AppError as `dsl.file_read` does, mode_differs when the file is of another kind than `app`, and
    invalid_input for `unknown_models` that are unknown themselves.
    """
    file = file_read(content, mend=mend)
    document = file.document if model is None else models_replace(file.document, *model)
    if unknown_models is not None:
        document = unknown_models_rebind(workspace.id, document, unknown_models)
    if app is None:
        return app_create(workspace=workspace, user=user, mode=file.mode, document=document, fields=file.fields), file
    if app.mode != file.mode:
        message = f"The file holds an app of the kind {file.mode}, this one is {app.mode}. Import it as a new app."
        raise AppError("mode_differs", message, 422, {"mode": app.mode, "file_mode": file.mode})
    with transaction.atomic():
        current = _locked_draft(app)
        _keep(app, current, user)
        # Files hold no secrets: those that the app has go on under their names.
        kept = environment_keep(document_check(document, app.mode), current.document)
        sealed = environment_seal(app, kept, current.document)
        App.unscoped.filter(id=app.id).update(imported=file.imported)
        _draft_replace(app, current, user, sealed, document_digest(sealed))
    return app, file


def app_rebind(*, app: App, user: User | None, change: Mapping[str, Any]) -> Draft:
    """Save a draft with other models, datasets and secrets, see `missing.rebound`. Raises AppError invalid_input."""
    with transaction.atomic():
        current = _locked_draft(app)
        document = rebound(app.workspace_id, environment_mask(current.document), app.mode, change)
        sealed = environment_seal(app, document_check(document, app.mode), current.document)
        digest = document_digest(sealed)
        return current if digest == current.digest else _draft_replace(app, current, user, sealed, digest)


def version_freeze(*, app: App, user: User | None, cut: Cut | None = None) -> Version:
    """Return an immutable copy of the draft to run all of it or a part; the same draft gives the same version.

    Raises AppError flow_has_errors when no run of it could begin; a run with other errors goes as far as the first of them.
    """
    draft = Draft.objects.get(app=app)
    found = Version.unscoped.filter(app=app, digest=draft.digest, number=None).first()
    demand_startable(draft.document, app.mode, cut)
    return found or _frozen(app, draft, user, "")


def settings_freeze(*, app: App, user: User | None, settings: Mapping[str, Any]) -> Version:
    """Return an immutable copy of a simple app's draft with these settings in place of its own, to try them without saving them.

    Raises AppError: invalid_input for an app that is drawn, invalid_document, document_too_large, flow_has_errors, which names the field.
    """
    if app.mode in FLOW_MODES:
        reason = "This app is drawn: it has no settings that could be replaced."
        raise AppError("invalid_input", reason, 400, {"field": "settings", "fields": {"settings": [reason]}})
    draft = Draft.objects.get(app=app)
    checked = document_check({**draft.document, "model_config": settings}, app.mode)
    sealed = environment_seal(app, checked, draft.document)
    demand_sound(app.workspace_id, sealed, app.mode)
    values = {"workspace_id": app.workspace_id, "document": sealed, "created_by": user, "name": ""}
    return Version.unscoped.get_or_create(app=app, digest=document_digest(sealed), number=None, defaults=values)[0]


def app_publish(
    *, app: App, user: User | None, name: str = "", note: str = "", revision: int | None = None, accept_errors: bool = False
) -> tuple[Version, list[Problem]]:
    """Copy the draft into the next numbered version and point the app at it; returns it with its problems.

    `revision`, where given, is the draft the caller saw. With `accept_errors` it is enough that a run can begin.
    Raises AppError: flow_has_errors, draft_conflict.
    """
    with transaction.atomic():
        draft = _locked_draft(app)
        if revision is not None and revision != draft.revision:
            raise _conflict(draft)
        if accept_errors:
            demand_startable(draft.document, app.mode)
            problems = flow_problems(app.workspace_id, draft.document, app.mode)
        else:
            problems = demand_sound(app.workspace_id, draft.document, app.mode)
        last = Version.unscoped.filter(app=app).aggregate(last=Max("number"))["last"] or 0
        version = Version.unscoped.create(
            workspace_id=app.workspace_id,
            app=app,
            number=last + 1,
            name=name,
            note=note,
            document=draft.document,
            digest=draft.digest,
            created_by=user,
        )
        app.published = version
        app.save(update_fields=["published", "updated_at"])
        _announce(app, "app_published", version_id=str(version.id), number=version.number)
    return version, problems


def version_restore(*, app: App, version: Version, user: User | None, base_revision: int | None) -> Draft:
    """Make a version the draft again; the draft that was there is kept as a named version.

    Raises AppError draft_conflict.
    """
    with transaction.atomic():
        current = _locked_draft(app)
        if base_revision is not None and base_revision != current.revision:
            raise _conflict(current)
        if version.digest == current.digest:
            return current
        _keep(app, current, user)
        return _draft_replace(app, current, user, version.document, version.digest)


def _locked_draft(app: App) -> Draft:
    """Read the draft and keep others from writing it until the transaction ends."""
    return Draft.objects.select_for_update().get(app=app)


def _draft_replace(app: App, current: Draft, user: User | None, document: dict[str, Any], digest: str) -> Draft:
    """Write over the draft that was read; zero rows mean that somebody else was faster."""
    now = timezone.now()
    updated = Draft.objects.filter(app=app, revision=current.revision).update(
        document=document, digest=digest, revision=F("revision") + 1, updated_at=now, updated_by=user
    )
    if not updated:
        raise _conflict(Draft.objects.get(app=app))
    App.unscoped.filter(id=app.id).update(updated_at=now)
    draft = Draft.objects.select_related("updated_by").get(app=app)
    _announce(app, "draft_saved", revision=draft.revision, updated_by=display_name(user))
    return draft


def _keep(app: App, draft: Draft, user: User | None) -> None:
    """Keep the draft among the versions unless it is one of them."""
    if Version.unscoped.filter(app=app, digest=draft.digest).exclude(number=None, name="").exists():
        return
    version = _frozen(app, draft, user, f"Draft {draft.revision}")
    Version.unscoped.filter(id=version.id, name="").update(name=f"Draft {draft.revision}")


def _frozen(app: App, draft: Draft, user: User | None, name: str) -> Version:
    values = {"workspace_id": app.workspace_id, "document": draft.document, "created_by": user, "name": name}
    # Two at the same moment: the constraint lets one write, get_or_create reads it for the other.
    return Version.unscoped.get_or_create(app=app, digest=draft.digest, number=None, defaults=values)[0]


def _conflict(current: Draft) -> AppError:
    details = {
        "revision": current.revision,
        "document": environment_mask(current.document),
        "updated_by": display_name(current.updated_by),
        "updated_at": iso(current.updated_at),
    }
    message = f"Somebody else saved this flow meanwhile (revision {current.revision}). Look at that version, then keep one of the two."
    return AppError("draft_conflict", message, 409, details)


def _announce(app: App, kind: str, **more: Any) -> None:
    change = {"kind": kind, "id": str(app.id), **more}
    workspace_id: uuid.UUID = app.workspace_id
    transaction.on_commit(lambda: notify(workspace_id, change))


def _copy_name(name: str) -> str:
    return f"{name[: NAME_CHARS - 7]} (copy)"


def display_name(user: User | None) -> str | None:
    """Name a person as lists show them; None for a deleted one."""
    return None if user is None else user.name or user.email


def iso(moment: datetime) -> str:
    """Write a moment as the API does."""
    return moment.isoformat().replace("+00:00", "Z")
