"""The frames of apps that show nothing of their flow: chat, agent and completion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from backend.service_api.frames import Frames, Json, RunHead
from backend.studio.models import Mode


def frames_of(head: RunHead) -> Frames:
    """Return the translator for a run."""
    return SimpleFrames(head) if head.simple else Frames(head)


def thought(message_id: UUID, text: str) -> Json:
    """The one round of an agent: what the model said, without a tool."""
    named = {"id": str(uuid5(message_id, "thought 1")), "position": 1, "thought": text, "observation": "", "tool": "", "tool_labels": {}}
    return {**named, "tool_input": "", "message_files": []}


class SimpleFrames(Frames):
    """Messages and their end, or an error: no runs and no nodes."""

    def of(self, event: Mapping[str, Any]) -> list[Json]:
        """The frames of one event; [] for what happens in the flow."""
        if event["type"] == "answer_delta":
            return [self._message(event["text"])]
        if event["type"] == "answer_replaced":
            return [{"event": "message_replace", **self._base, "answer": event["text"], "reason": ""}]
        if event["type"] == "run_finished":
            return self._end(event)
        return []

    def _end(self, event: Mapping[str, Any]) -> list[Json]:
        if event["status"] == "failed":
            return [self._error(event)]
        told: list[Json] = []
        if self.head.mode == Mode.AGENT and self.head.message_id is not None and event["answer"]:
            told.append({"event": "agent_thought", **self._base, **thought(self.head.message_id, event["answer"])})
        return [*told, self._message_end(event)]

    def metadata(self, event: Mapping[str, Any]) -> Json:
        """The `metadata` of an answer."""
        return {name: value for name, value in super().metadata(event).items() if name != "reasoning"}

    def _message(self, text: str) -> Json:
        if self.head.mode == Mode.AGENT:
            return {"event": "agent_message", **self._base, "id": str(self.head.message_id), "answer": text}
        return {"event": "message", **self._base, "id": str(self.head.message_id), "answer": text, "from_variable_selector": None}
