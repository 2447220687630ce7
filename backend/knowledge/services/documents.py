"""Bring documents in, have them cut and indexed, change and delete them. Indexing is a worker's; it begins once the row is committed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from backend.accounts.models import User
from backend.core.errors import AppError
from backend.core.jobs import documents_enqueue
from backend.core.live import notify
from backend.files.models import StoredFile
from backend.files.services import file_create, file_delete
from backend.knowledge.models import OPEN_STAGES, Dataset, Document, Segment, SegmentStatus, SourceType, Stage
from backend.knowledge.services.cutting_rules import checked_rule
from backend.knowledge.services.datasets import dataset_decide
from backend.knowledge.services.removals import forget_files, removal_create

MAX_NAME = 255
MAX_TEXT_CHARS = 20_000_000
PURPOSE = "dataset"


def new_batch() -> str:
    """Name a group of documents that are added together."""
    return f"{timezone.now():%Y%m%d%H%M%S}{uuid.uuid4().int % 10**6:06d}"


def document_create_text(*, dataset: Dataset, name: str, text: str, created_by: User | None = None, **options: Any) -> Document:
    """Add a text; it is kept as a file. `options` as of `document_create_file`. Raises AppError invalid_param for an empty text."""
    file = _text_file(dataset, name, text, created_by)
    return _create(dataset, name, SourceType.TEXT, file, {}, created_by, **options)


def document_create_file(*, dataset: Dataset, file: StoredFile, created_by: User | None = None, **options: Any) -> Document:
    """Add a stored file of the same workspace; the document owns it from now on.

    `options`, all optional: name; process_rule (the API's; default: the dataset's), doc_form, doc_language, batch (documents added together
    share one, see `new_batch`), metadata {field id: value}; indexing_technique, embedding_provider, embedding_model count where the
    dataset has not decided yet. Raises AppError: invalid_param 400 (with `field`), provider_not_initialize 400.
    """
    if file.workspace_id != dataset.workspace_id:
        raise AppError("file_not_found", "The file does not exist, or it was deleted.", 404)
    name = options.pop("name", "") or file.name
    return _create(dataset, name, SourceType.FILE, file, {}, created_by, **options)


def document_create_url(*, dataset: Dataset, url: str, title: str = "", created_by: User | None = None, **options: Any) -> Document:
    """Add a web page; a worker fetches it. `options` as of `document_create_file`."""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise AppError("invalid_param", f"{url[:200]!r} is not an http(s) address.", 400, {"field": "url"})
    return _create(dataset, title or url, SourceType.WEBSITE, None, {"url": url, "title": title}, created_by, **options)


def document_update_text(
    *, document: Document, text: str | None = None, name: str | None = None, updated_by: User | None = None, **options: Any
) -> Document:
    """Replace the text and cut again; without `text` only the settings given in `options` (process_rule, doc_form, doc_language) change.

    Until the new pieces are indexed, queries find the old ones. Raises AppError archived_document_immutable 403, invalid_param 400.
    """
    file = _text_file(document.dataset, name or document.name, text, updated_by) if text is not None else None
    return _replace(document, file, SourceType.TEXT if file else None, name, options)


def document_update_file(
    *, document: Document, file: StoredFile, name: str | None = None, updated_by: User | None = None, **options: Any
) -> Document:
    """Replace the source by another file and cut again. As `document_update_text`."""
    if file.workspace_id != document.workspace_id:
        raise AppError("file_not_found", "The file does not exist, or it was deleted.", 404)
    return _replace(document, file, SourceType.FILE, name or file.name, options)


def document_recut(*, document: Document, process_rule: Mapping[str, Any] | None = None, doc_form: str = "") -> Document:
    """Cut again, by another rule where one is given; edited pieces are lost. A web page is fetched again."""
    return _replace(document, None, None, None, {"process_rule": process_rule, "doc_form": doc_form})


def document_rename(*, document: Document, name: str) -> Document:
    """Give a document another name. Raises AppError invalid_param, archived_document_immutable."""
    _demand_open(document)
    document.name = _name(name)
    document.save(update_fields=["name", "updated_at"])
    return document


def documents_set_status(*, dataset: Dataset, document_ids: Sequence[uuid.UUID], action: str, user: User | None = None) -> int:
    """Do `enable`, `disable`, `archive` or `un_archive` for documents of a dataset; returns how many changed. Queries follow at once.

    Raises AppError invalid_action 400.
    """
    rows = Document.scoped(dataset.workspace_id).filter(dataset=dataset, id__in=document_ids)
    now = timezone.now()
    if action == "enable":
        count = rows.filter(enabled=False).update(enabled=True, disabled_at=None, disabled_by=None, updated_at=now)
    elif action == "disable":
        count = rows.filter(enabled=True).update(enabled=False, disabled_at=now, disabled_by=user, updated_at=now)
    elif action in ("archive", "un_archive"):
        count = rows.filter(archived=action == "un_archive").update(archived=action == "archive", updated_at=now)
    else:
        message = f"The action {action!r} is unknown; known are enable, disable, archive, un_archive."
        raise AppError("invalid_action", message, 400, {"field": "action"})
    _tell(dataset.workspace_id, dataset.id, "documents_changed")
    return count


def documents_delete(*, dataset: Dataset, document_ids: Sequence[uuid.UUID]) -> int:
    """Delete documents, also in the middle of indexing; returns how many. Their points follow in a worker.

    Raises AppError archived_document_immutable 403 when one of them is archived; then none is deleted.
    """
    with transaction.atomic():
        rows = Document.scoped(dataset.workspace_id).filter(dataset=dataset, id__in=document_ids)
        if rows.filter(archived=True).exists():
            raise _archived()
        found = list(rows.values_list("id", flat=True))
        removal_create(workspace_id=dataset.workspace_id, dataset_id=dataset.id, document_ids=found)
        forget_files(rows)
        rows.delete()
    _tell(dataset.workspace_id, dataset.id, "documents_changed")
    return len(found)


def document_cancel(*, document: Document) -> bool:
    """Stop indexing; what queries found before stays. False when it was not being indexed."""
    rows = Document.scoped(document.workspace_id).filter(id=document.id, stage__in=OPEN_STAGES)
    stopped = rows.update(stage=Stage.PAUSED, owner="", epoch=F("epoch") + 1, stopped_at=timezone.now()) > 0
    _tell(document.workspace_id, document.dataset_id, "documents_changed")
    return stopped


def document_retry(*, document: Document) -> bool:
    """Index again what failed or was cancelled, also single pieces that failed; what is in the index already is not embedded twice.

    False when there is nothing to do.
    """
    with transaction.atomic():
        rows = Document.scoped(document.workspace_id).filter(id=document.id)
        failed = Segment.scoped(document.workspace_id).filter(document=document, status=SegmentStatus.ERROR)
        stopped = rows.filter(stage__in=(Stage.ERROR, Stage.PAUSED))
        again = stopped.update(stage=Stage.WAITING, error=None, attempts=0, owner="", stopped_at=None)
        if not again and failed.update(status=SegmentStatus.WAITING, error=""):
            again = rows.update(dirty=True, error=None, attempts=0)
        if again:
            transaction.on_commit(lambda: documents_enqueue([document.id]))
    return again > 0


def _create(
    dataset: Dataset,
    name: str,
    source_type: str,
    file: StoredFile | None,
    source: Mapping[str, Any],
    created_by: User | None,
    *,
    process_rule: Mapping[str, Any] | None = None,
    doc_form: str = "",
    doc_language: str = "",
    batch: str = "",
    metadata: Mapping[str, Any] | None = None,
    indexing_technique: str = "",
    embedding_provider: str = "",
    embedding_model: str = "",
) -> Document:
    with transaction.atomic():
        dataset_decide(
            dataset=dataset,
            indexing_technique=indexing_technique,
            doc_form=doc_form,
            embedding_provider=embedding_provider,
            embedding_model=embedding_model,
        )
        form = doc_form or dataset.doc_form
        rule = checked_rule(process_rule or dataset.process_rule or None, form)
        last = Document.scoped(dataset.workspace_id).filter(dataset=dataset).aggregate(last=Max("position"))["last"] or 0
        document = Document.unscoped.create(
            workspace_id=dataset.workspace_id,
            dataset=dataset,
            position=last + 1,
            name=_name(name),
            source_type=source_type,
            source=dict(source),
            file=file,
            doc_form=form,
            doc_language=doc_language,
            process_rule=rule,
            batch=batch or new_batch(),
            metadata=dict(metadata or {}),
            created_by=created_by,
        )
        transaction.on_commit(lambda: documents_enqueue([document.id]))
    _tell(dataset.workspace_id, dataset.id, "documents_changed")
    return document


def _replace(
    document: Document, file: StoredFile | None, source_type: str | None, name: str | None, options: Mapping[str, Any]
) -> Document:
    """Ask for a new revision: whoever indexes the old one loses the claim."""
    _demand_open(document)
    unknown = set(options) - {"process_rule", "doc_form", "doc_language"}
    if unknown:
        raise TypeError(f"cannot change {sorted(unknown)}")
    old = document.file
    with transaction.atomic():
        document.refresh_from_db()
        document.doc_form = options.get("doc_form") or document.doc_form
        document.process_rule = checked_rule(options.get("process_rule") or document.process_rule, document.doc_form)
        document.doc_language = options.get("doc_language") or document.doc_language
        if name:
            document.name = _name(name)
        if file is not None:
            document.file, document.source_type, document.source = file, source_type or document.source_type, {}
        document.revision += 1
        document.stage, document.error, document.owner, document.attempts = Stage.WAITING, None, "", 0
        document.done = document.total = 0
        document.stopped_at = document.completed_at = document.parsed_at = document.cleaned_at = document.split_at = None
        document.epoch += 1
        document.save()
        if file is not None and old is not None:
            file_delete(old)
        transaction.on_commit(lambda: documents_enqueue([document.id]))
    _tell(document.workspace_id, document.dataset_id, "documents_changed")
    return document


def _text_file(dataset: Dataset, name: str, text: str, created_by: User | None) -> StoredFile:
    if not text.strip():
        raise AppError("invalid_param", "The text is empty.", 400, {"field": "text"})
    if len(text) > MAX_TEXT_CHARS:
        raise AppError("invalid_param", f"The text has {len(text):,} characters; at most {MAX_TEXT_CHARS:,} are accepted.", 400)
    stem = _name(name)
    file_name = stem if stem.lower().endswith((".txt", ".md")) else f"{stem}.md"
    return file_create(
        dataset.workspace_id, content=text.encode("utf-8", "replace"), name=file_name, purpose=PURPOSE, created_by=created_by
    )


def _demand_open(document: Document) -> None:
    if document.archived:
        raise _archived()


def _archived() -> AppError:
    return AppError("archived_document_immutable", "The archived document is not editable.", 403)


def _name(name: str) -> str:
    cleaned = " ".join(name.replace("\x00", "").split())
    if not cleaned:
        raise AppError("invalid_param", "The name is empty.", 400, {"field": "name"})
    return cleaned[:MAX_NAME]


def _tell(workspace_id: uuid.UUID, dataset_id: uuid.UUID, kind: str) -> None:
    transaction.on_commit(lambda: notify(workspace_id, {"kind": kind, "dataset_id": str(dataset_id)}))
