"""Knowledge: datasets, their documents, the pieces these were cut into, and measures of how well they are found.

Rows are the truth; the vector index can be rebuilt from them. What a query may see is decided by rows alone: the segments of a
document's `active_revision`, enabled, of an enabled document that is not archived.
"""

from __future__ import annotations

from django.db import models

from backend.core.models import WorkspaceOwned


class Technique(models.TextChoices):
    """How a dataset is indexed. Empty: not decided yet, its first document does."""

    HIGH_QUALITY = "high_quality"
    ECONOMY = "economy"


class Permission(models.TextChoices):
    """Who of the workspace sees a dataset."""

    ONLY_ME = "only_me"
    ALL = "all_team_members"
    PARTIAL = "partial_members"


class DocForm(models.TextChoices):
    """How documents are cut: pieces, pieces with children, questions with answers."""

    GENERAL = "text_model"
    PARENT_CHILD = "hierarchical_model"
    QA = "qa_model"


class SourceType(models.TextChoices):
    """Where a document comes from. Every source ends in a stored file."""

    FILE = "upload_file"
    TEXT = "text"
    WEBSITE = "website"


class Stage(models.TextChoices):
    """How far a document's indexing is. `paused`: somebody cancelled it."""

    WAITING = "waiting"
    PARSING = "parsing"
    CLEANING = "cleaning"
    SPLITTING = "splitting"
    INDEXING = "indexing"
    PAUSED = "paused"
    ERROR = "error"
    COMPLETED = "completed"


WORKING_STAGES = (Stage.PARSING, Stage.CLEANING, Stage.SPLITTING, Stage.INDEXING)
OPEN_STAGES = (Stage.WAITING, *WORKING_STAGES)


class SegmentStatus(models.TextChoices):
    """Whether a piece is in the index as it is written now."""

    WAITING = "waiting"
    COMPLETED = "completed"
    ERROR = "error"


class FieldType(models.TextChoices):
    """What values a metadata field has."""

    STRING = "string"
    NUMBER = "number"
    TIME = "time"


class Tag(WorkspaceOwned):
    """A word to group datasets by."""

    name = models.CharField(max_length=50)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "name"], name="knowledge_tag_once"),)


class Dataset(WorkspaceOwned):
    """A collection of documents that are cut, embedded and searched alike.

    `process_rule` is the API's process rule, `retrieval` its retrieval model; empty: the defaults. `dimensions` is what the embedding model
    was found to return.
    """

    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    icon = models.JSONField(default=dict)
    permission = models.CharField(max_length=20, choices=Permission.choices, default=Permission.ALL)
    members = models.ManyToManyField("accounts.User", related_name="+", blank=True)
    indexing_technique = models.CharField(max_length=20, choices=Technique.choices, blank=True)
    doc_form = models.CharField(max_length=20, choices=DocForm.choices, blank=True)
    embedding_provider = models.CharField(max_length=60, blank=True)
    embedding_model = models.CharField(max_length=200, blank=True)
    dimensions = models.IntegerField(null=True)
    process_rule = models.JSONField(default=dict)
    retrieval = models.JSONField(default=dict)
    built_in_fields = models.BooleanField(default=False)
    enable_api = models.BooleanField(default=True)
    tags = models.ManyToManyField(Tag, related_name="datasets", blank=True)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    updated_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "name"], name="dataset_name_once"),)


class MetadataField(WorkspaceOwned):
    """A field that documents of a dataset may have a value for."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="metadata_fields")
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=10, choices=FieldType.choices)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["dataset", "name"], name="metadata_field_once"),)


class Document(WorkspaceOwned):
    """One source and how far its indexing is.

    `file` is the source, `text` what was read and cleaned of it: the places of pieces are in that. `revision` counts what was asked for
    (text or settings changed), `active_revision` is what queries see, 0: nothing yet. `collection` names the vector collection of the
    active revision. `owner` and `epoch` are the claim of a worker, as of a run. `dirty`: pieces wait to be compared with the index.
    `metadata` maps ids of fields to values. `started_at`, `parsed_at`, … are of the latest indexing; `done` of `total` pieces are in
    the index; `embedded` of them were computed, `reused` were there already.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="documents")
    position = models.IntegerField(default=1)
    name = models.CharField(max_length=255)
    source_type = models.CharField(max_length=20, choices=SourceType.choices)
    source = models.JSONField(default=dict)
    file = models.ForeignKey("files.StoredFile", null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.ForeignKey("files.StoredFile", null=True, on_delete=models.SET_NULL, related_name="+")
    doc_form = models.CharField(max_length=20, choices=DocForm.choices)
    doc_language = models.CharField(max_length=40, blank=True)
    process_rule = models.JSONField(default=dict)
    batch = models.CharField(max_length=40)
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.WAITING)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    error = models.JSONField(null=True)
    enabled = models.BooleanField(default=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    archived = models.BooleanField(default=False)
    metadata = models.JSONField(default=dict)
    tokens = models.IntegerField(default=0)
    word_count = models.IntegerField(default=0)
    hit_count = models.IntegerField(default=0)
    revision = models.IntegerField(default=1)
    active_revision = models.IntegerField(default=0)
    collection = models.CharField(max_length=300, blank=True)
    dirty = models.BooleanField(default=False)
    embedded = models.IntegerField(default=0)
    reused = models.IntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    parsed_at = models.DateTimeField(null=True)
    cleaned_at = models.DateTimeField(null=True)
    split_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    owner = models.CharField(max_length=100, blank=True)
    epoch = models.IntegerField(default=0)
    attempts = models.IntegerField(default=0)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = (
            models.Index(fields=["dataset", "position"], name="document_by_position"),
            models.Index(fields=["batch"], name="document_by_batch"),
            models.Index(fields=["stage", "created_at"], name="document_by_stage"),
            models.Index(fields=["owner"], name="document_by_owner", condition=~models.Q(owner="")),
            models.Index(fields=["dirty"], name="document_dirty", condition=models.Q(dirty=True)),
        )


class Segment(WorkspaceOwned):
    """A piece of a document. Where it has children these are searched, else it is itself; of a question with an answer, the question is.

    `hash` is of the text that is embedded, `point_id` its point in the index (null: none). `start` and `end` are places in the cleaned
    text, -1 where not known.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="segments")
    revision = models.IntegerField()
    position = models.IntegerField()
    content = models.TextField()
    answer = models.TextField(blank=True)
    keywords = models.JSONField(default=list)
    word_count = models.IntegerField(default=0)
    tokens = models.IntegerField(default=0)
    hash = models.CharField(max_length=64)
    start = models.IntegerField(default=-1)
    end = models.IntegerField(default=-1)
    page = models.IntegerField(null=True)
    headings = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=20, choices=SegmentStatus.choices, default=SegmentStatus.WAITING)
    hit_count = models.IntegerField(default=0)
    error = models.TextField(blank=True)
    edited = models.BooleanField(default=False)
    point_id = models.UUIDField(null=True, db_index=True)
    indexing_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = (models.Index(fields=["document", "revision", "position"], name="segment_by_position"),)


class ChildChunk(WorkspaceOwned):
    """A piece of a piece: small, so that it is found; its parent is what the model gets to read."""

    class Type(models.TextChoices):
        AUTOMATIC = "automatic"
        CUSTOMIZED = "customized"

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="children")
    revision = models.IntegerField()
    position = models.IntegerField()
    content = models.TextField()
    word_count = models.IntegerField(default=0)
    type = models.CharField(max_length=20, choices=Type.choices, default=Type.AUTOMATIC)
    hash = models.CharField(max_length=64)
    status = models.CharField(max_length=20, choices=SegmentStatus.choices, default=SegmentStatus.WAITING)
    point_id = models.UUIDField(null=True, db_index=True)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = (models.Index(fields=["document", "revision"], name="child_by_document"),)


class Removal(WorkspaceOwned):
    """An order to take out of the index what has no row: of a dataset, or of one document.

    Done twice, the second time after a while, so that a worker that was in the middle of writing them cannot bring them back.
    """

    dataset_id = models.UUIDField()
    document_id = models.UUIDField(null=True)
    due_at = models.DateTimeField(db_index=True)
    passes = models.IntegerField(default=0)


class RecentQuery(WorkspaceOwned):
    """A question that was asked of a dataset; `source` is `hit_testing`, `api` or `app`."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="queries")
    content = models.TextField()
    source = models.CharField(max_length=20)
    settings = models.JSONField(default=dict)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["dataset", "-created_at"], name="recent_query_by_time"),)


class TestSet(WorkspaceOwned):
    """Questions whose right answers are known, to measure a dataset's retrieval by."""

    __test__ = False  # no test class of pytest

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="test_sets")
    name = models.CharField(max_length=100)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["dataset", "name"], name="test_set_name_once"),)


class TestQuestion(WorkspaceOwned):
    """A question and what should be found: rows `{"document_id"}` or `{"document_id", "segment_id"}`."""

    __test__ = False

    test_set = models.ForeignKey(TestSet, on_delete=models.CASCADE, related_name="questions")
    position = models.IntegerField()
    query = models.TextField()
    expected = models.JSONField(default=list)


class TestResult(WorkspaceOwned):
    """One measurement of a test set under some settings.

    `metrics` holds `recall`, `mrr`, `ndcg`, `k`, `questions`, `latency_ms`; `rows` one entry per question. `error` where it failed.
    """

    __test__ = False

    test_set = models.ForeignKey(TestSet, on_delete=models.CASCADE, related_name="results")
    label = models.CharField(max_length=100, blank=True)
    settings = models.JSONField(default=dict)
    metrics = models.JSONField(default=dict)
    rows = models.JSONField(default=list)
    error = models.JSONField(null=True)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
