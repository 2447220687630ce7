"""A chat model port that plays replies from a list and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from workers.engine.errors import NodeError
from workers.engine.events import Usage
from workers.engine.ports import ChatDelta, ChatRequest, ModelRef, TextPart


@dataclass
class Reply:
    """One reply: pieces of text, or deltas as they come.

    `error` is raised after the pieces. `gate` holds the reply back until it is set, `cut_gate` what follows the first
    piece. `hang` never ends after the pieces.
    """

    pieces: tuple[str | ChatDelta, ...] = ("Hello",)
    error: NodeError | None = None
    gate: asyncio.Event | None = None
    cut_gate: asyncio.Event | None = None
    hang: bool = False
    usage: Usage = field(default_factory=lambda: Usage(prompt_tokens=3, completion_tokens=2, total_tokens=5, cost_usd=0.25))
    finish_reason: str = "stop"


class ScriptedModel:
    """Replies in order, or by the model's name with `by_model`; running out of replies is a fault of the test."""

    def __init__(
        self,
        *replies: Reply | str,
        by_model: dict[str, list[Reply | str]] | None = None,
        features: frozenset[str] = frozenset(),
    ) -> None:
        self._replies = [_reply(reply) for reply in replies]
        self._by_model = {name: [_reply(reply) for reply in rows] for name, rows in (by_model or {}).items()}
        self._features = features
        self.requests: list[ChatRequest] = []
        self.closed: list[str] = []
        self.on_request: Callable[[ChatRequest], None] | None = None

    @property
    def called(self) -> list[str]:
        """The models called, in order."""
        return [request.model.name for request in self.requests]

    def prompts(self, position: int = -1) -> list[tuple[str, str]]:
        """The (role, text) pairs of a request."""
        return [
            (line.role, line.content if isinstance(line.content, str) else "".join(p.text for p in line.content if isinstance(p, TextPart)))
            for line in self.requests[position].messages
        ]

    async def supports(self, model: ModelRef, feature: str) -> bool:
        """Tell whether the test gave the model this feature."""
        return feature in self._features

    async def stream(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Play the next reply."""
        self.requests.append(request)
        if self.on_request is not None:
            self.on_request(request)
        rows = self._by_model.get(request.model.name, self._replies)
        if not rows:
            raise AssertionError(f"no reply left for {request.model.name}")
        reply = rows.pop(0)
        try:
            if reply.gate is not None:
                await reply.gate.wait()
            for position, piece in enumerate(reply.pieces):
                if position == 1 and reply.cut_gate is not None:
                    await reply.cut_gate.wait()
                yield piece if isinstance(piece, ChatDelta) else ChatDelta(text=piece)
            if reply.hang:
                await asyncio.Event().wait()
            if reply.error is not None:
                raise reply.error
            yield ChatDelta(finish_reason=reply.finish_reason, usage=reply.usage)
        finally:
            self.closed.append(request.model.name)


def _reply(reply: Reply | str) -> Reply:
    return Reply((reply,)) if isinstance(reply, str) else reply
