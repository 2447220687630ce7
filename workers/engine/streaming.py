"""The order in which an answer's text leaves, while nodes finish in any order. Pure: no clock, no I/O.

Every answer (or end) node has a template taken apart into segments. A node's segments may leave once it is
certain that the node will run. They leave strictly in template order: literal text at once, a variable when the
node it comes from has finished, and a variable that a model is just writing piece by piece when it is next in order,
otherwise it is held back. Several answers leave one after the other in the order in which they became certain.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from workers.engine.variables import Scope, Selector, answer_text


@dataclass(frozen=True, slots=True)
class Segment:
    """Literal `text`, or the variable at `selector`, which is known once the nodes in `awaits` have ended.

    `separator` goes before the segment's text if some text went before it. A `fixed` segment has its final text.
    """

    text: str = ""
    selector: Selector = ()
    awaits: tuple[str, ...] = ()
    separator: str = ""
    fixed: bool = False


class Piece(NamedTuple):
    """Text that leaves: appended to the answer, or with `replaces` the whole answer anew."""

    text: str
    selector: Selector = ()
    replaces: bool = False


class _Session:
    __slots__ = ("node_id", "position", "segments")

    def __init__(self, node_id: str, segments: tuple[Segment, ...]) -> None:
        self.node_id = node_id
        self.segments = segments
        self.position = 0


class AnswerStream:
    """The answer of one run. `streamed` are the variables that a response shows and a node writes piece by piece."""

    def __init__(self, responses: Mapping[str, tuple[Segment, ...]], streamed: frozenset[Selector], scope: Scope) -> None:
        self._responses = responses
        self._streamed = streamed
        self._scope = scope
        self._resolved: set[str] = set()
        self._sessions: dict[str, _Session] = {}
        self._queue: deque[_Session] = deque()
        self._held: dict[Selector, list[str]] = {}
        self._live: Segment | None = None
        self._partial: list[str] = []
        self._done: list[str] = []

    @property
    def text(self) -> str:
        """The whole answer as it left so far."""
        return "".join((*self._done, *self._partial))

    def certain(self, node_ids: Iterable[str]) -> list[Piece]:
        """These response nodes will run."""
        added = False
        for node_id in node_ids:
            if node_id not in self._sessions:
                self._sessions[node_id] = session = _Session(node_id, self._responses[node_id])
                self._queue.append(session)
                added = True
        return self._advance() if added else []

    def push(self, selector: Selector, text: str) -> list[Piece]:
        """A running node wrote the next piece of a variable."""
        if selector not in self._streamed:
            return []
        if self._live is None or self._live.selector != selector:
            self._held.setdefault(selector, []).append(text)
            return []
        return [self._relay(self._live, text)]

    def resolve(self, node_id: str) -> list[Piece]:
        """A node ended (its outputs are in the scope) or was skipped."""
        self._resolved.add(node_id)
        session = self._sessions.get(node_id)
        if session is not None:
            self._fix(session)
        return self._advance() if self._queue else []

    def reset(self, node_id: str) -> list[Piece]:
        """Take back what an unfinished node wrote: it will write anew."""
        for selector in [selector for selector in self._held if selector[0] == node_id]:
            del self._held[selector]
        if self._partial and self._live is not None and self._live.selector[0] == node_id:
            self._partial.clear()
            return [Piece(self.text, replaces=True)]
        return []

    def _fix(self, session: _Session) -> None:
        """Settle what is left of a response whose node has run: it saw the scope as it is now."""
        left = tuple(
            replace(segment, text=answer_text(self._scope, segment.selector), fixed=True) if segment.selector else segment
            for segment in session.segments[session.position :]
        )
        session.segments = (*session.segments[: session.position], *left)

    def _ready(self, segment: Segment) -> bool:
        return segment.fixed or not segment.selector or all(node_id in self._resolved for node_id in segment.awaits)

    def _advance(self) -> list[Piece]:
        pieces: list[Piece] = []
        while self._queue:
            session = self._queue[0]
            while session.position < len(session.segments):
                segment = session.segments[session.position]
                if not self._ready(segment):
                    self._live = segment
                    held = self._held.pop(segment.selector, None)
                    if held:
                        pieces.append(self._relay(segment, "".join(held)))
                    return pieces
                self._complete(segment, pieces)
                session.position += 1
            self._queue.popleft()
        return pieces

    def _relay(self, segment: Segment, text: str) -> Piece:
        if not self._partial and self._done:
            text = segment.separator + text
        self._partial.append(text)
        return Piece(text, segment.selector)

    def _complete(self, segment: Segment, pieces: list[Piece]) -> None:
        text = answer_text(self._scope, segment.selector) if segment.selector and not segment.fixed else segment.text
        if text and self._done:
            text = segment.separator + text
        sent = "".join(self._partial)
        self._partial.clear()
        self._live = None
        self._held.pop(segment.selector, None)
        if text:
            self._done.append(text)
        if not text.startswith(sent):
            pieces.append(Piece(self.text, replaces=True))
        elif len(text) > len(sent):
            pieces.append(Piece(text[len(sent) :], segment.selector))
