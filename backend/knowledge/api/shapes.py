"""What the studio gets to see of datasets, documents and their pieces."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from backend.files.links import signed_url
from backend.knowledge.claims import time_left_s
from backend.knowledge.models import (
    ChildChunk,
    Dataset,
    DocForm,
    Document,
    FieldType,
    MetadataField,
    Permission,
    Segment,
    SegmentStatus,
    SourceType,
    Stage,
    Tag,
    Technique,
)
from backend.knowledge.retrieval_settings import retrieval_model
from backend.knowledge.selectors import DISPLAYED, DatasetCounts, dataset_counts, dataset_pieces, document_pieces, embedding_available


class TagOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class FieldOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    type = serializers.ChoiceField(FieldType.choices)


class DatasetOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    icon = serializers.DictField()
    permission = serializers.ChoiceField(Permission.choices)
    members = serializers.ListField(child=serializers.UUIDField())
    indexing_technique = serializers.ChoiceField([*Technique.choices, ("", "")])
    doc_form = serializers.ChoiceField([*DocForm.choices, ("", "")])
    embedding_provider = serializers.CharField(allow_blank=True)
    embedding_model = serializers.CharField(allow_blank=True)
    embedding_available = serializers.BooleanField()
    process_rule = serializers.DictField()
    retrieval = serializers.DictField(help_text="The retrieval model, defaults filled in.")
    built_in_fields = serializers.BooleanField()
    enable_api = serializers.BooleanField()
    tags = TagOutput(many=True)
    metadata_fields = FieldOutput(many=True)
    documents = serializers.IntegerField()
    available = serializers.IntegerField()
    failed = serializers.IntegerField()
    working = serializers.IntegerField()
    words = serializers.IntegerField()
    tokens = serializers.IntegerField()
    pieces = serializers.IntegerField()
    created_by = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DocumentOutput(serializers.Serializer[Any]):
    class Error(serializers.Serializer[Any]):
        code = serializers.CharField()
        message = serializers.CharField()

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    name = serializers.CharField()
    source_type = serializers.ChoiceField(SourceType.choices)
    source_url = serializers.CharField(allow_null=True, help_text="The web page it came from.")
    file_url = serializers.CharField(allow_null=True, help_text="A passing address of the original.")
    mime_type = serializers.CharField(allow_blank=True)
    size_bytes = serializers.IntegerField()
    doc_form = serializers.ChoiceField(DocForm.choices)
    doc_language = serializers.CharField(allow_blank=True)
    process_rule = serializers.DictField()
    batch = serializers.CharField()
    stage = serializers.ChoiceField(Stage.choices)
    state = serializers.ChoiceField(sorted(DISPLAYED))
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    left_s = serializers.IntegerField(allow_null=True, help_text="Seconds that indexing will still take, null while there is no telling.")
    embedded = serializers.IntegerField()
    reused = serializers.IntegerField()
    error = Error(allow_null=True)
    enabled = serializers.BooleanField()
    archived = serializers.BooleanField()
    searchable = serializers.BooleanField(help_text="Whether queries find it now, perhaps in its former state.")
    metadata = serializers.DictField(help_text="Field id to value.")
    tokens = serializers.IntegerField()
    word_count = serializers.IntegerField()
    pieces = serializers.IntegerField(help_text="Pieces that queries can find now.")
    hit_count = serializers.IntegerField()
    created_by = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class ChildOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    position = serializers.IntegerField()
    content = serializers.CharField()
    word_count = serializers.IntegerField()
    type = serializers.ChoiceField(ChildChunk.Type.choices)
    status = serializers.ChoiceField(SegmentStatus.choices)


class SegmentOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    position = serializers.IntegerField()
    content = serializers.CharField()
    answer = serializers.CharField(allow_blank=True)
    keywords = serializers.ListField(child=serializers.CharField())
    word_count = serializers.IntegerField()
    tokens = serializers.IntegerField()
    start = serializers.IntegerField(help_text="Place in the document's text, -1 where not known.")
    end = serializers.IntegerField()
    page = serializers.IntegerField(allow_null=True)
    headings = serializers.ListField(child=serializers.CharField())
    enabled = serializers.BooleanField()
    status = serializers.ChoiceField(SegmentStatus.choices)
    error = serializers.CharField(allow_blank=True)
    edited = serializers.BooleanField()
    hit_count = serializers.IntegerField()
    children = ChildOutput(many=True)
    updated_at = serializers.DateTimeField()


def _taken(row: Any, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """Attributes of a row that a shape names and the row has."""
    columns = {field.attname for field in row._meta.concrete_fields}
    return {name: getattr(row, name) for name in map(str, kind().fields) if name in columns}


def tag_present(tag: Tag) -> dict[str, Any]:
    """Show a tag."""
    return _taken(tag, TagOutput)


def field_present(field: MetadataField) -> dict[str, Any]:
    """Show a metadata field."""
    return _taken(field, FieldOutput)


def datasets_present(datasets: list[Dataset]) -> list[dict[str, Any]]:
    """Show datasets with their counts."""
    if not datasets:
        return []
    workspace_id, ids = datasets[0].workspace_id, [dataset.id for dataset in datasets]
    counts, pieces = dataset_counts(workspace_id, ids), dataset_pieces(workspace_id, ids)
    return [_dataset(dataset, counts.get(dataset.id, DatasetCounts()), pieces.get(dataset.id, 0)) for dataset in datasets]


def _dataset(dataset: Dataset, counts: DatasetCounts, pieces: int) -> dict[str, Any]:
    retrieval = retrieval_model(dataset.retrieval, dataset.indexing_technique).model_dump()
    return {
        **_taken(dataset, DatasetOutput),
        "members": list(dataset.members.values_list("id", flat=True)),
        "embedding_available": embedding_available(dataset),
        "retrieval": retrieval,
        "tags": [tag_present(tag) for tag in dataset.tags.all()],
        "metadata_fields": [field_present(field) for field in dataset.metadata_fields.all()],
        **{name: getattr(counts, name) for name in ("documents", "available", "failed", "working", "words", "tokens")},
        "pieces": pieces,
        "created_by": _name(dataset.created_by),
    }


def document_state(document: Document) -> str:
    """One word for where a document stands; a key of `selectors.DISPLAYED`."""
    if document.stage == Stage.COMPLETED:
        return "archived" if document.archived else "available" if document.enabled else "disabled"
    return {Stage.WAITING: "queuing", Stage.PAUSED: "paused", Stage.ERROR: "error"}.get(Stage(document.stage), "indexing")


def documents_present(documents: list[Document]) -> list[dict[str, Any]]:
    """Show documents; `file` and `created_by` must be loaded."""
    if not documents:
        return []
    pieces = document_pieces(documents[0].workspace_id, [document.id for document in documents])
    return [_document(document, pieces.get(document.id, 0)) for document in documents]


def document_present(document: Document) -> dict[str, Any]:
    """Show one document; `file` and `created_by` must be loaded."""
    return documents_present([document])[0]


def _document(document: Document, pieces: int) -> dict[str, Any]:
    file, error = document.file, document.error or {}
    return {
        **_taken(document, DocumentOutput),
        "source_url": document.source.get("url"),
        "file_url": signed_url(file, attachment=True) if file else None,
        "mime_type": file.mime_type if file else "",
        "size_bytes": file.size_bytes if file else 0,
        "state": document_state(document),
        "error": {"code": error.get("code", ""), "message": error.get("message", "")} if error else None,
        "pieces": pieces,
        "left_s": time_left_s(document),
        "searchable": document.active_revision > 0 and document.enabled and not document.archived,
        "created_by": _name(document.created_by),
    }


def segments_present(document: Document, segments: list[Segment]) -> list[dict[str, Any]]:
    """Show pieces, with their children where the document has these."""
    children: dict[Any, list[dict[str, Any]]] = {}
    if document.doc_form == DocForm.PARENT_CHILD:
        ids = [segment.id for segment in segments]
        for child in ChildChunk.scoped(document.workspace_id).filter(segment_id__in=ids).order_by("position", "id"):
            children.setdefault(child.segment_id, []).append(child_present(child))
    return [{**_taken(segment, SegmentOutput), "children": children.get(segment.id, [])} for segment in segments]


def child_present(child: ChildChunk) -> dict[str, Any]:
    """Show a child."""
    return _taken(child, ChildOutput)


def _name(user: Any) -> str:
    return (user.name or user.email) if user else ""
