"""Objects for the isolation test, by the name of the route argument that identifies them.

A new kind of object in a console route needs one function here. It makes the object in the given workspace, below
the objects that stand before it in the address (`above`, by argument name), and returns its id.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from backend.accounts.models import Workspace
from backend.accounts.services import key_create
from backend.core import jobs
from backend.files.services import file_create
from backend.llm.models import Credential, Model
from backend.runs.models import HumanForm, Run
from backend.studio.models import App, Draft, Version

Made = dict[str, Any]
Maker = Callable[[Workspace, Made], Any]
MAKERS: dict[str, Maker] = {}
DOCUMENT = {"graph": {"nodes": [], "edges": []}}


def maker(name: str) -> Callable[[Maker], Maker]:
    """Register the maker of one route argument."""

    def register(function: Maker) -> Maker:
        MAKERS[name] = function
        return function

    return register


def make(name: str, workspace: Workspace, above: Made) -> Any:
    """Make the object of a route argument; fails with what to do for an unknown one."""
    if name not in MAKERS:
        raise AssertionError(f"route argument {name!r} is unknown: add a maker for it to tests/backend/isolation_objects.py")
    return MAKERS[name](workspace, above)


@maker("app")
def _app(workspace: Workspace, above: Made) -> Any:
    app = App.unscoped.create(workspace=workspace, name="Guide", mode="workflow")
    Draft.objects.create(app=app, document=DOCUMENT)
    return app.id


@maker("version")
def _version(workspace: Workspace, above: Made) -> Any:
    app_id = above.get("app") or _app(workspace, {})
    return Version.unscoped.create(workspace=workspace, app_id=app_id, number=1, document=DOCUMENT, digest="0" * 64).id


@maker("run")
def _run(workspace: Workspace, above: Made) -> Any:
    app_id = above.get("app") or _app(workspace, {})
    version_id = _version(workspace, {"app": app_id})
    return Run.unscoped.create(
        workspace=workspace, app_id=app_id, version_id=version_id, mode="workflow", source="debug", state="succeeded"
    ).id


@maker("form")
def _form(workspace: Workspace, above: Made) -> Any:
    return HumanForm.unscoped.create(
        workspace=workspace,
        run_id=above.get("run") or _run(workspace, {}),
        node_id="human",
        token_digest=uuid.uuid4().hex,
        event={},
        expires_at=timezone.now(),
    ).id


@maker("key")
def _key(workspace: Workspace, above: Made) -> Any:
    key, _ = key_create(workspace=workspace, kind="app", app_id=above.get("app") or _app(workspace, {}), created_by=None)
    return key.id


@maker("credential")
def _credential(workspace: Workspace, above: Made) -> Any:
    return Credential.unscoped.create(workspace=workspace, provider="openai", name="main", secret="").id


@maker("model")
def _model(workspace: Workspace, above: Made) -> Any:
    return Model.unscoped.create(workspace=workspace, credential_id=_credential(workspace, {}), name="gpt", type="llm").id


@maker("job")
def _job(workspace: Workspace, above: Made) -> Any:
    return jobs.job_start("isolation.test", {}, workspace.id)


@maker("file")
def _file(workspace: Workspace, above: Made) -> Any:
    return file_create(workspace.pk, content=b"hello", name="note.txt", purpose="run").id
