"""Rows of an app that was used: conversations with their turns, runs of a workflow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.core.ids import uuid7
from backend.core.sql import update_rows
from backend.runs.models import AnnotationHit, Conversation, EndUser, Feedback, Message, NodeRun, Run
from backend.studio.models import App, Version
from tests.factories import World

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FAILURE = {"code": "model_failed", "message": "The model failed."}
FLOW: dict[str, Any] = {"graph": {"nodes": [], "edges": []}}
_TIME_BITS = ((1 << 48) - 1) << 80


def _id_at(at: datetime) -> UUID:
    """An id as it was made at this moment: turns are told in the order of their ids."""
    return UUID(int=(uuid7().int & ~_TIME_BITS) | int(at.timestamp() * 1000) << 80)


@dataclass
class Used:
    """An app with one version, and what people did with it."""

    world: World
    app: App
    version: Version

    @property
    def url(self) -> str:
        return f"{self.world.url}/apps/{self.app.pk}"

    def user(self, session: str) -> EndUser:
        found, _ = EndUser.unscoped.get_or_create(
            app=self.app, session_id=session, kind="service-api", defaults={"workspace": self.world.workspace}
        )
        return found

    def talk(self, *turns: tuple[str, str], user: str | None = "u1", at: datetime = NOON, **run: Any) -> Conversation:
        """A conversation; each turn is a minute after the one before."""
        owner = {"end_user": self.user(user)} if user else {"account": self.world.alice}
        made = Conversation.unscoped.create(workspace=self.world.workspace, app=self.app, updated_at=at, name=turns[0][0][:20], **owner)
        Conversation.unscoped.filter(pk=made.pk).update(created_at=at, updated_at=at + timedelta(minutes=len(turns) - 1))
        for place, (query, answer) in enumerate(turns):
            self.turn(made, query, answer, at + timedelta(minutes=place), **run)
        made.refresh_from_db()
        return made

    def turn(self, conversation: Conversation, query: str, answer: str, at: datetime, **run: Any) -> Message:
        """Add a turn to a conversation."""
        owner = {"end_user": conversation.end_user, "account": conversation.account}
        done = self.run(at, query=query, conversation=conversation, message_id=_id_at(at), **{**owner, **run})
        failed = done.state == "failed"
        error = FAILURE if failed else None
        sums = {"prompt_tokens": 10, "answer_tokens": 5, "cost_usd": 0.5, "latency_s": done.elapsed_s}
        status = "error" if failed else "normal"
        made = Message.unscoped.create(
            pk=done.message_id,
            workspace=self.world.workspace,
            app=self.app,
            conversation=conversation,
            run=done,
            query=query,
            answer=answer,
            status=status,
            error=error,
            **sums,
        )
        Message.unscoped.filter(pk=made.pk).update(created_at=at)
        return made

    def run(self, at: datetime = NOON, **fields: Any) -> Run:
        """A run of its own."""
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
        given = {"mode": self.app.mode, "source": "api", "state": "succeeded", "usage": usage, "total_tokens": 15, "cost_usd": 0.5}
        given |= {"elapsed_s": 2.0, "finished_at": at, **fields}
        if given["state"] == "failed":
            given.setdefault("error", {**FAILURE, "node_id": None, "node_title": None, "details": {}})
        given.setdefault("version", self.version)
        made = Run.unscoped.create(workspace=self.world.workspace, app=self.app, **given)
        Run.unscoped.filter(pk=made.pk).update(created_at=at)
        update_rows(Run, ("inputs", "outputs"), ("id",), [(made.inputs, made.outputs, made.pk)])  # as runs are written
        return made

    def step(self, run: Run, node_id: str, model: str, cost: float, title: str = "") -> NodeRun:
        """A step of a run that called a model."""
        return NodeRun.objects.create(
            run=run,
            node_id=node_id,
            node_type="llm",
            title=title or node_id.title(),
            index=1,
            status="succeeded",
            seq=1,
            event={},
            total_tokens=15,
            cost_usd=cost,
            model=model,
        )

    def rate(self, message: Message, rating: str, content: str = "", member: bool = False) -> Feedback:
        """A rating by the end user, or by bob."""
        by = {"account": self.world.bob} if member else {"end_user": message.conversation.end_user}
        return Feedback.unscoped.create(workspace=self.world.workspace, app=self.app, message=message, rating=rating, content=content, **by)

    def hit(self, annotation: Any, run: Run, score: float = 0.95) -> AnnotationHit:
        """An annotation that answered a run."""
        return AnnotationHit.unscoped.create(
            workspace=self.world.workspace, annotation=annotation, run=run, question=run.query, score=score
        )


def messages(conversation: Conversation) -> Sequence[Message]:
    """The turns of a conversation, oldest first."""
    return list(Message.unscoped.filter(conversation=conversation).order_by("created_at", "pk"))
