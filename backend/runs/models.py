"""Runs and what belongs to them. Rows are written by `services`, `accept` and `claims` alone."""

from __future__ import annotations

from django.db import models

from backend.core.ids import uuid7
from backend.core.models import WorkspaceOwned


class EndUser(WorkspaceOwned):
    """A person or program outside the workspace that uses an app; `session_id` is the caller's own name for it."""

    app = models.ForeignKey("studio.App", on_delete=models.CASCADE, related_name="+")
    session_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=20, default="service-api")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["app", "kind", "session_id"], name="end_user_once"),)


class Conversation(WorkspaceOwned):
    """A chat of one end user (or of one account in the studio) with one app."""

    app = models.ForeignKey("studio.App", on_delete=models.CASCADE, related_name="+", db_index=False)
    end_user = models.ForeignKey(EndUser, null=True, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("accounts.User", null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255, blank=True)
    inputs = models.JSONField(default=dict)
    introduction = models.TextField(blank=True)
    variables = models.JSONField(default=dict)
    updated_at = models.DateTimeField()
    pinned_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["app", "-updated_at", "-id"], name="conversation_latest"),
            models.Index(fields=["app", "created_at", "id"], name="conversation_oldest"),
        )


class State(models.TextChoices):
    """States of a run; the last four are final and written once."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial_succeeded"
    FAILED = "failed"
    STOPPED = "stopped"


FINAL_STATES = frozenset({State.SUCCEEDED, State.PARTIAL, State.FAILED, State.STOPPED})


class Source(models.TextChoices):
    """By which way a run was started; all but the first are published."""

    DEBUG = "debug"
    API = "api"
    WEB = "web"
    EMBED = "embed"
    OPENAI = "openai"
    MCP = "mcp"


class Run(WorkspaceOwned):
    """One execution of a version.

    `owner` is the worker that holds the claim, `epoch` rises with each claim and fences every later write.
    `query`, `conversation` and `message_id` are set in all modes but `workflow`. `user_ref` is who asked, in the
    caller's own words (`sys.user_id`). `last_seq` is the `seq` of the terminal event, of a paused run that of `run_paused`.
    `first_token_s` is the time from acceptance to the first text that streamed. `pause` is the latest pause: `cursor` in
    the log and `event`. `part` tells what part of a flow it runs and what it takes over from which run (see `parts`), null
    for a whole run. `history` are the earlier turns where the caller tells them with the question: `{role, content}`,
    oldest first; null: those of the conversation. `debug` tells where a test run stands still (see `breakpoints`), null for
    nowhere; `held_until` is when one that stands there is ended.
    """

    app = models.ForeignKey("studio.App", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey("studio.Version", on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(max_length=20)
    source = models.CharField(max_length=10, choices=Source.choices)
    state = models.CharField(max_length=20, choices=State.choices, default=State.QUEUED)
    end_user = models.ForeignKey(EndUser, null=True, on_delete=models.SET_NULL, related_name="+")
    account = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.CASCADE, related_name="+")
    message_id = models.UUIDField(null=True)
    user_ref = models.CharField(max_length=255, blank=True)
    inputs = models.JSONField(default=dict)
    query = models.TextField(blank=True)
    files = models.JSONField(default=list)
    part = models.JSONField(null=True)
    history = models.JSONField(null=True)
    outputs = models.JSONField(default=dict)
    error = models.JSONField(null=True)
    usage = models.JSONField(default=dict)
    total_tokens = models.IntegerField(default=0)
    cost_usd = models.FloatField(default=0)
    steps = models.IntegerField(default=0)
    exceptions_count = models.IntegerField(default=0)
    elapsed_s = models.FloatField(default=0)
    first_token_s = models.FloatField(null=True)
    idempotency_key = models.CharField(max_length=255, null=True)
    owner = models.CharField(max_length=64, blank=True)
    epoch = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    stop_requested = models.BooleanField(default=False)
    last_seq = models.BigIntegerField(default=0)
    pause = models.JSONField(null=True)
    debug = models.JSONField(null=True)
    held_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["app", "idempotency_key"], name="run_idempotency_once"),)
        indexes = (
            models.Index(fields=["app", "-created_at"]),
            models.Index(fields=["state"], condition=models.Q(state__in=["queued", "running"]), name="run_unfinished"),
            models.Index(fields=["held_until"], condition=models.Q(state="paused"), name="run_held"),
        )


class NodeRun(models.Model):
    """One execution of a node; the durable copy of its `node_finished` event. `model` is `provider/name` of the model it called."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="node_runs")
    node_id = models.CharField(max_length=100)
    node_type = models.CharField(max_length=50)
    title = models.CharField(max_length=255, blank=True)
    path = models.CharField(max_length=255, blank=True)
    index = models.IntegerField()
    attempt = models.IntegerField(default=1)
    status = models.CharField(max_length=20)
    seq = models.BigIntegerField()
    event = models.JSONField()
    elapsed_s = models.FloatField(default=0)
    total_tokens = models.IntegerField(default=0)
    cost_usd = models.FloatField(default=0)
    model = models.CharField(max_length=255, blank=True, db_default="")

    class Meta:
        indexes = (
            models.Index(fields=["run", "seq"]),
            models.Index(
                fields=["run", "model", "node_id", "total_tokens", "cost_usd"], condition=models.Q(model__gt=""), name="node_run_costs"
            ),
        )


class FormStatus(models.TextChoices):
    """States of a form; all but the first are final. `void`: the run no longer needs an answer."""

    WAITING = "waiting"
    SUBMITTED = "submitted"
    EXPIRED = "expired"
    VOID = "void"


class HumanForm(WorkspaceOwned):
    """What people are asked while a run waits. The id is that of the node's execution.

    `event` is the `human_input_required` that told of it: all that is needed to show the form and to check an answer.
    `user_ref` is who answered, in the words of the API's caller; `account` the member who did in the studio.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="forms")
    node_id = models.CharField(max_length=100)
    path = models.CharField(max_length=255, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    event = models.JSONField()
    status = models.CharField(max_length=20, choices=FormStatus.choices, default=FormStatus.WAITING)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    action = models.CharField(max_length=100, blank=True)
    data = models.JSONField(default=dict)
    account = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    user_ref = models.CharField(max_length=255, blank=True)

    class Meta:
        indexes = (models.Index(fields=["expires_at"], condition=models.Q(status="waiting"), name="form_waiting"),)


class Message(WorkspaceOwned):
    """One question and its answer in a conversation."""

    app = models.ForeignKey("studio.App", on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="message")
    parent_id = models.UUIDField(null=True)
    inputs = models.JSONField(default=dict)
    query = models.TextField()
    answer = models.TextField(blank=True)
    status = models.CharField(max_length=20, default="normal")
    error = models.JSONField(null=True)
    files = models.JSONField(default=list)
    metadata = models.JSONField(default=dict)
    prompt_tokens = models.IntegerField(default=0)
    answer_tokens = models.IntegerField(default=0)
    cost_usd = models.FloatField(default=0)
    latency_s = models.FloatField(default=0)

    class Meta:
        indexes = (models.Index(fields=["conversation", "-created_at"]),)


class Rating(models.TextChoices):
    """What somebody thought of an answer."""

    LIKE = "like"
    DISLIKE = "dislike"


class Feedback(WorkspaceOwned):
    """A rating of an answer: one by the end user who asked, one by each member of the workspace."""

    app = models.ForeignKey("studio.App", on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="feedbacks")
    rating = models.CharField(max_length=10, choices=Rating.choices)
    content = models.CharField(max_length=2000, blank=True)
    end_user = models.ForeignKey(EndUser, null=True, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("accounts.User", null=True, on_delete=models.CASCADE, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["message", "end_user"], name="feedback_once_per_end_user"),
            models.UniqueConstraint(fields=["message", "account"], name="feedback_once_per_account"),
        )
        indexes = (models.Index(fields=["app", "-created_at"]),)


class AnnotationSettings(WorkspaceOwned):
    """Whether and how an app answers from its annotations. `threshold` is the least cosine similarity of the questions."""

    app = models.OneToOneField("studio.App", on_delete=models.CASCADE, related_name="+")
    enabled = models.BooleanField(default=False)
    embedding_provider = models.CharField(max_length=100, blank=True)
    embedding_model = models.CharField(max_length=255, blank=True, db_default="")
    threshold = models.FloatField(default=0.9)
    updated_at = models.DateTimeField(auto_now=True)


class Annotation(WorkspaceOwned):
    """An answer that people have set for a question. `message` is the answer it corrects, where there is one.

    `vector` is the question's embedding as little-endian float32 by the model named in `vector_model`; empty: not embedded yet.
    """

    app = models.ForeignKey("studio.App", on_delete=models.CASCADE, related_name="+")
    message = models.OneToOneField(Message, null=True, on_delete=models.SET_NULL, related_name="annotation")
    question = models.TextField()
    answer = models.TextField()
    hit_count = models.IntegerField(default=0)
    last_hit_at = models.DateTimeField(null=True)
    vector = models.BinaryField(default=bytes)
    vector_model = models.CharField(max_length=400, blank=True)
    account = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = (models.Index(fields=["app", "-created_at"]),)


class AnnotationHit(WorkspaceOwned):
    """A question that was answered from an annotation, by which run and how alike it was (cosine)."""

    annotation = models.ForeignKey(Annotation, on_delete=models.CASCADE, related_name="hits")
    run = models.ForeignKey(Run, null=True, on_delete=models.CASCADE, related_name="+")
    question = models.TextField()
    score = models.FloatField()

    class Meta:
        indexes = (models.Index(fields=["annotation", "-created_at"]),)


class DeliveryState(models.TextChoices):
    """States of a webhook delivery; the last two are final."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class WebhookDelivery(WorkspaceOwned):
    """A message to an app's webhook and what became of it. `run` is null for a test. The id goes out as `webhook-id`."""

    app = models.ForeignKey("studio.App", on_delete=models.CASCADE, related_name="+")
    run = models.OneToOneField(Run, null=True, on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=50)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    status_code = models.IntegerField(null=True)
    error = models.CharField(max_length=500, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["app", "-created_at"]),
            models.Index(fields=["next_at"], condition=models.Q(state="waiting"), name="delivery_waiting"),
        )


class Worker(models.Model):
    """A worker process and when it was last seen alive (database clock)."""

    id = models.CharField(primary_key=True, max_length=64)
    host = models.CharField(max_length=255)
    seen_at = models.DateTimeField(db_index=True)
