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
from backend.core.ids import uuid7
from backend.core.work import Work, work_begin
from backend.evals.models import TestCase as EvalCase
from backend.evals.models import TestSet as EvalSet
from backend.files.services import file_create
from backend.knowledge.models import ChildChunk, Dataset, Document, Segment, TestSet
from backend.knowledge.services.datasets import dataset_create
from backend.knowledge.services.documents import document_create_text
from backend.knowledge.services.measures import question_create, result_create, set_create
from backend.knowledge.services.metadata import field_create
from backend.knowledge.services.segments import segments_create
from backend.knowledge.services.tags import tag_create
from backend.llm.models import Credential, Model
from backend.runs.models import Annotation, Conversation, HumanForm, Message, Run
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


@maker("work")
def _work(workspace: Workspace, above: Made) -> Any:
    made = uuid.uuid4()
    work_begin(workspace.id, Work(str(made), "test", "Test"))
    return made


@maker("file")
def _file(workspace: Workspace, above: Made) -> Any:
    return file_create(workspace.pk, content=b"hello", name="note.txt", purpose="run").id


@maker("dataset")
def _dataset(workspace: Workspace, above: Made) -> Any:
    return dataset_create(workspace_id=workspace.pk, name=f"Handbook {uuid7()}", indexing_technique="economy").id


@maker("dataset_tag")
def _dataset_tag(workspace: Workspace, above: Made) -> Any:
    return tag_create(workspace_id=workspace.pk, name=f"law {uuid7().hex[-8:]}").id


@maker("dataset_key")
def _dataset_key(workspace: Workspace, above: Made) -> Any:
    return key_create(workspace=workspace, kind="dataset", created_by=None)[0].id


@maker("metadata_field")
def _metadata_field(workspace: Workspace, above: Made) -> Any:
    dataset = Dataset.scoped(workspace).get(id=above.get("dataset") or _dataset(workspace, {}))
    return field_create(dataset=dataset, name=f"year {uuid7()}", type="number").id


@maker("document")
def _document(workspace: Workspace, above: Made) -> Any:
    dataset = Dataset.scoped(workspace).get(id=above.get("dataset") or _dataset(workspace, {}))
    made = document_create_text(dataset=dataset, name="Page", text="Tea is hot.")
    Document.scoped(workspace).filter(id=made.id).update(stage="completed", revision=1, active_revision=1)
    return made.id


@maker("segment")
def _segment(workspace: Workspace, above: Made) -> Any:
    document = Document.scoped(workspace).get(id=above.get("document") or _document(workspace, above))
    return segments_create(document=document, rows=[{"content": "Tea is hot."}])[0].id


@maker("child")
def _child(workspace: Workspace, above: Made) -> Any:
    segment = Segment.scoped(workspace).get(id=above.get("segment") or _segment(workspace, above))
    made = ChildChunk.unscoped.create(
        workspace=workspace,
        dataset_id=segment.dataset_id,
        document_id=segment.document_id,
        segment=segment,
        revision=1,
        position=1,
        content="Tea",
    )
    return made.id


@maker("test_set")
def _test_set(workspace: Workspace, above: Made) -> Any:
    dataset = Dataset.scoped(workspace).get(id=above.get("dataset") or _dataset(workspace, {}))
    return set_create(dataset=dataset, name=f"Basics {uuid7()}").id


@maker("question")
def _question(workspace: Workspace, above: Made) -> Any:
    test_set = TestSet.scoped(workspace).get(id=above.get("test_set") or _test_set(workspace, above))
    expected = [{"document_id": _document(workspace, {"dataset": test_set.dataset_id})}]
    return question_create(test_set=test_set, query="How hot is tea?", expected=expected).id


@maker("result")
def _result(workspace: Workspace, above: Made) -> Any:
    test_set = TestSet.scoped(workspace).get(id=above.get("test_set") or _test_set(workspace, above))
    return result_create(test_set=test_set, label="", settings={}, account_id=None, metrics={}).id


@maker("conversation")
def _conversation(workspace: Workspace, above: Made) -> Any:
    app_id = above.get("app") or _app(workspace, {})
    return Conversation.unscoped.create(workspace=workspace, app_id=app_id, updated_at=timezone.now()).id


@maker("message")
def _message(workspace: Workspace, above: Made) -> Any:
    app_id = above.get("app") or _app(workspace, {})
    run_id, conversation_id = _run(workspace, {"app": app_id}), _conversation(workspace, {"app": app_id})
    return Message.unscoped.create(workspace=workspace, app_id=app_id, run_id=run_id, conversation_id=conversation_id, query="Hot?").id


@maker("annotation")
def _annotation(workspace: Workspace, above: Made) -> Any:
    return Annotation.unscoped.create(workspace=workspace, app_id=above.get("app") or _app(workspace, {}), question="Hot?", answer="Yes").id


@maker("eval_set")
def _eval_set(workspace: Workspace, above: Made) -> Any:
    return EvalSet.unscoped.create(workspace=workspace, app_id=above.get("app") or _app(workspace, {}), name=f"Basics {uuid7()}").id


@maker("eval_case")
def _eval_case(workspace: Workspace, above: Made) -> Any:
    return EvalCase.unscoped.create(workspace=workspace, test_set_id=above.get("eval_set") or _eval_set(workspace, above), query="Hot?").id
